package service

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"sync"
	"time"

	"permanence/store/office"
	"permanence/store/shared"
)

// ledgerName is the file of what must outlive a back-up that is put back.
const ledgerName = "erased.jsonl"

// keepEvery is how often the ledger is brought up to date. It is as well whenever a
// back-up is made or put back, and at the end.
const keepEvery = 10 * time.Second

// paired is the kind of a ledger's line that names a desk, from its pairing on.
const paired shared.Kind = "paired"

// ledger is a file with one line for each row that was erased, for each desk that was
// paired, and for each that was revoked (of the kind "desk"). It only grows.
type ledger struct {
	path string
	mu   sync.Mutex
}

// keepLedger follows an office until ctx ends.
func (s *Service) keepLedger(ctx context.Context, in *opened) {
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := s.ledger.keep(ctx, in); err != nil && ctx.Err() == nil {
				s.o.Log.Error("service: writing the list of what was erased", "err", err)
			}
		}
	}
}

// keep adds what the office has erased and the ledger does not have.
func (l *ledger) keep(ctx context.Context, in *opened) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	have, err := l.read()
	if err != nil {
		return err
	}
	known := map[office.Erasure]bool{}
	for _, e := range have {
		known[e] = true
	}
	want, err := in.worthKeeping(ctx)
	if err != nil {
		return err
	}
	var missing []office.Erasure
	for _, e := range want {
		if !known[e] {
			missing = append(missing, e)
		}
	}
	return l.add(missing)
}

// worthKeeping lists what was erased, who was paired and who was revoked.
func (in *opened) worthKeeping(ctx context.Context) ([]office.Erasure, error) {
	list, err := in.office.Erased(ctx)
	if err != nil {
		return nil, err
	}
	st, err := in.office.Status(ctx)
	for _, d := range st.Desks {
		list = append(list, office.Erasure{Kind: paired, ID: d.ID})
		if !d.Revoked.IsZero() {
			list = append(list, office.Erasure{Kind: shared.Desk, ID: d.ID})
		}
	}
	return list, err
}

// read reads the ledger. A line that a power cut left half written is left aside: the
// database still had what it said, and it was written again.
func (l *ledger) read() ([]office.Erasure, error) {
	f, err := os.Open(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var list []office.Erasure
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var e office.Erasure
		if json.Unmarshal(lines.Bytes(), &e) == nil && e.ID != "" {
			list = append(list, e)
		}
	}
	return list, lines.Err()
}

// add writes at the end of the file, and returns when it is on the disk.
func (l *ledger) add(list []office.Erasure) error {
	if len(list) == 0 {
		return nil
	}
	f, err := os.OpenFile(l.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	var text []byte
	for _, e := range list {
		line, err := json.Marshal(e)
		if err != nil {
			return errors.Join(err, f.Close())
		}
		// Each begins on a line of its own, whatever the last one was left like.
		text = append(append(append(text, '\n'), line...), '\n')
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}
