package main

import (
	"context"
	"fmt"
	"strings"

	"permanence/store/office/service"
)

// officeAddresses shows or says where desks find the servers of the bureau.
func officeAddresses(ctx context.Context, w outputs, args []string) error {
	f, dir := officeFlags()
	none := f.Bool("none", false, "")
	if err := f.read(w, args, 0, len(args)); err != nil {
		return err
	}
	q := service.Request{Do: "addresses"}
	if *none || f.NArg() > 0 {
		q = service.Request{Do: "addresses.set", Addresses: f.Args()}
	}
	if *none && f.NArg() > 0 {
		return usageError{"--none va sans adresse"}
	}
	r, err := service.Ask(ctx, *dir, q)
	if err != nil {
		return err
	}
	if len(r.Addresses) == 0 {
		_, err = fmt.Fprintln(w.out, "Les postes ne connaissent que l'adresse qui y a été tapée.")
		return err
	}
	_, err = fmt.Fprintf(w.out, "Les postes trouvent le bureau à %s.\n", strings.Join(r.Addresses, ", "))
	return err
}
