//go:build !office

package main

import (
	"context"
	"crypto/tls"
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"permanence/clients"
	"permanence/store"
	"permanence/store/link"
	"permanence/store/office"
	"permanence/store/office/service"
	"permanence/store/shared"
	"permanence/store/wire"
	"permanence/store/wire/pairing"
)

// Who works in the office under measure.
const (
	benchOperator = "Claire"
	benchPassword = "un mot de passe assez long"
)

// benchOffice is `permanence office`, running on a database.
type benchOffice struct {
	*program
	dir, database, address string
}

// startBenchOffice starts an office, and takes Claire on.
func startBenchOffice(b *testing.B, database string) *benchOffice {
	b.Helper()
	binary, err := benchProgram()
	must(b, err)
	o := &benchOffice{dir: filepath.Join(b.TempDir(), "bureau"), database: database}
	args := []string{"office", "--data", o.dir, "--listen", "127.0.0.1:0"}
	if database != "" {
		args = append(args, "--database", database)
	} else {
		o.database = filepath.Join(o.dir, "office.db")
	}
	o.program, _ = startProgram(b, nil, binary, args...)
	o.until("the office answers", func() bool {
		r, err := service.Ask(b.Context(), o.dir, service.Request{Do: "status"})
		if err == nil {
			o.address = r.Status.Address
		}
		return err == nil
	})
	o.order(b, service.Request{
		Do: "operator.add", Operator: clients.Operator{Name: benchOperator, Role: clients.Supervisor}, Password: benchPassword,
	})
	return o
}

// order has the office do something, as its owner does from the shell.
func (o *benchOffice) order(b *testing.B, q service.Request) service.Reply {
	b.Helper()
	r, err := service.Ask(b.Context(), o.dir, q)
	must(b, err)
	return r
}

// fill writes the messages of years straight into the feed: to bring them up one by
// one would take longer than everything that is measured.
func (o *benchOffice) fill(b *testing.B, bureau string, n int) {
	b.Helper()
	db, err := office.OpenDatabase(b.Context(), o.database)
	must(b, err)
	must(b, db.Write(b.Context(), func(tx *sql.Tx) error {
		var last int64
		err := tx.QueryRowContext(b.Context(), `UPDATE head SET seq = seq + $2 WHERE bureau = $1 RETURNING seq`, bureau, n).Scan(&last)
		for seq := last - int64(n) + 1; seq <= last && err == nil; seq += fillAtOnce {
			err = fillSome(b.Context(), tx, bureau, seq, min(fillAtOnce, last+1-seq))
		}
		return err
	}))
	must(b, db.Close())
}

// fillAtOnce is how many rows one statement writes.
const fillAtOnce = 500

