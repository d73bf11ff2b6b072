package sipua

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// server is a peer that a line registers at, and that has news.
type server struct {
	*peer
	*recorder
	agent *Agent
}

func newServer(t *testing.T, change func(*phone.Line)) *server {
	p := newPeer(t, netip.AddrPortFrom(loopback, 9))
	a, rec := newAgent(t, "secret")
	line := phone.Line{ID: "line", User: "4711", Domain: p.me()}
	change(&line)
	s := &server{peer: p, recorder: rec, agent: a}
	setLines(t, a, line)
	s.register()
	expect(rec, state(phone.LineRegistered))
	return s
}

// register takes a REGISTER.
func (s *server) register() {
	r := s.asked("REGISTER")
	s.desk = netip.MustParseAddrPort(r.Source())
	s.reply(r, 200, "r", "Expires: 3600\n", "", "")
}

// subscribed takes a SUBSCRIBE, and speaks in its dialog from then on.
func (s *server) subscribed(event string, expires int) *sip.Request {
	s.peer.t.Helper()
	r := s.asked("SUBSCRIBE")
	if got := value(r, "event"); got != event {
		s.peer.t.Fatalf("asked for %q, want %q", got, event)
	}
	s.reply(r, 200, "sub", fmt.Sprintf("Expires: %d\n", expires), "", "")
	s.id, s.tag, s.to = r.CallID().Value(), "sub", value(r, "from")
	return r
}

// news tells something, and waits until it was taken.
func (s *server) news(event, state, kind, body string) {
	s.peer.t.Helper()
	s.request("NOTIFY", "Event: "+event+"\nSubscription-State: "+state+"\n", kind, body)
	s.response("NOTIFY", 200)
}

const (
	summaryType = "application/simple-message-summary"
	dialogsType = "application/dialog-info+xml"
)

func TestMailbox(t *testing.T) {
	s := newServer(t, func(l *phone.Line) { l.Mailbox = true })
	r := s.subscribed("message-summary", 3600)
	if r.Recipient.String() != "sip:4711@"+s.me() || value(r, "accept") != summaryType || r.Contact() == nil {
		t.Errorf("subscribed with\n%s", r)
	}
	tell := func(body string) { s.news("message-summary", "active;expires=3600", summaryType, body) }
	tell("Messages-Waiting: yes\r\nVoice-Message: 2/1\r\n")
	if e := expect[phone.MailboxChanged](s.recorder, nil); e.New != 2 || e.Old != 1 || e.Line != "line" {
		t.Errorf("told %+v", e)
	}
	tell("messages-waiting: yes\nvoice-message: 2/1 (1/0)\n") // nothing new
	s.request("NOTIFY", "Event: message-summary\nSubscription-State: active\n", "", "garbage")
	s.response("NOTIFY", 200)
	s.request("NOTIFY", "Event: message-summary\nSubscription-State: active\n", "text/html", "<p>")
	s.response("NOTIFY", 415)
	s.request("NOTIFY", "Event: presence\nSubscription-State: active\n", "", "")
	s.response("NOTIFY", 489)
	s.request("INFO", "", "", "")
	s.response("INFO", 405)
	s.request("OPTIONS", "", "", "")
	s.response("OPTIONS", 200)
	tell("Voice-Message: 0/3\r\n")
	if e := expect[phone.MailboxChanged](s.recorder, nil); e.New != 0 || e.Old != 3 {
		t.Errorf("told %+v", e)
	}
	s.ends()
}

// ends closes the telephone, which gives its subscription back.
func (s *server) ends() {
	s.peer.t.Helper()
	over := make(chan struct{})
	go func() { defer close(over); closeAgent(s.peer.t, s.agent) }()
	bye := s.next("SUBSCRIBE for no time", func(m sip.Message) bool {
		r, ok := m.(*sip.Request)
		return ok && r.Method == sip.SUBSCRIBE && value(r, "expires") == "0"
	}).(*sip.Request)
	if tagOf(bye.To().Params) != "sub" {
		s.peer.t.Errorf("unsubscribed from %s", bye.To().Value())
	}
	s.reply(bye, 200, "", "Expires: 0\n", "", "")
	s.reply(s.asked("REGISTER"), 200, "r", "", "", "")
	<-over
}

