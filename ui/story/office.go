package story

import (
	"slices"
	"strconv"
	"time"

	"permanence/clients"
	"permanence/clients/agenda"
	"permanence/phone"
	"permanence/ui/desk"
)

// office lists the stories of a desk that belongs to a bureau.
func office() []Story {
	return []Story{
		{"office", 1440, 900, InStep()},
		{"office-1280", 1280, 720, InStep()},
		{"office-dark", 1366, 768, inDark(InStep())},
		{"office-cut-off", 1280, 720, CutOff()},
		{"office-cut-off-dark", 1366, 768, inDark(CutOff())},
		{"office-cut-off-english", 1366, 768, inEnglish(CutOff())},
		{"office-copying", 1280, 720, Copying()},
		{"office-login", 1280, 720, AskedToLogIn()},
		{"office-login-calling", 1366, 768, AskedToLogInCalling()},
		{"office-revoked", 1280, 720, Revoked()},
		{"office-away", 1366, 768, Absent()},
		{"office-take-over", 1280, 720, TakeOver()},
		{"office-take-over-dark", 1366, 768, inDark(TakeOver())},
		{"office-take-over-english", 1366, 768, inEnglish(TakeOver())},
		{"office-taken-over", 1280, 720, TakenOver()},
		{"office-taken-over-returned", 1366, 768, TakenOverReturned()},
		{"office-taken-over-english", 1280, 720, inEnglish(TakenOverReturned())},
		{"office-taken-over-sent", 1280, 720, SentThere()},
		{"office-taken-away", 1280, 720, TakenAway()},
		{"office-taken-away-dark", 1366, 768, inDark(TakenAfterCall())},
		{"office-disputed", 1280, 720, Disputed()},
		{"office-disputed-dark", 1366, 768, inDark(Disputed())},
		{"office-asking", 1280, 720, AskingOffice()},
		{"office-confirmed", 1280, 720, Confirmed()},
		{"office-lent", 1366, 768, LentElsewhere()},
		{"office-large", 1600, 900, scaled(Disputed(), 1.25)},
	}
}

// The desks and operators of the stories' bureau.
const (
	deskSophie clients.ID = "desk-sophie"
	deskJulie  clients.ID = "desk-julie"
	deskNadia  clients.ID = "desk-nadia"
	deskHome   clients.ID = "desk-home"
)

// Desks are everybody's presence: Julie writes for the lawyer, Nadia is on the
// telephone for the doctor, Claire has lunch.
func Desks() []desk.Presence {
	return []desk.Presence{
		{Desk: deskHome, DeskName: "Poste à domicile", Operator: "claire", Name: "Claire", Standing: desk.StandingAway, Reason: "déjeuner", Since: at(13, 55)},
		{Desk: deskJulie, DeskName: "Poste fenêtre", Operator: "julie", Name: "Julie", Standing: desk.StandingHere, Since: at(14, 20), Drafts: []desk.RemoteDraft{julieWrites()}},
		{Desk: deskNadia, DeskName: "Poste du fond", Operator: "nadia", Name: "Nadia", Standing: desk.StandingCall, Client: Petit, Since: Now.Add(-134 * time.Second)},
		{Desk: deskSophie, DeskName: "Poste accueil", Operator: "op", Name: "Sophie", Standing: desk.StandingCall, Client: Durand, Since: Now.Add(-42 * time.Second)},
	}
}

func julieWrites() desk.RemoteDraft {
	return desk.RemoteDraft{
		Ticket: "tj", Caller: phone.Identity{Number: "+33561445566"}, Called: "+33561123456",
		Message: clients.Message{ID: "mj", Client: Durand, Name: "M. Perrault", Text: "Rappeler pour le bail de la rue d’Alsace, il passera lundi."},
	}
}

func operators() map[clients.ID]clients.Operator {
	list := map[clients.ID]clients.Operator{}
	for id, name := range map[clients.ID]string{"op": "Sophie", "julie": "Julie", "nadia": "Nadia", "claire": "Claire"} {
		list[id] = clients.Operator{ID: id, Name: name}
	}
	return list
}

// ofBureau makes a desk one of the bureau's.
func ofBureau(s desk.State) desk.State {
	s.Office = desk.OfficeState{
		OfficeLink: desk.OfficeLink{Phase: desk.OfficeInStep, Bureau: "Permanence de Toulouse", Since: Now, Desk: deskSophie},
		Desks:      Desks(), Operators: operators(),
	}
	return s
}

