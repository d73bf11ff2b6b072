package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"

	"permanence/clients"
	"permanence/phone"
)

// KeepSound lists a sound whose file is complete, or tells something else of a
// listed one. The error is ErrNoSound when the file is not there.
//
// A recording without a length is listed when it begins: if the program is cut off
// before the length is told, the next start finds it.
//
// What the law asks of recorded conversations holds here whatever the rest of the
// program believes: none is listed without a date within MaxRecordingDays, and
// none of a client of the health sector.
func (s *Store) KeepSound(ctx context.Context, sound clients.Sound) error {
	if err := checkSound(sound); err != nil {
		return err
	}
	if err := s.hasSound(sound.ID); err != nil && !(sound.Length == 0 && s.beingWritten(sound.ID)) {
		return err
	}
	return s.write(ctx, "listing a sound", func(tx *sql.Tx) error {
		if err := mayRecord(ctx, tx, sound); err != nil {
			return err
		}
		return putSound(ctx, tx, sound, `ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, call = excluded.call,
			made = excluded.made, delete_on = excluded.delete_on, body = excluded.body`)
	})
}

// putSound writes the row of a sound; listed says what becomes of one that is there.
func putSound(ctx context.Context, tx *sql.Tx, s clients.Sound, listed string) error {
	body, err := json.Marshal(s)
	if err != nil {
		return refuse(codeBadChange, "sound %s: %v", s.ID, err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO sound (id, kind, call, made, delete_on, body) VALUES (?, ?, ?, ?, ?, ?) `+listed,
		s.ID, s.Kind, s.Call, micros(s.Made), micros(s.DeleteOn), string(body))
	return err
}

func checkSound(s clients.Sound) error {
	switch {
	case !isSoundID(s.ID):
		return refuse(codeBadChange, "%q is not the ID of a sound", string(s.ID))
	case s.Made.IsZero():
		return refuse(codeBadChange, "sound %s was never made", s.ID)
	}
	switch s.Kind {
	case clients.SoundGreeting, clients.SoundName, clients.SoundMusic, clients.SoundWait,
		clients.SoundMachine, clients.SoundNotice, clients.SoundMessage:
		return nil
	case clients.SoundCall:
		return checkDate(s)
	}
	return refuse(codeBadChange, "sound %s is of no kind: %q", s.ID, s.Kind)
}

// checkDate asks of a recorded conversation that it be deleted in time. The days
// count from its end, and it was made at its beginning: one day more is allowed.
func checkDate(s clients.Sound) error {
	if s.DeleteOn.IsZero() || s.DeleteOn.After(s.Made.AddDate(0, 0, clients.MaxRecordingDays+1)) {
		return refuse(codeBadChange, "recording %s would be kept longer than %d days", s.ID, clients.MaxRecordingDays)
	}
	return nil
}

// mayRecord refuses a recorded conversation of a client of the health sector.
func mayRecord(ctx context.Context, tx *sql.Tx, s clients.Sound) error {
	if s.Kind != clients.SoundCall {
		return nil
	}
	var health bool
	err := tx.QueryRowContext(ctx, `SELECT coalesce(body ->> 'health', 0) FROM client WHERE id = ?`, s.Client).Scan(&health)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil && health {
		err = refuse(codeBadChange, "client %s is of the health sector: recording %s is not kept", s.Client, s.ID)
	}
	return err
}

// OpenMessage opens what a caller left on an answering machine. Any other sound is
// ErrNoSound: recorded conversations are played on this desk and go nowhere.
func (s *Store) OpenMessage(ctx context.Context, id phone.SoundID) (io.ReadCloser, error) {
	var kind clients.SoundKind
	err := s.reader.QueryRowContext(ctx, `SELECT kind FROM sound WHERE id = ?`, id).Scan(&kind)
	if errors.Is(err, sql.ErrNoRows) || err == nil && kind != clients.SoundMessage {
		return nil, noSound(id)
	}
	if err != nil {
		return nil, failed("opening a message", err)
	}
	return s.OpenSound(id)
}

// DropSound deletes a sound, its file first: a file that cannot be deleted stays
// listed, to be tried again. One that is not there is a success.
func (s *Store) DropSound(ctx context.Context, id phone.SoundID) error {
	if !isSoundID(id) {
		return nil
	}
	return s.write(ctx, "deleting a sound", func(tx *sql.Tx) error { return s.dropSound(ctx, tx, id) })
}

func (s *Store) dropSound(ctx context.Context, tx *sql.Tx, id phone.SoundID) error {
	if err := s.dropSoundFile(id); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM sound WHERE id = ?`, id)
	return err
}

// CallSounds lists what was recorded of a call, the oldest first.
func (s *Store) CallSounds(ctx context.Context, call phone.CallID) ([]clients.Sound, error) {
	if call == "" {
		return nil, nil
	}
	rows, err := s.reader.QueryContext(ctx, `SELECT body FROM sound WHERE call = ? ORDER BY made, id`, call)
	list, err := collect(rows, err, scanJSON[clients.Sound])
	return list, failed("listing the sounds of a call", err)
}

// soundsOf names what was recorded of a call, the oldest first.
func soundsOf(ctx context.Context, tx *sql.Tx, call phone.CallID) ([]phone.SoundID, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM sound WHERE call = ? ORDER BY made, id`, call)
	return collect(rows, err, func(r *sql.Rows) (id phone.SoundID, err error) { return id, r.Scan(&id) })
}

// spoken is the condition for sounds that belong to clients' cards: all but
// callers' voices.
const spoken = `kind NOT IN ('message', 'call')`

// loadSpoken lists the sounds of clients' cards, the oldest first.
func loadSpoken(ctx context.Context, tx *sql.Tx) ([]clients.Sound, error) {
	rows, err := tx.QueryContext(ctx, `SELECT body FROM sound WHERE `+spoken+` ORDER BY made, id`)
	return collect(rows, err, scanJSON[clients.Sound])
}
