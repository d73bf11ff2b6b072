package sipua

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/emiago/sipgo/sip"
)

// How long a TCP connection may take to open, a write to leave, and nothing to come.
const (
	dialTimeout  = 4 * time.Second
	writeTimeout = 4 * time.Second
	idleTimeout  = 10 * time.Minute // of a connection that a peer opened
)

var errEndpointClosed = errors.New("the line's socket is closed")

// stream is a flow over one TCP connection.
type stream struct {
	unowned
	ep    *endpoint
	conn  net.Conn
	to    netip.AddrPort
	me    netip.AddrPort
	until time.Time // of a stranger's connection; else zero
}

func (s *stream) remote() netip.AddrPort { return s.to }
func (s *stream) self() netip.AddrPort   { return s.me }
func (s *stream) transport() string      { return "TCP" }
func (s *stream) LocalAddr() net.Addr    { return s.conn.LocalAddr() }

// WriteMsg writes the whole message. net.Conn keeps concurrent writes apart.
func (s *stream) WriteMsg(msg sip.Message) error { return s.write(wire(msg)) }

func (s *stream) write(b []byte) error {
	_ = s.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	if _, err := s.conn.Write(b); err != nil {
		_ = s.conn.Close() // half a message may have left: nothing can follow it
		return fmt.Errorf("sending to %v: %w", s.to, err)
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
		if _, err := ep.adopt(c); err != nil {
			_ = c.Close()
		}
	}
}

// adopt takes a connection in and begins to read it.
func (ep *endpoint) adopt(c net.Conn) (*stream, error) {
	to, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return nil, fmt.Errorf("peer's address: %w", err)
	}
	s := &stream{ep: ep, conn: c, to: plain(to)}
	if ep.tcp != nil {
		s.me = ep.selfFor(s.to)
	} else if me, err := netip.ParseAddrPort(c.LocalAddr().String()); err == nil {
		s.me = plain(me)
	}
	if ep.standing(s.to.Addr()) == stranger {
		s.until = time.Now().Add(strangerTime)
	}
	ep.mu.Lock()
	defer ep.mu.Unlock()
	if ep.closed || !ep.hasRoom(s) {
		return nil, errEndpointClosed
	}
	ep.streams[s.to] = s
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
	s.ep.mu.Lock()
	defer s.ep.mu.Unlock()
	if s.ep.streams[s.to] == s {
		delete(s.ep.streams, s.to)
	}
}

func (ep *endpoint) dial(ctx context.Context, to netip.AddrPort) (flow, error) {
	ep.mu.Lock()
	s, open := ep.streams[to]
	ep.mu.Unlock()
	if open {
		return s, nil
	}
	d := net.Dialer{Timeout: dialTimeout}
	if ep.bound.IsValid() && !ep.bound.IsUnspecified() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(ep.bound, 0))
	}
	c, err := d.DialContext(ctx, "tcp", to.String())
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	s, err = ep.adopt(c)
	if err != nil {
		_ = c.Close()
		return nil, err
	}
	return s, nil
}

// connected tells whether a connection is still open.
func (ep *endpoint) connected(s *stream) bool {
	ep.mu.Lock()
	defer ep.mu.Unlock()
	return ep.streams[s.to] == s
}
