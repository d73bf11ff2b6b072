package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/office/service"
)

// officeHeld is `permanence office held [admit|discard ID]`.
func officeHeld(ctx context.Context, w outputs, args []string) error {
	if len(args) > 0 && (args[0] == "admit" || args[0] == "discard") {
		return judgeHeld(ctx, w, args[0] == "admit", args[1:])
	}
	f, dir := officeFlags()
	if err := f.read(w, args, 0, 0); err != nil {
		return err
	}
	r, err := service.Ask(ctx, *dir, service.Request{Do: "held"})
	if err != nil {
		return err
	}
	if len(r.Held) == 0 {
		_, err = fmt.Fprintln(w.out, "Rien à vérifier.")
		return err
	}
	for _, h := range r.Held {
		if _, err := fmt.Fprintln(w.out, heldLine(h)); err != nil {
			return err
		}
	}
	return nil
}

func judgeHeld(ctx context.Context, w outputs, admit bool, args []string) error {
	f, dir := officeFlags()
	reason := f.String("reason", "", "")
	if err := f.read(w, args, 1, 1); err != nil {
		return err
	}
	if !admit && strings.TrimSpace(*reason) == "" {
		return usageError{"--reason dit pourquoi c'est écarté"}
	}
	q := service.Request{Do: "held.judge", Held: clients.ID(f.Arg(0)), Admit: admit, Reason: strings.TrimSpace(*reason)}
	if _, err := service.Ask(ctx, *dir, q); err != nil {
		return err
	}
	said := "Écarté. Le journal garde qui l'avait écrit, et pourquoi il est écarté.\n"
	if admit {
		said = "Admis, au nom de qui l'avait écrit.\n"
	}
	_, err := fmt.Fprint(w.out, said)
	return err
}

// heldLine is who, when and what.
func heldLine(h office.Held) string {
	who := h.Operator
	if who == "" {
		who = "auteur inconnu"
	}
	parts := []string{string(h.ID), h.Later.At.Local().Format("02/01/2006 15:04"), who}
	if h.Desk != "" {
		parts = append(parts, "poste "+h.Desk)
	}
	return strings.Join(slices.DeleteFunc(append(parts, h.ClientName, heldWords(h.Later)), func(s string) bool { return s == "" }), "  ")
}

// heldWords say what a change wanted.
func heldWords(v clients.Version) string {
	change, err := clients.DecodeChange(v.Name, []byte(v.Value))
	if err != nil {
		return v.Name
	}
	switch c := change.(type) {
	case clients.TakeMessage:
		return fmt.Sprintf("message de %s : « %s »", c.Message.Name, c.Message.Text)
	case clients.BookAppointment:
		return fmt.Sprintf("rendez-vous de %s, %s", c.Appointment.Name, c.Appointment.Start.Local().Format("02/01/2006 15:04"))
	case clients.MoveAppointment:
		return "rendez-vous déplacé au " + c.Start.Local().Format("02/01/2006 15:04")
	case clients.CancelAppointment:
		return "rendez-vous annulé"
	case clients.CreateClient:
		return "nouveau client : " + c.Client.Name
	case clients.PatchClient:
		var fields []string
		for field, value := range c.Fields {
			fields = append(fields, field+" = "+string(value))
		}
		slices.Sort(fields)
		return "fiche : " + strings.Join(fields, ", ")
	case clients.SaveOperator:
		return "fiche d'opératrice : " + c.Operator.Name
	case clients.Erase:
		return "effacement demandé"
	}
	return v.Name
}
