package story

import (
	"time"

	"permanence/clients"
	"permanence/clients/agenda"
	"permanence/phone"
	"permanence/ui/desk"
)

// Story is a prepared state with the window size it is looked at in.
type Story struct {
	Name          string // of the picture's file
	Width, Height float32
	State         desk.State
}

// Now is the moment of the stories: a Thursday afternoon.
var Now = time.Date(2026, time.November, 26, 14, 32, 9, 0, time.UTC)

// All lists the stories.
func All() []Story {
	return append([]Story{
		{"empty-desk", 1440, 900, Empty()},
		{"calm", 1440, 900, Calm()},
		{"ringing-while-typing", 1440, 900, RingingWhileTyping()},
		{"talking", 1440, 900, Talking()},
		{"two-calls", 1440, 900, TwoCalls()},
		{"talking-1280", 1280, 720, Talking()},
		{"talking-1920", 1920, 1080, Talking()},
		{"three-calls", 1440, 900, ThreeCalls()},
		{"three-calls-1280", 1280, 720, ThreeCalls()},
		{"twelve-calls", 1440, 900, ManyCalls(12)},
		{"unknown-number", 1440, 900, UnknownNumber()},
		{"booking", 1440, 900, Booking()},
		{"booking-1280", 1280, 720, Booking()},
		{"overlap", 1440, 900, Overlap()},
		{"disk-full", 1440, 900, DiskFull()},
		{"offline-outbox", 1440, 900, OfflineOutbox()},
		{"dark", 1440, 900, inDark(ThreeCalls())},
		{"dark-booking", 1280, 720, inDark(Overlap())},
		{"dark-calm", 1440, 900, inDark(Calm())},
		{"english", 1440, 900, inEnglish(Talking())},
		{"large", 1920, 1080, scaled(Talking(), 1.3)},
	}, append(append(telephone(), voice()...), office()...)...)
}

func inDark(s desk.State) desk.State {
	s.Settings.Theme = "dark"
	return s
}

func inEnglish(s desk.State) desk.State {
	s.Settings.Language = "en"
	return s
}

func scaled(s desk.State, by float32) desk.State {
	s.Settings.Scale = by
	return s
}

// Empty is a desk just installed.
func Empty() desk.State {
	return desk.State{
		Now: Now, Ready: true, Directory: desk.NewDirectory(nil),
		Settings: desk.Settings{Theme: "light", Language: "fr"},
		Sound:    sound(),
	}
}

func sound() desk.SoundState {
	return desk.SoundState{Devices: map[desk.Role]desk.Device{
		desk.Microphone: {Using: "Jabra Evolve 20"}, desk.Earpiece: {Using: "Jabra Evolve 20"}, desk.Ringer: {Using: "Haut-parleurs"},
	}}
}

// Calm is a desk at work between two calls.
func Calm() desk.State {
	s := Empty()
	line := phone.Line{ID: "l1", Label: "05 61 12 34 56", User: "permanence", Domain: "sip.example"}
	s.Directory = desk.NewDirectory(Clients())
	s.Operator = clients.Operator{ID: "op", Name: "Sophie"}
	s.Settings.Lines = []phone.Line{line}
	s.Settings.Mail = desk.MailSettings{Host: "smtp.example"}
	s.Lines = []desk.Line{{Line: line, State: phone.LineRegistered, Until: Now.Add(5 * time.Minute)}}
	s.History = history()
	s.Missed = 1
	return s
}

func at(hour, minute int) time.Time {
	return time.Date(Now.Year(), Now.Month(), Now.Day(), hour, minute, 0, 0, time.UTC)
}

