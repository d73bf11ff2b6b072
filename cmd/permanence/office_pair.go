package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"permanence/store/office/service"
)

// officePair shows a code, and where the desk is to type it.
func officePair(ctx context.Context, w outputs, args []string) error {
	f, dir := officeFlags()
	name := f.String("name", "", "")
	if err := f.read(w, args, 0, 0); err != nil {
		return err
	}
	found, err := addressesOf(ctx, *dir)
	if err != nil {
		return err
	}
	r, err := service.Ask(ctx, *dir, service.Request{Do: "pair", Name: *name})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.out, "Code : %s\nAdresse : %s\n"+
		"Sur le nouveau poste : Réglages (Ctrl ,), page Bureau ; y taper l'adresse et le code avant %s.\n"+
		"Le code ne sert qu'une fois ; un code demandé plus tôt ne vaut plus.\n",
		r.Pairing, strings.Join(found, " ou "), r.Until.Local().Format("15 h 04"))
	return err
}

// addressesOf is where desks reach the office: what was said of it, else what it listens
// on, on each of the machine's own addresses when that is all of them.
func addressesOf(ctx context.Context, dir string) ([]string, error) {
	r, err := service.Ask(ctx, dir, service.Request{Do: "addresses"})
	if err != nil || len(r.Addresses) > 0 {
		return r.Addresses, err
	}
	if r, err = service.Ask(ctx, dir, service.Request{Do: "status"}); err != nil {
		return nil, err
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		own = nil // then what it listens on has to do
	}
	return typedAs(r.Status.Address, own), nil
}

// typedAs says an address to listen on as others type it.
func typedAs(listens string, own []net.Addr) []string {
	at, err := netip.ParseAddrPort(listens)
	if err != nil || !at.Addr().IsUnspecified() {
		return []string{listens}
	}
	var list []string
	for _, a := range own {
		p, err := netip.ParsePrefix(a.String())
		if err == nil && p.Addr().IsGlobalUnicast() {
			list = append(list, shortly(netip.AddrPortFrom(p.Addr(), at.Port())))
		}
	}
	if len(list) == 0 {
		return []string{listens}
	}
	// What is typed is mostly of the short kind.
	slices.SortStableFunc(list, func(a, b string) int { return len(a) - len(b) })
	return list
}

// usualPort is the one that a desk takes when none is typed.
const usualPort = 7443

// shortly leaves the usual port out, where that cannot be misread.
func shortly(a netip.AddrPort) string {
	if a.Addr().Is4() && a.Port() == usualPort {
		return a.Addr().String()
	}
	return a.String()
}
