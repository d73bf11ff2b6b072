package link

import (
	"context"
	"errors"
	"slices"

	"permanence/clients"
	"permanence/store/shared"
	"permanence/store/shared/planted"
	"permanence/store/wire"
)

// Exchange is what a desk and its office say to each other to be in step, without a
// clock and without a goroutine. Its methods are not to be called together.
type Exchange struct {
	Remote  *Remote
	Replica Replica
	// Absorbed is told of every page that was taken in.
	Absorbed func(page wire.PullAnswer, changed Changed)
	// InTurn is put around each pushing; nil when nobody else pushes.
	InTurn func(ctx context.Context, push func(context.Context) error) error

	limit int // rows of a page; fewer on a line that is too thin for more
	kept  int // mutations that the office cannot take now, and that stay here
}

// Bounds of an exchange.
const (
	pushBytes  = wire.MaxBody / 2
	fewestRows = 50
	mostAsked  = 2000 // acknowledgements in one pull: the desk writes nothing else meanwhile
	mostAgains = 3    // times that everything must be pushed again, in one step
)

// Step pushes all that is pending, and pulls until nothing follows. What waits for a
// supervisor to vouch for it hinders no pull.
func (x *Exchange) Step(ctx context.Context) error {
	for range mostAgains {
		// An office that was restored is asked first what it still has.
		waits := x.pushInTurn(ctx)
		if waits != nil && !says(waits, saysRestored, saysUnvouched) {
			return waits
		}
		again, err := x.Pull(ctx)
		switch {
		case err != nil:
			return err
		case !again && says(waits, saysUnvouched):
			return waits
		case !again:
			return nil
		}
	}
	return errors.New("link: the office asks for everything again and again")
}

func (x *Exchange) pushInTurn(ctx context.Context) error {
	if x.InTurn == nil {
		return x.Push(ctx)
	}
	return x.InTurn(ctx, x.Push)
}

// Push brings up what is pending, the oldest first. What the office does not know how
// to take stays, and does not hold up what follows.
func (x *Exchange) Push(ctx context.Context) error {
	x.kept = 0
	place, limit := int64(0), wire.MaxPush
	for {
		list, last, err := x.Replica.Pending(ctx, place, limit)
		if err != nil || len(list) == 0 {
			return err
		}
		if n := fitting(list); n < len(list) {
			limit = n
			continue
		}
		if planted.Is(planted.OrderReversed) {
			slices.Reverse(list)
		}
		err = x.tell(ctx, list)
		if says(err, saysTooLarge, saysBad) {
			if len(list) > 1 {
				limit = len(list) / 2
				continue
			}
			x.kept++ // the office cannot read this one, nor will it ever
			err = nil
		}
		if err != nil {
			return err
		}
		place, limit = last, wire.MaxPush
	}
}

// fitting is how many of a list go into one request: one at least.
func fitting(list []shared.Mutation) int {
	bytes := 0
	for i, m := range list {
		if bytes += len(m.Args); bytes > pushBytes && i > 0 {
			return i
		}
	}
	return len(list)
}

// tell pushes a list and keeps what the office says of it.
func (x *Exchange) tell(ctx context.Context, list []shared.Mutation) error {
	cursor, err := x.Replica.Cursor(ctx)
	if err != nil {
		return err
	}
	answer, err := x.Remote.Push(ctx, wire.PushRequest{Mutations: list, Cursor: cursor})
	if err != nil {
		return err
	}
	results := map[clients.ID]shared.Result{}
	for i, result := range answer.Results[:min(len(answer.Results), len(list))] {
		results[list[i].ID] = result
		if result.Outcome == shared.Unknown {
			x.kept++
		}
	}
	if err := x.Replica.Pushed(ctx, results); err != nil {
		return err
	}
	if len(results) < len(list) {
		return errNotAll
	}
	return nil
}

var errNotAll = &Refusal{Said: wire.Error{Code: saysNotReady, Detail: "not all that was pushed was looked at"}}

// Pull takes in what has changed until nothing follows. again: what had been
// acknowledged must be pushed again first.
func (x *Exchange) Pull(ctx context.Context) (again bool, err error) {
	for {
		q, err := x.question(ctx)
		if err != nil {
			return false, err
		}
		page, err := x.Remote.Pull(ctx, q)
		if err != nil {
			x.thinner(err)
			return false, err
		}
		// When there is more to acknowledge than one question holds, the next follows at
		// once, and what is pending is carried out again after the last.
		page.More = page.More || len(q.Pending) == mostAsked && len(page.Acked) > 0
		changed, err := x.Replica.Absorb(ctx, page)
		if err != nil {
			return false, err
		}
		x.limit = min(2*q.Limit, wire.MaxPage)
		if x.Absorbed != nil {
			x.Absorbed(page, changed)
		}
		if page.Again {
			return true, nil
		}
		if !page.More {
			return false, nil
		}
	}
}

// question asks for the next page.
func (x *Exchange) question(ctx context.Context) (q wire.PullRequest, err error) {
	unsent, _, err := x.Replica.Pending(ctx, 0, 1)
	if err != nil {
		return q, err
	}
	q.Clear = len(unsent) == 0
	q.Limit = x.limit
	if q.Limit == 0 {
		q.Limit = wire.MaxPage
	}
	if q.Cursor, err = x.Replica.Cursor(ctx); err != nil {
		return q, err
	}
	q.Pending, err = x.Replica.Unacknowledged(ctx, mostAsked)
	x.Replica.Asking()
	return q, err
}

// thinner asks for less next time when a page took too long.
func (x *Exchange) thinner(err error) {
	if !outOfTime(err) {
		return
	}
	if x.limit == 0 {
		x.limit = wire.MaxPage
	}
	x.limit = max(x.limit/4, fewestRows)
}
