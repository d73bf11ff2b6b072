package desk

import (
	"context"
	"errors"
	"time"

	"permanence/clients"
)

// How long the office is waited for.
const (
	askFor  = 2 * time.Second  // before a booking is promised without it: a caller is listening
	pairFor = 60 * time.Second // a machine is made a desk, on any line
)

// notThere is the store's code for what was erased, or is not this operator's to see.
const notThere = "store.not-found"

// demand runs something that waits for the office, and gives it up when the program
// ends.
func (p *performer) demand(within time.Duration, f func(context.Context)) {
	p.tries.Go(func() {
		ctx, cancel := context.WithTimeout(p.trying, within)
		defer cancel()
		f(ctx)
	})
}

func (e PairDesk) perform(p *performer) {
	p.demand(pairFor, func(ctx context.Context) {
		if err := p.ports.Office.Pair(ctx, e.Address, e.Code, e.DeskName); err != nil {
			p.send(PairingChanged{Step: PairingFailed, Problem: problem(err, "office.unreachable")})
			return
		}
		p.send(PairingChanged{Step: PairingDone})
	})
}

func (e LogIn) perform(p *performer) {
	p.demand(tryFor, func(ctx context.Context) {
		o, err := p.ports.Office.Login(ctx, e.Name, e.Password)
		if err != nil {
			p.send(LoginFailed{Problem: problem(err, "office.unreachable")})
			return
		}
		p.send(LoggedIn{Operator: o})
	})
}

func (e ChangePassword) perform(p *performer) {
	p.demand(tryFor, func(ctx context.Context) {
		p.toldPassword(e.Operator, p.ports.Office.ChangePassword(ctx, e.Old, e.New))
	})
}

func (e SetPassword) perform(p *performer) {
	p.demand(tryFor, func(ctx context.Context) {
		p.toldPassword(e.Operator, p.ports.Office.SetPassword(ctx, e.Operator, e.Password))
	})
}

func (p *performer) toldPassword(operator clients.ID, err error) {
	if err != nil {
		p.send(PasswordRefused{Operator: operator, Problem: problem(err, "office.unreachable")})
		return
	}
	p.send(PasswordKept{Operator: operator})
}

func (LogOut) perform(p *performer) { p.office.put(p.ports.Office.Logout) }

func (LeaveOffice) perform(p *performer) {
	p.demand(tryFor, func(ctx context.Context) {
		if err := p.ports.Office.Leave(ctx); err != nil {
			p.send(LeaveFailed{Problem: problem(err, "store.write-failed")})
			return
		}
		p.send(OfficeLeft{})
	})
}

// The bookings that are asked about do not wait for each other: an office that is
// silent about one would delay the next beyond what a caller waits.
func (e AskOffice) perform(p *performer) {
	p.demand(askFor, func(ctx context.Context) {
		err := p.ports.Office.Ask(ctx, e.Mutation)
		overlap, lent := overlapOf(err), lentOf(err)
		switch {
		case err == nil:
			p.send(AskAnswered(e))
		case overlap != nil || lent != nil:
			p.send(ApplyFailed{Mutation: e.Mutation, Tag: e.Tag, Problem: problem(err, "agenda.overlap"), Overlap: overlap, Lent: lent})
		default:
			p.send(AskUnanswered{Mutation: e.Mutation, Tag: e.Tag, Problem: problem(err, "office.unreachable")})
		}
	})
}

func (e TellPresence) perform(p *performer) {
	p.office.put(func() { p.ports.Office.Tell(e.Presence) })
}

func (e TakeOver) perform(p *performer) {
	p.demand(tryFor, func(ctx context.Context) {
		d, err := p.ports.Office.TakeOver(ctx, e.Desk, e.Ticket)
		if err != nil {
			p.send(TakeOverRefused{Desk: e.Desk, Ticket: e.Ticket, Problem: problem(err, "office.unreachable")})
			return
		}
		p.send(TakenOver{Desk: e.Desk, Draft: d})
	})
}

func (SyncOffice) perform(p *performer) { p.office.put(p.ports.Office.Sync) }

func (ReadDirectory) perform(p *performer) {
	p.read("client", func(ctx context.Context) error {
		list, err := p.ports.Store.Clients(ctx)
		if err == nil {
			p.send(DirectoryRead{Clients: list})
		}
		return err
	})
}

func (ReadOperators) perform(p *performer) {
	p.read("operators", func(ctx context.Context) error {
		list, err := p.ports.Store.Operators(ctx)
		if err == nil {
			p.send(OperatorsRead{Operators: list})
		}
		return err
	})
}

func (ReadConflicts) perform(p *performer) {
	p.read("conflicts", func(ctx context.Context) error {
		list, err := p.ports.Store.Conflicts(ctx)
		if err == nil {
			p.send(ConflictsRead{Conflicts: list})
		}
		return err
	})
}

// A booking may wait for this answer, so there is always one.
func (e ReadLeases) perform(p *performer) {
	p.read("agenda", func(ctx context.Context) error {
		list, err := p.ports.Store.Leases(ctx, e.Client, e.From, e.To)
		p.send(LeasesRead{Client: e.Client, Booking: e.Booking, Leases: list})
		return err
	})
}

// A message that is not there any more has nothing to tell.
func (e ReadDeliveries) perform(p *performer) {
	p.read("outbox", func(ctx context.Context) error {
		_, list, err := p.ports.Store.Message(ctx, e.Message)
		if err != nil && problem(err, "").Code != notThere {
			return err
		}
		p.send(DeliveriesRead{Deliveries: list})
		return nil
	})
}

func (e Settle) perform(p *performer) {
	p.write(func(ctx context.Context) {
		for _, m := range e.Mutations {
			if err := p.ports.Store.Apply(ctx, m); err != nil {
				p.send(SettleFailed{Conflict: e.Conflict, Problem: problem(err, "store.write-failed")})
				return
			}
		}
		p.send(Settled{Conflict: e.Conflict})
	})
}

// lentOf finds the lease that stood in the way.
func lentOf(err error) *clients.Lease {
	var l *clients.LentError
	if errors.As(err, &l) {
		return &l.Lease
	}
	return nil
}
