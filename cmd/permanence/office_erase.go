package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/office/service"
	"permanence/store/shared"
)

// officeErase erases for good: what is named, or what is found.
func officeErase(ctx context.Context, w outputs, args []string) error {
	f, dir := officeFlags()
	yes := f.Bool("yes", false, "")
	find := f.String("find", "", "")
	if err := f.read(w, args, 0, 2); err != nil {
		return err
	}
	switch {
	case *find != "" && f.NArg() == 0:
		return eraseFound(ctx, w, *dir, *find, *yes)
	case *find != "" || f.NArg() != 2:
		return usageError{"erase client|message|appointment ID, ou erase --find TEXTE"}
	case !*yes:
		return usageError{"rien n'est effacé : ce qui l'est ne revient jamais, d'un client tout part avec lui ; ajoutez --yes"}
	}
	return eraseAll(ctx, w.out, *dir, []clients.Erase{{Kind: f.Arg(0), ID: clients.ID(f.Arg(1))}})
}

func eraseAll(ctx context.Context, out io.Writer, dir string, list []clients.Erase) error {
	for _, what := range list {
		if _, err := service.Ask(ctx, dir, service.Request{Do: "erase", Erase: what}); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(out, "Effacé. Les postes l'effacent dès qu'ils sont à jour, et aucune sauvegarde remise en place ne le ramène.")
	return err
}

// eraseFound shows what fits, and erases it when somebody says so.
func eraseFound(ctx context.Context, w outputs, dir, text string, yes bool) error {
	r, err := service.Ask(ctx, dir, service.Request{Do: "erase.find", Find: wanted(text)})
	if err != nil {
		return err
	}
	switch {
	case len(r.Found) == 0:
		_, err = fmt.Fprintln(w.out, "Rien ne correspond.")
		return err
	case len(r.Found) > office.MostFound:
		return usageError{fmt.Sprintf("plus de %d réponses : rien n'est effacé, cherchez plus précisément", office.MostFound)}
	}
	if err := writeFound(w.out, r.Found); err != nil {
		return err
	}
	if !yes && !confirmed(w, len(r.Found)) {
		_, err = fmt.Fprintln(w.out, "Rien n'est effacé.")
		return err
	}
	return eraseAll(ctx, w.out, dir, erasures(r.Found))
}

// wanted reads a day as people write it, or else a text.
func wanted(text string) office.Wanted {
	if day, err := time.ParseInLocation("2/1/2006", strings.TrimSpace(text), time.Local); err == nil {
		return office.Wanted{Day: day}
	}
	return office.Wanted{Text: text}
}

// erasures are what to erase, clients last: with a client would go what is only held of
// it, and then be no more to be found.
func erasures(found []office.Erasable) (list []clients.Erase) {
	for _, e := range found {
		list = append(list, clients.Erase{Kind: string(e.Kind), ID: e.ID})
	}
	slices.SortStableFunc(list, func(a, b clients.Erase) int {
		return strings.Compare(last[a.Kind], last[b.Kind])
	})
	return list
}

// last sorts what must go behind the rest.
var last = map[string]string{string(shared.Client): "last"}

// kindWords are the kinds as people call them.
var kindWords = map[shared.Kind]string{shared.Client: "client", shared.Message: "message", shared.Appointment: "rendez-vous"}

func writeFound(out io.Writer, found []office.Erasable) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, e := range found {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", kindWords[e.Kind], e.ID, e.Name, foundDetail(e))
	}
	return t.Flush()
}

// foundDetail says what goes with a client, and when the others were.
func foundDetail(e office.Erasable) string {
	if e.Kind == shared.Client {
		return fmt.Sprintf("messages : %d", e.Messages)
	}
	text := e.At.Local().Format("02/01/2006 15:04")
	if e.Unmade {
		text += ", refusé ou à vérifier"
	}
	return text
}

// confirmed asks once. Anything but « oui » leaves everything as it is.
func confirmed(w outputs, n int) bool {
	fmt.Fprintf(w.err, "Effacer pour toujours (%d), et tout ce qui va avec ? Tapez « oui » : ", n)
	line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	return strings.EqualFold(strings.TrimSpace(line), "oui")
}
