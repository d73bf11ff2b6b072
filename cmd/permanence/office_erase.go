package main

import (
	"context"
	"fmt"

	"permanence/clients"
	"permanence/store/office/service"
)

// officeErase erases for good.
func officeErase(ctx context.Context, w outputs, args []string) error {
	f, dir := officeFlags()
	yes := f.Bool("yes", false, "")
	if err := f.read(w, args, 2, 2); err != nil {
		return err
	}
	what := clients.Erase{Kind: f.Arg(0), ID: clients.ID(f.Arg(1))}
	if !*yes {
		return usageError{"rien n'est effacé : ce qui l'est ne revient jamais, d'un client tout part avec lui ; ajoutez --yes"}
	}
	if _, err := service.Ask(ctx, *dir, service.Request{Do: "erase", Erase: what}); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w.out, "Effacé. Les postes l'effacent dès qu'ils sont à jour, et aucune sauvegarde remise en place ne le ramène.")
	return err
}
