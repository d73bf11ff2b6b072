package sipua

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// How long a TCP connection may take to open, a write to leave, and nothing to come.
const (
	dialTimeout  = 4 * time.Second
	writeTimeout = 4 * time.Second
	idleTimeout  = 10 * time.Minute // of a connection that a peer opened
)

var errEndpointClosed = errors.New("the line's socket is closed")

// stream is a flow over one TCP or TLS connection.
type stream struct {
	unowned
	ep    *endpoint
	conn  net.Conn
	to    hop // to where it was opened; of a connection from a peer, where that is
	me    netip.AddrPort
	until time.Time // of a stranger's connection; else zero

	alive struct { // RFC 5626 §4.4.1
		sync.Mutex
		asked   bool        // a ping of ours waits for its answer
		answers bool        // the peer has answered one
		waiting *time.Timer // until it is taken for dead
	}
}

func (s *stream) remote() netip.AddrPort { return s.to.at }
func (s *stream) self() netip.AddrPort   { return s.me }
func (s *stream) transport() string      { return strings.ToUpper(string(s.to.network)) }
func (s *stream) LocalAddr() net.Addr    { return s.conn.LocalAddr() }

// WriteMsg writes the whole message. net.Conn keeps concurrent writes apart.
func (s *stream) WriteMsg(msg sip.Message) error { return s.write(wire(msg)) }

func (s *stream) write(b []byte) error {
	_ = s.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	if _, err := s.conn.Write(b); err != nil {
		_ = s.conn.Close() // half a message may have left: nothing can follow it
		return fmt.Errorf("sending to %v: %w", s.to.at, err)
	}
	return nil
}

func (ep *endpoint) acceptStreams() {
	for {
		c, err := ep.tcp.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // out of file descriptors, most likely: not for ever
			time.Sleep(100 * time.Millisecond)
			continue
		}
		if _, err := ep.adopt(c, hop{}); err != nil {
			_ = c.Close()
		}
	}
}

// adopt takes a connection in and begins to read it: one that we opened to
// somewhere, or a peer's.
func (ep *endpoint) adopt(c net.Conn, to hop) (*stream, error) {
	theirs := !to.at.IsValid()
	if theirs {
		from, err := netip.ParseAddrPort(c.RemoteAddr().String())
		if err != nil {
			return nil, fmt.Errorf("peer's address: %w", err)
		}
		to = hop{at: plain(from), network: phone.TCP}
	}
	s := &stream{ep: ep, conn: c, to: to}
	if ep.tcp != nil {
		s.me = ep.selfFor(to.at)
	} else if me, err := netip.ParseAddrPort(c.LocalAddr().String()); err == nil {
		s.me = plain(me)
	}
	if theirs && ep.standing(s.to.at.Addr()) == stranger {
		s.until = time.Now().Add(strangerTime)
	}
	ep.mu.Lock()
	defer ep.mu.Unlock()
	if ep.closed || !ep.hasRoom(s) {
		return nil, errEndpointClosed
	}
	if other, twice := ep.streams[to.key()]; twice { // two calls opened it at once
		_ = c.Close()
		return other, nil
	}
	ep.streams[to.key()] = s
	ep.running.Go(s.read)
	return s, nil
}

func (s *stream) read() {
	defer s.forget()
	var in framer
	buf := make([]byte, 16384)
	for {
		_ = s.conn.SetReadDeadline(s.deadline(in.since))
		n, err := s.conn.Read(buf)
		if err != nil {
			return
		}
		in.add(buf[:n], time.Now())
		if !guard(s.ep.log, "stream", func() { err = s.take(&in) }) || err != nil {
			return // a stream that lost its framing has no next message to go on with
		}
	}
}

func (s *stream) forget() {
	_ = s.conn.Close()
	s.alive.Lock()
	s.settle()
	s.alive.Unlock()
	s.ep.mu.Lock()
	defer s.ep.mu.Unlock()
	if s.ep.streams[s.to.key()] == s {
		delete(s.ep.streams, s.to.key())
	}
}

// dial opens a connection, or gives the one that is open. There is no way from
// TLS to anything less.
func (ep *endpoint) dial(ctx context.Context, to hop) (flow, error) {
	ep.mu.Lock()
	s, open := ep.streams[to.key()]
	ep.mu.Unlock()
	if open {
		return s, nil
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	var d net.Dialer
	if ep.bound.IsValid() && !ep.bound.IsUnspecified() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(ep.bound, 0))
	}
	c, err := d.DialContext(ctx, "tcp", to.at.String())
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	if to.network == phone.TLS {
		if c, err = ep.secure(ctx, c, to); err != nil {
			return nil, err
		}
	}
	s, err = ep.adopt(c, to)
	if err != nil {
		_ = c.Close()
		return nil, err
	}
	return s, nil
}

// forgetStreams closes all connections.
func (ep *endpoint) forgetStreams() {
	ep.mu.Lock()
	all := slices.Collect(maps.Values(ep.streams))
	ep.mu.Unlock()
	for _, s := range all {
		s.forget()
	}
}

// connected tells whether a connection is still open.
func (ep *endpoint) connected(s *stream) bool {
	ep.mu.Lock()
	defer ep.mu.Unlock()
	return ep.streams[s.to.key()] == s
}
