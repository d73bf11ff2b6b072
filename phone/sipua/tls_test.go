package sipua

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"permanence/phone"
)

// authority is a private certificate authority.
type authority struct {
	t    testing.TB
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string // its certificate in PEM
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	a := &authority{t: t, key: newKey(t)}
	root := template("Cabinet CA")
	root.IsCA, root.BasicConstraintsValid, root.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, root, root, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.file = writePEM(t, "ca.pem", "CERTIFICATE", der)
	return a
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func template(name string) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<62))
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
}

func writePEM(t testing.TB, name, kind string, der []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// issue makes a certificate that is as the caller wants it.
func (a *authority) issue(be func(*x509.Certificate)) tls.Certificate {
	a.t.Helper()
	c, key := template("server"), newKey(a.t)
	be(c)
	der, err := x509.CreateCertificate(rand.Reader, c, a.cert, &key.PublicKey, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func forHost(names ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.DNSNames = names }
}

// secured is a server that speaks TLS with a certificate and passes on what is said
// to a server that does not.
func secured(t testing.TB, cert tls.Certificate, to netip.AddrPort) (at netip.AddrPort) {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { relay(c, to) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	return netip.MustParseAddrPort(l.Addr().String())
}

func relay(c net.Conn, to netip.AddrPort) {
	defer func() { _ = c.Close() }()
	s, err := net.Dial("tcp", to.String())
	if err != nil {
		return
	}
	defer func() { _ = s.Close() }()
	go func() { _, _ = io.Copy(s, c); _ = s.Close() }()
	_, _ = io.Copy(c, s)
}

// tlsLine is a line to a server named sip.test, found by a DNS of its own.
func tlsLine(t testing.TB, r *registrar, ca string, cert tls.Certificate) (phone.Line, *names) {
	t.Helper()
	at := secured(t, cert, r.ep.listening())
	line := r.line()
	line.Transport, line.CA = phone.TLS, ca
	line.Domain = netip.AddrPortFrom(at.Addr(), at.Port()).String()
	line.Domain = "sip.test:" + line.Domain[strings.LastIndex(line.Domain, ":")+1:]
	return line, zone(t, `sip.test. 60 IN A 127.0.0.1`)
}

func TestRegistersAndCallsOverTLS(t *testing.T) {
	ca := newAuthority(t)
	seen := make(chan *request, 1)
	r := newRegistrar(t, phone.TCP, challenging("SHA-256"), func(r *registrar) {
		r.invite = func(q *request) { seen <- q; q.reply(486) }
	})
	line, z := tlsLine(t, r, ca.file, ca.issue(forHost("sip.test")))
	a, rec := newAgent(t, "secret", func(a *Agent) { a.names = z })
	setLines(t, a, line)
	expect(rec, state(phone.LineRegistered))
	if err := a.Dial("x", "line", phone.Outbound{Target: "sips:0612345678@sip.test"}); err != nil {
		t.Fatal(err)
	}
	q := <-seen
	if v := q.Via(); v.Transport != "TLS" {
		t.Errorf("Via says %s", v.Transport)
	}
	if c := q.Contact().Address; c.Scheme != "sips" || c.UriParams.GetOr("transport", "") != "tls" {
		t.Errorf("the Contact of a sips: call is %v", c.String())
	}
	expect[phone.CallEnded](rec, nil)
	closeAgent(t, a)
	r.until(func() bool { return len(r.contacts) == 1 })
}

func TestCertificatesThatAreRefused(t *testing.T) {
	ca, stranger := newAuthority(t), newAuthority(t)
	soon := time.Now().Add(time.Hour)
	for name, c := range map[string]struct {
		cert tls.Certificate
		code string
		say  []string
	}{
		"another name": {ca.issue(forHost("a.test", "b.test")), CodeCertificateName, []string{"sip.test", "a.test, b.test"}},
		"a name in the common name only": {
			ca.issue(func(c *x509.Certificate) { c.Subject.CommonName = "sip.test" }), CodeCertificateName, []string{"nobody by name"},
		},
		"another SIP domain": {
			ca.issue(func(c *x509.Certificate) {
				c.DNSNames, c.URIs = []string{"sip.test"}, []*url.URL{{Scheme: "sip", Opaque: "other.test"}}
			}), CodeCertificateName, []string{"sip:other.test"},
		},
		"expired": {
			ca.issue(func(c *x509.Certificate) {
				c.DNSNames, c.NotBefore, c.NotAfter = []string{"sip.test"}, time.Unix(0, 0), time.Unix(1700000000, 0)
			}), CodeCertificateDates, []string{"sip.test", "expired on 2023-11-14 22:13 UTC"},
		},
		"not valid yet": {
			ca.issue(func(c *x509.Certificate) { c.DNSNames, c.NotBefore = []string{"sip.test"}, soon }),
			CodeCertificateDates,
			[]string{"valid only from " + moment(soon)},
		},
		"a stranger's": {stranger.issue(forHost("sip.test")), CodeCertificateIssuer, []string{"sip.test", "Cabinet CA"}},
		"many names": {
			ca.issue(forHost("a.test", "b.test", "c.test", "d.test", "e.test", "f.test")),
			CodeCertificateName,
			[]string{"a.test, b.test, c.test, d.test and 2 more"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			line, z := tlsLine(t, newRegistrar(t, phone.TCP), ca.file, c.cert)
			a, rec := newAgent(t, "", func(a *Agent) { a.names = z })
			setLines(t, a, line)
			e := expect(rec, state(phone.LineFailed))
			for _, s := range c.say {
				if !strings.Contains(e.Detail, s) {
					t.Errorf("told %q, nothing of %q", e.Detail, s)
				}
			}
			a.mu.Lock()
			ep := a.lines["line"].ep.Load()
			a.mu.Unlock()
			p, _ := placeOf(line.Domain)
			hops, err := z.resolve(context.Background(), phone.TLS, p)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ep.flowTo(context.Background(), hops[0]); asLineError(err).Code() != c.code {
				t.Errorf("the code is %s of %v", asLineError(err).Code(), err)
			}
		})
	}
}

func TestCertificatesThatAreTaken(t *testing.T) {
	ca := newAuthority(t)
	for name, be := range map[string]func(*x509.Certificate){
		"a host":       forHost("SIP.test"),
		"a wildcard":   forHost("*.test"),
		"a SIP domain": func(c *x509.Certificate) { c.URIs = []*url.URL{{Scheme: "sip", Opaque: "sip.test"}} },
		"a person as well": func(c *x509.Certificate) {
			c.DNSNames, c.URIs = []string{"sip.test"}, []*url.URL{{Scheme: "sip", Opaque: "a@other.test"}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			line, z := tlsLine(t, newRegistrar(t, phone.TCP), ca.file, ca.issue(be))
			a, rec := newAgent(t, "", func(a *Agent) { a.names = z })
			setLines(t, a, line)
			expect(rec, state(phone.LineRegistered))
		})
	}
}

func TestServerThatDoesNotSpeakTLS(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, phone.TCP)
	line := r.line()
	line.Transport = phone.TLS
	a, rec := newAgent(t, "")
	setLines(t, a, line)
	if e := expect(rec, state(phone.LineUnreachable)); !strings.Contains(e.Detail, "TLS") {
		t.Errorf("told %q", e.Detail)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.asked > 0 {
		t.Error("it was asked in the clear")
	}
}

func TestAuthorityIsReadAtEachConnection(t *testing.T) {
	ca := newAuthority(t)
	line, z := tlsLine(t, newRegistrar(t, phone.TCP), ca.file, ca.issue(forHost("sip.test")))
	good, err := os.ReadFile(ca.file)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "no PEM"} {
		if err := os.WriteFile(ca.file, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		a, rec := newAgent(t, "", func(a *Agent) { a.names = z })
		setLines(t, a, line)
		if e := expect(rec, state(phone.LineFailed)); !strings.Contains(e.Detail, "ca.pem") {
			t.Errorf("told %q", e.Detail)
		}
		if err := os.WriteFile(ca.file, good, 0o600); err != nil {
			t.Fatal(err)
		}
		setLines(t, a, line) // the operator has put it right
		expect(rec, state(phone.LineRegistered))
	}
}

// TestTLSAsksForTheName: a server with several certificates must know which to show.
func TestTLSAsksForTheName(t *testing.T) {
	for name, want := range map[string]string{"sip.test": "sip.test", "192.0.2.1": "", "2001:db8::1": ""} {
		cfg := (&inspection{name: name, now: time.Now}).config()
		if cfg.ServerName != want || cfg.MinVersion != tls.VersionTLS12 {
			t.Errorf("%s: asks for %q, from version %x", name, cfg.ServerName, cfg.MinVersion)
		}
	}
}

func TestSipsNeedsTLS(t *testing.T) {
	r := newRegistrar(t, phone.UDP)
	a, rec := newAgent(t, "")
	setLines(t, a, r.line())
	expect(rec, state(phone.LineRegistered))
	if err := a.Dial("x", "line", phone.Outbound{Target: "sips:0612345678@127.0.0.1"}); err != nil {
		t.Fatal(err)
	}
	if e := expect[phone.CallEnded](rec, nil); e.Cause != phone.Failed || !strings.Contains(e.Detail, "TLS") {
		t.Errorf("ended with %+v", e)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.others != nil {
		t.Errorf("the registrar got %v", r.others)
	}
}
