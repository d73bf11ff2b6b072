package sipua

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

const (
	// maxDatagram is the size above which a request does not go over UDP: IP would
	// cut it in pieces, of which routers lose some (RFC 3261 §18.1.1).
	maxDatagram = 1300
	// largePatience is how long the connection for one may take to open.
	largePatience = time.Second
	// refusalHolds is for how long a peer that refused one is not asked again.
	refusalHolds = 10 * time.Minute
)

// carrier is the way that a request really goes: a large one over TCP instead of
// UDP, unless the peer takes none. Its Via tells.
func (ep *endpoint) carrier(req *sip.Request, way flow) flow {
	d, ok := way.(*datagrams)
	if !ok {
		return way
	}
	if req.Method == sip.CANCEL { // it follows its INVITE (§9.1)
		return ep.carrierOf(req, way)
	}
	if len(wire(req)) <= maxDatagram || !ep.streamless.mayAsk(d.to) {
		return way
	}
	ctx, cancel := context.WithTimeout(context.Background(), largePatience)
	defer cancel()
	s, err := ep.dial(ctx, hop{at: d.to, network: phone.TCP})
	if err != nil {
		ep.log.Debug("a large request goes over UDP after all", "to", d.to, "error", err)
		ep.streamless.refused(d.to)
		return way
	}
	via := viaFor(s)
	branch, _ := req.Via().Params.Get("branch")
	via.Params.Add("branch", branch)
	req.ReplaceHeader(via)
	return s
}

// carrierOf is the way of the INVITE that a CANCEL speaks of.
func (ep *endpoint) carrierOf(cancel *sip.Request, way flow) flow {
	branch, _ := cancel.Via().Params.Get("branch")
	if tx, ok := ep.clients.get(transactionKey(branch, sip.INVITE)); ok {
		return tx.way
	}
	return way
}

// streamless remembers which peers take no TCP.
type streamless struct {
	mu    sync.Mutex
	until map[netip.AddrPort]time.Time
}

func (s *streamless) mayAsk(peer netip.AddrPort) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().After(s.until[peer])
}

func (s *streamless) refused(peer netip.AddrPort) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.until == nil || len(s.until) >= maxStreams {
		s.until = make(map[netip.AddrPort]time.Time)
	}
	s.until[peer] = time.Now().Add(refusalHolds)
}