func history() []desk.Entry {
	past := func(h, m int, c clients.ID, client, name string) desk.Entry {
		return desk.Entry{
			Call: phone.CallID(at(h, m).String()), Client: c, ClientName: client, Name: name, Number: "+33644556677",
			ArrivedAt: at(h, m), AnsweredAt: at(h, m).Add(8 * time.Second), EndedAt: at(h, m).Add(2 * time.Minute), Cause: phone.HungUpThere,
		}
	}
	list := []desk.Entry{
		past(14, 21, Petit, "Dr Petit", "M. Garcia"), past(14, 8, Durand, "Maître Durand", "Étude Çelik et associés"),
		past(13, 55, Roc, "Plomberie Roc", ""), past(13, 40, Petit, "Dr Petit", "Mme Noël"),
		past(11, 58, Durand, "Maître Durand", "Énergies du Midi"), past(11, 46, Petit, "Dr Petit", "M. Œuvrard"),
		past(11, 30, Roc, "Plomberie Roc", "Mairie de Muret"), past(10, 12, "", "", ""), past(9, 40, Durand, "Maître Durand", "Mme Vidal"),
	}
	list[0].Booked, list[5].Booked = true, true
	list[1].Message, list[1].Delivery = "m1", clients.Sent
	list[2].Missed, list[2].AnsweredAt, list[2].Number = true, time.Time{}, "+33661203040"
	list[3].Message, list[3].Delivery = "m2", clients.Waiting
	list[4].CallType = "demarchage"
	list[6].Message, list[6].Delivery = "m3", clients.Sent
	list[8].Message, list[8].Delivery = "m4", clients.Failed
	return list
}

// Talking is a caller of the lawyer, known from earlier, her message half typed.
func Talking() desk.State {
	s := Calm()
	s.Missed = 0
	s.Calls = []desk.Call{{
		ID: "c1", Line: "l1", Phase: desk.Talking, Client: Durand, KnownAs: "Mme Lefèvre", Caller: phone.Identity{Number: "+33612345678"},
		Found: foundDurand(), Codec: "opus", Flow: phone.FlowBoth, ArrivedAt: Now.Add(-50 * time.Second), AnsweredAt: Now.Add(-42 * time.Second),
	}}
	s.Tickets = []desk.Ticket{lefevre()}
	s.Front = "t1"
	s.Agenda = dayOf(Durand, durand().Agenda)
	return s
}

func foundDurand() desk.Found {
	return desk.Found{Code: "found.did-diversion", Number: "+33561123456", Sources: []phone.CalledSource{phone.FromTo, phone.FromDiversion}}
}

func lefevre() desk.Ticket {
	return desk.Ticket{
		ID: "t1", Call: "c1", Journal: "c1", Client: Durand, Called: "+33561123456", Found: foundDurand(),
		Caller: phone.Identity{Number: "+33612345678"}, Opened: Now.Add(-50 * time.Second),
		Earlier: desk.Earlier{Name: "Mme Lefèvre", Calls: 3, LastAt: time.Date(2026, 11, 12, 10, 5, 0, 0, time.UTC), LastText: "Demande un report d’audience"},
		News: []desk.ClientChange{{
			Client: Durand, Field: "instructions", Before: `"Ne jamais donner le portable."`,
			After: `"Ne jamais donner le portable.\n\n**Absent** du 1er au 5 décembre.\n\nUrgences pénales\u00a0: Me Caron."`,
		}},
		Draft: desk.Draft{
			SavedAt: Now.Add(-2 * time.Second), Strokes: 60, Typed: true,
			Message: clients.Message{
				ID: "m9", Client: Durand, CallType: "client", Name: "Mme Lefèvre", Number: "06 12 34 56 78",
				Fields: map[string]string{"dossier": "2026-0417"},
				Text:   "Demande à avancer l’audience du 3 décembre. Sera joignable demain jusqu’à 18\u00a0h, préfère un rappel avant midi.",
			},
		},
	}
}