// InStep is a desk among others, while a colleague types for the same client.
func InStep() desk.State {
	s := ofBureau(Talking())
	s.Agenda.Leases = leases(15, 0, 15, 40)
	return s
}

// leases lend two slots of the lawyer's day: the first here, the second to Julie.
func leases(h1, m1, h2, m2 int) []clients.Lease {
	lent := func(id, to clients.ID, from time.Time) clients.Lease {
		return clients.Lease{ID: id, Client: Durand, Desk: to, Start: from, End: from.Add(20 * time.Minute), For: 12 * time.Hour}
	}
	return []clients.Lease{lent("l1", deskSophie, at(h1, m1)), lent("l2", deskJulie, at(h2, m2))}
}

// given changes the lawyer's appointments of the day.
func given(s *desk.State, change func(list []clients.Appointment) []clients.Appointment) {
	s.Agenda.Appointments = change(slices.Clone(s.Agenda.Appointments))
	s.Agenda.Slots = agenda.Day(durand().Agenda, time.UTC, s.Agenda.Day, Now, s.Agenda.Appointments)
	s.Agenda.Next = nil
}

// forLefevre is what the caller in front was promised at twenty to three.
func forLefevre(unconfirmed bool) clients.Appointment {
	return clients.Appointment{ID: "a9", Client: Durand, Start: at(14, 40), End: at(15, 0), Name: "Mme Lefèvre", Number: "0612345678", Unconfirmed: unconfirmed, TakenBy: "op"}
}

// CutOff is a desk that goes on alone: an appointment that is to be confirmed, and
// changes that the office does not have.
func CutOff() desk.State {
	s := InStep()
	s.Office.Phase, s.Office.Since = desk.OfficeCutOff, at(14, 2)
	s.Office.Unsent, s.Office.Oldest = 3, at(14, 5)
	s.Office.Desks = nil
	given(&s, func(list []clients.Appointment) []clients.Appointment { return append(list, forLefevre(true)) })
	s.Tickets[0].Booked, s.Tickets[0].Promise = "a9", desk.PromiseOpen
	s.Agenda.LastChange = &desk.AgendaUndo{Code: "booked", Appointment: forLefevre(true)}
	s.Tickets = append(s.Tickets, desk.Ticket{
		ID: "t5", Journal: "c0", Client: Petit, Opened: Now.Add(-9 * time.Minute), Ended: Now.Add(-7 * time.Minute), Promise: desk.PromiseOpen,
		Draft: desk.Draft{SavedAt: Now, Message: clients.Message{ID: "m5", Client: Petit, Name: "M. Garcia"}},
	})
	return s
}

// Copying is a desk that was just joined.
func Copying() desk.State {
	s := ofBureau(Calm())
	s.Office.Phase, s.Office.Done, s.Office.Total = desk.OfficeCopying, 86420, 201350
	s.Office.Pairing = &desk.Pairing{Address: "bureau.exemple.fr:7443", Step: desk.PairingDone}
	return s
}

// AskedToLogIn is a desk in the morning: the office asks who is there.
func AskedToLogIn() desk.State {
	s := ofBureau(Calm())
	s.Office.Phase, s.Office.Desks = desk.OfficeLogin, nil
	return s
}

// AskedToLogInCalling is the same during a call, where nothing may get in the way.
func AskedToLogInCalling() desk.State {
	s := ofBureau(Talking())
	s.Office.Phase = desk.OfficeLogin
	s.Office.Unsent = 1
	return s
}

// Revoked is a machine that was taken out of the office.
func Revoked() desk.State {
	s := ofBureau(Calm())
	s.Office.Phase, s.Office.Unsent, s.Office.Desks = desk.OfficeRevoked, 2, nil
	s.Notices = []desk.Notice{{ID: "office", Code: "office.revoked", Level: desk.Alarm, At: Now}}
	return s
}

// Absent is an operator who has left for lunch.
func Absent() desk.State {
	s := ofBureau(Calm())
	s.Office.Away = &desk.Away{Reason: "déjeuner", Since: at(14, 10)}
	return s
}

