package sipua

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"permanence/phone"
)

// serversOf names a line's registrar and those that stand in for it, in order.
func serversOf(l phone.Line) []string {
	first := l.Proxy
	if first == "" {
		first = l.Domain
	}
	return append([]string{first}, l.Backups...)
}

// serversOf are the addresses of all servers of a line, in order. A server that
// is not found is left out, unless none is.
func (ep *endpoint) serversOf(ctx context.Context, l phone.Line) ([]hop, error) {
	var all []hop
	var failures []error
	for _, s := range serversOf(l) {
		found, err := ep.serverAt(ctx, s)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		base := 0
		if len(all) > 0 {
			base = all[len(all)-1].tier + 1
		}
		for _, h := range found {
			h.tier += base
			all = append(all, h)
		}
	}
	if len(all) == 0 {
		return nil, together(failures)
	}
	return all, nil
}

func (ep *endpoint) serverAt(ctx context.Context, server string) ([]hop, error) {
	p, err := placeOf(server)
	if err != nil {
		return nil, badConfig("registrar: %w", err)
	}
	hops, err := ep.names.resolve(ctx, ep.network, p)
	if err != nil {
		return nil, unreachable(0, err)
	}
	if len(hops) == 0 {
		return nil, unreachable(0, fmt.Errorf("%s has no address", server))
	}
	return hops, nil
}

// startingHere puts the server that has our contact first: to wait for a dead one
// at every refresh would lose the line. Going back is goHome's.
func (b *binding) startingHere(hops []hop) []hop {
	i := slices.IndexFunc(hops, b.at.same)
	if b.way == nil || i < 0 {
		return hops
	}
	return slices.Concat(hops[i:i+1], hops[:i], hops[i+1:])
}

// registerAtOne asks servers in order until one gives an answer that the next
// would not change.
func (b *binding) registerAtOne(ctx context.Context, hops []hop) (time.Duration, error) {
	var failures []error
	for _, h := range hops {
		granted, err := b.registerAt(ctx, h)
		if err == nil {
			b.known = append([]hop{b.at}, slices.DeleteFunc(slices.Clone(hops), b.at.same)...)
			return granted, nil
		}
		if !asLineError(err).another() || ctx.Err() != nil {
			return 0, err
		}
		failures = append(failures, fmt.Errorf("%s: %w", h, err))
	}
	return 0, together(failures)
}

// together makes one error of those of several servers; the first is the one that
// the line was set up with, so its code counts.
func together(failures []error) error {
	first := *asLineError(failures[0])
	if len(failures) == 1 {
		return &first
	}
	words := make([]string, 0, len(failures))
	for _, f := range failures {
		words = append(words, f.Error())
	}
	first.Status, first.err = 0, errors.New(strings.Join(words, "; "))
	return &first
}

// goHome tries the servers that come before the one in use, and tells whether one
// took the line. The contact at the other is removed.
func (b *binding) goHome(ctx context.Context) bool {
	hops, err := b.ep.serversOf(ctx, b.line)
	if err != nil {
		return false
	}
	before := *b
	hops = slices.DeleteFunc(hops, func(h hop) bool { return h.tier >= before.at.tier })
	if len(hops) == 0 {
		return false
	}
	if _, err := b.registerAtOne(ctx, hops[:1]); err != nil {
		return false
	}
	before.seq = b.seq
	bye, cancel := context.WithTimeout(ctx, goodbye)
	defer cancel()
	_ = before.remove(bye) // if this is lost, the contact there expires by itself
	b.seq = before.seq
	return true
}
