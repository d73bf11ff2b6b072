package main

import (
	"context"
	"fmt"

	"permanence/clients/dispatch/mail"
	"permanence/store/office/service"
)

// officeMail shows or changes by which server the office sends the messages.
func officeMail(ctx context.Context, w outputs, args []string) error {
	f, dir := officeFlags()
	var m mail.Settings
	f.StringVar(&m.Host, "host", "", "")
	f.IntVar(&m.Port, "port", 0, "")
	f.StringVar(&m.Security, "security", mail.StartTLS, "")
	f.StringVar(&m.User, "user", "", "")
	f.StringVar(&m.From, "from", "", "")
	f.StringVar(&m.FromName, "from-name", "", "")
	f.StringVar(&m.CA, "ca", "", "")
	to := f.String("test", "", "")
	if err := f.read(w, args, 0, 0); err != nil {
		return err
	}
	switch {
	case *to != "" && m.Host != "":
		return usageError{"--test se fait après, avec les réglages gardés"}
	case *to != "":
		return testOfficeMail(ctx, w, *dir, *to)
	case m.Host == "":
		return showOfficeMail(ctx, w, *dir)
	}
	q := service.Request{Do: "mail", Mail: &m}
	if m.User != "" {
		var err error
		if q.Password, err = askPassword(w, "Mot de passe de "+m.User); err != nil {
			return err
		}
	}
	if _, err := service.Ask(ctx, *dir, q); err != nil {
		return err
	}
	return showOfficeMail(ctx, w, *dir)
}

func testOfficeMail(ctx context.Context, w outputs, dir, to string) error {
	if _, err := service.Ask(ctx, dir, service.Request{Do: "mail.test", To: to}); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w.out, "Le serveur a accepté le message pour "+to+".")
	return err
}

func showOfficeMail(ctx context.Context, w outputs, dir string) error {
	r, err := service.Ask(ctx, dir, service.Request{Do: "mail"})
	if err != nil {
		return err
	}
	if r.Mail.Host == "" {
		_, err = fmt.Fprintln(w.out, "Aucun serveur de courrier : les messages attendent.")
		return err
	}
	_, err = fmt.Fprintf(w.out, "Les messages partent de %s par %s (%s).\n", r.Mail.From, r.Mail.Host, r.Mail.Security)
	return err
}
