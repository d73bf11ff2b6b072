package sipua

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"

	"permanence/phone"
	"permanence/phone/phonetest"
)

// registrar is a registrar of one user, that can be difficult.
type registrar struct {
	t         testing.TB
	ep        *endpoint
	algorithm string // of its challenges; none are made when empty
	password  string
	grant     string // expires parameter of contacts; what was asked for when empty
	least     int    // seconds; less is 423

	mu        sync.Mutex
	contacts  map[string]string // user part to expires
	nonces    int
	stale     bool  // refuse the next good answer once, for its nonce
	statuses  []int // final answers to give first, before any of the above
	asked     int
	expires   []string  // Expires of every REGISTER
	others    []string  // what else came
	sources   []flow    // from where each REGISTER came
	asks      []sip.Uri // the Contact of each
	invite    func(*request)
	answer    func(*sip.Response) // what is said of each REGISTER that succeeds
	cancelled chan *request
	changed   chan struct{}
}

func newRegistrar(t testing.TB, transport phone.Transport, be ...func(*registrar)) *registrar {
	return newRegistrarAt(t, transport, netip.AddrPortFrom(loopback, 0), be...)
}

func newRegistrarAt(t testing.TB, transport phone.Transport, at netip.AddrPort, be ...func(*registrar)) *registrar {
	ep, err := listen(transport, at, true, quiet())
	if err != nil {
		t.Fatal(err)
	}
	r := &registrar{t: t, ep: ep, contacts: map[string]string{"other-phone": "3600"}, changed: make(chan struct{}, 1), cancelled: make(chan *request, 1)}
	for _, f := range be {
		f(r)
	}
	ep.handle = r.handle
	ep.stray = func(*sip.Response, flow) {}
	ep.start()
	t.Cleanup(func() { ep.release(); ep.wait() })
	return r
}

// challenging wants the password "secret".
func challenging(algorithm string) func(*registrar) {
	return func(r *registrar) { r.algorithm, r.password = algorithm, "secret" }
}

func (r *registrar) line() phone.Line {
	l := phone.Line{ID: "line", User: "4711", Domain: r.ep.listening().String(), Transport: r.ep.network}
	return l
}

func (r *registrar) handle(_ *endpoint, q *request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if q.Method == sip.INVITE && r.invite != nil {
		r.others = append(r.others, q.Method.String())
		r.invite(q)
		return
	}
	if q.Method == sip.CANCEL {
		r.cancelled <- q
		return
	}
	if q.Method != sip.REGISTER {
		r.others = append(r.others, q.Method.String())
		q.reply(404)
		return
	}
	r.asked++
	r.sources, r.asks = append(r.sources, q.via), append(r.asks, q.Contact().Address)
	n, _ := number(q, "expires")
	r.expires = append(r.expires, strconv.Itoa(n))
	switch {
	case len(r.statuses) > 0:
		q.reply(r.statuses[0], seconds("Retry-After", 0))
		r.statuses = r.statuses[1:]
	case n > 0 && n < r.least:
		q.reply(423, seconds("Min-Expires", r.least))
	case r.algorithm != "" && !r.allowed(q):
	default:
		r.bind(q, n)
	}
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

// allowed checks a digest answer, and asks for one if there is none.
func (r *registrar) allowed(q *request) bool {
	h := q.GetHeader("authorization")
	good := false
	if h != nil {
		got, err := digest.ParseCredentials(h.Value())
		if err == nil && got.Nonce == fmt.Sprint("nonce", r.nonces) && got.Username == "4711" {
			want, err := digest.Digest(
				&digest.Challenge{Realm: "r", Nonce: got.Nonce, Algorithm: r.algorithm, QOP: []string{"auth"}},
				digest.Options{Method: "REGISTER", URI: got.URI, Count: got.Nc, Cnonce: got.Cnonce, Username: "4711", Password: r.password})
			good = err == nil && want.Response == got.Response && got.URI == q.Recipient.String()
		}
	}
	stale := good && r.stale
	if good && !stale {
		return true
	}
	r.nonces++
	r.stale = false
	q.reply(401, header("WWW-Authenticate", `Digest realm="r", nonce="x", algorithm=AKAv1-MD5`),
		header("WWW-Authenticate", fmt.Sprintf(`Digest realm="r", nonce="nonce%d", qop="auth", algorithm=%s, stale=%t`, r.nonces, r.algorithm, stale)))
	return false
}

func (r *registrar) bind(q *request, n int) {
	expires := strconv.Itoa(n)
	if r.grant != "" && n > 0 {
		expires = r.grant
	}
	user := q.Contact().Address.User
	if n == 0 {
		delete(r.contacts, user)
	} else {
		r.contacts[user] = expires
	}
	var all []sip.Header
	for u, e := range r.contacts {
		all = append(all, header("Contact", fmt.Sprintf("<sip:%s@host>;expires=%s", u, e)))
	}
	res := q.response(200, append(all, seconds("Expires", 7200))...)
	if r.answer != nil {
		r.answer(res)
	}
	_ = q.respond(res)
}

// lastContact is where the last REGISTER wanted calls to go.
func (r *registrar) lastContact() sip.Uri {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asks[len(r.asks)-1]
}

// until waits for something about the registrar.
func (r *registrar) until(is func() bool) {
	r.t.Helper()
	deadline := time.After(patience)
	for {
		r.mu.Lock()
		ok := is()
		r.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-r.changed:
		case <-deadline:
			r.t.Fatalf("it never came to that: %d asked, contacts %v", r.asked, r.contacts)
		}
	}
}

