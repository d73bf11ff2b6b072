package sipua

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"permanence/phone"
)

// lookAgain is how often the names among a line's peers are looked up.
const lookAgain = 5 * time.Minute

// guests are the addresses that a line's configuration lets ring. A registered
// line's registrars are not among them: the binding finds those.
type guests struct {
	networks []netip.Prefix
	names    []string // hosts that must be looked up
	dns      *names
	near     bool // nobody was named: private networks and this computer
	found    atomic.Pointer[[]netip.Addr]
}

func newGuests(l phone.Line) (*guests, error) {
	g := &guests{dns: new(names), near: l.Direct && len(l.Peers) == 0}
	peers := l.Peers
	if l.Direct && l.Proxy != "" {
		peers = append(slices.Clone(peers), l.Proxy)
	}
	for _, p := range peers {
		if err := g.add(strings.TrimSpace(p)); err != nil {
			return g, badConfig("who may call: %w", err)
		}
	}
	return g, nil
}

func (g *guests) add(peer string) error {
	if n, err := netip.ParsePrefix(peer); err == nil {
		g.networks = append(g.networks, n.Masked())
		return nil
	}
	p, err := placeOf(peer)
	if err != nil {
		return err
	}
	if a, err := netip.ParseAddr(p.host); err == nil {
		a = a.Unmap()
		g.networks = append(g.networks, netip.PrefixFrom(a, a.BitLen()))
	} else {
		g.names = append(g.names, p.host)
	}
	return nil
}

// has tells whether somebody at this address may ring.
func (g *guests) has(a netip.Addr) bool {
	a = a.WithZone("")
	if g.near && (a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast()) {
		return true
	}
	if slices.ContainsFunc(g.networks, func(n netip.Prefix) bool { return n.Contains(a) }) {
		return true
	}
	found := g.found.Load()
	return found != nil && slices.Contains(*found, a)
}

// keepFound looks the names up, now and then again, until ctx ends. What was
// found stays while a name cannot be looked up.
func (g *guests) keepFound(ctx context.Context) {
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	for len(g.names) > 0 {
		g.lookUp(ctx)
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
	}
}

func (g *guests) lookUp(ctx context.Context) {
	var all []netip.Addr
	for _, name := range g.names {
		addrs, err := g.dns.addresses(ctx, name)
		if err != nil {
			if found := g.found.Load(); found != nil {
				all = append(all, *found...)
			}
			continue
		}
		all = append(all, addrs...)
	}
	slices.SortFunc(all, netip.Addr.Compare)
	all = slices.Compact(all)
	g.found.Store(&all)
}
