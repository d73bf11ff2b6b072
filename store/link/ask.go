package link

import (
	"context"

	"permanence/clients"
	"permanence/store/shared"
	"permanence/store/wire"
)

// Ask has the office decide a booking before it is promised to a caller. nil: it is
// certain, and stored here. A *clients.OverlapError or *clients.LentError: it is not to
// be promised. Any other error: the office has not decided in time, and the booking may
// be promised as unconfirmed, under the same UUID; if the office has it after all, that
// counts once.
func (l *Link) Ask(ctx context.Context, m clients.Mutation) error {
	b, err := l.office()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, wire.AskFor)
	defer cancel()
	at := b.remote.ways.now()
	err = b.ask(ctx, m)
	if undecided(err) && b.remote.ways.now() != at && ctx.Err() == nil {
		// The office died, and there is another: what both have been asked counts once.
		return b.ask(ctx, m)
	}
	return err
}

func (b *bond) ask(ctx context.Context, m clients.Mutation) error {
	wired, err := shared.NewMutation(m, b.member.Desk)
	if err != nil {
		return err
	}
	var result shared.Result
	err = b.inTurn(ctx, func(ctx context.Context) error {
		result, err = b.decided(ctx, wired)
		return err
	})
	if err != nil {
		return unsure(err)
	}
	switch result.Outcome {
	case shared.OK, shared.Contested, shared.Disputed:
		return b.keep(context.WithoutCancel(ctx), m, result)
	case shared.Refused:
		return refusalOfBooking(result)
	}
	return unsure(&Error{code: "office." + string(result.Outcome), text: result.Detail})
}

// decided has the office decide, after everything that the desk did before.
func (b *bond) decided(ctx context.Context, m shared.Mutation) (shared.Result, error) {
	x := &Exchange{Remote: b.remote, Replica: b.cfg.Store}
	if err := x.Push(ctx); err != nil {
		return shared.Result{}, err
	}
	cursor, err := b.cfg.Store.Cursor(ctx)
	if err != nil {
		return shared.Result{}, err
	}
	answer, err := b.remote.Push(ctx, wire.PushRequest{Mutations: []shared.Mutation{m}, Ask: true, Cursor: cursor})
	if err != nil {
		return shared.Result{}, err
	}
	if len(answer.Results) == 0 {
		return shared.Result{}, errNotAll
	}
	return answer.Results[0], nil
}

// keep stores a booking that the office has. Where this desk does not yet know what the
// office decided by, or has had its rows already, the next pull brings it.
func (b *bond) keep(ctx context.Context, m clients.Mutation, result shared.Result) error {
	defer hint(b.wake)
	err := b.cfg.Store.Apply(ctx, promised(m))
	if _, refused := shared.Refusal(err); refused {
		return nil
	}
	if err == nil {
		err = b.cfg.Store.Pushed(ctx, map[clients.ID]shared.Result{m.ID: result})
	}
	if err != nil {
		// It is certain: the caller may be told so. The office will show it to this desk too.
		b.cfg.Log.Error("link: storing a booking that the office has", "err", err)
	}
	return nil
}

// promised says that the caller was told: if the office's data came from a backup and
// the booking is brought again, it is not to be refused.
func promised(m clients.Mutation) clients.Mutation {
	if c, ok := m.Change.(clients.BookAppointment); ok {
		c.Promised = true
		m.Change = c
	}
	return m
}

// refusalOfBooking says why a booking is not to be promised.
func refusalOfBooking(r shared.Result) error {
	switch o := r.Obstacle; {
	case o == nil:
	case o.Lease != nil:
		return &clients.LentError{Lease: *o.Lease}
	case len(o.Overlap) > 0:
		return &clients.OverlapError{With: o.Overlap}
	}
	return &Error{code: r.Code, text: r.Detail}
}
