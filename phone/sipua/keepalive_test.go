package sipua

import (
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"permanence/phone"
)

// TestPingsAreAnswered: two empty lines ask, one answers (RFC 5626 §3.5.1).
func TestPingsAreAnswered(t *testing.T) {
	d := newDirect(t, phone.TCP)
	c, err := net.Dial("tcp", d.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(c, "\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 2)
	if _, err := io.ReadFull(c, answer); err != nil || string(answer) != "\r\n" {
		t.Fatalf("answered %q, %v", answer, err)
	}
	// An answer is not answered, or two telephones would never stop.
	if _, err := io.WriteString(c, "\r\n"+crlf(options(c.LocalAddr().String(), "tcp"))); err != nil {
		t.Fatal(err)
	}
	start := make([]byte, 12)
	if _, err := io.ReadFull(c, start); err != nil || string(start) != "SIP/2.0 200 " {
		t.Errorf("then came %q, %v", start, err)
	}
}

// newDirect is a desk with a direct line.
func newDirect(t *testing.T, transport phone.Transport) net.Addr {
	t.Helper()
	a, rec := newAgent(t, "")
	setLines(t, a, phone.Line{ID: "line", User: "desk", Direct: true, Bind: "127.0.0.1:0", Transport: transport})
	expect(rec, state(phone.LineListening))
	at, _ := a.Address("line")
	return net.TCPAddrFromAddrPort(at)
}

// TestPongThatIsMissed: a connection that answered before and does not now is dead.
func TestPongThatIsMissed(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, phone.TCP)
	f := newFront(t, r)
	a, rec := newAgent(t, "", func(a *Agent) {
		a.pace.look, a.pace.ping, a.pongs = 2*time.Millisecond, 5*time.Millisecond, 300*time.Millisecond
	})
	line := r.line()
	line.Domain = f.at
	setLines(t, a, line)
	expect(rec, state(phone.LineRegistered))
	eventually(t, func() bool { return wasAnswered(a) })
	close(f.deaf)
	expect(rec, state(phone.LineRegistered))
}

// wasAnswered tells whether a peer has answered a ping. Two answers that come at
// once are none: they look like a question.
func wasAnswered(a *Agent) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.ContainsFunc(a.endpoints, func(ep *endpoint) bool {
		ep.mu.Lock()
		defer ep.mu.Unlock()
		for _, s := range ep.streams {
			s.alive.Lock()
			answers := s.alive.answers
			s.alive.Unlock()
			if answers {
				return true
			}
		}
		return false
	})
}

// front passes on what is said to a registrar, and pings too, until it is deaf.
type front struct {
	at   string
	to   netip.AddrPort
	deaf chan struct{}
}

func newFront(t *testing.T, r *registrar) *front {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &front{at: l.Addr().String(), to: r.ep.listening(), deaf: make(chan struct{})}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go f.serve(c)
		}
	}()
	return f
}

func (f *front) serve(desk net.Conn) {
	server, err := net.Dial("tcp", f.to.String())
	if err == nil {
		go f.pass(server, desk, func() bool { return true })
		f.pass(desk, server, func() bool {
			select {
			case <-f.deaf:
				return false
			default:
				return true
			}
		})
		_ = server.Close()
	}
	_ = desk.Close()
}

// pass copies; what consists of empty lines only if so allows.
func (f *front) pass(from, to net.Conn, so func() bool) {
	buf := make([]byte, 65536)
	for {
		n, err := from.Read(buf)
		if err != nil {
			_ = to.Close()
			return
		}
		if strings.Trim(string(buf[:n]), "\r\n") != "" || so() {
			_, _ = to.Write(buf[:n])
		}
	}
}

// TestPeerThatKnowsNoPings: RFC 3261 has no such question, so silence means nothing.
func TestPeerThatKnowsNoPings(t *testing.T) {
	ep, err := listen(phone.TCP, netip.AddrPort{}, false, quiet())
	if err != nil {
		t.Fatal(err)
	}
	here, there := net.Pipe()
	s := &stream{ep: ep, conn: here}
	go func() { _, _ = io.Copy(io.Discard, there) }()
	defer func() { _, _ = here.Close(), there.Close() }()
	s.keptAlive(1) // the end of a careless message
	s.ping()
	if s.alive.waiting != nil {
		t.Error("an answer is waited for that never comes")
	}
	s.keptAlive(1)
	s.ping()
	if s.alive.waiting == nil {
		t.Error("who has answered once will again")
	}
	s.forget()
	if s.alive.waiting != nil {
		t.Error("a closed connection is waited for")
	}
}

// TestPingsAreTimed: the answer to a ping, or its absence, tells how the way to the
// server is.
func TestPingsAreTimed(t *testing.T) {
	ep, err := listen(phone.TCP, netip.AddrPort{}, false, quiet())
	if err != nil {
		t.Fatal(err)
	}
	here, there := net.Pipe()
	s := &stream{ep: ep, conn: here}
	go func() { _, _ = io.Copy(io.Discard, there) }()
	defer func() { _, _ = here.Close(), there.Close() }()
	later := func() time.Time { return time.Now().Add(slowAnswer + time.Second) }
	s.ping()
	if ep.access.troubled(later()) {
		t.Error("who never answered is taken for slow")
	}
	s.keptAlive(1)
	s.ping()
	if !ep.access.troubled(later()) {
		t.Error("an answer that does not come is not noticed")
	}
	s.keptAlive(1)
	if ep.access.troubled(later()) {
		t.Error("an answer at once is taken for slow")
	}
}
