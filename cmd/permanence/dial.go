//go:build !office

package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"permanence/phone"
	"permanence/ui/control"
)

// runDial hands a number or a link to the running desk. It is what a browser
// starts, so without --now it makes no call: the operator does, with one key.
func runDial(ctx context.Context, w outputs, args []string) error {
	f := flags("dial")
	dir := f.String("data", "", "")
	now := f.Bool("now", false, "")
	install := f.Bool("install", false, "")
	uninstall := f.Bool("uninstall", false, "")
	if err := parse(f, w, args); err != nil {
		return err
	}
	switch {
	case *install && *uninstall, (*install || *uninstall) != (f.NArg() == 0), f.NArg() > 1:
		return usageError{"dial demande un numéro ou un lien, ou bien --install ou --uninstall"}
	case *install:
		return installLinks(ctx, w, *dir)
	case *uninstall:
		return uninstallLinks(w)
	}
	if *dir == "" {
		*dir = defaultDir()
	}
	return dialOrOffer(w, *dir, f.Arg(0), *now)
}

func dialOrOffer(w outputs, dir, text string, now bool) error {
	link, err := phone.ParseLink(text)
	if err != nil {
		return badLink(err, text)
	}
	r, said := control.Request{Do: "offer", Number: link.Target}, "Proposé sur le poste : %s. Une touche l'appelle.\n"
	if now && !link.Delicate() {
		r.Do, said = "dial", "Appel de %s.\n"
	}
	if _, err := control.Ask(dir, r); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w.out, said, shownTarget(link.Target)); err != nil || link.Extension == "" {
		return err
	}
	_, err = fmt.Fprintf(w.out, "Poste demandé, à composer quand on aura répondu : %s.\n", link.Extension)
	return err
}

// shownTarget writes a number as it is read in France, and all else as it is.
func shownTarget(s string) string {
	if n := phone.ParseNumber(s); n != "" {
		return n.Display()
	}
	return s
}

// badLink says why a link is not taken. What it holds is quoted: it may hold
// anything.
func badLink(err error, text string) error {
	text = strconv.Quote(text)
	switch {
	case errors.Is(err, phone.ErrLinkHostile):
		return fmt.Errorf("%s demande autre chose qu'un appel : rien n'est fait", text)
	case errors.Is(err, phone.ErrLinkForeign):
		return fmt.Errorf("%s ne vaut que dans un autre réseau téléphonique : rien n'est fait", text)
	case errors.Is(err, phone.ErrLinkScheme):
		return fmt.Errorf("%s n'est pas un lien téléphonique", text)
	}
	return fmt.Errorf("%s n'est pas un numéro que l'on peut appeler", text)
}
