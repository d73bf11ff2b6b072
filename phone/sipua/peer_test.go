package sipua

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"permanence/phone"
	"permanence/phone/phonetest"
)

// patience is how long anything may take. It is not a measure of speed.
const patience = time.Minute

// recorder keeps the events of an agent.
type recorder struct {
	t      testing.TB
	mu     sync.Mutex
	events []phone.Event
	grown  chan struct{}
	read   int
}

func newRecorder(t testing.TB) *recorder { return &recorder{t: t, grown: make(chan struct{}, 1)} }

func (r *recorder) told(e phone.Event) {
	r.mu.Lock()
	r.events = append(r.events, e)
	r.mu.Unlock()
	select {
	case r.grown <- struct{}{}:
	default:
	}
}

func (r *recorder) all() []phone.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]phone.Event(nil), r.events...)
}

// expect waits for an event of type E that fits, past those already expected.
func expect[E phone.Event](r *recorder, fits func(E) bool) E {
	r.t.Helper()
	deadline := time.After(patience)
	for {
		r.mu.Lock()
		for i := r.read; i < len(r.events); i++ {
			if e, ok := r.events[i].(E); ok && (fits == nil || fits(e)) {
				r.read = i + 1
				r.mu.Unlock()
				return e
			}
		}
		r.mu.Unlock()
		select {
		case <-r.grown:
		case <-deadline:
			var want E
			r.t.Fatalf("no %T came, but %+v", want, r.all())
		}
	}
}

// desk is an agent with one direct line.
type desk struct {
	*Agent
	*recorder
	at netip.AddrPort
}

func newDesk(t testing.TB, change ...func(*Config)) *desk {
	if _, fuzzing := t.(*testing.F); !fuzzing { // which starts goroutines of its own
		phonetest.NoLeaks(t)
	}
	r := newRecorder(t)
	cfg := testConfig(r.told)
	for _, f := range change {
		f(&cfg)
	}
	a, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeAgent(t, a) })
	if err := a.SetLines([]phone.Line{{ID: "direct", Direct: true, Bind: "127.0.0.1:0", User: "desk"}}); err != nil {
		t.Fatal(err)
	}
	expect(r, func(e phone.LineChanged) bool { return e.State == phone.LineListening })
	at, _ := a.Address("direct")
	return &desk{Agent: a, recorder: r, at: at}
}

func closeAgent(t testing.TB, a *Agent) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := a.Close(ctx); err != nil && err != phone.ErrClosed {
		t.Errorf("close: %v", err)
	}
}

// peer is a telephone made of a socket and text: it can do everything wrong.
type peer struct {
	t    testing.TB
	conn *net.UDPConn
	desk netip.AddrPort
	id   string
	tag  string
	seq  int
	to   string // the desk's To, with its tag once known
	ways string // Route headers for requests within the dialog
	held []sip.Message
	seen map[string]bool // requests, by transaction: a repetition is dropped
}

func newPeer(t testing.TB, at netip.AddrPort) *peer {
	c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return &peer{t: t, conn: c, desk: at, id: uuid.NewString(), tag: newTag(), to: fmt.Sprintf("<sip:desk@%s>", at), seen: map[string]bool{}}
}

func (p *peer) me() string { return p.conn.LocalAddr().String() }

// crlf makes a message of text with plain line ends.
func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

func (p *peer) raw(s string) {
	p.t.Helper()
	if _, err := p.conn.WriteToUDPAddrPort([]byte(s), p.desk); err != nil {
		p.t.Fatal(err)
	}
}

// request sends a request with more headers, each ended by a newline, and a body
// with its type; it returns the branch.
func (p *peer) request(method, more, kind, body string) string {
	p.t.Helper()
	if method != "ACK" && method != "CANCEL" {
		p.seq++
	}
	return p.requestAs(method, "z9hG4bK"+newTag(), more, kind, body)
}

func (p *peer) requestAs(method, branch, more, kind, body string) string {
	p.t.Helper()
	if kind != "" {
		more += "Content-Type: " + kind + "\n"
	}
	p.raw(crlf(fmt.Sprintf(`%s sip:desk@%s SIP/2.0
Via: SIP/2.0/UDP %s;branch=%s;rport
Max-Forwards: 70
From: "Peer" <sip:0612345678@%s>;tag=%s
To: %s
Call-ID: %s
CSeq: %d %s
Contact: <sip:peer@%s>
%s%sContent-Length: %d

`, method, p.desk, p.me(), branch, p.me(), p.tag, p.to, p.id, p.seq, method, p.me(), p.ways, more, len(body))) + body)
	return branch
}

