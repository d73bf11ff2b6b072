package sipua

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"

	"github.com/pion/stun/v3"

	"permanence/phone"
)

const (
	// stunPatience bounds what a call may wait for its address: a server that does
	// not answer must not keep the caller.
	stunPatience = 500 * time.Millisecond
	// stunFirst is the time to the first repetition, doubled for each: RFC 8489
	// §6.2.1 has 500 ms, for which there is no time here.
	stunFirst = 100 * time.Millisecond
	stunPort  = 3478
)

var errNoSTUN = errors.New("the STUN server does not tell our address")

// outside is how the other side reaches a call's voice. The zero value is unknown.
type outside struct{ rtp, rtcp netip.AddrPort }

// lookOutside asks from the call's own sockets how they are seen from outside, if
// its line has somebody to ask (RFC 8489). Nothing is said of our voice before the
// answer is there, or the time for it is over.
func (c *call) lookOutside() {
	server, v := c.line.cfg.STUN, c.sound.Load()
	if server == "" || c.looking || v == nil || c.looked {
		return
	}
	c.looking = true
	log := c.agent.cfg.Log
	v.running.Go(func() {
		guard(log, "STUN", func() {
			seen, err := v.seenFrom(c.ep.names, server)
			if err != nil {
				log.Info("our own address is told instead", "STUN", server, "error", err)
			}
			c.post(func() { c.seen(seen) })
		})
	})
	c.after(stunPatience+stunFirst, func() { c.seen(outside{}) })
}

// lookOutsideEarly opens the voice of a call that rings, so that the operator does
// not wait for the answer when he takes it.
func (c *call) lookOutsideEarly() {
	if c.line.cfg.STUN == "" {
		return
	}
	if err := c.openVoice(c.invite.via); err != nil {
		c.agent.cfg.Log.Warn("no voice for a call that rings", "error", err) // answering tries again
		return
	}
	c.lookOutside()
}

// seen takes over what was found, and does what waited for it.
func (c *call) seen(at outside) {
	if !c.looking {
		return
	}
	c.looking, c.looked = false, true
	if at.rtp.IsValid() {
		c.neg.at, c.neg.reports = at.rtp, at.rtcp
	}
	waiting := c.whenSeen
	c.whenSeen = nil
	for _, f := range waiting {
		f()
	}
}

// afterLook does something now, or once it is known where we are.
func (c *call) afterLook(f func()) {
	if c.looking {
		c.whenSeen = append(c.whenSeen, f)
		return
	}
	f()
}

// seenFrom asks a server from both sockets. It reads them, so it must be over
// before the voice starts; closing them ends it.
func (v *voice) seenFrom(dns *names, server string) (outside, error) {
	ctx, cancel := context.WithTimeout(context.Background(), stunPatience)
	defer cancel()
	asked := make(chan struct{})
	defer close(asked)
	go func() { // a look-up does not notice that the sockets are closed
		select {
		case <-v.quit:
			cancel()
		case <-asked:
		}
	}()
	to, err := dns.stunServer(ctx, server, v.at.Addr())
	if err != nil {
		return outside{}, err
	}
	reports := make(chan netip.AddrPort, 1)
	go func() {
		at, _ := askSTUN(ctx, v.rtcp, to) // without it, the port above RTP's is meant
		reports <- at
	}()
	var seen outside
	seen.rtp, err = askSTUN(ctx, v.rtp, to)
	seen.rtcp = <-reports
	return seen, err
}

// stunServer finds a server for sockets of an address's family (RFC 8489 §8.1).
func (n *names) stunServer(ctx context.Context, server string, family netip.Addr) (netip.AddrPort, error) {
	p, err := placeOf(server)
	if err != nil {
		return netip.AddrPort{}, err
	}
	var hops []hop
	if p.port == 0 {
		hops = n.service(ctx, phone.UDP, p.host, "_stun._udp."+p.host, nil)
		p.port = stunPort
	}
	addrs, err := n.addresses(ctx, p.host)
	for _, a := range addrs {
		hops = append(hops, hop{at: netip.AddrPortFrom(a, p.port)})
	}
	for _, h := range hops {
		if h.at.Addr().Is4() == family.Is4() {
			return h.at, nil
		}
	}
	return netip.AddrPort{}, errors.Join(errNoSTUN, err)
}

// askSTUN asks from a socket until an answer or the end of ctx. Whatever else comes
// meanwhile is dropped: nobody was told of this socket yet.
func askSTUN(ctx context.Context, conn *net.UDPConn, server netip.AddrPort) (netip.AddrPort, error) {
	defer func() { _ = conn.SetReadDeadline(time.Time{}) }()
	req, err := stun.Build(stun.TransactionID, stun.BindingRequest)
	if err != nil {
		return netip.AddrPort{}, err
	}
	for wait := stunFirst; ctx.Err() == nil; wait *= 2 {
		if _, err := conn.WriteToUDPAddrPort(req.Raw, server); err != nil {
			return netip.AddrPort{}, err
		}
		until := time.Now().Add(wait)
		if end, ok := ctx.Deadline(); ok && end.Before(until) {
			until = end
		}
		_ = conn.SetReadDeadline(until)
		if at, ok := readSTUN(conn, req.TransactionID); ok {
			return at, nil
		}
	}
	return netip.AddrPort{}, errNoSTUN
}

// readSTUN reads until the answer to a question, or the socket's deadline.
func readSTUN(conn *net.UDPConn, id [stun.TransactionIDSize]byte) (netip.AddrPort, bool) {
	buf := make([]byte, 1500)
	for {
		n, _, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return netip.AddrPort{}, false
		}
		m := stun.Message{Raw: buf[:n]}
		if stun.IsMessage(m.Raw) && m.Decode() == nil && m.TransactionID == id && m.Type == stun.BindingSuccess {
			return mappedIn(&m)
		}
	}
}

// mappedIn reads our address from an answer, in the form of RFC 8489 or the older
// one of RFC 3489.
func mappedIn(m *stun.Message) (netip.AddrPort, bool) {
	var xored stun.XORMappedAddress
	var plainly stun.MappedAddress
	ip, port := net.IP(nil), 0
	switch {
	case xored.GetFrom(m) == nil:
		ip, port = xored.IP, xored.Port
	case plainly.GetFrom(m) == nil:
		ip, port = plainly.IP, plainly.Port
	}
	a, ok := netip.AddrFromSlice(ip)
	if !ok || a.IsUnspecified() || !sendable(a) || port <= 0 || port > 65535 {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(a.Unmap(), uint16(port)), true
}
