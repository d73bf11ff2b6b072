//go:build !office

package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"

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
	r, err := ctlRequest(f.Arg(0), f.Args()[1:])
	if err != nil {
		return err
	}
	if r.Do == "login" {
		if r.Password, err = askPassword(w, "Mot de passe de "+r.Name); err != nil {
			return err
		}
	}
	reply, err := control.Ask(*dir, r)
	if errors.Is(err, control.ErrNoDesk) {
		return err
	}
	return errors.Join(err, printReply(w.out, reply))
}

// printReply prints what was asked for, or else the reply itself.
func printReply(w io.Writer, r control.Reply) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	switch {
	case r.Status != nil:
		return out.Encode(r.Status)
	case r.Calls != nil:
		return out.Encode(r.Calls)
	case r.Record != nil:
		return out.Encode(r.Record)
	}
	return out.Encode(r)
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
