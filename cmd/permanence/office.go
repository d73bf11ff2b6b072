package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"permanence/store/office/door"
	"permanence/store/office/service"
)

func officeCommand() command {
	return command{
		name: "office", args: "[options] [ACTION]", summary: "sert un bureau à plusieurs postes, ou l'administre",
		help: helpOffice, run: runOffice,
	}
}

// officeActions are the words after `permanence office`; without one it serves.
func officeActions() map[string]func(ctx context.Context, w outputs, args []string) error {
	return map[string]func(ctx context.Context, w outputs, args []string) error{
		"pair": officePair, "desks": officeStatus, "revoke": officeRevoke, "operator": officeOperator,
		"mail": officeMail, "status": officeStatus, "backup": officeBackup, "restore": officeRestore,
		"held": officeHeld, "erase": officeErase, "addresses": officeAddresses, "unit": officeUnit, "access": officeAccess,
	}
}

func runOffice(ctx context.Context, w outputs, args []string) error {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return serveOffice(ctx, w, args)
	}
	action, ok := officeActions()[args[0]]
	if !ok {
		return usageError{"« office " + args[0] + " » n'existe pas"}
	}
	return action(ctx, w, args[1:])
}

// officeFlags are the options of an action; all know the folder.
func officeFlags() (*officeFlagSet, *string) {
	f := &officeFlagSet{flags("office")}
	return f, f.String("data", defaultOfficeDir(), "")
}

// serveOffice serves until it is told to stop.
func serveOffice(ctx context.Context, w outputs, args []string) error {
	f, dir := officeFlags()
	o := service.Options{Version: version, Now: time.Now, Log: slog.New(slog.NewTextHandler(w.err, nil))}
	f.StringVar(&o.Listen, "listen", ":7443", "")
	f.StringVar(&o.Database, "database", "", "")
	f.StringVar(&o.Name, "name", "", "")
	f.BoolVar(&o.Found, "new-bureau", false, "")
	f.StringVar(&o.Files.Cert, "cert", "", "")
	f.StringVar(&o.Files.Key, "key", "", "")
	f.StringVar(&o.Files.CA, "ca", "", "")
	if err := f.read(w, args, 0, 0); err != nil {
		return err
	}
	if given := o.Files; given != (door.Files{}) && (given.Cert == "" || given.Key == "" || given.CA == "") {
		return usageError{"--cert, --key et --ca vont ensemble"}
	}
	o.Dir = *dir
	s, err := service.Open(ctx, o)
	if err != nil {
		return err
	}
	if err := greet(ctx, w, s, o.Dir); err != nil {
		return errors.Join(err, s.Close())
	}
	return errors.Join(s.Run(ctx), s.Close())
}

// greet says that the office serves, and what is left to be done for anybody to work.
func greet(ctx context.Context, w outputs, s *service.Service, dir string) error {
	st, err := service.Ask(ctx, dir, service.Request{Do: "status"})
	if err != nil {
		return err
	}
	people, err := service.Ask(ctx, dir, service.Request{Do: "operator.list"})
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "%s : le bureau est ouvert sur %s.\n", st.Status.Name, s.Address())
	if len(people.Operators) == 0 {
		fmt.Fprintf(w.out, "Personne ne peut encore y entrer. Dans une autre console :\n  permanence office operator add \"Prénom Nom\" --supervisor%s\n", dataOption(dir))
	}
	if len(st.Status.Desks) == 0 {
		fmt.Fprintf(w.out, "Aucun poste n'est relié. Pour en relier un :\n  permanence office pair%s\n", dataOption(dir))
	}
	return nil
}

// dataOption is the folder as it must be said again, when it is not the usual one.
func dataOption(dir string) string {
	if dir == defaultOfficeDir() {
		return ""
	}
	return " --data " + dir
}

func officeRevoke(ctx context.Context, w outputs, args []string) error {
	f, dir := officeFlags()
	if err := f.read(w, args, 1, 1); err != nil {
		return err
	}
	if _, err := service.Ask(ctx, *dir, service.Request{Do: "revoke", Desk: f.Arg(0)}); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w.out, "Révoqué : ce poste ne lit plus rien. Ce qu'il enverra encore sera gardé « à vérifier ».")
	return err
}

func officeBackup(ctx context.Context, w outputs, args []string) error {
	f, dir := officeFlags()
	if err := f.read(w, args, 1, 1); err != nil {
		return err
	}
	path, err := absolute(f.Arg(0))
	if err != nil {
		return err
	}
	r, err := service.Ask(ctx, *dir, service.Request{Do: "backup", Path: path})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.out, "Sauvegardé et relu : %s (%s).\n", r.Backup.Path, size(r.Backup.Bytes))
	return err
}

