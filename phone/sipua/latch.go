package sipua

import (
	"net/netip"
	"time"
)

const (
	strangerPackets = 5               // in a row, before an unexpected source is believed
	peerSilent      = 2 * time.Second // after which the same host may move to another port
)

// latch decides from which address a call's RTP may come, and where ours goes:
// the negotiated address, or behind a router the one that really sends (symmetric
// RTP, RFC 4961). Once it has settled nobody else is heard: who guesses our port
// can neither talk into a call nor have it sent to him.
type latch struct {
	agreed    netip.AddrPort
	settled   netip.AddrPort // invalid until a packet was believed
	heard     time.Time      // the last believed packet
	candidate netip.AddrPort
	count     int
}

// expect begins anew with a negotiated address, unless it is the same as before.
func (l *latch) expect(a netip.AddrPort) {
	if a != l.agreed {
		*l = latch{agreed: a, heard: l.heard}
	}
}

// accept tells whether a packet from this source belongs to the call.
func (l *latch) accept(from netip.AddrPort, now time.Time) bool {
	switch {
	case from == l.settled:
	case from == l.agreed: // the address of the SDP outranks what was learned
		l.settled = from
	case l.refuses(from, now):
		return false
	case !l.believe(from):
		return false
	default:
		l.settled = from
	}
	l.heard, l.count = now, 0
	return true
}

// refuses tells whether somebody else speaks for good, and not this source.
func (l *latch) refuses(from netip.AddrPort, now time.Time) bool {
	return l.settled.IsValid() && from != l.settled && from != l.agreed && !l.movedPort(from, now)
}

// movedPort tells whether our silent peer speaks again from another port.
func (l *latch) movedPort(from netip.AddrPort, now time.Time) bool {
	return from.Addr() == l.settled.Addr() && now.Sub(l.heard) > peerSilent
}

// believe counts packets of a source that was not negotiated. The peer's own
// host needs one.
func (l *latch) believe(from netip.AddrPort) bool {
	if from.Addr() == l.agreed.Addr() {
		return true
	}
	if from != l.candidate {
		l.candidate, l.count = from, 0
	}
	l.count++
	return l.count >= strangerPackets
}

// target is where our RTP goes.
func (l *latch) target() netip.AddrPort {
	if l.settled.IsValid() {
		return l.settled
	}
	return l.agreed
}
