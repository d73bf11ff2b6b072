package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"permanence/clients"
	"permanence/store/shared"
	"permanence/ui/desk"
)

// SaveDraft keeps a message being typed, in place of what was kept of the same
// ticket. A draft whose message was taken meanwhile is not brought back; one whose message
// or client was erased is refused.
func (s *Store) SaveDraft(ctx context.Context, d desk.SavedDraft) error {
	body, err := json.Marshal(d)
	if err != nil {
		return refuse(codeBadChange, "draft: %v", err)
	}
	return s.write(ctx, "saving a draft", func(tx *sql.Tx) error {
		erased, err := (&statements{tx: tx}).found(ctx, `SELECT 1 FROM other WHERE gone = 1
			AND (kind = 'message' AND id = ?1 OR kind = 'client' AND id IN (?2, ?3))`, d.Message.ID, d.Message.Client, d.Client)
		if erased {
			return refuse(shared.CodeNotFound, "draft %q is of somebody who was erased", d.Ticket)
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO draft (ticket, message, opened, saved, body)
			SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM message WHERE id = ?2)
			ON CONFLICT (ticket) DO UPDATE SET message = excluded.message, saved = excluded.saved, body = excluded.body`,
			d.Ticket, d.Message.ID, micros(d.Opened), micros(d.SavedAt), string(body))
		return err
	})
}

// DropDraft forgets a draft; one that is not there is no error.
func (s *Store) DropDraft(ctx context.Context, ticket clients.ID) error {
	return s.write(ctx, "dropping a draft", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM draft WHERE ticket = ?`, ticket)
		return err
	})
}

// loadDrafts lists the drafts, the oldest ticket first.
func loadDrafts(ctx context.Context, tx *sql.Tx) ([]desk.SavedDraft, error) {
	rows, err := tx.QueryContext(ctx, `SELECT body FROM draft ORDER BY opened, ticket`)
	return collect(rows, err, scanJSON[desk.SavedDraft])
}

// SaveSettings keeps the settings of this desk.
func (s *Store) SaveSettings(ctx context.Context, settings desk.Settings) error {
	return s.write(ctx, "saving the settings", func(tx *sql.Tx) error { return saveSettings(ctx, tx, settings) })
}

func saveSettings(ctx context.Context, tx *sql.Tx, settings desk.Settings) error {
	body, err := json.Marshal(settings)
	if err != nil {
		return refuse(codeBadChange, "settings: %v", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO settings (one, body) VALUES (1, ?)
		ON CONFLICT (one) DO UPDATE SET body = excluded.body`, string(body))
	return err
}

// Settings reads the settings of this desk, zero when none were saved.
func (s *Store) Settings(ctx context.Context) (desk.Settings, error) {
	var settings desk.Settings
	err := s.read(ctx, "reading the settings", func(tx *sql.Tx) (err error) {
		settings, err = loadSettings(ctx, tx)
		return err
	})
	return settings, err
}

func loadSettings(ctx context.Context, tx *sql.Tx) (desk.Settings, error) {
	var settings desk.Settings
	var body []byte
	err := tx.QueryRowContext(ctx, `SELECT body FROM settings`).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return settings, nil
	}
	if err != nil {
		return settings, err
	}
	return settings, json.Unmarshal(body, &settings)
}
