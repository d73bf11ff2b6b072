package door

import (
	"net"
	"net/netip"
	"sync"
)

// listener takes so many connections at once, from all and from one address, and no
// more: what comes beyond is closed at once.
type listener struct {
	net.Listener
	all, each int

	mu   sync.Mutex
	open int
	from map[netip.Addr]int
}

func limit(ln net.Listener, all, each int) *listener {
	return &listener{Listener: ln, all: all, each: each, from: map[netip.Addr]int{}}
}

// Accept waits for a connection that may stay.
func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		addr := source(c.RemoteAddr().String())
		if l.enter(addr) {
			return &counted{Conn: c, leave: func() { l.leave(addr) }}, nil
		}
		_ = c.Close()
	}
}

func (l *listener) enter(addr netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open >= l.all || l.from[addr] >= l.each {
		return false
	}
	l.open++
	l.from[addr]++
	return true
}

func (l *listener) leave(addr netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	if l.from[addr]--; l.from[addr] == 0 {
		delete(l.from, addr)
	}
}

// source is who counts as one: an IPv4 address, or the /64 that one IPv6 customer has.
func source(remote string) netip.Addr {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	addr := ap.Addr().Unmap().WithZone("")
	if addr.Is6() {
		p, _ := addr.Prefix(64) // 64 fits
		return p.Addr()
	}
	return addr
}

// counted is a connection that is counted until it is closed.
type counted struct {
	net.Conn
	once  sync.Once
	leave func()
}

// Close closes the connection and lets another one in.
func (c *counted) Close() error {
	c.once.Do(c.leave)
	return c.Conn.Close()
}
