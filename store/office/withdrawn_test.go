package office_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/office/pgtest"
	"permanence/store/wire"
)

// While another process takes a slot back that was never sent, a desk asks for a page with
// that slot in it. Either it is sent first, and not taken back, or it is not sent.
func TestASlotIsNotSentWhileItIsTakenBack(t *testing.T) {
	b := newBench(t, pgtest.Database(t))
	one := b.desk("one", "claire")
	var c copyOf
	b.booked(one, 8)
	b.inStep(one, &c)
	b.tend()
	answers := make(chan wire.PullAnswer, 1)
	b.ok(b.db.Write(b.Context(), func(tx *sql.Tx) error {
		id := b.neverSent(tx)
		go func() {
			answer, err := one.Pull(context.WithoutCancel(b.Context()), wire.PullRequest{Cursor: c.cursor})
			if err != nil {
				b.Error(err)
			}
			answers <- answer
		}()
		answeredOrWaiting(b, answers)
		_, err := tx.Exec(`DELETE FROM lent WHERE id = $1`, id)
		if err == nil {
			_, err = tx.Exec(`UPDATE shared_row SET gone = TRUE, body = '' WHERE kind = 'lease' AND id = $1`, id)
		}
		return err
	}))
	for _, row := range (<-answers).Rows {
		c.rows[string(row.Kind)+"/"+string(row.ID)] = row
	}
	for _, l := range b.leases(&c, "one") {
		var known int
		b.ok(b.db.Read(b.Context(), func(tx *sql.Tx) error {
			return tx.QueryRow(`SELECT count(*) FROM lent WHERE id = $1`, l.ID).Scan(&known)
		}))
		if known == 0 {
			b.Errorf("the desk may promise %s, and so may another", l.Start)
		}
	}
}

// neverSent takes the turn and finds a lease that no desk has.
func (b *bench) neverSent(tx *sql.Tx) (id clients.ID) {
	b.Helper()
	_, err := tx.Exec(`UPDATE head SET seq = seq + 1`)
	b.ok(err)
	b.ok(tx.QueryRow(`SELECT id FROM lent WHERE sent = 0 LIMIT 1`).Scan(&id))
	return id
}

// answeredOrWaiting waits until there is an answer, or somebody waits for a lock.
func answeredOrWaiting[T any](b *bench, answers chan T) {
	b.Helper()
	for late := time.Now().Add(time.Minute); time.Now().Before(late); time.Sleep(time.Millisecond) {
		var waiting int
		b.ok(b.db.Read(b.Context(), func(tx *sql.Tx) error {
			return tx.QueryRow(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).
				Scan(&waiting)
		}))
		if waiting > 0 || len(answers) > 0 {
			return
		}
	}
	b.Error("there is neither an answer nor somebody who waits")
}
