package sipua

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// closedPort is where nobody listens for TCP.
func closedPort(t testing.TB) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return netip.MustParseAddrPort(l.Addr().String())
}

// looksForHome has lines look for their first server often.
func looksForHome(a *Agent) { a.pace.home = 20 * time.Millisecond }

func TestDeadFirstServerOfADomain(t *testing.T) {
	r := newRegistrar(t, phone.TCP)
	z := zone(
		t,
		`x.test. 60 IN NAPTR 10 10 "s" "SIP+D2T" "" _sip._tcp.x.test.`,
		fmt.Sprintf(`_sip._tcp.x.test. 60 IN SRV 10 0 %d dead.x.test.`, closedPort(t).Port()),
		fmt.Sprintf(`_sip._tcp.x.test. 60 IN SRV 20 0 %d live.x.test.`, r.ep.port()),
		`dead.x.test. 60 IN A 127.0.0.1`, `live.x.test. 60 IN A 127.0.0.1`,
	)
	a, rec := newAgent(t, "", func(a *Agent) { a.names = z })
	line := r.line()
	line.Domain = "x.test"
	setLines(t, a, line)
	if e := expect(rec, state(phone.LineRegistered)); !strings.Contains(e.Detail, "live.x.test") {
		t.Errorf("told %q, not where", e.Detail)
	}
	if err := a.Dial("x", "line", phone.Outbound{Target: "0612345678"}); err != nil {
		t.Fatal(err)
	}
	if e := expect[phone.CallEnded](rec, nil); e.Cause != phone.UnknownNumber {
		t.Errorf("ended with %+v", e)
	}
}

func TestBackupStandsInUntilTheFirstIsBack(t *testing.T) {
	home, backup := closedPort(t), newRegistrar(t, phone.TCP)
	a, rec := newAgent(t, "", looksForHome)
	line := backup.line()
	line.Domain, line.Backups = home.String(), []string{backup.ep.listening().String()}
	setLines(t, a, line)
	if e := expect(rec, state(phone.LineRegistered)); e.Detail != backup.ep.listening().String() {
		t.Errorf("told %q, not where", e.Detail)
	}
	backup.until(func() bool { return len(backup.contacts) == 2 })
	first := newRegistrarAt(t, phone.TCP, home)
	if e := expect(rec, state(phone.LineRegistered)); e.Detail != "" {
		t.Errorf("told %q of the first server", e.Detail)
	}
	first.until(func() bool { return len(first.contacts) == 2 })
	backup.until(func() bool { return len(backup.contacts) == 1 })
	closeAgent(t, a)
	first.until(func() bool { return len(first.contacts) == 1 })
}

func TestWhichAnswersLeadToTheNextServer(t *testing.T) {
	for status, next := range map[int]bool{403: false, 404: false, 408: true, 430: true, 480: true, 500: true, 503: true} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			first := newRegistrar(t, phone.UDP, func(r *registrar) { r.statuses = []int{status} })
			backup := newRegistrar(t, phone.UDP)
			a, rec := newAgent(t, "")
			line := first.line()
			line.Backups = []string{backup.ep.listening().String()}
			setLines(t, a, line)
			if next {
				expect(rec, state(phone.LineRegistered))
			} else {
				expect(rec, state(phone.LineRefused))
			}
			backup.mu.Lock()
			defer backup.mu.Unlock()
			if (backup.asked > 0) != next {
				t.Errorf("the next was asked %d times", backup.asked)
			}
		})
	}
}

func TestSilentServer(t *testing.T) {
	t.Parallel()
	silent, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	backup := newRegistrar(t, phone.UDP)
	a, rec := newAgent(t, "")
	line := backup.line()
	line.Domain, line.Backups = silent.LocalAddr().String(), []string{"no such host", backup.ep.listening().String()}
	setLines(t, a, line)
	expect(rec, state(phone.LineRegistered))
}

