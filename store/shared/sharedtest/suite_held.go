package sharedtest

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"permanence/clients"
	"permanence/store/shared"
)

// hold keeps a change aside that a revoked desk brought up yesterday, in Julie's name.
func (b *bench) hold(c clients.Change) clients.ID {
	b.Helper()
	m := b.mutation(c)
	m.Actor, m.Desk, m.At = "julie", "stolen", noon.Add(-24*time.Hour)
	b.ok(shared.KeepRefused(b.ctx, b.rows, b.seq, m, clients.CodeHeld))
	return clients.ID(uuid.NewSHA1(uuid.NameSpaceOID, []byte(m.ID+"/refused")).String())
}

func (b *bench) settlement(id clients.ID) *clients.Settlement {
	b.Helper()
	return value[clients.Conflict](b, shared.Conflict, id).Settled
}

func heldAdmitted(b *bench) {
	b.from("one").withClients()
	saw := b.seq
	b.from("two").do(shared.OK, patch(saw, "instructions", `"De Claire"`), book("a", 0, 20))
	patched, booked := b.hold(patch(saw, "instructions", `"De Julie"`)), b.hold(book("b", 10, 30))
	taken := b.hold(clients.TakeMessage{Message: note("m")})
	b.refused(shared.CodeBadChange, clients.SettleConflict{Conflict: taken, Choice: clients.KeepLater})

	b.do(shared.OK, clients.JudgeHeld{Conflict: taken, Admit: true, Reason: "vu avec Julie"})
	b.equal(value[clients.Message](b, shared.Message, "m").ID, clients.ID("m"))
	b.equal(b.settlement(taken), &clients.Settlement{By: "claire", At: noon, Choice: clients.KeepLater, Reason: "vu avec Julie"})

	b.do(shared.Disputed, clients.JudgeHeld{Conflict: patched, Admit: true})
	c, found, err := b.rows.Changed(b.ctx, shared.Client, "durand", "instructions", saw, "two")
	b.ok(err)
	b.equal(found, true)
	b.equal([]any{c.Actor, c.Desk, c.At.Equal(noon.Add(-24 * time.Hour))}, []any{clients.ID("julie"), clients.ID("stolen"), true})

	b.do(shared.Contested, clients.JudgeHeld{Conflict: booked, Admit: true})
	b.equal(value[clients.Appointment](b, shared.Appointment, "b").Contested, true)
	b.do(shared.OK, clients.JudgeHeld{Conflict: booked, Reason: "trop tard"}) // who judges first has judged
	b.equal(b.settlement(booked).Choice, clients.KeepLater)
}

func heldDiscarded(b *bench) {
	b.from("one").withClients()
	taken := b.hold(clients.TakeMessage{Message: note("m")})
	b.do(shared.OK, clients.JudgeHeld{Conflict: taken, Reason: "poste volé"})
	b.missing(shared.Message, "m")
	b.equal(b.settlement(taken), &clients.Settlement{By: "claire", At: noon, Choice: clients.KeepEarlier, Reason: "poste volé"})
	c, found, err := b.rows.Changed(b.ctx, shared.Conflict, taken, "settled", 0, "")
	b.ok(err)
	b.equal(found && c.Actor == "claire" && json.Valid(c.After), true)
}

func heldTooLate(b *bench) {
	b.from("one").withClients()
	for _, c := range []struct {
		do   clients.Change
		code string
	}{
		{clients.CancelAppointment{Appointment: "gone"}, shared.CodeNotFound},
		{clients.Erase{Kind: "client", ID: "durand"}, shared.CodeBadChange},
		{clients.SaveOperator{Operator: clients.Operator{ID: "thief", Role: clients.Supervisor}}, shared.CodeBadChange},
		{clients.JudgeHeld{Conflict: "k", Admit: true}, shared.CodeBadChange},
	} {
		id := b.hold(c.do)
		b.do(shared.OK, clients.JudgeHeld{Conflict: id, Admit: true})
		left := value[clients.Conflict](b, shared.Conflict, id)
		b.equal([]any{left.Code, left.Settled}, []any{c.code, (*clients.Settlement)(nil)})
		b.refused(shared.CodeBadChange, clients.JudgeHeld{Conflict: id})
	}
	b.missing(shared.Operator, "thief")
	b.refused(shared.CodeNotFound, clients.JudgeHeld{Conflict: "none"})
}