func officeRestore(ctx context.Context, w outputs, args []string) error {
	f, dir := officeFlags()
	if err := f.read(w, args, 0, 1); err != nil {
		return err
	}
	q := service.Request{Do: "restore"}
	if f.NArg() == 1 {
		var err error
		if q.Path, err = absolute(f.Arg(0)); err != nil {
			return err
		}
	}
	_, err := service.Ask(ctx, *dir, q)
	if errors.Is(err, service.ErrNotRunning) && q.Path == "" {
		return officeRestoredStopped(w, *dir)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w.out, "Remis en place. Ce qui avait été effacé l'est de nouveau, les postes révoqués le restent ;\n"+
		"les postes renvoient d'eux-mêmes ce qu'ils avaient envoyé depuis, et chacune se connecte à nouveau.")
	return err
}

// officeRestoredStopped has an office that is not running draw the consequences of a
// restoring before it serves anybody again.
func officeRestoredStopped(w outputs, dir string) error {
	if err := service.MarkRestored(dir); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w.out, "Noté : à son prochain démarrage le bureau efface de nouveau ce qui l'avait été, puis reprend ce que les postes ont envoyé depuis.")
	return err
}

// officeStatus says how the office stands.
func officeStatus(ctx context.Context, w outputs, args []string) error {
	f, dir := officeFlags()
	if err := f.read(w, args, 0, 0); err != nil {
		return err
	}
	r, err := service.Ask(ctx, *dir, service.Request{Do: "status"})
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w.out, officeReport(r.Status, time.Now()))
	return err
}

// officeOperator is `permanence office operator add|password|leave|list`.
func officeOperator(ctx context.Context, w outputs, args []string) error {
	actions := map[string]func(context.Context, outputs, []string) error{
		"add": addOperator, "password": setPassword, "leave": dismissOperator, "list": listOperators,
	}
	if len(args) == 0 || actions[args[0]] == nil {
		return usageError{"office operator demande add, password, leave ou list"}
	}
	return actions[args[0]](ctx, w, args[1:])
}

func addOperator(ctx context.Context, w outputs, args []string) error {
	f, dir := officeFlags()
	supervisor := f.Bool("supervisor", false, "")
	only := f.String("clients", "", "")
	email := f.String("email", "", "")
	if err := f.read(w, args, 1, 1); err != nil {
		return err
	}
	q := service.Request{Do: "operator.add", Operator: operatorCard(f.Arg(0), *email, *supervisor), Clients: listed(*only)}
	var err error
	if q.Password, err = askPassword(w, "Mot de passe de "+f.Arg(0)); err != nil {
		return err
	}
	if _, err := service.Ask(ctx, *dir, q); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.out, "%s peut se connecter sur tous les postes du bureau.\n", f.Arg(0))
	return err
}

// listed reads "a, b".
func listed(s string) []string {
	return slices.DeleteFunc(strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' }),
		func(s string) bool { return strings.TrimSpace(s) == "" })
}

func setPassword(ctx context.Context, w outputs, args []string) error {
	f, dir := officeFlags()
	if err := f.read(w, args, 1, 1); err != nil {
		return err
	}
	q := service.Request{Do: "operator.password", Name: f.Arg(0)}
	var err error
	if q.Password, err = askPassword(w, "Nouveau mot de passe de "+f.Arg(0)); err != nil {
		return err
	}
	if _, err := service.Ask(ctx, *dir, q); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w.out, "Changé. Elle doit se connecter à nouveau, partout.")
	return err
}

func dismissOperator(ctx context.Context, w outputs, args []string) error {
	f, dir := officeFlags()
	if err := f.read(w, args, 1, 1); err != nil {
		return err
	}
	if _, err := service.Ask(ctx, *dir, service.Request{Do: "operator.leave", Name: f.Arg(0)}); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w.out, "%s ne peut plus entrer. Ce qu'elle a écrit garde son nom.\n", f.Arg(0))
	return err
}

func listOperators(ctx context.Context, w outputs, args []string) error {
	f, dir := officeFlags()
	if err := f.read(w, args, 0, 0); err != nil {
		return err
	}
	r, err := service.Ask(ctx, *dir, service.Request{Do: "operator.list"})
	if err != nil {
		return err
	}
	for _, o := range r.Operators {
		if _, err := fmt.Fprintln(w.out, operatorLine(o)); err != nil {
			return err
		}
	}
	return nil
}
