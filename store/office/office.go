package office

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"permanence/clients"
	"permanence/store/boot"
	"permanence/store/shared"
)

// Config is what an office is told. All of it but MailHost, Boot, Terms and
// Addresses must be set.
type Config struct {
	Bureau     string // its ID
	BureauName string
	Version    string // of the program
	MailHost   string // right of the @ in Message-IDs; one that cannot exist (RFC 2606) when empty
	Now        func() time.Time
	Boot       boot.Clock // of leases; the machine's own when nil
	NewID      func() clients.ID
	Log        *slog.Logger
	Terms      Terms // of leases; DefaultTerms when zero

	// Addresses tells where the bureau's offices are reached, host:port, when there are
	// several; nil when there is this one.
	Addresses func(context.Context) ([]string, error)
	// Reborn begins anew, by Restored, after the database began another life; until then
	// nobody is served.
	Reborn func(context.Context) error
}

// Office serves one bureau. Several, in as many processes, may serve the same one from
// one PostgreSQL database.
type Office struct {
	Config
	db      *Database
	hub     *hub
	started time.Time
	holder  string // names this process in claims
	room    *room  // one place for each request under way
	voices  *room  // and for each sound

	dirty atomic.Bool // something was erased, and its bytes are still in the files

	mu     sync.Mutex
	worked map[session]bool         // what the table worked is known to hold
	shown  map[session]bool         // of which drafts the access record is known to tell
	told   map[clients.ID]time.Time // when a desk's contact was last written down
	lost   string                   // the desks that were lost at the last look

	awaited awaited
}

