package storetest

import (
	"fmt"
	"slices"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

func (b *bench) load() desk.Snapshot {
	b.Helper()
	snap, err := b.Load(b.ctx, noon.Add(time.Hour))
	b.ok(err)
	return snap
}

func history(b *bench) {
	b.withClients()
	e := desk.Entry{
		Call: "call-1", Line: "l1", Client: "durand", ClientName: "Maître Durand",
		Number: "+33612345678", Name: "LEFEVRE", ArrivedAt: noon,
	}
	b.ok(b.Append(b.ctx, desk.JournalEntry{At: noon, Kind: desk.JournalArrived, Entry: e, Raw: []byte("INVITE")}))
	e.AnsweredAt = noon.Add(5 * time.Second)
	b.journal(desk.JournalAnswered, "claire", e)
	b.apply(clients.TakeMessage{Message: lefevre(), Recipients: two()})
	e.EndedAt, e.Cause = noon.Add(time.Minute), phone.HungUpThere
	b.journal(desk.JournalEnded, "claire", e)
	// What is noted afterwards may know less than the journal does.
	b.journal(desk.JournalNoted, "claire", desk.Entry{Call: "call-1", ArrivedAt: noon, CallType: "client", Message: "msg-1", Booked: true})

	missed := desk.Entry{Call: "call-2", ArrivedAt: noon.Add(time.Minute), EndedAt: noon.Add(2 * time.Minute), Missed: true, Cause: phone.CallerGaveUp}
	b.journal(desk.JournalEnded, "", missed)
	b.reopen()

	e.CallType, e.Message, e.Booked, e.Delivery = "client", "msg-1", true, clients.Waiting
	snap := b.load()
	b.equal(snap.History, []desk.Entry{missed, e})
	b.equal(snap.Interrupted, 0)
	b.equal(len(snap.Outbox), 2)

	for i := range desk.HistoryLimit {
		at := noon.Add(time.Duration(i+1) * time.Hour)
		b.journal(desk.JournalEnded, "", desk.Entry{Call: phone.CallID(fmt.Sprint("many-", i)), ArrivedAt: at, EndedAt: at})
	}
	snap = b.load()
	b.equal(len(snap.History), desk.HistoryLimit)
	b.equal(snap.History[0].Call, phone.CallID(fmt.Sprint("many-", desk.HistoryLimit-1)))
	b.refused(b.Append(b.ctx, desk.JournalEntry{At: noon, Kind: desk.JournalEnded}), "store.bad-change")
}

func interrupted(b *bench) {
	talking := desk.Entry{Call: "talking", ArrivedAt: noon, AnsweredAt: noon.Add(time.Second)}
	ringing := desk.Entry{Call: "ringing", ArrivedAt: noon.Add(time.Minute)}
	b.journal(desk.JournalAnswered, "claire", talking)
	b.journal(desk.JournalArrived, "", ringing)
	b.ok(b.SaveDraft(b.ctx, desk.SavedDraft{Ticket: "t", SavedAt: noon.Add(3 * time.Minute)}))
	b.reopen()
	snap := b.load()
	b.equal(snap.Interrupted, 2)
	sign := noon.Add(3 * time.Minute) // the draft is the last sign of life
	for _, e := range snap.History {
		if !e.EndedAt.Equal(sign) || e.Cause != phone.Shutdown || e.Missed != (e.Call == "ringing") {
			b.Errorf("%s ended %v, cause %s, missed %v", e.Call, e.EndedAt, e.Cause, e.Missed)
		}
	}
	b.equal(b.load().Interrupted, 0)
	b.reopen()
	b.equal(b.load().Interrupted, 0)
}

func notInterrupted(b *bench) {
	b.journal(desk.JournalArrived, "", desk.Entry{Call: "ringing", ArrivedAt: noon})
	snap := b.load()
	b.equal(snap.Interrupted, 0)
	b.equal(snap.History[0].EndedAt.IsZero(), true)
}

func earlier(b *bench) {
	b.withClients()
	who := phone.Number("+33612345678")
	known := func(client clients.ID) desk.Earlier {
		e, err := b.Earlier(b.ctx, client, who)
		b.ok(err)
		return e
	}
	b.equal(known("durand"), desk.Earlier{})
	over := func(call phone.CallID, client clients.ID, name string, after time.Duration) {
		at := noon.Add(after)
		b.journal(desk.JournalEnded, "", desk.Entry{Call: call, Client: client, Number: who, Name: name, ArrivedAt: at, EndedAt: at})
	}
	over("c1", "petit", "H LEFEVRE", 0)
	b.equal(known("durand").Name, "H LEFEVRE") // another client's caller, better than nothing
	over("c2", "durand", "LEFEVRE H", time.Minute)
	over("c3", "petit", "H LEFEVRE", 2*time.Minute)
	b.journal(desk.JournalArrived, "", desk.Entry{Call: "now", Client: "durand", Number: who, ArrivedAt: noon.Add(time.Hour)})
	e := known("durand")
	if e.Name != "LEFEVRE H" || e.Calls != 1 || !e.LastAt.Equal(noon.Add(time.Minute)) || e.LastText != "" {
		b.Errorf("known of the caller is %+v", e)
	}
	b.apply(clients.TakeMessage{Message: lefevre()})
	e = known("durand")
	b.equal([]string{e.Name, e.LastText}, []string{"Mme Lefèvre", lefevre().Text})
	b.equal([]string{known("petit").Name, known("petit").LastText}, []string{"Mme Lefèvre", ""})
	none, err := b.Earlier(b.ctx, "durand", "")
	b.ok(err)
	b.equal(none, desk.Earlier{})
}

func kept(b *bench) {
	draft := desk.SavedDraft{
		Ticket: "t1", Call: "c1", Client: "durand", Called: "+33561123456", Opened: noon, SavedAt: noon,
		Caller: phone.Identity{Number: "+33612345678", Name: "Lefèvre"}, Message: lefevre(),
	}
	older := desk.SavedDraft{Ticket: "t2", Opened: noon.Add(-time.Minute), Message: clients.Message{Text: "avant"}}
	settings := desk.Settings{
		Lines: []phone.Line{
			{ID: "l1", User: "0561123456", Domain: "sip.example.fr", Expires: time.Minute},
			{
				ID: "l2", User: "u", Domain: "d", Backups: []string{"b1", "b2:5061"}, Transport: phone.TLS, CA: "/ca.pem",
				Encryption: phone.EncryptionRequired, STUN: "stun.example.fr", Numbers: []phone.Number{"+33561000001"},
				CallerIn: phone.CallerInPreferred, AutoAnswer: true, Mailbox: true, Watch: []string{"205"},
			},
		},
		Mail:  desk.MailSettings{Host: "smtp.example.fr", Port: 465, Security: "tls", From: "m@example.fr"},
		Sound: map[desk.Role]desk.Preference{desk.Microphone: {"Jabra"}}, Theme: "dark", Scale: 1.25, Operator: "julie",
		Address: "3 rue des Arts, 31000 Toulouse", DoNotDisturb: true,
		Partners: []desk.Partner{{Name: "Sophie", Number: "205", Key: "2", Watch: "205"}},
		Forwards: map[phone.LineID][]clients.Forward{
			"":   {{When: clients.ForwardAlways, To: "+33612345678", Off: true}},
			"l1": {{When: clients.ForwardBusy, To: "205", Hours: openDays(9, 18)}},
		},
	}
	b.withClients()
	b.ok(b.SaveDraft(b.ctx, draft))
	draft.Message.Text += " Et le rendre."
	b.ok(b.SaveDraft(b.ctx, draft))
	b.ok(b.SaveDraft(b.ctx, older))
	b.equal(b.load().Operator.Name, "Claire Martin") // the first, while the settings name none
	b.ok(b.SaveSettings(b.ctx, settings))
	b.reopen()
	snap := b.load()
	b.equal(snap.Drafts, []desk.SavedDraft{older, draft})
	b.equal(snap.Settings, settings)
	b.equal(snap.Operator.Name, "Julie Roche")
	b.equal(slices.IndexFunc(snap.Clients, func(c clients.Client) bool { return c.ID == "petit" }), 0) // by name
	b.ok(b.DropDraft(b.ctx, "t1"))
	b.ok(b.DropDraft(b.ctx, "t1"))
	b.equal(b.load().Drafts, []desk.SavedDraft{older})
}
