package store

import (
	"context"
	"database/sql"
	"time"

	"permanence/clients"
	"permanence/ui/desk"
)

// Load reads what a desk begins with. Calls that were alive when the program
// last died are ended in the journal first; a disk that cannot be written does
// not keep the desk from reading, so they are then ended at the next start.
func (s *Store) Load(ctx context.Context, now time.Time) (desk.Snapshot, error) {
	ended, err := s.closeInterrupted(ctx, now)
	if err != nil && !hasCode(err, codeDiskFull, codeReadOnly) {
		return desk.Snapshot{}, err
	}
	var snap desk.Snapshot
	err = s.read(ctx, "loading", func(tx *sql.Tx) error {
		if snap, err = snapshot(ctx, tx); err != nil {
			return err
		}
		snap.CutOff, err = s.loadCutOff(ctx, tx)
		return err
	})
	snap.Interrupted = len(ended)
	return snap, err
}

func snapshot(ctx context.Context, tx *sql.Tx) (snap desk.Snapshot, err error) {
	if snap.Settings, err = loadSettings(ctx, tx); err != nil {
		return snap, err
	}
	if snap.Operator, err = loadOperator(ctx, tx, snap.Settings.Operator); err != nil {
		return snap, err
	}
	if snap.Clients, err = loadClients(ctx, tx); err != nil {
		return snap, err
	}
	if snap.Drafts, err = loadDrafts(ctx, tx); err != nil {
		return snap, err
	}
	if snap.History, err = loadHistory(ctx, tx); err != nil {
		return snap, err
	}
	if snap.Sounds, err = loadSpoken(ctx, tx); err != nil {
		return snap, err
	}
	snap.Outbox, err = loadOutbox(ctx, tx)
	return snap, err
}

// Sounds lists the sounds of clients' cards, the oldest first. Callers' voices are
// not among them.
func (s *Store) Sounds(ctx context.Context) ([]clients.Sound, error) {
	var list []clients.Sound
	err := s.read(ctx, "listing the sounds", func(tx *sql.Tx) (err error) {
		list, err = loadSpoken(ctx, tx)
		return err
	})
	return list, err
}

// Clients lists all clients by name, archived ones included.
func (s *Store) Clients(ctx context.Context) ([]clients.Client, error) {
	var list []clients.Client
	err := s.read(ctx, "reading the clients", func(tx *sql.Tx) (err error) {
		list, err = loadClients(ctx, tx)
		return err
	})
	return list, err
}

func loadClients(ctx context.Context, tx *sql.Tx) ([]clients.Client, error) {
	rows, err := tx.QueryContext(ctx, `SELECT seq, body FROM client ORDER BY sort, id`)
	return collect(rows, err, scanClient)
}

// Client reads a client's card.
func (s *Store) Client(ctx context.Context, id clients.ID) (clients.Client, error) {
	return one(ctx, s, "client", id, `SELECT seq, body FROM client WHERE id = ?`, scanClient)
}

// one reads a single row, or says that it is not there.
func one[T any](ctx context.Context, s *Store, kind string, id clients.ID, query string, scan func(*sql.Rows) (T, error)) (T, error) {
	var none T
	rows, err := s.reader.QueryContext(ctx, query, id)
	list, err := collect(rows, err, scan)
	if err != nil {
		return none, failed("reading a "+kind, err)
	}
	if len(list) == 0 {
		return none, notFound(kind, id)
	}
	return list[0], nil
}

// Operators lists all operators in the order in which they were made or changed.
func (s *Store) Operators(ctx context.Context) ([]clients.Operator, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT body FROM operator ORDER BY seq`)
	list, err := collect(rows, err, scanJSON[clients.Operator])
	return list, failed("reading the operators", err)
}

// loadOperator reads the operator that the settings name, else the first one
// that was made. It is zero when there is none.
func loadOperator(ctx context.Context, tx *sql.Tx, id clients.ID) (clients.Operator, error) {
	rows, err := tx.QueryContext(ctx, `SELECT body FROM operator ORDER BY id = ? DESC, seq LIMIT 1`, id)
	list, err := collect(rows, err, scanJSON[clients.Operator])
	if err != nil || len(list) == 0 {
		return clients.Operator{}, err
	}
	return list[0], nil
}

// loadHistory reads the newest calls, each with its message and how that stands.
func loadHistory(ctx context.Context, tx *sql.Tx) ([]desk.Entry, error) {
	return listed(ctx, tx, "", until(time.Time{}), desk.HistoryLimit)
}

// Appointments lists the appointments of a client that have a moment in
// [from, to), in the order of their beginnings, without the cancelled ones.
func (s *Store) Appointments(ctx context.Context, client clients.ID, from, to time.Time) ([]clients.Appointment, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT seq, body FROM appointment
		WHERE client = ? AND cancelled = 0 AND start < ? AND stop > ? ORDER BY start, id`, client, micros(to), micros(from))
	list, err := collect(rows, err, scanAppointment)
	return list, failed("reading the agenda", err)
}