// New opens a bureau in a database, and founds it when it is not there.
func New(ctx context.Context, db *Database, c Config) (*Office, error) {
	if c.MailHost == "" {
		c.MailHost = "permanence.invalid"
	}
	if c.Terms == (Terms{}) {
		c.Terms = DefaultTerms
	}
	if c.Boot == nil {
		c.Boot = boot.Machine
	}
	o := &Office{
		Config: c, db: db, hub: newHub(), started: c.Now(), holder: string(c.NewID()), room: newRoom(atOnce, ofOneDesk),
		voices: newRoom(soundsAtOnce, soundsOfOne),
		worked: map[session]bool{}, shown: map[session]bool{}, told: map[clients.ID]time.Time{},
	}
	return o, db.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO head (bureau, seq, incarnation, chain, restored) VALUES ($1, 0, $2, $3, 0)
			ON CONFLICT (bureau) DO NOTHING`, c.Bureau, c.NewID(), []byte{})
		if err != nil {
			return err
		}
		return o.living(ctx, tx)
	})
}

// Run does what no request asks for until ctx ends: it hears what other processes
// wrote, notices desks that have fallen silent, lends and takes back slots, and clears
// away what is over. Then it ends the streams of events.
func (o *Office) Run(ctx context.Context) {
	defer o.hub.close()
	var listening sync.WaitGroup
	listening.Go(func() { o.listen(ctx) })
	defer listening.Wait()
	watch, tend := time.NewTicker(watchEvery), time.NewTicker(tendEvery)
	defer watch.Stop()
	defer tend.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-watch.C:
			o.logged("watching", o.watch(ctx))
		case <-tend.C:
			o.logged("tending", o.Tend(ctx))
		}
	}
}

func (o *Office) watch(ctx context.Context) error {
	if err := o.beginAnew(ctx); err != nil {
		return err
	}
	return o.Watch(ctx)
}

// watchEvery is how often it is looked whether a desk has fallen silent, and the database
// is still the same.
const watchEvery = time.Second

// tendEvery is how often slots are lent, and the office clears up.
const tendEvery = time.Minute

// relisten is how long after it was lost the way to the other processes is looked for.
const relisten = time.Second

func (o *Office) listen(ctx context.Context) {
	ready := o.hub.pokeAll
	for ctx.Err() == nil {
		err := o.db.engine.listen(ctx, o.db, ready, func(bureau, what string) {
			if bureau == o.Bureau {
				o.hub.tell(what)
			}
		})
		if err == nil {
			return // there are no other processes
		}
		o.logged("listening to other processes", err)
		ready = o.hub.anew
		_ = pause(ctx, relisten) // the loop looks at ctx
	}
}

// logged writes down a failure of what nobody waits for.
func (o *Office) logged(doing string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		o.Log.Error("office: "+doing, "err", err)
	}
}

// Tend does at once what Run does from time to time: it lends and takes back slots,
// and clears away what is over.
func (o *Office) Tend(ctx context.Context) error {
	return errors.Join(o.lend(ctx), o.clear(ctx), o.scour(ctx))
}

// How long what is not shared data is kept.
const (
	accessKept = 365 * 24 * time.Hour // CNIL, "Journaliser": six months to a year
	draftKept  = 7 * 24 * time.Hour
	uploadKept = time.Hour // of a sound that never became whole
	voiceKept  = clients.MaxRecordingDays * 24 * time.Hour
)

// over is what is deleted, or of the log, whose lines stay, emptied, by what is older than $2.
var over = []struct {
	query string
	kept  time.Duration
}{
	{`DELETE FROM access WHERE bureau = $1 AND at < $2`, accessKept},
	{`UPDATE mutation SET args = '', ref = '', client = '' WHERE bureau = $1 AND name = 'reading.note.v1' AND ref <> '' AND at < $2`, accessKept},
	{`DELETE FROM draft WHERE bureau = $1 AND told < $2`, draftKept},
	{`DELETE FROM claim WHERE bureau = $1 AND until < $2`, 0},
	{`DELETE FROM sound WHERE bureau = $1 AND id IN (SELECT id FROM shared_row
		WHERE bureau = $1 AND kind = 'sound' AND start > 0 AND start < $2)`, 0},
	{`DELETE FROM sound WHERE bureau = $1 AND id IN (SELECT ref FROM shared_row
		WHERE bureau = $1 AND kind = 'message' AND ref <> '' AND start < $2)`, voiceKept},
	{`DELETE FROM sound_part WHERE bureau = $1 AND at < $2
		AND upload NOT IN (SELECT upload FROM sound WHERE bureau = $1)`, uploadKept},
}

func (o *Office) clear(ctx context.Context) error {
	now := o.Now()
	return o.db.write(ctx, func(tx *sql.Tx) error {
		for _, old := range over {
			if _, err := tx.ExecContext(ctx, old.query, o.Bureau, micros(now.Add(-old.kept))); err != nil {
				return err
			}
		}
		return nil
	})
}

// rows gives the bureau's rows within a transaction that changes none.
func (o *Office) rows(tx *sql.Tx) *rows {
	return &rows{tx: tx, db: o.db, bureau: o.Bureau, host: o.MailHost}
}

// turn is a transaction that changes shared data: it has its number, and every other
// one of the bureau waits.
type turn struct {
	*rows
	chain []byte // the last hash of the log
}

// turn takes the next number, which makes this transaction the only one. It reports
// whether the database is the one that the bureau was last served from.
func (o *Office) turn(ctx context.Context, tx *sql.Tx) (t *turn, same bool, err error) {
	t = &turn{rows: o.rows(tx)}
	err = tx.QueryRowContext(ctx, `UPDATE head SET seq = seq + 1 WHERE bureau = $1
		RETURNING seq, chain, life = `+o.db.engine.life(), o.Bureau).Scan(&t.seq, &t.chain, &same)
	return t, same, err
}

// alone keeps turns away while a transaction notes what they decide by, and changes no
// shared data: before PostgreSQL one would else decide by what it read before.
func (r *rows) alone(ctx context.Context) error {
	_, err := r.tx.ExecContext(ctx, `UPDATE head SET seq = seq WHERE bureau = $1`, r.bureau)
	return err
}

// change runs f in a turn, and tells everybody that there is something new.
func (o *Office) change(ctx context.Context, f func(*turn) error) error {
	return o.changeIn(ctx, func(t *turn, same bool) error {
		if !same {
			return errReborn
		}
		return f(t)
	})
}

// changeIn is change in whatever life of the database.
func (o *Office) changeIn(ctx context.Context, f func(t *turn, same bool) error) error {
	err := o.db.write(ctx, func(tx *sql.Tx) error {
		t, same, err := o.turn(ctx, tx)
		if err != nil {
			return err
		}
		if err := f(t, same); err != nil {
			return err
		}
		return o.db.engine.poke(ctx, tx, o.Bureau, newRows)
	})
	if err == nil {
		o.hub.tell(newRows)
	}
	return err
}

// Operator reads an operator's card; false when the bureau has none of this ID.
func (o *Office) Operator(ctx context.Context, id clients.ID) (clients.Operator, bool, error) {
	var card clients.Operator
	found := false
	err := o.db.read(ctx, func(tx *sql.Tx) (err error) {
		card, found, err = value[clients.Operator](ctx, o.rows(tx), shared.Operator, id)
		return err
	})
	return card, found, err
}

// value reads the body of a row; false when it is not there, or was erased.
func value[T any](ctx context.Context, r *rows, kind shared.Kind, id clients.ID) (T, bool, error) {
	var v T
	row, err := r.Row(ctx, kind, id)
	if errors.Is(err, shared.ErrNoRow) || err == nil && row.Gone {
		return v, false, nil
	}
	if err != nil {
		return v, false, err
	}
	list, err := decodeAll[T]([]shared.Row{row})
	if err != nil {
		return v, false, err
	}
	return list[0], true, nil
}
