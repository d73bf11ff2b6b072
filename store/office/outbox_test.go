package office_test

import (
	"fmt"
	"testing"
	"time"

	"permanence/clients"
	"permanence/clients/dispatch"
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
