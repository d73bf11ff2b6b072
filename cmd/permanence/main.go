// Permanence is the workstation of the télésecrétaire: one binary with the
// telephone, the clients' cards, their agendas and the messages. This package
// wires the others together; it is the only one that imports them all.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // clients' agendas need their zones on machines that have none

	"permanence/ui/control"
)

// version is stamped by the linker.
var version = "dev"

// command is one word after the program's name.
type command struct {
	name    string
	args    string // what follows it
	summary string // one line, for the list
	help    string // the whole text of `permanence help NAME`; summary when empty
	run     func(ctx context.Context, w outputs, args []string) error
}

// outputs are where a command writes: what was asked for, and remarks.
type outputs struct {
	out io.Writer
	err io.Writer
}

// Exit codes: 1 when something could not be done, 2 when the call was wrong, 3
// when no desk is open to do it.
const (
	exitFailed = 1
	exitUsage  = 2
	exitNoDesk = 3
)

// usageError is a call with the wrong words.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, outputs{os.Stdout, os.Stderr}, os.Args[1:]))
}

func run(ctx context.Context, w outputs, args []string) int {
	err := dispatchCommand(ctx, w, args)
	var usage usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(w.err, "permanence : %s\nVoir « permanence help ».\n", usage.text)
		return exitUsage
	}
	fmt.Fprintln(w.err, "permanence : "+sentence(err))
	if errors.Is(err, control.ErrNoDesk) {
		return exitNoDesk
	}
	return exitFailed
}

func dispatchCommand(ctx context.Context, w outputs, args []string) error {
	all := commands()
	if len(args) == 0 || (args[0] != "" && args[0][0] == '-' && !asksHelp(args[0])) {
		return all[0].run(ctx, w, args)
	}
	if args[0] == "help" || asksHelp(args[0]) {
		return runHelp(w, args[1:])
	}
	for _, c := range all {
		if c.name == args[0] {
			return c.run(ctx, w, args[1:])
		}
	}
	return usageError{fmt.Sprintf("commande inconnue « %s »", args[0])}
}

func asksHelp(arg string) bool { return arg == "-h" || arg == "-help" || arg == "--help" }

func runVersion(_ context.Context, w outputs, _ []string) error {
	_, err := fmt.Fprintln(w.out, "permanence", version)
	return err
}

// flags prepares a command's options; parse reports a wrong one as a usageError.
func flags(name string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	return f
}

func parse(f *flag.FlagSet, w outputs, args []string) error {
	err := f.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return errors.Join(runHelp(w, []string{f.Name()}), flag.ErrHelp)
	}
	if err != nil {
		return usageError{err.Error()}
	}
	return nil
}