// next gives the next message that fits; what does not fit is kept for later.
func (p *peer) next(what string, fits func(sip.Message) bool) sip.Message {
	p.t.Helper()
	for i, m := range p.held {
		if fits(m) {
			p.held = append(p.held[:i:i], p.held[i+1:]...)
			return m
		}
	}
	deadline := time.Now().Add(patience)
	buf := make([]byte, 65536)
	for {
		_ = p.conn.SetReadDeadline(deadline)
		n, from, err := p.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			p.t.Fatalf("no %s came, but %v", what, p.held)
		}
		if len(bytes.TrimSpace(buf[:n])) == 0 {
			continue
		}
		m, err := sip.ParseMessage(bytes.Clone(buf[:n]))
		if err != nil {
			p.t.Fatalf("unreadable message: %v\n%s", err, buf[:n])
		}
		if r, ok := m.(*sip.Request); ok && r.Method != sip.ACK {
			tx := r.Method.String() + r.Via().Value()
			if p.seen[tx] {
				continue
			}
			p.seen[tx] = true
		}
		m.SetSource(from.String())
		if fits(m) {
			return m
		}
		p.held = append(p.held, m)
	}
}

// response waits for a response to a method with a status.
func (p *peer) response(method string, status int) *sip.Response {
	p.t.Helper()
	m := p.next(fmt.Sprintf("%d to %s", status, method), func(m sip.Message) bool {
		r, ok := m.(*sip.Response)
		return ok && r.StatusCode == status && r.CSeq().MethodName == sip.RequestMethod(method)
	})
	return m.(*sip.Response)
}

// asked waits for a request.
func (p *peer) asked(method string) *sip.Request {
	p.t.Helper()
	m := p.next(method, func(m sip.Message) bool {
		r, ok := m.(*sip.Request)
		return ok && r.Method == sip.RequestMethod(method)
	})
	return m.(*sip.Request)
}

// reply answers a request, with a tag of ours, headers and a body.
func (p *peer) reply(req *sip.Request, status int, tag, more, kind, body string) {
	p.t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "SIP/2.0 %d %s\r\n", status, phrase(status))
	for _, name := range []string{"via", "record-route", "from", "call-id", "cseq"} {
		for _, h := range req.GetHeaders(name) {
			b.WriteString(h.String() + "\r\n")
		}
	}
	to := req.To().String()
	if tagOf(req.To().Params) == "" && tag != "" {
		to += ";tag=" + tag
	}
	if kind != "" {
		more += "Content-Type: " + kind + "\n"
	}
	fmt.Fprintf(&b, "%s\r\nContact: <sip:peer@%s>\r\n%sContent-Length: %d\r\n\r\n%s", to, p.me(), crlf(more), len(body), body)
	p.raw(b.String())
}

const sdpType = "application/sdp"

// voiceAt is a plain offer or answer of a peer whose RTP is at port. Where nobody
// listens to it, that is one which the system gives to nobody: else the voice would
// come to another test's socket.
func voiceAt(port int, more string) string {
	return crlf(fmt.Sprintf(`v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio %d RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
%s`, port, more))
}

// invite calls the desk and gives the call's name there.
func (p *peer) invite(d *desk, more, body string) phone.CallID {
	p.t.Helper()
	kind := ""
	if body != "" {
		kind = sdpType
	}
	p.request("INVITE", more, kind, body)
	res := p.response("INVITE", 180)
	p.to = res.To().Value()
	return expect[phone.CallArrived](d.recorder, nil).Call
}

// talk calls the desk, which answers, and confirms it.
func (p *peer) talk(d *desk, more, body string) (phone.CallID, *sip.Response) {
	p.t.Helper()
	id := p.invite(d, more, body)
	p.answeredBy(d, id)
	res := p.response("INVITE", 200)
	p.request("ACK", "", "", "")
	expect[phone.CallAnswered](d.recorder, nil)
	return id, res
}

func (p *peer) answeredBy(d *desk, id phone.CallID) {
	p.t.Helper()
	if err := d.Answer(id, phone.Reception{}); err != nil {
		p.t.Fatal(err)
	}
}

// called has the desk dial the peer, and gives the INVITE.
func (p *peer) called(d *desk) (phone.CallID, *sip.Request) {
	p.t.Helper()
	id := phone.CallID(uuid.NewString())
	if err := d.Dial(id, "direct", phone.Outbound{Target: "sip:peer@" + p.me()}); err != nil {
		p.t.Fatal(err)
	}
	return id, p.asked("INVITE")
}

func wantEnd(d *desk, id phone.CallID, cause phone.EndCause) phone.CallEnded {
	d.t.Helper()
	e := expect(d.recorder, func(e phone.CallEnded) bool { return e.Call == id })
	if e.Cause != cause {
		d.t.Errorf("ended with %q (%d %s), want %q", e.Cause, e.Status, e.Detail, cause)
	}
	return e
}