// dayOf is the client's agenda of the stories' day, half booked.
func dayOf(c clients.ID, rules clients.AgendaRules) desk.Agenda {
	day := time.Date(Now.Year(), Now.Month(), Now.Day(), 0, 0, 0, 0, time.UTC)
	book := func(id clients.ID, h, m int, name, note string) clients.Appointment {
		return clients.Appointment{ID: id, Client: c, Start: at(h, m), End: at(h, m).Add(time.Duration(rules.Duration) * time.Minute), Name: name, Note: note}
	}
	a := desk.Agenda{
		Client: c, Day: day, LoadedFrom: day.AddDate(0, 0, -7), LoadedTo: day.AddDate(0, 0, 60),
		Appointments: []clients.Appointment{
			book("a1", 9, 0, "M. Vidal", ""), book("a2", 9, 20, "SCI des Lilas", "bail commercial"), book("a3", 10, 0, "Mme Œillet", ""),
			book("a4", 14, 0, "Étude Çelik", ""), book("a5", 14, 20, "M. Arnaud", "divorce"), book("a6", 15, 20, "Mme Bonnet", ""), book("a7", 16, 20, "M. Guérin", ""),
		},
	}
	a.Slots = agenda.Day(rules, time.UTC, day, Now, a.Appointments)
	if next, ok := agenda.NextFree(rules, time.UTC, Now, 30, a.Appointments, false); ok {
		a.Next = &next
	}
	return a
}

// ThreeCalls is the lawyer's caller talking, the doctor's ringing, the plumber's
// on hold, and an unsent message of before.
func ThreeCalls() desk.State {
	s := Talking()
	s.Calls = append(s.Calls,
		desk.Call{ID: "c2", Phase: desk.Ringing, Client: Petit, Caller: phone.Identity{Number: "+33561801199"}, Found: desk.Found{Code: "found.did", Number: "+33561801122"}, ArrivedAt: Now.Add(-12 * time.Second)},
		desk.Call{ID: "c3", Phase: desk.Held, Client: Roc, Caller: phone.Identity{Withheld: true}, Found: desk.Found{Code: "found.diversion", Number: "+33561909192"}, ArrivedAt: Now.Add(-2 * time.Minute), AnsweredAt: Now.Add(-90 * time.Second), HeldAt: Now.Add(-65 * time.Second)})
	s.Tickets = append(s.Tickets,
		desk.Ticket{ID: "t2", Call: "c2", Journal: "c2", Client: Petit, Caller: s.Calls[1].Caller, Found: s.Calls[1].Found, Opened: s.Calls[1].ArrivedAt},
		desk.Ticket{ID: "t3", Call: "c3", Journal: "c3", Client: Roc, Caller: s.Calls[2].Caller, Found: s.Calls[2].Found, Opened: s.Calls[2].ArrivedAt},
		desk.Ticket{
			ID: "t4", Journal: "c0", Client: Petit, Caller: phone.Identity{Number: "+33644556677"}, Opened: Now.Add(-14 * time.Minute), Ended: Now.Add(-11 * time.Minute),
			Draft: desk.Draft{SavedAt: Now.Add(-11 * time.Minute), Strokes: 3, Typed: true, Message: clients.Message{ID: "m4", Client: Petit, Name: "M. Garcia"}},
		})
	return s
}

// RingingWhileTyping is a message being written after its call, while another
// client's call comes in.
func RingingWhileTyping() desk.State {
	s := Talking()
	s.Calls = []desk.Call{{ID: "c2", Phase: desk.Ringing, Client: Petit, Caller: phone.Identity{Number: "+33561801199", Name: "Pharmacie du Centre"}, Found: desk.Found{Code: "found.did", Number: "+33561801122"}, ArrivedAt: Now.Add(-3 * time.Second)}}
	s.Tickets[0].Call, s.Tickets[0].Ended = "", Now.Add(-time.Minute)
	s.Tickets[0].Draft.Dirty, s.Tickets[0].Draft.Saving = true, true
	s.Tickets = append(s.Tickets, desk.Ticket{ID: "t2", Call: "c2", Journal: "c2", Client: Petit, Caller: s.Calls[0].Caller, Found: s.Calls[0].Found, Opened: s.Calls[0].ArrivedAt})
	return s
}

// TwoCalls is a second client's call that rings while the operator talks.
func TwoCalls() desk.State {
	s, other := Talking(), RingingWhileTyping()
	s.Calls = append(s.Calls, other.Calls[0])
	s.Tickets = append(s.Tickets, other.Tickets[1])
	return s
}