func TestAllServersAreDead(t *testing.T) {
	first, second := closedPort(t), closedPort(t)
	a, rec := newAgent(t, "")
	setLines(t, a, phone.Line{
		ID: "line", User: "4711", Domain: first.String(), Backups: []string{second.String()}, Transport: phone.TCP,
	})
	e := expect(rec, state(phone.LineUnreachable))
	for _, at := range []netip.AddrPort{first, second} {
		if !strings.Contains(e.Detail, at.String()) {
			t.Errorf("told %q, nothing of %v", e.Detail, at)
		}
	}
}

// TestEveryServerIsTried: a backup that does not work is found before it is needed.
func TestEveryServerIsTried(t *testing.T) {
	first, backup := newRegistrar(t, phone.UDP), newRegistrar(t, phone.UDP, challenging("MD5"))
	line := first.line()
	line.Backups = []string{backup.ep.listening().String()}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := Test(ctx, line, "secret"); err != nil {
		t.Error(err)
	}
	if le, ok := Test(ctx, line, "wrong").(*LineError); !ok || le.Code() != CodeRefused {
		t.Errorf("the backup's refusal is %v", le)
	}
	line.Backups = append(line.Backups, "no such host")
	if le, ok := Test(ctx, line, "secret").(*LineError); !ok || le.Code() != CodeBadConfig {
		t.Errorf("a backup that is no host is %v", le)
	}
}

// TestCallsGoToTheNextServer: the one that accepted the line says 503 or nothing to
// an INVITE, and the next one takes it (RFC 3263 §4.3).
func TestCallsGoToTheNextServer(t *testing.T) {
	t.Parallel()
	for name, refuse := range map[string]func(*request){
		"unavailable": func(q *request) { q.reply(503) },
		"silent":      func(*request) {},
	} {
		t.Run(name, func(t *testing.T) {
			seen := make(chan *request, 8)
			first := newRegistrar(t, phone.UDP, func(r *registrar) { r.invite = refuse })
			backup := newRegistrar(t, phone.UDP, func(r *registrar) { r.invite = func(q *request) { seen <- q; q.reply(486) } })
			a, rec := newAgent(t, "")
			line := first.line()
			line.Backups = []string{backup.ep.listening().String()}
			setLines(t, a, line)
			expect(rec, state(phone.LineRegistered))
			if err := a.Dial("x", "line", phone.Outbound{Target: "0612345678"}); err != nil {
				t.Fatal(err)
			}
			if e := expect[phone.CallEnded](rec, nil); e.Cause != phone.Busy {
				t.Errorf("ended with %+v", e)
			}
			if q := <-seen; q.Recipient.Host != "127.0.0.1" || q.GetHeader("Authorization") != nil {
				t.Errorf("the next server got %v", q)
			}
		})
	}
}

func TestServiceRoute(t *testing.T) {
	t.Parallel()
	seen := make(chan *request, 1)
	r := newRegistrar(t, phone.UDP, func(r *registrar) {
		r.invite = func(q *request) { seen <- q; q.reply(486) }
		r.answer = func(res *sip.Response) {
			res.AppendHeader(header("Service-Route", "<sip:one.test;lr>, <sip:orig@two.test:5070;lr>"))
			res.AppendHeader(header("Service-Route", "<sip:three.test;lr>"))
		}
	})
	a, rec := newAgent(t, "")
	setLines(t, a, r.line())
	expect(rec, state(phone.LineRegistered))
	if err := a.Dial("x", "line", phone.Outbound{Target: "0612345678"}); err != nil {
		t.Fatal(err)
	}
	var routes []string
	for _, h := range (<-seen).GetHeaders("route") {
		routes = append(routes, h.Value())
	}
	if got := strings.Join(routes, " "); got != "<sip:one.test;lr> <sip:orig@two.test:5070;lr> <sip:three.test;lr>" {
		t.Errorf("routes are %s", got)
	}
	expect[phone.CallEnded](rec, nil)
}