func newAgent(t testing.TB, password string, change ...func(*Agent)) (*Agent, *recorder) {
	phonetest.NoLeaks(t)
	rec := newRecorder(t)
	cfg := testConfig(rec.told)
	cfg.Credentials = passwords{"line": password, "second": password}
	a, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range change {
		f(a)
	}
	t.Cleanup(func() { closeAgent(t, a) })
	return a, rec
}

func setLines(t testing.TB, a *Agent, lines ...phone.Line) {
	t.Helper()
	if err := a.SetLines(lines); err != nil {
		t.Fatal(err)
	}
}

func state(s phone.LineState) func(phone.LineChanged) bool {
	return func(e phone.LineChanged) bool { return e.State == s }
}

func TestRegistersAndRemovesOnlyItsOwnContact(t *testing.T) {
	for _, transport := range []phone.Transport{phone.UDP, phone.TCP} {
		for _, algorithm := range []string{"", "MD5", "SHA-256"} {
			t.Run(string(transport)+algorithm, func(t *testing.T) {
				r := newRegistrar(t, transport, challenging(algorithm))
				a, rec := newAgent(t, "secret")
				setLines(t, a, r.line())
				expect(rec, state(phone.LineRegistering))
				e := expect(rec, state(phone.LineRegistered))
				if left := e.Until.Sub(e.At); left != defaultExpires {
					t.Errorf("registered for %v", left)
				}
				r.until(func() bool { return len(r.contacts) == 2 })
				closeAgent(t, a)
				r.until(func() bool { return len(r.contacts) == 1 && r.contacts["other-phone"] != "" })
			})
		}
	}
}

func TestGrantedExpiryCountsAndIsRefreshed(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, phone.UDP, func(r *registrar) { r.grant = "2" })
	a, rec := newAgent(t, "")
	setLines(t, a, r.line())
	e := expect(rec, state(phone.LineRegistered))
	if left := e.Until.Sub(e.At); left != 2*time.Second {
		t.Errorf("registered for %v, granted were 2 s", left)
	}
	r.until(func() bool { return r.asked >= 2 })
	r.until(func() bool { return len(r.contacts) == 2 }) // the same contact, not a new one
}

func TestIntervalTooBrief(t *testing.T) {
	r := newRegistrar(t, phone.UDP, func(r *registrar) { r.least = 600 })
	a, rec := newAgent(t, "")
	setLines(t, a, r.line())
	e := expect(rec, state(phone.LineRegistered))
	if left := e.Until.Sub(e.At); left != 10*time.Minute {
		t.Errorf("registered for %v", left)
	}
}

func TestStaleNonceIsNoWrongPassword(t *testing.T) {
	r := newRegistrar(t, phone.UDP, challenging("MD5"), func(r *registrar) { r.stale = true })
	a, rec := newAgent(t, "secret")
	setLines(t, a, r.line())
	expect(rec, state(phone.LineRegistered))
}

func TestWrongPasswordIsToldAndNotRepeated(t *testing.T) {
	r := newRegistrar(t, phone.UDP, challenging("MD5"))
	a, rec := newAgent(t, "wrong")
	setLines(t, a, r.line())
	e := expect(rec, state(phone.LineRefused))
	if e.Status != 401 || e.Detail == "" || !e.Until.After(e.At) {
		t.Errorf("told %+v", e)
	}
	r.mu.Lock()
	asked := r.asked
	r.password = "wrong" // the operator has it put right, and saves the settings
	r.mu.Unlock()
	if asked != 2 {
		t.Errorf("asked %d times: a password that is wrong once is wrong twice", asked)
	}
	setLines(t, a, r.line())
	expect(rec, state(phone.LineRegistered))
}

