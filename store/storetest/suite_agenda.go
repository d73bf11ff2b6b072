package storetest

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"permanence/clients"
)

// at is an appointment of Maître Durand's, some minutes after noon.
func at(id clients.ID, from, to int) clients.Appointment {
	return clients.Appointment{
		ID: id, Client: "durand", Name: "Mme " + string(id), TakenBy: "claire",
		Start: noon.Add(time.Duration(from) * time.Minute), End: noon.Add(time.Duration(to) * time.Minute),
	}
}

func (b *bench) day() (list []string) {
	b.Helper()
	appointments, err := b.Appointments(b.ctx, "durand", noon, noon.Add(8*time.Hour))
	b.ok(err)
	for _, a := range appointments {
		mark := ""
		if a.Contested {
			mark = " contested"
		}
		list = append(list, fmt.Sprintf("%s %v%s", a.ID, a.Start.Sub(noon).Minutes(), mark))
	}
	return list
}

func (b *bench) move(id clients.ID, from, to int, anyway bool) error {
	a := at(id, from, to)
	return b.try(clients.MoveAppointment{Appointment: id, Start: a.Start, End: a.End, Anyway: anyway})
}

func overlap(b *bench) {
	b.withClients()
	b.apply(clients.BookAppointment{Appointment: at("a", 0, 20)}, clients.BookAppointment{Appointment: at("b", 20, 40)})
	err := b.try(clients.BookAppointment{Appointment: at("c", 10, 30)})
	var over *clients.OverlapError
	if !errors.As(err, &over) || len(over.With) != 2 || over.With[0].ID != "a" || over.With[1].ID != "b" {
		b.Fatalf("got %v; want an overlap with a and b", err)
	}
	b.equal(b.day(), []string{"a 0", "b 20"})
	b.refused(b.move("b", 19, 39, false), "agenda.overlap")
	b.apply(clients.BookAppointment{Appointment: at("c", 10, 30), Anyway: true})
	b.equal(b.day(), []string{"a 0 contested", "c 10 contested", "b 20 contested"})

	elsewhere := at("d", 0, 20)
	elsewhere.Client = "petit"
	b.apply(clients.BookAppointment{Appointment: elsewhere})
	elsewhere.ID, elsewhere.Client = "e", "nobody"
	b.refused(b.try(clients.BookAppointment{Appointment: elsewhere}), "store.not-found")
	b.refused(b.try(clients.BookAppointment{Appointment: at("f", 60, 60)}), "agenda.wrong-time")
	b.refused(b.try(clients.BookAppointment{Appointment: at("a", 60, 80)}), "store.exists")
}

func contestEnds(b *bench) {
	b.withClients()
	b.apply(
		clients.BookAppointment{Appointment: at("a", 0, 20)},
		clients.BookAppointment{Appointment: at("b", 10, 30), Anyway: true},
		clients.BookAppointment{Appointment: at("c", 25, 45), Anyway: true},
	)
	b.equal(b.day(), []string{"a 0 contested", "b 10 contested", "c 25 contested"})
	b.ok(b.move("c", 60, 80, false))
	b.equal(b.day(), []string{"a 0 contested", "b 10 contested", "c 60"})
	b.apply(clients.CancelAppointment{Appointment: "b"})
	b.equal(b.day(), []string{"a 0", "c 60"})
	b.ok(b.move("a", 70, 90, true))
	b.equal(b.day(), []string{"c 60 contested", "a 70 contested"})
	b.refused(b.move("nothing", 0, 20, false), "store.not-found")
	b.refused(b.move("b", 0, 20, false), "store.bad-change")
}

func restore(b *bench) {
	b.withClients()
	b.apply(clients.BookAppointment{Appointment: at("a", 0, 20)}, clients.CancelAppointment{Appointment: "a", Reason: "malade"})
	b.equal(b.day(), []string(nil))
	b.apply(clients.CancelAppointment{Appointment: "a", Restore: true})
	b.equal(b.day(), []string{"a 0"})
	b.apply(clients.CancelAppointment{Appointment: "a"}, clients.BookAppointment{Appointment: at("b", 10, 30)})
	b.refused(b.try(clients.CancelAppointment{Appointment: "a", Restore: true}), "agenda.overlap")
	b.equal(b.day(), []string{"b 10"})
}

func agendaDay(b *bench) {
	b.withClients()
	want := at("late", 470, 490)
	want.Number, want.Note, want.Urgent = "06 12 34 56 78", "première visite", true
	b.apply(
		clients.BookAppointment{Appointment: want},
		clients.BookAppointment{Appointment: at("before", -20, 0)},
		clients.BookAppointment{Appointment: at("across", -10, 10), Anyway: true},
		clients.BookAppointment{Appointment: at("after", 480, 500), Anyway: true},
	)
	b.equal(b.day(), []string{"across -10 contested", "late 470 contested"})
	b.apply(clients.CancelAppointment{Appointment: "after"})
	b.reopen()
	got, err := b.Appointments(b.ctx, "durand", want.Start, want.End)
	b.ok(err)
	if len(got) != 1 || got[0].Version == 0 {
		b.Fatalf("got %+v; want one appointment with a version", got)
	}
	want.Version = got[0].Version
	b.equal(got[0], want)
}

func race(b *bench) {
	b.withClients()
	const desks = 8
	errs := make([]error, desks)
	var wg sync.WaitGroup
	for i := range desks {
		m := b.mutation("claire", clients.BookAppointment{Appointment: at(clients.ID(fmt.Sprint("a", i)), i, i+20)})
		wg.Go(func() { errs[i] = b.Apply(b.ctx, m) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			b.refused(err, "agenda.overlap")
		}
	}
	b.equal(won, 1)
	b.equal(len(b.day()), 1)
}
