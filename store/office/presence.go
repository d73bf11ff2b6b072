package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"permanence/clients"
	"permanence/store/shared/planted"
	"permanence/store/wire"
)

// Bounds of what a desk tells of itself.
const (
	maxDrafts = 20
	maxWords  = 200 // bytes of a name or a reason
	maxShown  = 10000
)

// standings are what a desk may say of itself; that it is lost others say.
var standings = []wire.Standing{wire.Here, wire.OnCall, wire.Away, wire.Off}

// tellPresence takes in what a desk tells of itself, and answers with everybody.
func (o *Office) tellPresence(w http.ResponseWriter, r *http.Request, v viewer) error {
	var q wire.PresenceRequest
	if err := read(r, w, maxPresence, &q); err != nil {
		return err
	}
	p := q.Presence
	if !slices.Contains(standings, p.Standing) || len(p.Drafts) > maxDrafts || len(p.Reason) > maxWords || len(q.Run) > maxWords ||
		p.Client != "" && !isName(string(p.Client)) {
		return refuse(http.StatusBadRequest, "bad-request", "no presence")
	}
	p.Desk, p.DeskName, p.Operator, p.Name = v.Desk, v.DeskName, v.Operator, v.card.Name
	if err := o.keepPresence(r.Context(), p, q); err != nil {
		return err
	}
	answer, err := o.presences(r.Context(), v)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, answer)
}

// keepPresence stores what a desk tells, and tells the others when it is news. The
// office says since when.
func (o *Office) keepPresence(ctx context.Context, p wire.Presence, q wire.PresenceRequest) error {
	now, news := o.Now(), false
	err := o.db.write(ctx, func(tx *sql.Tx) error {
		b := &beat{tx: tx, bureau: o.Bureau, now: now, p: p, run: q.Run, number: q.Beat}
		var err error
		if news, err = b.keep(ctx); err != nil {
			return err
		}
		lapsed, err := o.lapse(ctx, tx)
		if news = news || lapsed; err != nil || !news {
			return err
		}
		return o.db.engine.poke(ctx, tx, o.Bureau, newPresence)
	})
	if err == nil && news {
		o.hub.tell(newPresence)
	}
	return err
}

// beat is one telling of a desk's presence.
type beat struct {
	tx     *sql.Tx
	bureau string
	now    time.Time
	p      wire.Presence
	run    string // of the desk's program
	number int64  // of the beat in it; 0 of a desk that does not count
	news   bool
}

// keep stores the presence and its drafts, and reports whether others see a difference.
func (b *beat) keep(ctx context.Context) (news bool, err error) {
	late, err := exists(ctx, b.tx, `SELECT 1 FROM presence WHERE bureau = $1 AND desk = $2 AND run = $3 AND beat >= $4 AND beat > 0`,
		b.bureau, b.p.Desk, b.run, b.number)
	if err != nil || late {
		return false, err
	}
	drafts := b.p.Drafts
	b.p.Drafts = nil
	if err := b.keepStanding(ctx); err != nil {
		return false, err
	}
	if err := b.forgetDrafts(ctx, drafts); err != nil {
		return false, err
	}
	for _, d := range drafts {
		if err := b.keepDraft(ctx, d); err != nil {
			return false, err
		}
	}
	return b.news, nil
}

func (b *beat) keepStanding(ctx context.Context) error {
	var standing wire.Standing
	var since, heard, doubted int64
	var was string
	err := b.tx.QueryRowContext(ctx, `SELECT standing, since, heard, doubted, body FROM presence WHERE bureau = $1 AND desk = $2`,
		b.bureau, b.p.Desk).Scan(&standing, &since, &heard, &doubted, &was)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	b.p.Since = b.now
	if standing == b.p.Standing {
		b.p.Since = timeOf(since)
	}
	body, err := json.Marshal(b.p)
	if err != nil {
		return err
	}
	text := withoutNUL(string(body))
	b.news = text != was || b.now.Sub(timeOf(heard)) > wire.LostAfter || doubted != 0
	_, err = b.tx.ExecContext(ctx, `INSERT INTO presence (bureau, desk, standing, since, heard, doubted, body, run, beat)
		VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8)
		ON CONFLICT (bureau, desk) DO UPDATE SET standing = excluded.standing, since = excluded.since,
			heard = excluded.heard, doubted = excluded.doubted, body = excluded.body,
			run = excluded.run, beat = excluded.beat`,
		b.bureau, b.p.Desk, b.p.Standing, micros(b.p.Since), micros(b.now), text, b.run, b.number)
	return err
}

