package sipua

import (
	"context"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// mapping is how a router between us and the registrar shows one of our addresses
// to the other side. The zero value is no router, or one that was not noticed.
type mapping struct{ inside, outside netip.AddrPort }

// contact is our address as a Contact, as it is seen from outside.
func (m mapping) contact(user string, way flow) *sip.ContactHeader {
	c, at := contactFor(user, way), m.of(way)
	c.Address.Host, c.Address.Port = uriHost(at.Addr()), int(at.Port())
	return c
}

// of is our address on a way, as it is seen from outside.
func (m mapping) of(way flow) netip.AddrPort {
	if m.outside.IsValid() && way.self() == m.inside {
		return m.outside
	}
	return way.self()
}

// seenAs reads from a response where our request came from: received and rport in
// the Via that we wrote (RFC 3581 §4).
func seenAs(res *sip.Response, way flow) mapping {
	m := mapping{inside: way.self(), outside: way.self()}
	via := res.Via()
	if via == nil {
		return mapping{}
	}
	if v, ok := via.Params.Get("received"); ok {
		a, err := netip.ParseAddr(strings.Trim(v, "[]"))
		if err != nil || a.IsUnspecified() || a.IsMulticast() {
			return mapping{}
		}
		m.outside = netip.AddrPortFrom(a.Unmap(), m.outside.Port())
	}
	if v, ok := via.Params.Get("rport"); ok && v != "" {
		n, err := strconv.ParseUint(v, 10, 16)
		if err != nil || n == 0 {
			return mapping{}
		}
		m.outside = netip.AddrPortFrom(m.outside.Addr(), uint16(n))
	}
	if m.outside == m.inside {
		return mapping{}
	}
	return m
}

// learn takes over how the registrar sees us. When that is news, the contact that
// it just took leads nowhere: it is registered again as it is seen, and the other
// removed. A router that shows a new address for each packet gets no third try.
func (b *binding) learn(ctx context.Context, res *sip.Response, granted time.Duration) (time.Duration, error) {
	used, m := b.contact(b.way), seenAs(res, b.way)
	if m.of(b.way) == b.seen.of(b.way) {
		return granted, nil
	}
	b.seen = m
	granted, _, err := b.ask(ctx, b.way)
	if err != nil {
		return 0, err
	}
	// If this is lost, the contact expires by itself.
	_, _ = b.exchange(ctx, b.request(b.way, used, 0), b.way)
	return granted, nil
}
