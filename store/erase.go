package store

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"

	"permanence/clients"
	"permanence/phone"
	"permanence/store/shared"
	"permanence/ui/desk"
)

// tableOf names the table in which the rows of a kind lie; the others share one.
var tableOf = map[shared.Kind]string{
	shared.Operator: "operator", shared.Client: "client", shared.Message: "message", shared.Appointment: "appointment",
	shared.Delivery: "delivery", shared.Change: "change", shared.Conflict: "conflict", shared.Lease: "lease",
}

// kinds are those with a table of their own, in a settled order.
func kinds() []shared.Kind { return slices.Sorted(maps.Keys(tableOf)) }

// remove takes a row out of its table and out of the search, as if it had never been.
func (r *rows) remove(ctx context.Context, kind shared.Kind, id clients.ID) error {
	err := r.unfind(ctx, kind, id)
	if table, ok := tableOf[kind]; ok && err == nil {
		err = r.exec(ctx, `DELETE FROM `+table+` WHERE id = ?`, id)
	}
	if err != nil {
		return err
	}
	return r.exec(ctx, `DELETE FROM other WHERE kind = ? AND id = ?`, kind, id)
}

func (r *rows) unfind(ctx context.Context, kind shared.Kind, id clients.ID) error {
	x := indexer{ctx: ctx, db: r}
	switch kind {
	case shared.Client:
		return r.exec(ctx, `DELETE FROM did WHERE client = ?`, id)
	case shared.Appointment:
		return x.remove(desk.HitAppointment, string(id))
	case shared.Message:
		if err := r.forgetCaller(ctx, id); err != nil {
			return err
		}
		return x.remove(desk.HitMessage, string(id))
	}
	return nil
}

// forgetCaller takes a caller out of the search whose name is known from this message.
func (r *rows) forgetCaller(ctx context.Context, message clients.ID) error {
	var number phone.Number
	var name string
	err := r.row(ctx, `SELECT number, coalesce(body ->> 'name', '') FROM message WHERE id = ?`, message).Scan(&number, &name)
	if errors.Is(err, sql.ErrNoRows) || err == nil && number == "" {
		return nil
	}
	if err != nil {
		return err
	}
	named, err := r.found(ctx, `SELECT 1 FROM found WHERE kind = ? AND ref = ? AND title = ?`, desk.HitCaller, number, name)
	if err != nil || !named {
		return err
	}
	return indexer{ctx: ctx, db: r}.remove(desk.HitCaller, string(number))
}

// namesOnly are the mutations that name a row and tell nothing of it: that it is to be
// erased, and that an operator has a right to it. They stay when it is erased: the office
// may have to be brought them again, and her other rights with them.
const namesOnly = `'erase.v1', 'operator.save.v1'`

// ofErased is what is pending and tells of something that was erased.
const ofErased = `body ->> 'name' NOT IN (` + namesOnly + `) AND EXISTS (
	SELECT 1 FROM other WHERE gone = 1 AND kind IN ('message', 'appointment', 'client', 'conflict') AND instr(pending.body, other.id) > 0)`

// Scrub takes every trace of a row that is being erased out of what lies beside the
// rows. What this desk has still to tell the office stays.
func (r *rows) Scrub(ctx context.Context, kind shared.Kind, id clients.ID) error {
	r.scrubbed = true
	for _, query := range []string{
		`DELETE FROM draft WHERE message = ?1 OR body ->> '$.Client' = ?1 OR body ->> '$.Message.client' = ?1`,
		`DELETE FROM receipt WHERE lease = ?`,
		`DELETE FROM change WHERE row = ?`,
		`DELETE FROM pending WHERE told = 1 AND body ->> 'name' NOT IN (` + namesOnly + `) AND instr(body, ?) > 0`,
		// The number stays taken, and the UUID known.
		`UPDATE mutation SET args = '{}' WHERE name NOT IN (` + namesOnly + `) AND instr(args, ?) > 0`,
	} {
		if err := r.exec(ctx, query, id); err != nil {
			return err
		}
	}
	return nil
}

// sweepIndex makes the full-text indexes anew after something was erased: until then
// they keep the words of what is no longer there.
func (r *rows) sweepIndex(ctx context.Context) error {
	for _, index := range []string{"search", "client_search"} {
		if err := r.exec(ctx, `INSERT INTO `+index+` (`+index+`) VALUES ('optimize')`); err != nil {
			return err
		}
	}
	return nil
}

// The file's user_version says whether bytes of what was erased may still be in it.
const (
	owing = `PRAGMA user_version = 1`
	clean = `PRAGMA user_version = 0`
)

// scour takes the bytes of what was erased out of the files, if there are any: secure_delete
// overwrites a row where it lies, but not the copies that stay in the gaps of pages when
// SQLite moves rows to others. So the file is written anew, and then the write-ahead log
// emptied. What cannot be done now, because the disk is full or somebody reads, is done
// after the next change or at the next start; and again with the last page of a pull.
func (s *Store) scour(ctx context.Context) {
	var owes, behind, busy, pages, moved int
	err := s.writer.QueryRowContext(ctx, `SELECT user_version, behind FROM pragma_user_version, membership`).Scan(&owes, &behind)
	if err == nil && owes != 0 {
		_, err = s.writer.ExecContext(ctx, `VACUUM`)
	}
	if err == nil {
		err = s.writer.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved)
	}
	if err == nil && busy == 0 && owes != 0 && behind == 0 {
		_, err = s.writer.ExecContext(ctx, clean)
	}
	s.owing.Store(owes != 0 && (err != nil || busy != 0))
}