func TestUnavailableRegistrarIsTriedAgain(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, phone.UDP, func(r *registrar) { r.statuses = []int{503} })
	a, rec := newAgent(t, "")
	setLines(t, a, r.line())
	e := expect(rec, state(phone.LineUnreachable))
	if e.Status != 503 {
		t.Errorf("told %+v", e)
	}
	expect(rec, state(phone.LineRegistered))
}

func TestDeadRegistrar(t *testing.T) {
	t.Parallel()
	dead, err := net.ListenPacket("udp", "127.0.0.1:0") // a port let go of could become another test's
	must(t, err)
	t.Cleanup(func() { must(t, dead.Close()) })
	a, rec := newAgent(t, "")
	setLines(t, a, phone.Line{ID: "line", User: "4711", Domain: dead.LocalAddr().String(), Transport: phone.UDP})
	if e := expect(rec, state(phone.LineUnreachable)); e.Detail == "" || !e.Until.After(e.At) {
		t.Errorf("told %+v", e)
	}
	if err := a.Dial("x", "line", phone.Outbound{Target: "0612345678"}); err != phone.ErrLineNotUp {
		t.Errorf("dial on a dead line: %v", err)
	}
}

func TestLinesThatCannotWork(t *testing.T) {
	for name, l := range map[string]phone.Line{
		"no user":      {ID: "line", Domain: "example.com"},
		"no domain":    {ID: "line", User: "u"},
		"bad domain":   {ID: "line", User: "u", Domain: "a b"},
		"bad port":     {ID: "line", User: "u", Domain: "127.0.0.1:99999"},
		"bad address":  {ID: "line", Direct: true, Bind: "not an address"},
		"not our host": {ID: "line", Direct: true, Bind: "192.0.2.1:5060"},
		"direct TLS":   {ID: "line", Direct: true, Bind: "127.0.0.1:0", Transport: phone.TLS},
		"STUN server":  {ID: "line", User: "u", Domain: "x", STUN: "a b"},
		"transport":    {ID: "line", User: "u", Domain: "x", Transport: "sctp"},
	} {
		t.Run(name, func(t *testing.T) {
			a, rec := newAgent(t, "")
			setLines(t, a, l)
			if e := expect(rec, state(phone.LineFailed)); e.Detail == "" {
				t.Error("not told why")
			}
		})
	}
}

func TestSettingLines(t *testing.T) {
	r := newRegistrar(t, phone.UDP)
	a, rec := newAgent(t, "")
	one, two := r.line(), r.line()
	two.ID = "second"
	if err := a.SetLines([]phone.Line{one, one}); err == nil {
		t.Error("one line twice was accepted")
	}
	setLines(t, a, one, two)
	expect(rec, func(e phone.LineChanged) bool { return e.State == phone.LineRegistered })
	expect(rec, func(e phone.LineChanged) bool { return e.State == phone.LineRegistered })
	r.until(func() bool { return len(r.contacts) == 3 }) // each line has its own
	r.mu.Lock()
	asked := r.asked
	r.mu.Unlock()
	setLines(t, a, one, two) // nothing changed, nothing is sent
	one.Disabled = true
	setLines(t, a, one)
	off := map[phone.LineID]bool{} // in any order: each waits for its own registrar
	for range 2 {
		off[expect(rec, state(phone.LineOff)).Line] = true
	}
	if !off["line"] || !off["second"] {
		t.Errorf("off are %v", off)
	}
	r.until(func() bool { return len(r.contacts) == 1 && r.asked == asked+2 })
}

// TestLinesAnswerFromTheirOwnSockets: to a router, each line is another mapping.
func TestLinesAnswerFromTheirOwnSockets(t *testing.T) {
	r := newRegistrar(t, phone.UDP)
	a, rec := newAgent(t, "")
	one, two := r.line(), r.line()
	two.ID = "second"
	setLines(t, a, one, two)
	expect(rec, state(phone.LineRegistered))
	expect(rec, state(phone.LineRegistered))
	r.mu.Lock()
	ways := append([]flow(nil), r.sources...)
	r.mu.Unlock()
	if len(ways) != 2 || ways[0].remote() == ways[1].remote() {
		t.Fatalf("registered from %v", ways)
	}
	for _, way := range ways {
		d := dialog{id: "o", local: address{tag: "a"}, target: sip.Uri{Scheme: "sip", Host: "127.0.0.1"}}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		res, err := r.ep.roundTrip(ctx, d.request(sip.OPTIONS, 1, way), way)
		cancel()
		if err != nil || res.Source() != way.remote().String() {
			t.Errorf("%v, from %v, want one from %v", err, res, way.remote())
		}
	}
}

