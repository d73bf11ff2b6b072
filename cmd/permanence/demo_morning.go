//go:build !office

package main

import (
	"context"
	"time"

	"permanence/clients"
	"permanence/clients/agenda"
	"permanence/phone"
	"permanence/store"
	"permanence/ui/desk"
)

// pastCall is a call of the morning before the demo opens.
type pastCall struct {
	ago    time.Duration
	did    string
	name   string
	number phone.Number
	kind   string
	cause  phone.EndCause // HungUpThere: it was answered
}

func morningCalls() []pastCall {
	return []pastCall{
		{170 * time.Minute, "+33536493030", "Mairie", "+33536490150", "client", phone.HungUpThere},
		{151 * time.Minute, "+33536492020", "M. Œuvrard", "+33639980188", "patient", phone.HungUpThere},
		{120 * time.Minute, "+33536491010", "", "+33199000222", "demarchage", phone.HungUpThere},
		{96 * time.Minute, "+33536492020", "Mme Noël", "+33639980199", "patient", phone.HungUpThere},
		{47 * time.Minute, "+33536493030", "", "+33639980444", "", phone.CallerGaveUp},
		{31 * time.Minute, "+33536491010", "Mme Lefèvre", "+33639980112", "client", phone.HungUpThere},
	}
}

// fillMorning writes the morning's calls into the journal, and appointments of
// this week into the agendas.
func fillMorning(ctx context.Context, s *store.Store, snap desk.Snapshot) error {
	directory := desk.NewDirectory(snap.Clients)
	now := time.Now()
	for _, c := range morningCalls() {
		if err := s.Append(ctx, journalOf(c, directory, snap.Operator.ID, now)); err != nil {
			return err
		}
	}
	for _, c := range snap.Clients {
		if err := fillAgenda(ctx, s, c, snap.Operator.ID, now); err != nil {
			return err
		}
	}
	return nil
}

func journalOf(c pastCall, d *desk.Directory, operator clients.ID, now time.Time) desk.JournalEntry {
	began := now.Add(-c.ago)
	e := desk.Entry{
		Call: phone.CallID(newID()), Line: demoLine, Name: c.name, Number: c.number,
		ArrivedAt: began, EndedAt: began.Add(2 * time.Minute), Cause: c.cause,
		CallType: c.kind, Missed: c.cause.Missed() && c.cause != phone.HungUpThere,
	}
	if cl := d.ByDID(phone.Number(c.did)); cl != nil {
		e.Client, e.ClientName = cl.ID, cl.Name
	}
	if !e.Missed {
		e.AnsweredAt = began.Add(6 * time.Second)
	}
	return desk.JournalEntry{At: e.EndedAt, Kind: desk.JournalEnded, Entry: e, Actor: operator}
}

// demoNames are given to every third free slot.
var demoNames = []string{"M. Vidal", "SCI des Lilas", "Mme Œillet", "Étude Çelik", "M. Arnaud", "Mme Bonnet", "M. Guérin"}

func fillAgenda(ctx context.Context, s *store.Store, c clients.Client, operator clients.ID, now time.Time) error {
	if !c.Agenda.Enabled() {
		return nil
	}
	zone := agenda.Zone(c.Agenda)
	day := now.In(zone)
	day = time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
	n := 0
	for range 7 {
		for i, slot := range agenda.Day(c.Agenda, zone, day, day, nil) {
			if i%3 == 2 || slot.Kind != agenda.Free {
				continue
			}
			a := clients.Appointment{
				ID: newID(), Client: c.ID, Start: slot.Start, End: slot.End,
				Name: demoNames[n%len(demoNames)], TakenBy: operator,
			}
			n++
			m := clients.Mutation{ID: newID(), At: now, Actor: operator, Change: clients.BookAppointment{Appointment: a}}
			if err := s.Apply(ctx, m); err != nil {
				return err
			}
		}
		day = day.AddDate(0, 0, 1)
	}
	return nil
}
