package main

import (
	"context"
	"encoding/json"
	"errors"

	"permanence/ui/control"
)

// runCtl drives the running desk.
func runCtl(ctx context.Context, w outputs, args []string) error {
	f := flags("ctl")
	dir := f.String("data", defaultDir(), "")
	if err := parse(f, w, args); err != nil {
		return err
	}
	if f.NArg() == 0 {
		return usageError{"ctl demande une action"}
	}
	if f.Arg(0) == "watch" {
		return watch(ctx, w, *dir)
	}
	r, err := ctlRequest(f.Arg(0), f.Arg(1))
	if err != nil {
		return err
	}
	reply, err := control.Ask(*dir, r)
	if errors.Is(err, control.ErrNoDesk) {
		return err
	}
	out := json.NewEncoder(w.out)
	out.SetIndent("", "  ")
	if reply.Status != nil {
		return errors.Join(err, out.Encode(reply.Status))
	}
	return errors.Join(err, out.Encode(reply))
}

// ctlRequest reads an action and its argument.
func ctlRequest(action, arg string) (control.Request, error) {
	r := control.Request{Do: action}
	switch action {
	case "status":
	case "answer", "reject", "hangup", "hold", "resume":
		r.Call = arg
	case "dial":
		r.Number = arg
	case "dtmf":
		r.Digits = arg
	default:
		return r, usageError{"action inconnue « " + action + " »"}
	}
	if (action == "dial" || action == "dtmf") && arg == "" {
		return r, usageError{action + " demande un argument"}
	}
	return r, nil
}

// watch prints what happens until the desk closes or the user interrupts.
func watch(ctx context.Context, w outputs, dir string) error {
	done := make(chan error, 1)
	go func() { done <- control.Watch(dir, w.out) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return nil
	}
}