func TestCallOverARegisteredLine(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, phone.UDP)
	a, rec := newAgent(t, "")
	setLines(t, a, r.line())
	expect(rec, state(phone.LineRegistered))
	if err := a.Dial("x", "line", phone.Outbound{Target: "06 12 34 56 78"}); err != nil {
		t.Fatal(err)
	}
	if e := expect[phone.CallEnded](rec, nil); e.Cause != phone.UnknownNumber {
		t.Errorf("ended with %+v", e)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.others) == 0 || r.others[0] != "INVITE" {
		t.Errorf("the registrar got %v", r.others)
	}
}

// TestScannersDoNotRing: only the registrar and the line's peers may.
func TestScannersDoNotRing(t *testing.T) {
	r := newRegistrar(t, phone.UDP)
	a, rec := newAgent(t, "")
	line := r.line()
	line.Peers = []string{"192.0.2.0/24", "[2001:db8::7]:5060", "localhost"}
	setLines(t, a, line)
	expect(rec, state(phone.LineRegistered))
	a.mu.Lock()
	l := a.lines["line"]
	a.mu.Unlock()
	for addr, want := range map[string]bool{
		r.ep.listening().Addr().String(): true,
		"192.0.2.200":                    true,
		"2001:db8::7":                    true,
		"127.0.0.2":                      false,
		"10.1.2.3":                       false,
		"203.0.113.9":                    false,
	} {
		if got := l.knows(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: %t, want %t", addr, got, want)
		}
	}
}

func TestTest(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, phone.UDP, challenging("SHA-256"))
	dead := r.line()
	dead.Domain = "127.0.0.1:9"
	nowhere := r.line()
	nowhere.Domain = ""
	for name, c := range map[string]struct {
		line     phone.Line
		password string
		code     string
	}{
		"good":           {r.line(), "secret", ""},
		"wrong password": {r.line(), "wrong", CodeRefused},
		"dead registrar": {dead, "secret", CodeUnreachable},
		"no domain":      {nowhere, "secret", CodeBadConfig},
		"direct":         {phone.Line{ID: "d", Direct: true, Bind: "127.0.0.1:0"}, "", ""},
		"port taken":     {phone.Line{ID: "d", Direct: true, Bind: r.ep.listening().String()}, "", CodeBadConfig},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			err := Test(ctx, c.line, c.password)
			code := ""
			if coded, ok := err.(interface{ Code() string }); ok {
				code = coded.Code()
			}
			if code != c.code || (err == nil) != (c.code == "") {
				t.Errorf("%v with code %q, want %q", err, code, c.code)
			}
		})
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.contacts) != 1 {
		t.Errorf("contacts are left: %v", r.contacts)
	}
}

func TestPlaces(t *testing.T) {
	for in, want := range map[string]place{
		"sip.example.com": {"sip.example.com", 0}, " sip.example.com:5080 ": {"sip.example.com", 5080},
		"192.0.2.1:5060": {"192.0.2.1", 5060}, "2001:db8::1": {"2001:db8::1", 0}, "[2001:db8::1]": {"2001:db8::1", 0},
		"[2001:db8::1]:5060": {"2001:db8::1", 5060},
	} {
		if got, err := placeOf(in); err != nil || got != want {
			t.Errorf("%q is %+v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", " ", ":5060", "a b", "host:0", "host:70000", "host:x", "user@host", "sip:a/b", "<a>"} {
		if got, err := placeOf(in); err == nil {
			t.Errorf("%q is %+v", in, got)
		}
	}
}

func TestRefreshAfterAndBackoff(t *testing.T) {
	for _, granted := range []time.Duration{2 * time.Second, time.Minute, 5 * time.Minute, time.Hour} {
		for range 100 {
			if d := refreshAfter(granted); d >= granted || d < granted/2 {
				t.Fatalf("granted %v, refreshed after %v", granted, d)
			}
		}
	}
	for n := 1; n < 100; n++ {
		d := backoff(unreachable(0, errNoReply), n)
		if d < firstRetry/2 || d > lastRetry*5/4 {
			t.Fatalf("pause %v after %d failures", d, n)
		}
	}
	if d := backoff(refused(401, ""), 1); d < 30*time.Second {
		t.Errorf("a refused password is tried again after %v", d)
	}
}
