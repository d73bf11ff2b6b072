package office_test

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"testing"
	"time"

	"permanence/clients"
	"permanence/clients/dispatch"
	"permanence/phone"
	"permanence/store/office/pgtest"
	"permanence/store/shared"
	"permanence/store/wire"
)

// mailed is a message that is to leave by mail.
func mailed(id clients.ID) clients.TakeMessage {
	c := note(id, "durand", "rappeler")
	c.Message.TakenBy = "claire"
	c.Recipients = []clients.Recipient{{Name: "Durand", Channel: "mail", Address: "durand@example.org"}}
	return c
}

func (b *bench) due(q dispatch.Queue) []dispatch.Job {
	b.Helper()
	jobs, err := q.Due(b.Context(), b.clock(), 100)
	b.ok(err)
	return jobs
}

func TestOutbox(t *testing.T) {
	onBoth(t, func(b *bench) {
		d := b.desk("one", "claire")
		for i := range 3 {
			b.push(d, mailed(clients.ID(fmt.Sprint("m", i))))
		}
		q := b.office.Queue()
		jobs := b.due(q)
		if len(jobs) != 3 {
			b.Fatalf("%d are due", len(jobs))
		}
		if j := jobs[0]; j.Message.Text != "rappeler" || j.Client.Name != "Maître Durand" || j.Operator.Name != "Claire" || j.Delivery.MessageID == "" {
			b.Errorf("%+v", j)
		}
		b.ok(q.Sent(b.Context(), jobs[0].Delivery.ID, b.clock()))
		b.ok(q.Retry(b.Context(), jobs[1].Delivery.ID, b.clock().Add(time.Minute), "451 busy"))
		b.ok(q.Fail(b.Context(), jobs[2].Delivery.ID, "550 no such mailbox"))
		if again := b.due(q); len(again) > 0 {
			b.Errorf("still due: %+v", again)
		}
		b.pass(2 * time.Minute)
		if again := b.due(q); len(again) != 1 || again[0].Delivery.ID != jobs[1].Delivery.ID || again[0].Delivery.Attempts != 1 {
			b.Errorf("due later: %+v", again)
		}
		var c copyOf
		b.pull(d, &c, wire.PullRequest{})
		states := map[clients.DeliveryState]int{}
		for _, row := range c.of(shared.Delivery) {
			states[body[clients.Delivery](b, row).State]++
		}
		if states[clients.Sent] != 1 || states[clients.Waiting] != 1 || states[clients.Failed] != 1 {
			b.Errorf("the desk sees %v", states)
		}
	})
}

func TestADeliveryBelongsToOneProcessAtATime(t *testing.T) {
	onBoth(t, func(b *bench) {
		d := b.desk("one", "claire")
		other := b.serve("toulouse")
		b.push(d, mailed("m1"))
		if got := b.due(b.office.Queue()); len(got) != 1 {
			b.Fatalf("%d are due", len(got))
		}
		if got := b.due(other.Queue()); len(got) > 0 {
			b.Error("another process took it as well")
		}
		if got := b.due(b.office.Queue()); len(got) != 1 {
			b.Error("its own process does not see it any more")
		}
		b.pass(6 * time.Minute) // the process has died
		if got := b.due(other.Queue()); len(got) != 1 {
			b.Error("nobody takes up what a dead process had")
		}
	})
}

// spoken is what a caller left on an answering machine, to leave by mail.
func spoken(id clients.ID, voice phone.SoundID) clients.TakeMessage {
	c := mailed(id)
	c.Message.Sound, c.Message.SoundLength = voice, 4*time.Second
	return c
}

// A mail waits for the voice that it carries, which a desk brings up after the message,
// and holds up no other. When none comes it leaves without, in the end.
func TestAMailWaitsForItsVoice(t *testing.T) {
	onBoth(t, func(b *bench) {
		d := b.desk("one", "claire")
		for i := range 12 {
			b.push(d, spoken(clients.ID(fmt.Sprint("m", i)), phone.SoundID(fmt.Sprint("s", i))))
		}
		b.push(d, mailed("written"))
		q := b.office.Queue()
		if jobs := b.due(q); len(jobs) != 1 || jobs[0].Message.ID != "written" {
			b.Fatalf("%d are due", len(jobs))
		}
		jobs, err := q.Due(b.Context(), b.clock(), 1)
		b.ok(err)
		if len(jobs) != 1 {
			b.Error("those that wait are in the way of another")
		}
		_, err = b.office.OpenMessage(b.Context(), "s1")
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			b.Errorf("a voice on its way: %v", err)
		}
		if got := d.Do(b.Context(), http.MethodPut, "/v1/sounds/s1?client=durand", []byte("OggS voice")).Code; got != http.StatusNoContent {
			b.Fatalf("put: %d", got)
		}
		if jobs := b.due(q); len(jobs) != 2 {
			b.Errorf("%d are due", len(jobs))
		}
		r, err := b.office.OpenMessage(b.Context(), "s1")
		b.ok(err)
		if voice, err := io.ReadAll(r); err != nil || string(voice) != "OggS voice" {
			b.Errorf("%q, %v", voice, err)
		}
		if _, err := b.office.OpenMessage(b.Context(), "nobody's"); !errors.Is(err, fs.ErrNotExist) {
			b.Errorf("a sound that no message names: %v", err)
		}
		b.pass(16 * time.Minute)
		if jobs := b.due(q); len(jobs) != 13 {
			b.Errorf("%d are due in the end", len(jobs))
		}
	})
}

// One process has listed a delivery while another one takes it up, sends it and lets it
// go: the first must not send it as well.
func TestADeliveryIsNotTakenUpAfterItWasSent(t *testing.T) {
	b := newBench(t, pgtest.Database(t))
	b.push(b.desk("one", "claire"), mailed("m1"))
	taken := make(chan []dispatch.Job, 1)
	b.ok(b.db.Write(b.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO claim (bureau, delivery, holder, until)
			SELECT bureau, id, 'another', 0 FROM shared_row WHERE kind = 'delivery'`)
		b.ok(err)
		go func() { taken <- b.due(b.office.Queue()) }()
		answeredOrWaiting(b, taken)
		_, err = tx.Exec(`UPDATE shared_row SET ref = 'sent', seq = seq + 1 WHERE kind = 'delivery'`)
		b.ok(err)
		_, err = tx.Exec(`DELETE FROM claim`)
		return err
	}))
	if jobs := <-taken; len(jobs) > 0 {
		b.Error("it is sent twice")
	}
}