// forgetDrafts forgets those that the desk is done with: this run of its program told
// them and tells them no more, or somebody else has them safe, or the message is here.
// What an earlier run told and this one does not know was lost with a disk, and what was
// given to a desk that has not confirmed it may be nowhere else: both stay as orphans.
func (b *beat) forgetDrafts(ctx context.Context, still []wire.Draft) error {
	args := []any{b.bureau, b.p.Desk, b.run, ""}
	for _, d := range still {
		args = append(args, d.Ticket)
	}
	if err := b.letGo(ctx, still); err != nil {
		return err
	}
	untold := ` WHERE bureau = $1 AND desk = $2 AND ticket NOT IN (` + marks(4, len(args)-3) + `)`
	done := `granted = 0 AND (orphan = 0 AND run = $3 OR taken <> '') OR ` + finished
	if planted.Is(planted.OrphansGone) {
		done += ` OR run <> $3`
	}
	for _, query := range []string{
		`DELETE FROM draft` + untold + ` AND (` + done + `)`,
		`UPDATE draft SET orphan = 1` + untold + ` AND orphan = 0 AND (run <> $3 OR granted <> 0)`,
	} {
		result, err := b.tx.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		if b.news = b.news || n > 0; err != nil {
			return err
		}
	}
	return nil
}

// keepDraft stores a draft, unless it is of somebody who was erased. Who has taken the
// message over stays written down; the next message of the same ticket is nobody's.
func (b *beat) keepDraft(ctx context.Context, d wire.Draft) error {
	if !isName(string(d.Ticket)) {
		return refuse(http.StatusBadRequest, "bad-request", "no draft")
	}
	if erased, err := isErased(ctx, b.tx, b.bureau, d.Message.ID, d.Message.Client); erased || err != nil {
		return err
	}
	if err := b.confirm(ctx, d); err != nil {
		return err
	}
	before, was, err := b.draftBefore(ctx, d.Ticket)
	if err != nil {
		return err
	}
	d.Taken, d.Orphan, d.Since = "", false, b.now
	if was != "" && before.Talking == d.Talking {
		d.Since = before.Since
	}
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	text := withoutNUL(string(body))
	b.news = b.news || text != was
	_, err = b.tx.ExecContext(ctx, `INSERT INTO draft (bureau, desk, ticket, client, message, body, taken, told, run)
		VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8)
		ON CONFLICT (bureau, desk, ticket) DO UPDATE SET client = excluded.client, message = excluded.message,
			body = excluded.body, told = excluded.told, run = excluded.run, orphan = 0,
			granted = CASE WHEN draft.message = excluded.message THEN draft.granted ELSE 0 END,
			taken = CASE WHEN draft.message = excluded.message THEN draft.taken ELSE '' END`,
		b.bureau, b.p.Desk, d.Ticket, withoutNUL(string(d.Message.Client)), withoutNUL(string(d.Message.ID)), text, micros(b.now), b.run)
	return err
}

// draftBefore is a draft as the desk told it last, and as it is stored; "" of one that
// is new.
func (b *beat) draftBefore(ctx context.Context, ticket clients.ID) (d wire.Draft, body string, err error) {
	err = b.tx.QueryRowContext(ctx, `SELECT body FROM draft WHERE bureau = $1 AND desk = $2 AND ticket = $3`,
		b.bureau, b.p.Desk, ticket).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return d, "", nil
	}
	if err != nil {
		return d, "", err
	}
	d, err = readDraftBody(body, "")
	return d, body, err
}

// withoutNUL takes out what PostgreSQL cannot keep in a text.
func withoutNUL(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\x00", ""), `\u0000`, `\ufffd`)
}

// presences is everybody whom a viewer may see, by desk name.
func (o *Office) presences(ctx context.Context, v viewer) (wire.PresenceAnswer, error) {
	var answer wire.PresenceAnswer
	var foreign []wire.Draft
	err := o.db.read(ctx, func(tx *sql.Tx) (err error) {
		answer.Desks, foreign, err = o.seen(ctx, tx, v)
		return err
	})
	if err != nil {
		return answer, err
	}
	return answer, o.witness(ctx, v, foreign)
}

// seen lists the desks as a viewer may see them, and the drafts of others among them.
func (o *Office) seen(ctx context.Context, tx *sql.Tx, v viewer) (desks []wire.Presence, foreign []wire.Draft, err error) {
	if desks, err = o.everybody(ctx, tx); err != nil {
		return nil, nil, err
	}
	drafts, err := o.drafts(ctx, tx, v.Desk)
	if err != nil {
		return nil, nil, err
	}
	for i := range desks {
		p := &desks[i]
		if !v.card.May(p.Client) {
			p.Client = ""
		}
		for _, d := range drafts[p.Desk] {
			if !v.card.May(d.Message.Client) {
				continue
			}
			p.Drafts = append(p.Drafts, d)
			if p.Desk != v.Desk {
				foreign = append(foreign, d)
			}
		}
	}
	return desks, foreign, nil
}

// everybody lists the desks with their standings, as they are now.
func (o *Office) everybody(ctx context.Context, tx *sql.Tx) ([]wire.Presence, error) {
	found, err := tx.QueryContext(ctx, `SELECT body, heard, doubted FROM presence WHERE bureau = $1 ORDER BY desk`, o.Bureau)
	desks, err := collect(found, err, o.scanPresence)
	slices.SortStableFunc(desks, func(a, b wire.Presence) int { return strings.Compare(a.DeskName, b.DeskName) })
	return desks, err
}