// ManyCalls is a morning when everybody calls at the same time.
func ManyCalls(n int) desk.State {
	s := Talking()
	owners := []clients.ID{Petit, Roc, Durand}
	for i := range n - 1 {
		id := phone.CallID(rune('a' + i))
		c := desk.Call{
			ID: id, Phase: desk.Ringing, Client: owners[i%3], Caller: phone.Identity{Number: "+33561801199"},
			Found: desk.Found{Code: "found.did"}, ArrivedAt: Now.Add(-time.Duration(n-i) * 3 * time.Second),
		}
		s.Calls = append(s.Calls, c)
		s.Tickets = append(s.Tickets, desk.Ticket{ID: clients.ID("t" + string(id)), Call: id, Journal: id, Client: c.Client, Caller: c.Caller, Opened: c.ArrivedAt})
	}
	return s
}

// UnknownNumber is a call to a number that is nobody's.
func UnknownNumber() desk.State {
	s := Calm()
	found := desk.Found{Code: "found.none", Number: "+33534000017"}
	s.Calls = []desk.Call{{ID: "c1", Phase: desk.Ringing, Caller: phone.Identity{Number: "+33612345678"}, Found: found, ArrivedAt: Now.Add(-6 * time.Second)}}
	s.Tickets = []desk.Ticket{{
		ID: "t1", Call: "c1", Journal: "c1", Called: found.Number, Found: found, Caller: s.Calls[0].Caller, Opened: s.Calls[0].ArrivedAt,
		Draft: desk.Draft{Message: clients.Message{ID: "m1", Number: "06 12 34 56 78"}},
	}}
	s.Front = "t1"
	return s
}

// Booking is the next free slot being given to the caller.
func Booking() desk.State {
	s := Talking()
	s.Agenda.Booking = &desk.Booking{Slot: *s.Agenda.Next, Name: "Mme Lefèvre", Number: "06 12 34 56 78"}
	s.Agenda.LastChange = &desk.AgendaUndo{Code: "cancelled", Appointment: clients.Appointment{Name: "M. Perrault", Start: at(15, 0)}}
	return s
}

// Overlap is a slot that somebody else took meanwhile.
func Overlap() desk.State {
	s := Booking()
	b := *s.Agenda.Booking
	b.Overlap = []clients.Appointment{{Name: "M. Perrault", Start: b.Slot.Start, End: b.Slot.End}}
	s.Agenda.Booking = &b
	return s
}

// DiskFull is a message that cannot be saved.
func DiskFull() desk.State {
	s := Talking()
	s.Tickets[0].Draft.Dirty, s.Tickets[0].Draft.Error = true, "store.disk-full"
	s.Store = desk.StoreState{Failing: true, Code: "store.disk-full", Detail: "SQLITE_FULL (13)"}
	s.Notices = []desk.Notice{{ID: "store", Code: "store.disk-full", Detail: "database or disk is full (13)", Level: desk.Alarm, At: Now}}
	return s
}

// OfflineOutbox is a desk whose line and mail server do not answer.
func OfflineOutbox() desk.State {
	s := Calm()
	s.Lines[0].State, s.Lines[0].Detail = phone.LineUnreachable, "no answer in 32 s"
	to := clients.Recipient{Name: "Me Durand", Channel: "mail", Address: "durand@cabinet-durand.example"}
	s.Outbox = []clients.Delivery{
		{ID: "d1", Message: "m1", Client: Durand, Recipient: to, State: clients.Waiting, Attempts: 4, NextTry: Now.Add(4 * time.Minute), Error: "dial tcp: i/o timeout"},
		{ID: "d2", Message: "m2", Client: Petit, Recipient: clients.Recipient{Name: "Dr Petit", Channel: "mail", Address: "petit@exemple.example"}, State: clients.Failed, Attempts: 1, Error: "550 5.1.1 mailbox unavailable"},
	}
	s.Notices = []desk.Notice{
		{ID: "line:l1", Code: "line.unreachable", Args: []string{"05 61 12 34 56"}, Detail: "no answer in 32 s", Level: desk.Alarm, At: Now},
		{ID: "delivery:d2", Code: "delivery.failed", Args: []string{"Dr Petit", "550 5.1.1 mailbox unavailable"}, Detail: "550 5.1.1 mailbox unavailable", Level: desk.Alarm, At: Now},
	}
	return s
}
