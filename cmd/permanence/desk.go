//go:build !office

package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"
)

// runDesk opens the workstation and stays until its window is closed, or, without
// one, until it is told to stop.
func runDesk(ctx context.Context, w outputs, args []string) error {
	f := flags("desk")
	var o stationOptions
	f.StringVar(&o.dir, "data", defaultDir(), "")
	f.StringVar(&o.mic, "mic", "", "")
	f.StringVar(&o.ear, "ear", "", "")
	headless := f.Bool("headless", false, "")
	if err := parse(f, w, args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return usageError{"« " + f.Arg(0) + " » n'est pas attendu ici"}
	}
	if *headless {
		return runHeadless(ctx, o, w)
	}
	if err := needDisplay(); err != nil {
		return err
	}
	s, err := openStation(ctx, o, w.err)
	if err != nil {
		showFailure(sentence(err))
		return err
	}
	return errors.Join(showWindow(ctx, s), s.close())
}

func runHeadless(ctx context.Context, o stationOptions, w outputs) error {
	s, err := openStation(ctx, o, w.err)
	if err != nil {
		return err
	}
	<-ctx.Done()
	return s.close()
}

// logLimit is the size at which the log of a desk begins anew; one older file is
// kept beside it.
const logLimit = 4 << 20

// openLog writes the desk's log into its folder; warnings go to the terminal too.
// The log never holds passwords, and header values reach it escaped by slog.
func openLog(dir string, terminal io.Writer) (*slog.Logger, io.Closer, error) {
	path := filepath.Join(dir, "permanence.log")
	if info, err := os.Stat(path); err == nil && info.Size() > logLimit {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, nil, err
		}
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, err
	}
	return slog.New(slog.NewMultiHandler(
		slog.NewTextHandler(file, &slog.HandlerOptions{Level: slog.LevelInfo}),
		slog.NewTextHandler(terminal, &slog.HandlerOptions{Level: slog.LevelError}),
	)), file, nil
}

// closeWithin bounds the end: a server that does not answer must not keep the
// program from closing.
const closeWithin = 8 * time.Second