func (o *Office) scanPresence(r *sql.Rows) (wire.Presence, error) {
	var p wire.Presence
	var body string
	var heard, doubted int64
	if err := r.Scan(&body, &heard, &doubted); err != nil {
		return p, err
	}
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		return p, err
	}
	if p.Standing != wire.Off && o.silent(timeOf(heard), doubted) {
		p.Standing, p.Since = wire.Lost, timeOf(max(heard, doubted))
	}
	return p, nil
}

// silent reports whether a desk is lost that was heard then; doubted is when its stream
// of events broke off since, 0 when it did not. An office that has just begun cannot
// know yet: it was not there to hear, and may have broken the streams itself by ending.
func (o *Office) silent(heard time.Time, doubted int64) bool {
	now := o.Now()
	if broke := timeOf(doubted); broke.After(o.started) && now.Sub(broke) > wire.DoubtFor {
		return true
	}
	// The distance counts, not its sign: the office's clock may have been set back.
	return now.Sub(heard).Abs() > wire.LostAfter && now.Sub(o.started).Abs() > wire.LostAfter
}

// doubt notes that a desk's stream has broken off: a program that was killed, or a
// machine that went down, is noticed so before its silence is long. A desk that is
// there says so at once.
func (o *Office) doubt(ctx context.Context, desk clients.ID) error {
	return o.db.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE presence SET doubted = $3 WHERE bureau = $1 AND desk = $2`, o.Bureau, desk, micros(o.Now()))
		return err
	})
}

// trust takes that back: the desk has another stream.
func (o *Office) trust(ctx context.Context, desk clients.ID) error {
	return o.db.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE presence SET doubted = 0 WHERE bureau = $1 AND desk = $2 AND doubted <> 0`, o.Bureau, desk)
		return err
	})
}

// finished is the condition on a draft that its message has come, or was erased since.
const finished = `EXISTS (SELECT 1 FROM shared_row m WHERE m.bureau = draft.bureau AND m.kind = 'message' AND m.id = draft.message)`

// drafts lists all drafts by desk, but for those whose message is here. A desk is
// told that another has its draft when that is certain: she may then let it go.
func (o *Office) drafts(ctx context.Context, tx *sql.Tx, viewer clients.ID) (map[clients.ID][]wire.Draft, error) {
	found, err := tx.QueryContext(ctx, `SELECT desk, CASE WHEN desk = $2 AND granted > 0 AND orphan = 0 THEN '' ELSE taken END,
		body, orphan FROM draft WHERE bureau = $1 AND NOT `+finished+` ORDER BY desk, ticket`, o.Bureau, viewer)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	drafts := map[clients.ID][]wire.Draft{}
	for found.Next() {
		var desk, taken clients.ID
		var body string
		var orphan int
		if err := found.Scan(&desk, &taken, &body, &orphan); err != nil {
			return nil, err
		}
		d, err := readDraftBody(body, taken)
		if err != nil {
			return nil, err
		}
		d.Orphan = orphan != 0
		drafts[desk] = append(drafts[desk], d)
	}
	return drafts, found.Err()
}

func readDraftBody(body string, taken clients.ID) (wire.Draft, error) {
	var d wire.Draft
	err := json.Unmarshal([]byte(body), &d)
	d.Taken = taken
	return d, err
}

// witness writes down, once for each draft and viewer, that a message half typed was
// shown to somebody else.
func (o *Office) witness(ctx context.Context, v viewer, drafts []wire.Draft) error {
	for _, d := range drafts {
		s := session{desk: v.Desk, operator: v.Operator, ticket: d.Ticket}
		o.mu.Lock()
		known := o.shown[s]
		o.mu.Unlock()
		if known {
			continue
		}
		err := o.db.write(ctx, func(tx *sql.Tx) error {
			return o.reached(ctx, tx, v, ReadDraft, draftRead{Ticket: d.Ticket, Client: d.Message.Client})
		})
		if err != nil {
			return err
		}
		o.mu.Lock()
		if len(o.shown) > maxShown {
			clear(o.shown) // the record then says some of them twice
		}
		o.shown[s] = true
		o.mu.Unlock()
	}
	return nil
}

// draftRead is what is kept of a draft that was shown.
type draftRead struct {
	Ticket clients.ID `json:"ticket"`
	Client clients.ID `json:"client"`
}

// Watch tells the desks when one has fallen silent, or is heard again.
func (o *Office) Watch(ctx context.Context) error {
	var lost []string
	err := o.db.read(ctx, func(tx *sql.Tx) error {
		desks, err := o.everybody(ctx, tx)
		for _, p := range desks {
			if p.Standing == wire.Lost {
				lost = append(lost, string(p.Desk))
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	now := strings.Join(lost, " ")
	o.mu.Lock()
	news := now != o.lost
	o.lost = now
	o.mu.Unlock()
	if news {
		o.hub.tell(newPresence)
	}
	return nil
}