// TestMailboxUnasked: a PBX tells of messages by itself; a stranger may not.
func TestMailboxUnasked(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(*phone.Line) {})
	tell := func(p *peer, status int) {
		p.request("NOTIFY", "Event: message-summary\nSubscription-State: active\n", summaryType, "Messages-Waiting: yes\nVoice-Message: 5/0\n")
		p.response("NOTIFY", status)
	}
	tell(s.peer, 200)
	if e := expect[phone.MailboxChanged](s.recorder, nil); e.New != 5 {
		t.Errorf("told %+v", e)
	}
	d := newDesk(t)
	tell(newPeer(t, d.at), 481) // a direct line has no registrar
	s.request("NOTIFY", "Event: dialog\nSubscription-State: active\n", dialogsType, aboutDialogs(0, "full"))
	s.response("NOTIFY", 481)
}

func TestLamps(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(l *phone.Line) { l.Watch = []string{"201"} })
	r := s.subscribed("dialog", 3600)
	if r.Recipient.String() != "sip:201@"+s.me() || value(r, "accept") != dialogsType {
		t.Errorf("subscribed with\n%s", r)
	}
	lamp := func(want phone.LampState) {
		t.Helper()
		if e := expect[phone.LampChanged](s.recorder, nil); e.State != want || e.Target != "201" || e.Line != "line" {
			t.Errorf("told %+v, want %s", e, want)
		}
	}
	tell := func(body string) { s.news("dialog", "active", dialogsType, body) }
	tell(aboutDialogs(0, "full"))
	lamp(phone.LampFree)
	tell(aboutDialogs(1, "partial", "a recipient early"))
	lamp(phone.LampRinging)
	tell(aboutDialogs(2, "partial", "a recipient early")) // nothing new
	tell("<!DOCTYPE a>" + aboutDialogs(3, "full")[22:])
	tell("garbage")
	tell(aboutDialogs(3, "partial", "a recipient confirmed"))
	lamp(phone.LampBusy)
	tell(aboutDialogs(5, "partial", "a recipient terminated")) // one was lost: all is asked for
	if again := s.subscribed("dialog", 3600); again.CallID().Value() != r.CallID().Value() || again.CSeq().SeqNo != r.CSeq().SeqNo+1 {
		t.Errorf("asked anew by\n%s", again)
	}
	tell(aboutDialogs(6, "full"))
	lamp(phone.LampFree)
	s.ends()
	lamp(phone.LampUnknown)
}

// TestEndedSubscription: the server ends it, and the lamp is dark until it tells
// again.
func TestEndedSubscription(t *testing.T) {
	s := newServer(t, func(l *phone.Line) { l.Watch = []string{"201"} })
	s.subscribed("dialog", 3600)
	s.news("dialog", "active", dialogsType, aboutDialogs(0, "full"))
	expect(s.recorder, func(e phone.LampChanged) bool { return e.State == phone.LampFree })
	s.news("dialog", "Terminated;reason=deactivated", "", "")
	expect(s.recorder, func(e phone.LampChanged) bool { return e.State == phone.LampUnknown })
	s.subscribed("dialog", 3600)
	s.news("dialog", "active", dialogsType, aboutDialogs(0, "full"))
	expect(s.recorder, func(e phone.LampChanged) bool { return e.State == phone.LampFree })
	s.ends()
}

func TestSubscriptionIsChallengedAndRefreshed(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(l *phone.Line) { l.Watch = []string{"alice"} })
	r := s.asked("SUBSCRIBE")
	if r.Recipient.User != "alice" {
		t.Errorf("asked for %s", r.Recipient.String())
	}
	s.reply(r, 401, "x", "WWW-Authenticate: Digest realm=\"r\", nonce=\"one\", algorithm=SHA-256, qop=\"auth\"\n", "", "")
	r = s.asked("SUBSCRIBE")
	checkDigest(t, r, value(r, "authorization"), "secret")
	s.reply(r, 423, "x", "Min-Expires: 7200\n", "", "")
	if r = s.subscribed("dialog", 1); value(r, "expires") != strconv.Itoa(7200) {
		t.Errorf("asked for %s s", value(r, "expires"))
	}
	began := time.Now()
	if again := s.subscribed("dialog", 3600); tagOf(again.To().Params) != "sub" || time.Since(began) > patience {
		t.Errorf("refreshed with %s", again.To().Value())
	}
	s.ends()
}

