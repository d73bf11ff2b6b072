//go:build !office

package main

import (
	"bytes"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"

	"permanence/audio/device/pulsetest"
	"permanence/phone"
	"permanence/store/secret"
)

const (
	aimStart = 1500 * time.Millisecond
	starts   = 8
)

// BenchmarkStart measures from the start of the program to the registrar's 200,
// after a digest challenge, with a large bureau in the store.
func BenchmarkStart(b *testing.B) {
	sound := pulsetest.Start(b)
	screen, err := openScreen(b.Context(), "1600x950")
	if err != nil {
		b.Skip(err)
	}
	b.Cleanup(func() { _ = screen.close() })
	r := newBenchRegistrar(b)
	dir := largeDesk(b)
	giveLine(b, dir, phone.Line{ID: "ligne", Label: "Ligne", User: registered, Domain: r.conn.LocalAddr().String()})
	keepPassword(b, dir, "ligne")
	env := append(sound.Env(), "DISPLAY="+screen.display, "WAYLAND_DISPLAY=", "LIBGL_ALWAYS_SOFTWARE=1")
	for _, m := range []struct {
		name string
		args []string
	}{{"headless", []string{"--headless"}}, {"window", nil}} {
		var all samples
		for range starts {
			p, began := startDesk(b, dir, env, m.args...)
			all = append(all, r.bound(p).Sub(began))
			p.stop()
		}
		all.reportAs(b, m.name+"-to-registered", aimStart)
	}
}

// The account at the registrar.
const registered, registeredPassword = "permanence", "bench-secret"

func keepPassword(b *testing.B, dir string, line phone.LineID) {
	b.Helper()
	b.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent") // no keyring of the user's
	secrets, err := secret.Open(dir)
	if err == nil {
		err = secrets.Set("line:"+string(line), registeredPassword)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// benchRegistrar lets one account in, and tells when it did.
type benchRegistrar struct {
	b    *testing.B
	conn *net.UDPConn
	came chan time.Time
}

func newBenchRegistrar(b *testing.B) *benchRegistrar {
	r := &benchRegistrar{b: b, conn: openUDP(b), came: make(chan time.Time, 64)}
	go r.serve()
	return r
}

// bound waits until the desk that was just started is registered.
func (r *benchRegistrar) bound(p *program) time.Time {
	r.b.Helper()
	select {
	case at := <-r.came:
		return at
	case <-p.ended:
		r.b.Fatalf("the desk ended:\n%s", p.output.String())
	case <-time.After(benchPatience):
		r.b.Fatal("no registration came")
	}
	return time.Time{}
}

func (r *benchRegistrar) serve() {
	packet := make([]byte, 65536)
	for {
		n, from, err := r.conn.ReadFromUDP(packet)
		if err != nil {
			return // closed
		}
		m, err := sip.ParseMessage(bytes.Clone(packet[:n]))
		q, ok := m.(*sip.Request)
		if err != nil || !ok || q.Method != sip.REGISTER {
			continue
		}
		answer, binds := r.answer(q)
		_, _ = r.conn.WriteToUDP([]byte(answer.String()), from)
		if binds {
			r.came <- time.Now()
		}
	}
}

// answer challenges, or grants what is asked for; binds is set when that is a
// registration and not its end.
func (r *benchRegistrar) answer(q *sip.Request) (answer *sip.Response, binds bool) {
	if !r.allowed(q) {
		answer = sip.NewResponseFromRequest(q, 401, "Unauthorized", nil)
		answer.AppendHeader(sip.NewHeader("WWW-Authenticate", (&digest.Challenge{Realm: "bench", Nonce: "once", QOP: []string{"auth"}}).String()))
		return answer, false
	}
	expires := 0
	if h := q.GetHeader("Expires"); h != nil {
		expires, _ = strconv.Atoi(h.Value()) // what is no number asks for nothing
	}
	answer = sip.NewResponseFromRequest(q, 200, "OK", nil)
	if expires > 0 {
		answer.AppendHeader(sip.NewHeader("Contact", q.GetHeader("Contact").Value()+";expires="+strconv.Itoa(expires)))
	}
	return answer, expires > 0
}

// allowed checks the digest of an answered challenge (RFC 3261 §22).
func (r *benchRegistrar) allowed(q *sip.Request) bool {
	h := q.GetHeader("Authorization")
	if h == nil {
		return false
	}
	got, err := digest.ParseCredentials(h.Value())
	if err != nil {
		return false
	}
	want, err := digest.Digest(&digest.Challenge{Realm: got.Realm, Nonce: "once", QOP: []string{"auth"}}, digest.Options{
		Method: q.Method.String(), URI: got.URI, Username: registered, Password: registeredPassword,
		Cnonce: got.Cnonce, Count: got.Nc,
	})
	return err == nil && strings.EqualFold(got.Response, want.Response)
}