// TakeOver is a colleague's desk that fell silent in mid-call, with another caller on
// hold.
func TakeOver() desk.State {
	s := ofBureau(Calm())
	lost, waits := lefevreLost(), desk.RemoteDraft{
		Ticket: "tk", Caller: phone.Identity{Number: "+33561801199"}, Talking: true, Held: true, Since: at(14, 30),
	}
	s.Office.Desks[1].Standing, s.Office.Desks[1].Since = desk.StandingLost, at(14, 31)
	s.Office.Desks[1].Drafts = []desk.RemoteDraft{lost, waits}
	for _, d := range s.Office.Desks[1].Drafts {
		s.Offers = append(s.Offers, desk.Offer{Desk: deskJulie, DeskName: "Poste fenêtre", Name: "Julie", Since: at(14, 31), Draft: d})
	}
	return s
}

// lefevreLost is the call that Julie's desk was in.
func lefevreLost() desk.RemoteDraft {
	d := julieWrites()
	d.Caller, d.Talking, d.Since = phone.Identity{Number: "+33612345678", Name: "Mme Lefèvre"}, true, at(14, 31).Add(-252*time.Second)
	d.Message.Name, d.Message.Client, d.Message.Number = "Mme Lefèvre", Durand, "06 12 34 56 78"
	d.Message.Text = "Demande à avancer l’audience du 3 décembre. Sera joignable dem"
	return d
}

// TakenOver is that message in hand: the caller is to be called back.
func TakenOver() desk.State {
	s := TakeOver()
	s.Offers = s.Offers[1:]
	s.Office.Desks[1].Drafts[0].Taken = deskSophie
	s.Tickets = []desk.Ticket{{
		ID: "tt", Client: Durand, Called: "+33561123456", Caller: lefevreLost().Caller, Opened: Now, Ended: Now,
		From:  desk.Origin{Desk: deskJulie, Ticket: "tj", Name: "Julie", Talking: true},
		Draft: desk.Draft{Message: lefevreLost().Message, Strokes: 1, Typed: true, SavedAt: Now},
	}}
	s.Front = "tt"
	s.Agenda = InStep().Agenda
	return s
}

// TakenOverReturned is the same when only Julie's line to the office had been cut: she
// speaks with the caller.
func TakenOverReturned() desk.State {
	s := TakenOver()
	s.Offers = nil
	s.Office.Desks[1].Standing, s.Office.Desks[1].Client = desk.StandingCall, Durand
	s.Tickets[0].Return = desk.ReturnTalking
	s.Notices = []desk.Notice{{ID: "returned:tt", Code: "takeover.talking", Args: []string{"Julie"}, Level: desk.Warning, At: Now}}
	return s
}

// SentThere is the same when she has sent it herself.
func SentThere() desk.State {
	s := TakenOver()
	s.Offers, s.Tickets[0].Return = nil, desk.ReturnSent
	s.Office.Desks[1].Standing, s.Office.Desks[1].Drafts = desk.StandingHere, nil
	return s
}

// TakenAway is Julie's side of it: a colleague has the message that is being typed.
func TakenAway() desk.State {
	s := InStep()
	s.Tickets[0].TakenBy = "Julie"
	s.Notices = []desk.Notice{{ID: "taken:" + string(s.Tickets[0].ID), Code: "message.taken-over", Args: []string{"Julie"}, Level: desk.Warning, At: Now}}
	return s
}

// TakenAfterCall is the same once her call is over: nothing but the message is left.
func TakenAfterCall() desk.State {
	s := TakenAway()
	s.Calls, s.Notices = nil, nil
	s.Tickets[0].Call, s.Tickets[0].Ended = "", Now
	return s
}

