package sipua

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// endpoint is where one line's SIP messages come and go: a UDP socket, or TCP or
// TLS connections, with the transactions that live on them. It outlives its line
// while calls still use it.
type endpoint struct {
	log     *slog.Logger
	network phone.Transport
	udp     *net.UDPConn
	tcp     net.Listener
	bound   netip.Addr // the address the socket is bound to, unspecified for all
	parser  *sip.Parser
	gate    *gate
	names   *names
	pongs   time.Duration                   // how long one may take to come
	ca      string                          // PEM file of the authority that a TLS peer must have
	route   func(netip.AddrPort) netip.Addr // the local address towards a peer
	owner   atomic.Pointer[line]            // who is asked about new requests
	handle  func(*endpoint, *request)
	stray   func(*sip.Response, flow)

	servers transactions[*sip.ServerTx]
	clients transactions[*clientTx]

	streamless streamless
	access     access

	mu      sync.Mutex
	streams map[hopKey]*stream
	holders int
	closed  bool
	running sync.WaitGroup
}

// listen opens an endpoint at bind; port 0 picks one. TCP and TLS without a
// listener are what a registered line uses: its registrar answers on the
// connection we opened.
func listen(network phone.Transport, bind netip.AddrPort, accept bool, log *slog.Logger) (*endpoint, error) {
	ep := &endpoint{
		log: log, network: network, bound: bind.Addr(), parser: sip.NewParser(), gate: newGate(),
		names: new(names), pongs: pongPatience, route: routeTo, streams: make(map[hopKey]*stream), holders: 1,
	}
	switch {
	case network == phone.TCP && accept:
		l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(bind))
		if err != nil {
			return nil, fmt.Errorf("listening: %w", err)
		}
		ep.tcp = l
	case network == phone.UDP:
		c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(bind))
		if err != nil {
			return nil, fmt.Errorf("listening: %w", err)
		}
		_ = c.SetReadBuffer(readBuffer) // as much of it as the system grants
		ep.udp = c
	}
	return ep, nil
}

// start begins to read. handle and stray must be set.
func (ep *endpoint) start() {
	if ep.udp != nil {
		ep.running.Go(ep.readDatagrams)
	}
	if ep.tcp != nil {
		ep.running.Go(ep.acceptStreams)
	}
}

// hold keeps the endpoint open until the matching release.
func (ep *endpoint) hold() {
	ep.mu.Lock()
	ep.holders++
	ep.mu.Unlock()
}

// release closes the endpoint when nobody holds it any more.
func (ep *endpoint) release() {
	ep.mu.Lock()
	ep.holders--
	last := ep.holders == 0 && !ep.closed
	ep.closed = ep.closed || last
	ep.mu.Unlock()
	if last {
		ep.shut()
	}
}

// shutNow closes the endpoint whoever still holds it.
func (ep *endpoint) shutNow() {
	ep.mu.Lock()
	first := !ep.closed
	ep.closed = true
	ep.mu.Unlock()
	if first {
		ep.shut()
	}
}

func (ep *endpoint) shut() {
	for _, tx := range ep.clients.drain() {
		tx.Terminate()
	}
	for _, tx := range ep.servers.drain() {
		tx.Terminate()
	}
	if ep.udp != nil {
		_ = ep.udp.Close()
	}
	if ep.tcp != nil {
		_ = ep.tcp.Close()
	}
	ep.mu.Lock()
	defer ep.mu.Unlock()
	for _, s := range ep.streams {
		_ = s.conn.Close()
	}
}

// wait returns when every goroutine of a closed endpoint has ended.
func (ep *endpoint) wait() { ep.running.Wait() }

func (ep *endpoint) readDatagrams() {
	buf := make([]byte, 65535)
	for {
		n, from, err := ep.udp.ReadFromUDPAddrPort(buf)
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // an ICMP error of an earlier datagram; the socket is well
			continue
		}
		guard(ep.log, "datagram", func() { ep.datagram(buf[:n], plain(from)) })
	}
}

// datagram handles one UDP payload. The parser copies what it keeps.
func (ep *endpoint) datagram(b []byte, from netip.AddrPort) {
	if len(b) < 16 { // keep-alives (RFC 5626 §3.5.1) and noise
		return
	}
	if ep.admits(b, from.Addr()) {
		ep.message(b, &datagrams{ep: ep, to: from, me: ep.selfFor(from)})
	}
}

// message reads one message as it came, and sorts it.
func (ep *endpoint) message(raw []byte, via flow) {
	msg, err := ep.parse(raw)
	if err != nil {
		ep.unreadable(raw, err, via)
		return
	}
	msg.SetTransport(via.transport())
	msg.SetSource(via.remote().String())
	switch m := msg.(type) {
	case *sip.Request:
		ep.request(m, raw, via)
	case *sip.Response:
		ep.response(m, via)
	}
}

func (ep *endpoint) isClosed() bool {
	ep.mu.Lock()
	defer ep.mu.Unlock()
	return ep.closed
}

// port is the one we listen on, 0 if we do not.
func (ep *endpoint) port() uint16 {
	switch {
	case ep.udp != nil:
		return portOf(ep.udp)
	case ep.tcp != nil:
		return uint16(ep.tcp.Addr().(*net.TCPAddr).Port)
	}
	return 0
}

// listening is an address under which this computer reaches the endpoint.
func (ep *endpoint) listening() netip.AddrPort {
	if ep.bound.IsValid() && !ep.bound.IsUnspecified() {
		return netip.AddrPortFrom(ep.bound, ep.port())
	}
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), ep.port())
}

// selfFor is our address as the peer at to should see it, without any NAT.
func (ep *endpoint) selfFor(to netip.AddrPort) netip.AddrPort {
	if ep.bound.IsValid() && !ep.bound.IsUnspecified() {
		return netip.AddrPortFrom(ep.bound, ep.port())
	}
	return netip.AddrPortFrom(ep.route(to), ep.port())
}

// routeTo is the local address from which the system would reach to. Connecting
// a UDP socket asks the routing table and sends nothing.
func routeTo(to netip.AddrPort) netip.Addr {
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(to))
	if err != nil {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	defer func() { _ = c.Close() }()
	return plain(c.LocalAddr().(*net.UDPAddr).AddrPort()).Addr()
}

// flowTo opens the way to a peer, over a connection that is open already if
// there is one.
func (ep *endpoint) flowTo(ctx context.Context, to hop) (flow, error) {
	if to.network != phone.UDP {
		return ep.dial(ctx, to)
	}
	return &datagrams{ep: ep, to: to.at, me: ep.selfFor(to.at)}, nil
}
