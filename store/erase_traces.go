package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"permanence/clients"
	"permanence/phone"
	"permanence/store/shared"
	"permanence/ui/desk"
)

// traces are what the desk's own tables and files may have of what one transaction
// erased.
type traces struct {
	clients []clients.ID
	calls   []phone.CallID  // in which erased messages were taken
	sounds  []phone.SoundID // that callers left with them
}

// trace notes where else this desk has something of a row, before the row goes: it lies
// in its table, or under what this desk made of it.
func (r *rows) trace(ctx context.Context, kind shared.Kind, id clients.ID) error {
	switch kind {
	case shared.Client:
		r.traces.clients = append(r.traces.clients, id)
	case shared.Message:
		list, err := r.query(ctx, `SELECT call, coalesce(body ->> 'sound', '') FROM message WHERE id = ?1
			UNION SELECT coalesce(row ->> '$.body.call', ''), coalesce(row ->> '$.body.sound', '') FROM base
			WHERE kind = 'message' AND id = ?1 AND row IS NOT NULL`, id)
		_, err = collect(list, err, r.traces.scan)
		return err
	}
	return nil
}

func (t *traces) scan(s *sql.Rows) (struct{}, error) {
	var call phone.CallID
	var sound phone.SoundID
	err := s.Scan(&call, &sound)
	if call != "" {
		t.calls = append(t.calls, call)
	}
	if isSoundID(sound) {
		t.sounds = append(t.sounds, sound)
	}
	return struct{}{}, err
}

// sweep sees to it, before the commit, that what was erased is nowhere else on this
// desk: after a crash nobody would know what is left to be done.
func (r *rows) sweep(ctx context.Context) error {
	if !r.scrubbed {
		return nil
	}
	if err := r.sweepCalls(ctx); err != nil {
		return err
	}
	if err := r.sweepSounds(ctx); err != nil {
		return err
	}
	if err := r.store.dropCopies(); err != nil {
		return err
	}
	if err := r.sweepIndex(ctx); err != nil {
		return err
	}
	return r.exec(ctx, owing)
}

// callsErased are the calls of erased messages (?1) and clients (?2).
const callsErased = `SELECT id FROM call
	WHERE id IN (SELECT value FROM json_each(?1)) OR client IN (SELECT value FROM json_each(?2))`

// The parts of an entry that tell of a person.
const (
	ofCaller = `'$.Number', '$.Name', '$.Diversions', '$.TransferredTo', '$.Shown'`
	ofClient = ofCaller + `, '$.ClientName'`
)

// sweepCalls takes callers out of the journal: that there was a call stays.
func (r *rows) sweepCalls(ctx context.Context) error {
	of, gone := texts(r.traces.calls), texts(r.traces.clients)
	rows, err := r.query(ctx, callsErased, of, gone)
	ids, err := collect(rows, err, func(s *sql.Rows) (id phone.CallID, err error) { return id, s.Scan(&id) })
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := r.forgetCallers(ctx, of, gone); err != nil {
		return err
	}
	for _, change := range []struct{ query, calls, clients string }{
		{`UPDATE journal SET raw = NULL, entry = json_remove(entry, ` + ofCaller + `)`, of, `[]`},
		{`UPDATE journal SET raw = NULL, entry = json_remove(entry, ` + ofClient + `)`, `[]`, gone},
	} {
		if err := r.exec(ctx, change.query+` WHERE call IN (`+callsErased+`)`, change.calls, change.clients); err != nil {
			return err
		}
	}
	err = r.exec(ctx, `UPDATE call SET number = '', name = '', entry = CASE WHEN client IN (SELECT value FROM json_each(?2))
		THEN json_remove(entry, `+ofClient+`) ELSE json_remove(entry, `+ofCaller+`) END WHERE id IN (`+callsErased+`)`, of, gone)
	for _, id := range ids {
		if err == nil {
			err = r.relist(ctx, id)
		}
	}
	if err != nil {
		return err
	}
	return r.exec(ctx, `INSERT INTO listed_search (listed_search) VALUES ('optimize')`)
}

// relist has a call be found by no more than what is left of it.
func (r *rows) relist(ctx context.Context, id phone.CallID) error {
	c, err := loadCall(ctx, r.tx, id)
	if err != nil {
		return err
	}
	return c.list(ctx, r.tx)
}

// forgetCallers takes those out of the search who are known from no other call.
func (r *rows) forgetCallers(ctx context.Context, calls, gone string) error {
	found, err := r.query(ctx, `SELECT DISTINCT number FROM call WHERE number <> '' AND id IN (`+callsErased+`)
		EXCEPT SELECT number FROM call WHERE id NOT IN (`+callsErased+`)`, calls, gone)
	numbers, err := collect(found, err, func(s *sql.Rows) (n phone.Number, err error) { return n, s.Scan(&n) })
	for _, n := range numbers {
		if err == nil {
			err = indexer{ctx: ctx, db: r}.remove(desk.HitCaller, string(n))
		}
	}
	return err
}

// sweepSounds deletes what callers left, what was recorded of their calls, and the
// voices of clients who are gone, but none that another client's card names.
func (r *rows) sweepSounds(ctx context.Context) error {
	found, err := r.query(ctx, `SELECT value FROM json_each(?1) UNION SELECT id FROM sound
		WHERE call <> '' AND call IN (SELECT value FROM json_each(?2)) OR body ->> 'client' IN (SELECT value FROM json_each(?3))`,
		texts(r.traces.sounds), texts(r.traces.calls), texts(r.traces.clients))
	ids, err := collect(found, err, func(s *sql.Rows) (id phone.SoundID, err error) { return id, s.Scan(&id) })
	if err != nil || len(ids) == 0 {
		return err
	}
	cards, err := loadClients(ctx, r.tx)
	if err != nil {
		return err
	}
	used := map[phone.SoundID]bool{}
	for i := range cards {
		for _, id := range cards[i].Voice.Sounds() {
			used[id] = true
		}
	}
	for _, id := range ids {
		if used[id] {
			continue
		}
		if err := r.dropSound(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func (r *rows) dropSound(ctx context.Context, id phone.SoundID) error {
	if err := r.store.dropSoundFile(id); err != nil {
		return err
	}
	return errors.Join(r.exec(ctx, `DELETE FROM sound WHERE id = ?`, id), r.exec(ctx, `DELETE FROM given WHERE sound = ?`, id))
}

// dropCopies deletes the copies that were made before migrations: they have everything
// that was erased since.
func (s *Store) dropCopies() error {
	files, err := os.ReadDir(s.dir)
	if err != nil {
		return failed("looking for copies", err)
	}
	for _, f := range files {
		if !strings.HasPrefix(f.Name(), copyPrefix) {
			continue
		}
		if err := unlink(filepath.Join(s.dir, f.Name())); err != nil {
			return failed("deleting a copy", err)
		}
	}
	return nil
}

// texts is a list of texts as one argument, for json_each.
func texts[T ~string](list []T) string {
	if len(list) == 0 {
		return `[]`
	}
	b, _ := json.Marshal(list) // texts can be written
	return string(b)
}