// TestNewsBeforeTheAnswer: a NOTIFY may overtake the 200 (RFC 6665 §4.4.1).
func TestNewsBeforeTheAnswer(t *testing.T) {
	s := newServer(t, func(l *phone.Line) { l.Watch = []string{"201"} })
	r := s.asked("SUBSCRIBE")
	s.id, s.tag, s.to = r.CallID().Value(), "sub", value(r, "from")
	s.news("dialog", "active", dialogsType, aboutDialogs(0, "full", "a - confirmed"))
	if e := expect[phone.LampChanged](s.recorder, nil); e.State != phone.LampBusy {
		t.Errorf("told %+v", e)
	}
	s.reply(r, 200, "sub", "Expires: 3600\n", "", "")
	s.tag = "another"
	s.request("NOTIFY", "Event: dialog\nSubscription-State: active\n", "", "")
	s.response("NOTIFY", 481)
	s.ends()
}

// TestForgottenSubscription: a server that was restarted is asked anew at once.
func TestForgottenSubscription(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(l *phone.Line) { l.Watch = []string{"201"} })
	first := s.subscribed("dialog", 1)
	s.news("dialog", "active", dialogsType, aboutDialogs(0, "full"))
	expect(s.recorder, func(e phone.LampChanged) bool { return e.State == phone.LampFree })
	s.reply(s.asked("SUBSCRIBE"), 481, "", "", "", "")
	expect(s.recorder, func(e phone.LampChanged) bool { return e.State == phone.LampUnknown })
	if again := s.subscribed("dialog", 3600); again.CallID().Value() == first.CallID().Value() || tagOf(again.To().Params) != "" {
		t.Errorf("asked again in the old dialog: %s", again.To().Value())
	}
	s.ends()
}

func TestPausesOfSubscriptions(t *testing.T) {
	for name, c := range map[string]struct {
		end      *ending
		err      error
		failures int
		from, to time.Duration
	}{
		"restarted":           {nil, refused(481, ""), 1, 0, 0},
		"restarted again":     {nil, refused(481, ""), 2, time.Minute, 3 * time.Minute},
		"not offered":         {nil, refused(489, ""), 1, 30 * time.Second, 2 * time.Minute},
		"not offered, at all": {nil, refused(405, ""), 9, time.Hour, time.Hour},
		"no reply":            {nil, unreachable(0, errNoReply), 3, 2 * time.Second, 20 * time.Second},
		"busy":                {nil, &LineError{code: CodeUnreachable, err: errNoReply, after: time.Minute}, 1, 45 * time.Second, 2 * time.Minute},
		"deactivated":         {&ending{"deactivated", 0}, errOver, 1, 0, 0},
		"time-out":            {&ending{"timeout", 0}, errOver, 1, 0, 0},
		"time-out, always":    {&ending{"timeout", 0}, errOver, 4, 2 * time.Second, 40 * time.Second},
		"probation":           {&ending{"probation", 90 * time.Second}, errOver, 1, 90 * time.Second, 90 * time.Second},
		"given up":            {&ending{"giveup", 0}, errOver, 1, time.Second, 4 * time.Second},
		"no reason":           {&ending{}, errOver, 1, time.Second, 4 * time.Second},
		"rejected":            {&ending{"rejected", 0}, errOver, 1, time.Hour, time.Hour},
		"nobody there":        {&ending{"noresource", 0}, errOver, 1, time.Hour, time.Hour},
		"will never change":   {&ending{"invariant", 0}, errOver, 1, time.Hour, time.Hour},
	} {
		s := &subscription{end: c.end, failures: c.failures}
		if d := s.backoff(c.err); d < c.from || d > c.to {
			t.Errorf("%s: %v, want %v to %v", name, d, c.from, c.to)
		}
	}
}

func TestWhoCanBeWatched(t *testing.T) {
	a, _ := newAgent(t, "")
	l := newLine(a, phone.Line{ID: "line", User: "4711", Domain: "pbx.example"})
	for target, want := range map[string]string{
		"201": "sip:201@pbx.example", "alice": "sip:alice@pbx.example", "desk-2": "sip:desk-2@pbx.example",
		"sip:bob@other.example": "sip:bob@other.example", "*81": "sip:*81@pbx.example",
		"": "", "a b": "", "x>\r\nY: z": "", "sip:": "",
	} {
		s := newLamp(l, target)
		switch {
		case s == nil && want != "":
			t.Errorf("%q cannot be watched", target)
		case s != nil && s.target.String() != want:
			t.Errorf("%q is watched as %s", target, s.target.String())
		}
	}
	many := strings.Split(strings.Repeat("201,", 3*maxLamps), ",")
	if n := len(newLine(a, phone.Line{ID: "l", User: "u", Domain: "d", Watch: many}).news.subscriptions); n > maxLamps {
		t.Errorf("%d lamps", n)
	}
}
