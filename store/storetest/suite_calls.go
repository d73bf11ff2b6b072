package storetest

import (
	"fmt"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// over journals a call that is over and was of this kind.
func (b *bench) over(e desk.Entry) {
	b.Helper()
	e.EndedAt = e.ArrivedAt.Add(time.Minute)
	b.journal(desk.JournalEnded, "claire", e)
}

// listed names the calls of a filter, read in pages as the window reads them.
func (b *bench) listed(f desk.CallFilter, page int) (list []phone.CallID) {
	b.Helper()
	var before time.Time
	for {
		got, err := b.Calls(b.ctx, f, before, page+1)
		b.ok(err)
		for _, e := range got[:min(page, len(got))] {
			list = append(list, e.Call)
			before = e.ArrivedAt
		}
		if len(got) <= page {
			return list
		}
		if len(list) > 100 {
			b.Fatalf("%+v has no last page: %q", f, list)
		}
	}
}

// someCalls are one of each kind, a minute apart.
func (b *bench) someCalls() {
	b.Helper()
	b.withClients()
	at := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	b.over(desk.Entry{Call: "missed", Client: "durand", ClientName: "Maître Durand", Number: "+33612345678", ArrivedAt: at(0), Missed: true})
	b.over(desk.Entry{Call: "taken", Client: "petit", ClientName: "Dr Petit", Name: "Hélène LEFÈVRE", Number: "+33712345678", ArrivedAt: at(1)})
	b.over(desk.Entry{Call: "dialled", Direction: phone.Outgoing, Number: "+33561123456", Name: "Sœur Agnès", ArrivedAt: at(2)})
	b.over(desk.Entry{Call: "passed", Client: "durand", ClientName: "Maître Durand", Number: "205", ArrivedAt: at(3), TransferredTo: "Me Caron"})
	b.over(desk.Entry{Call: "forwarded", Client: "petit", ClientName: "Dr Petit", ArrivedAt: at(4), Cause: phone.Forwarded})
}

func callsFiltered(b *bench) {
	b.someCalls()
	all := []phone.CallID{"forwarded", "passed", "dialled", "taken", "missed"}
	tests := []struct {
		f    desk.CallFilter
		want []phone.CallID
	}{
		{desk.CallFilter{}, all},
		{desk.CallFilter{Query: " "}, all},
		{desk.CallFilter{Kind: desk.CallsMissed}, []phone.CallID{"missed"}},
		{desk.CallFilter{Kind: desk.CallsIncoming}, []phone.CallID{"forwarded", "passed", "taken", "missed"}},
		{desk.CallFilter{Kind: desk.CallsOutgoing}, []phone.CallID{"dialled"}},
		{desk.CallFilter{Kind: desk.CallsTransferred}, []phone.CallID{"forwarded", "passed"}},
		{desk.CallFilter{Kind: "lost"}, nil},
		{desk.CallFilter{Client: "durand"}, []phone.CallID{"passed", "missed"}},
		{desk.CallFilter{Client: "duran"}, nil},
		{desk.CallFilter{Client: "durand", Kind: desk.CallsMissed}, []phone.CallID{"missed"}},
		{desk.CallFilter{Query: "lefevre"}, []phone.CallID{"taken"}},
		{desk.CallFilter{Query: "hel LEF"}, []phone.CallID{"taken"}},
		{desk.CallFilter{Query: "soeur"}, []phone.CallID{"dialled"}},
		{desk.CallFilter{Query: "durand"}, []phone.CallID{"passed", "missed"}},
		{desk.CallFilter{Query: "06 12"}, []phone.CallID{"missed"}},
		{desk.CallFilter{Query: "+33 6 12"}, []phone.CallID{"missed"}},
		{desk.CallFilter{Query: "345678"}, []phone.CallID{"taken", "missed"}},
		{desk.CallFilter{Query: "205"}, []phone.CallID{"passed"}},
		{desk.CallFilter{Query: "345678", Kind: desk.CallsMissed}, []phone.CallID{"missed"}},
		{desk.CallFilter{Query: "petit", Client: "durand"}, nil},
		{desk.CallFilter{Query: "missed"}, nil},
		{desk.CallFilter{Query: "#missed"}, nil},
		{desk.CallFilter{Query: `" OR *`}, nil},
		{desk.CallFilter{Query: "…"}, nil},
	}
	for _, tt := range tests {
		for _, page := range []int{1, 2, 100} {
			if got := b.listed(tt.f, page); fmt.Sprint(got) != fmt.Sprint(tt.want) {
				b.Errorf("%+v in pages of %d: %q; want %q", tt.f, page, got, tt.want)
			}
		}
	}
}

// callsAtOnce are calls that arrive in one microsecond, which no page may lose.
func callsAtOnce(b *bench) {
	var want []phone.CallID
	for n := range 7 {
		id := phone.CallID(fmt.Sprint("c", n))
		b.over(desk.Entry{Call: id, ArrivedAt: noon.Add(time.Duration(n) * time.Nanosecond)})
		want = append([]phone.CallID{id}, want...)
	}
	b.over(desk.Entry{Call: "after", ArrivedAt: noon.Add(3 * time.Microsecond)})
	want = append([]phone.CallID{"after"}, want...)
	for page := 1; page <= 9; page++ {
		b.equal(b.listed(desk.CallFilter{}, page), want)
		b.equal(b.listed(desk.CallFilter{Kind: desk.CallsIncoming}, page), want)
	}
	none, err := b.Calls(b.ctx, desk.CallFilter{}, noon, 10)
	b.ok(err)
	b.equal(none, []desk.Entry(nil))
}

func callsFollow(b *bench) {
	b.withClients()
	e := desk.Entry{Call: "c1", Number: "+33612345678", ArrivedAt: noon}
	b.journal(desk.JournalArrived, "", e)
	b.equal(b.listed(desk.CallFilter{}, 10), []phone.CallID{"c1"})
	b.equal(b.listed(desk.CallFilter{Client: "durand"}, 10), []phone.CallID(nil))
	e.Client, e.ClientName = "durand", "Maître Durand"
	b.journal(desk.JournalAnswered, "claire", e)
	b.equal(b.listed(desk.CallFilter{Client: "durand", Query: "maitre"}, 10), []phone.CallID{"c1"})
	b.equal(b.listed(desk.CallFilter{Kind: desk.CallsTransferred}, 10), []phone.CallID(nil))
	b.journal(desk.JournalPassed, "claire", e)
	b.over(e)
	b.equal(b.listed(desk.CallFilter{Kind: desk.CallsTransferred}, 10), []phone.CallID{"c1"})
	e.ArrivedAt = noon.Add(-time.Hour) // known better afterwards
	b.over(e)
	b.over(desk.Entry{Call: "c0", ArrivedAt: noon.Add(-time.Minute)})
	b.equal(b.listed(desk.CallFilter{}, 10), []phone.CallID{"c0", "c1"})
	b.reopen()
	b.equal(b.listed(desk.CallFilter{Client: "durand", Kind: desk.CallsTransferred}, 10), []phone.CallID{"c1"})
}

// whole is a call with everything that the journal keeps of one.
func whole() desk.Entry {
	return desk.Entry{
		Call: "call-1", Line: "l1", Client: "durand", ClientName: "Maître Durand", Number: "+33612345678",
		Name: "LEFEVRE", ArrivedAt: noon, AnsweredAt: noon.Add(5 * time.Second), CallType: "client", Booked: true,
		Called: "+33561123456", TransferredTo: "Me Caron", Appointment: "appt-1", Shown: "+33561000000",
		Quality: phone.Quality{Heard: 4.2, Sent: 2.9, Side: phone.SideHere}, Machine: true, Sounds: []phone.SoundID{left, recorded},
		Diversions: []phone.Diversion{
			{Source: phone.FromHistoryInfo, From: phone.Identity{Number: "+33561123456", Name: "Durand"}, Reason: "no-answer"},
			{Source: phone.FromDiversion, From: phone.Identity{URI: "sip:x@y", Withheld: true}},
		},
	}
}

func callWhole(b *bench) {
	b.withClients()
	e := whole()
	raw := []byte("INVITE sip:a@b SIP/2.0\r\nSubject: \x1b[2J\x00\xff\r\n\r\n")
	b.ok(b.Append(b.ctx, desk.JournalEntry{At: noon, Kind: desk.JournalArrived, Entry: e, Raw: raw}))
	b.apply(clients.TakeMessage{Message: lefevre(), Recipients: two()})
	b.journal(desk.JournalPassed, "claire", e)
	e.EndedAt, e.Cause = noon.Add(time.Minute), phone.Transferred
	// The end knows less than what was journalled before.
	b.journal(desk.JournalEnded, "claire", desk.Entry{Call: e.Call, ArrivedAt: noon, EndedAt: e.EndedAt, Cause: e.Cause, CallType: "client"})
	b.reopen()

	e.Message, e.Delivery = "msg-1", clients.Waiting
	r, err := b.Call(b.ctx, "call-1")
	b.ok(err)
	b.equal(r.Entry, e)
	b.equal(r.Diversions, e.Diversions)
	b.equal(r.Raw, raw)
	b.equal(len(r.Steps), 3)
	for i, kind := range []desk.JournalKind{desk.JournalArrived, desk.JournalPassed, desk.JournalEnded} {
		b.equal(r.Steps[i].Kind, kind)
		b.equal(r.Steps[i].At.Equal(noon), true)
		b.equal(r.Steps[i].Entry.Call, e.Call)
	}
	b.equal(r.Steps[1].Actor, clients.ID("claire"))
	page, err := b.Calls(b.ctx, desk.CallFilter{}, time.Time{}, 10)
	b.ok(err)
	b.equal(page, []desk.Entry{e})
	b.equal(b.load().History, page)
	_, err = b.Call(b.ctx, "nobody")
	b.refused(err, "store.not-found")
}

// callDelivery shows the worst of a message's deliveries beside its call.
func callDelivery(b *bench) {
	b.withClients()
	b.over(whole())
	b.apply(clients.TakeMessage{Message: lefevre(), Recipients: two()})
	state := func() clients.DeliveryState {
		page, err := b.Calls(b.ctx, desk.CallFilter{}, time.Time{}, 10)
		b.ok(err)
		return page[0].Delivery
	}
	jobs, err := b.queue.Due(b.ctx, noon.Add(time.Hour), 10)
	b.ok(err)
	b.equal(state(), clients.Waiting)
	b.ok(b.queue.Fail(b.ctx, jobs[0].Delivery.ID, "refused"))
	b.equal(state(), clients.Failed)
	b.ok(b.queue.Sent(b.ctx, jobs[1].Delivery.ID, noon))
	b.equal(state(), clients.Failed)
	b.ok(b.Retry(b.ctx, jobs[0].Delivery.ID, noon))
	b.equal(state(), clients.Waiting)
	b.ok(b.queue.Sent(b.ctx, jobs[0].Delivery.ID, noon))
	b.equal(state(), clients.Sent)
}