// Disputed is three things that two desks wrote without knowing of each other.
func Disputed() desk.State {
	s := InStep()
	first := clients.Appointment{ID: "a4", Client: Durand, Start: at(14, 0), End: at(14, 20), Name: "Étude Çelik", Number: "0561445566", TakenBy: "op", Contested: true}
	second := clients.Appointment{ID: "a10", Client: Durand, Start: at(14, 0), End: at(14, 20), Name: "M. Perrault", Number: "0644556677", Note: "bail commercial", TakenBy: "julie", Contested: true}
	given(&s, func(list []clients.Appointment) []clients.Appointment {
		i := slices.IndexFunc(list, func(a clients.Appointment) bool { return a.ID == first.ID })
		list[i] = first
		return append(list, second)
	})
	s.Office.Conflicts = []clients.Conflict{
		{
			ID: "k1", Kind: clients.ConflictField, Client: Durand, Field: "instructions",
			Earlier: clients.Version{By: "op", Desk: deskSophie, At: at(11, 12), Value: strconv.Quote("Demander le nom et le numéro de dossier.\nNe jamais donner le portable.\nGarde à vue : prévenir Me Caron.")},
			Later:   clients.Version{By: "julie", Desk: deskJulie, At: at(11, 40), Value: strconv.Quote("Demander le nom et le numéro de dossier.\nLe portable se donne aux confrères.\nGarde à vue : prévenir Me Caron.\nAbsent du 1er au 5 décembre.")},
		},
		{
			ID: "k2", Kind: clients.ConflictOverlap, Client: Durand,
			Earlier: clients.Version{By: "op", At: at(11, 55), Ref: first.ID}, Later: clients.Version{By: "julie", Desk: deskJulie, At: at(12, 3), Ref: second.ID},
		},
		{
			ID: "k3", Kind: clients.ConflictRefused, Client: Petit, Code: "client.did-taken",
			Later: clients.Version{By: "nadia", Desk: deskNadia, At: at(13, 30), Name: "client.patch.v1", Value: `{"client":"` + string(Petit) + `","fields":{"dids":["+33561909192"]}}`},
		},
		{
			ID: "k4", Kind: clients.ConflictField, Client: Roc, Field: "contacts",
			Earlier: clients.Version{By: "nadia", Desk: deskNadia, At: at(9, 5), Value: `[{"name":"M. Roc","number":"0611223344","when":"urgences"}]`},
			Later:   clients.Version{By: "claire", Desk: deskHome, At: at(9, 20), Value: `[{"name":"M. Roc","number":"0611223344","when":"urgences"},{"name":"Mme Roc","number":"0611223355"}]`},
		},
	}
	return s
}

// ToJudge is what a revoked desk brought up, as a supervisor sees it.
func ToJudge() desk.State {
	s := InStep()
	s.Operator.Role = clients.Supervisor
	s.Office.Conflicts = []clients.Conflict{
		{
			ID: "h1", Kind: clients.ConflictRefused, Client: Durand, Code: clients.CodeHeld,
			Later: clients.Version{By: "julie", Desk: deskJulie, At: at(11, 40), Name: "message.take.v1", Value: `{"message":{"id":"m","client":"` + string(Durand) + `","name":"Mme Lefèvre","number":"+33612345678","text":"Rappeler au sujet du bail avant vendredi."}}`},
		},
		{
			ID: "h2", Kind: clients.ConflictRefused, Client: Petit, Code: clients.CodeHeld,
			Later: clients.Version{By: "nadia", Desk: deskNadia, At: at(13, 30), Name: "client.patch.v1", Value: `{"client":"` + string(Petit) + `","fields":{"trade":"médecin · Albi"}}`},
		},
	}
	return s
}

// Settling is one of them settled a moment ago.
func Settling() desk.State {
	s := Disputed()
	s.Office.Settling = &desk.Settling{Conflict: s.Office.Conflicts[0], Choice: clients.KeepLater, Until: Now.Add(6 * time.Second)}
	return s
}

// AskingOffice is an appointment about which the office is asked while the caller waits.
func AskingOffice() desk.State {
	s := ofBureau(Booking())
	b := *s.Agenda.Booking
	b.Pending, b.Promise = true, desk.PromiseAsked
	s.Agenda.Booking = &b
	return s
}

// Confirmed is its answer.
func Confirmed() desk.State {
	s := InStep()
	given(&s, func(list []clients.Appointment) []clients.Appointment { return append(list, forLefevre(false)) })
	s.Tickets[0].Booked, s.Tickets[0].Promise = "a9", desk.PromiseConfirmed
	s.Agenda.LastChange = &desk.AgendaUndo{Code: "booked", Appointment: forLefevre(false)}
	s.Notices = []desk.Notice{{ID: "promise", Code: "promise.confirmed", At: Now, Until: Now.Add(5 * time.Second)}}
	return s
}

// LentElsewhere is a slot that a colleague may be promising at this moment.
func LentElsewhere() desk.State {
	s := CutOff()
	s.Office.Desks = Desks()
	s.Agenda.LastChange = nil
	slot := s.Agenda.Slots[slices.IndexFunc(s.Agenda.Slots, func(x agenda.Slot) bool { return x.Start.Equal(at(15, 40)) })]
	s.Agenda.Booking = &desk.Booking{Slot: slot, Name: "Mme Lefèvre", Number: "06 12 34 56 78", Lent: &s.Agenda.Leases[1], LentTo: "Julie"}
	return s
}