func fillSome(ctx context.Context, tx *sql.Tx, bureau string, seq, n int64) error {
	var places []string
	var args []any
	for i := range n {
		m := inventedNote(newBenchID(), "nobody")
		body, err := json.Marshal(m)
		if err != nil {
			return err
		}
		a := len(args)
		places = append(places, fmt.Sprintf("($%d, $%d, $%d, $%d, $%d, '', '', $%d, 0, $%d, FALSE)", a+1, a+2, a+3, a+4, a+5, a+6, a+7))
		args = append(args, bureau, shared.Message, m.ID, seq+i, m.Client, m.TakenAt.UnixMicro(), string(body))
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO shared_row (bureau, kind, id, seq, client, desk, ref, start, stop, body, gone) VALUES `+
		strings.Join(places, ", "), args...)
	return err
}

func newBenchID() clients.ID { return clients.ID(uuid.Must(uuid.NewV7()).String()) }

// benchDesk is a paired desk on which Claire is logged in, with a store of its own.
type benchDesk struct {
	store    *store.Store
	remote   *link.Remote
	exchange *link.Exchange
	bureau   string
	operator clients.ID
	rows     int // taken in so far
}

// desk pairs one more machine with the office, as its program does, and logs in.
func (o *benchOffice) desk(b *testing.B) *benchDesk {
	b.Helper()
	code, err := pairing.ParseCode(o.order(b, service.Request{Do: "pair"}).Pairing)
	must(b, err)
	stranger := link.NewRemote(o.address, link.Transport(pairing.Blind()))
	defer stranger.Close()
	in, err := stranger.Invitation(b.Context())
	must(b, err)
	attempt, err := pairing.Begin(in, code, "poste")
	must(b, err)
	answer, err := stranger.Pair(b.Context(), attempt.Request)
	must(b, err)
	_, err = attempt.Finish(answer)
	must(b, err)
	d := &benchDesk{bureau: answer.Bureau}
	d.remote = link.NewRemote(o.address, link.Transport(pairing.Trust(attempt.CA(), func() []string { return []string{"127.0.0.1"} },
		tls.Certificate{Certificate: [][]byte{answer.Certificate}, PrivateKey: attempt.Key}, time.Now)))
	b.Cleanup(d.remote.Close)
	d.login(b)
	d.join(b, link.Membership{
		Address: o.address, Bureau: answer.Bureau, Desk: answer.Desk, CA: attempt.CA().Raw, Certificate: answer.Certificate,
	})
	return d
}

func (d *benchDesk) login(b *testing.B) {
	b.Helper()
	answer, err := d.remote.Login(b.Context(), wire.LoginRequest{Name: benchOperator, Password: benchPassword})
	must(b, err)
	d.remote.SetSession(answer.Session)
	d.operator = answer.Operator.ID
}

func (d *benchDesk) join(b *testing.B, m link.Membership) {
	b.Helper()
	s, err := store.Open(b.Context(), b.TempDir(), store.Options{})
	must(b, err)
	b.Cleanup(func() { must(b, s.Close()) })
	must(b, s.Join(b.Context(), m))
	d.store = s
	d.exchange = &link.Exchange{Remote: d.remote, Replica: s, Absorbed: func(page wire.PullAnswer, _ link.Changed) {
		d.rows += len(page.Rows)
	}}
}

// sync brings the desk and the office into step.
func (d *benchDesk) sync(b testing.TB) {
	b.Helper()
	must(b, d.exchange.Step(b.Context()))
}

// do has Claire do something on this desk, sent or not.
func (d *benchDesk) do(b testing.TB, c clients.Change) {
	b.Helper()
	must(b, d.store.Apply(b.Context(), d.mutation(c)))
}

func (d *benchDesk) mutation(c clients.Change) clients.Mutation {
	return clients.Mutation{ID: newBenchID(), At: time.Now(), Actor: d.operator, Change: c}
}

// push brings one change up.
func (d *benchDesk) push(b testing.TB, c clients.Change) {
	b.Helper()
	m, err := shared.NewMutation(d.mutation(c), "")
	must(b, err)
	answer, err := d.remote.Push(b.Context(), wire.PushRequest{Mutations: []shared.Mutation{m}})
	must(b, err)
	if len(answer.Results) != 1 || answer.Results[0].Outcome != shared.OK {
		b.Fatalf("%s: %+v", m.Name, answer)
	}
}

// has reports whether the desk's own database holds a message.
func (d *benchDesk) has(b testing.TB, id clients.ID) bool {
	m, _, err := d.store.Message(b.Context(), id)
	return err == nil && m.ID == id
}

// listen hears the office's pokes until the end.
func (d *benchDesk) listen(b *testing.B) <-chan struct{} {
	b.Helper()
	pokes := make(chan struct{}, 1)
	ctx, stop := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = d.remote.Events(ctx, func(e link.Event) { // it ends when it is told to
			if !e.Rows {
				return
			}
			select {
			case pokes <- struct{}{}:
			default: // it has not yet looked at the last one
			}
		})
	}()
	b.Cleanup(func() { stop(); <-done })
	return pokes
}

// note is a message as a secretary takes one.
func (d *benchDesk) note() clients.TakeMessage {
	return clients.TakeMessage{Message: inventedNote(newBenchID(), d.operator)}
}

func inventedNote(id, by clients.ID) clients.Message {
	return clients.Message{
		ID: id, Client: "durand", Name: "Mme Lefèvre", Number: "+33561234567", CallType: "client",
		Text:   "Souhaite être rappelée avant dix-huit heures au sujet de l'audience de jeudi, dossier " + string(id),
		Fields: map[string]string{"dossier": string(id)}, TakenBy: by, TakenAt: time.Now().Truncate(time.Second),
	}
}

func must(b testing.TB, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
