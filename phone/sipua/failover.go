package sipua

import (
	"context"
	"errors"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

var errSecureTarget = errors.New("a sips: address can only be called over TLS")

// hopsTo are the addresses to which a line may send a new call, best first: the
// registrar that accepted it and those beside it, its proxy, or where the target
// itself is.
func (l *line) hopsTo(ctx context.Context, ep *endpoint, target sip.Uri) ([]hop, error) {
	if target.IsEncrypted() && ep.network != phone.TLS { // RFC 3261 §26.2.2
		return nil, errSecureTarget
	}
	if hops := l.servers.Load(); hops != nil && !l.cfg.Direct {
		return *hops, nil
	}
	if !l.cfg.Direct {
		return ep.serversOf(ctx, l.cfg)
	}
	p, err := placeOf(l.cfg.Proxy)
	if l.cfg.Proxy == "" {
		p, err = placeOfURI(target)
	}
	if err != nil {
		return nil, err
	}
	return ep.names.resolve(ctx, ep.network, p)
}

// wayTo is the way to the first of a line's addresses for a target that can be
// reached.
func (l *line) wayTo(ep *endpoint, target sip.Uri) (flow, error) {
	way, _, err := l.waysTo(ep, target)
	return way, err
}

// waysTo is the same, with the addresses that are left to be tried after it.
func (l *line) waysTo(ep *endpoint, target sip.Uri) (flow, []hop, error) {
	ctx, cancel := context.WithTimeout(context.Background(), dialTimeout)
	defer cancel()
	hops, err := l.hopsTo(ctx, ep, target)
	if err != nil {
		return nil, nil, err
	}
	return ep.firstOf(ctx, hops)
}

// firstOf opens the way to the first hop that can be reached.
func (ep *endpoint) firstOf(ctx context.Context, hops []hop) (way flow, rest []hop, err error) {
	err = errNoAddress
	for i, h := range hops {
		if way, err = ep.flowTo(ctx, h); err == nil {
			return way, hops[i+1:], nil
		}
	}
	return nil, nil, err
}

var errNoAddress = errors.New("the server has no address")

// isUnavailable tells whether a response says that this server cannot help, but
// the next may (RFC 3263 §4.3).
func isUnavailable(res *sip.Response) bool { return res.StatusCode == sip.StatusServiceUnavailable }

// endUnlessElsewhere ends a call whose INVITE failed here, unless it can go to the
// next address, or somebody else was named.
func (c *call) endUnlessElsewhere(invite *sip.Request, cause phone.EndCause, status int, detail string) {
	if !c.tryNext(invite) && !c.takeDetour() {
		c.end(cause, status, detail)
	}
}

// tryNext sends the INVITE to the next address, if there is one that can be
// reached: a new transaction of the same call (RFC 3263 §4.3).
func (c *call) tryNext(invite *sip.Request) bool {
	if c.stage != calling || c.out.giveUp || len(c.out.onward) == 0 {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), dialTimeout)
	defer cancel()
	way, rest, err := c.ep.firstOf(ctx, c.out.onward)
	if err != nil {
		return false
	}
	next := renewed(invite, c.dialog.next(), way)
	for _, h := range []string{"Authorization", "Proxy-Authorization"} { // they answer the other server
		next.RemoveHeader(h)
	}
	next.ReplaceHeader(c.contact(way))
	c.out.way, c.out.onward, c.out.answered, c.dialog.source = way, rest, 0, way
	c.sendInvite(next)
	return true
}

// hurry gives up a server that stays silent long before its transaction would,
// while there is another one to try: a person waits.
func (c *call) hurry(invite *sip.Request) {
	if len(c.out.onward) == 0 {
		return
	}
	c.after(patienceWithServer(), func() {
		if c.out.req == invite && !c.out.provisional && !c.out.final {
			c.giveUpOn(invite)
			c.endUnlessElsewhere(invite, phone.Failed, 0, unansweredWords(errNoReply))
		}
	})
}

// contact is our own address in this call; one with a sips: URI has no other
// (RFC 3261 §8.1.1.8, §12.1.1).
func (c *call) contact(way flow) *sip.ContactHeader {
	h := c.line.contact(way)
	if c.dialog.target.IsEncrypted() {
		h.Address.Scheme = "sips"
	}
	return h
}
