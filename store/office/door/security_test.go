package door_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/office/door"
	"permanence/store/shared"
	"permanence/store/wire"
	"permanence/store/wire/pairing"
)

func secretary(name string, of ...clients.ID) clients.Operator {
	return clients.Operator{Name: name, Role: clients.Secretary, Clients: of}
}

// everything a desk may ask for behind its certificate.
var behind = [][2]string{
	{"GET", "/v1/hello"},
	{"POST", "/v1/login"},
	{"POST", "/v1/push"},
	{"POST", "/v1/pull"},
	{"POST", "/v1/presence"},
	{"POST", "/v1/takeover"},
	{"GET", "/v1/events"},
	{"GET", "/v1/sounds/x"},
	{"PUT", "/v1/sounds/x"},
}

func TestNoCertificate(t *testing.T) {
	b := newBureau(t)
	m := b.knock(pairing.Blind())
	m.session = "x"
	for _, what := range behind {
		if no := m.want(http.StatusForbidden, what[0], what[1], struct{}{}, nil); no.Code != "forbidden" {
			t.Errorf("%v: %+v", what, no)
		}
	}
}

// TestStrangersCertificate: self-signed, of another bureau's authority, expired. TLS
// does not let them in at all.
func TestStrangersCertificate(t *testing.T) {
	b, other := newBureau(t), newBureau(t)
	elsewhere := other.desk()
	theirs := elsewhere.client.Transport.(*http.Transport).TLSClientConfig.Certificates[0]
	b.knock(showing(theirs)).shut("of another bureau")
	b.knock(showing(selfSigned(t, b.authority.Bureau()))).shut("self-signed")

	mine := b.desk()
	b.clock.pass(11 * 365 * 24 * time.Hour)
	b.knock(showing(mine.client.Transport.(*http.Transport).TLSClientConfig.Certificates[0])).shut("expired")
	// The connection that was open before is asked too.
	mine.client.Timeout = 5 * time.Second
	if status, _, err := mine.ask("GET", "/v1/hello", nil, nil); err == nil && status == http.StatusOK {
		t.Error("an expired certificate was served on an old connection")
	}
}

// showing sends a certificate whatever the server says it takes.
func showing(c tls.Certificate) *tls.Config {
	config := pairing.Blind()
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &c, nil }
	return config
}

func selfSigned(t *testing.T, bureau string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "desk", Organization: []string{bureau}},
		NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	ok(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// TestWrongBureau has a certificate that the authority signed, for another bureau.
func TestWrongBureau(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir, nil)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	ca, caKey := authorityIn(t, dir)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(9), Subject: pkix.Name{CommonName: string(b.desk().id), Organization: []string{"autre"}},
		NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, ca, key.Public(), caKey)
	ok(t, err)
	m := b.knock(showing(tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}))
	for _, what := range behind {
		m.want(http.StatusForbidden, what[0], what[1], struct{}{}, nil)
	}
}

func TestOldTLS(t *testing.T) {
	b := newBureau(t)
	config := pairing.Blind()
	config.MinVersion, config.MaxVersion = tls.VersionTLS10, tls.VersionTLS12
	b.knock(config).shut("TLS 1.2")
}

// TestRevoked: from the next request on it reads nothing, on connections that are open
// too; what it brings is held.
func TestRevoked(t *testing.T) {
	b := newBureau(t)
	actor := b.operator(secretary("Sophie"))
	m := b.desk()
	m.login("Sophie")
	m.want(http.StatusOK, "POST", "/v1/pull", wire.PullRequest{}, nil)
	ok(t, b.door.Revoke(b.ctx, m.id))
	for _, what := range behind {
		if what[1] == "/v1/push" {
			continue
		}
		if no := m.want(http.StatusForbidden, what[0], what[1], struct{}{}, nil); no.Code != "revoked" {
			t.Errorf("%v: %+v", what, no)
		}
	}
	var answer wire.PushAnswer
	m.want(http.StatusOK, "POST", "/v1/push", push(t, actor, clients.CreateClient{Client: client("c1")}), &answer)
	if got := answer.Results[0].Outcome; got != shared.Held {
		t.Errorf("what it brought was %s; want held", got)
	}
	if !errors.Is(b.door.Revoke(b.ctx, "nobody"), door.ErrNoDesk) {
		t.Error("a desk that is none was revoked")
	}
}

func client(id clients.ID) clients.Client {
	return clients.Client{ID: id, Name: "Cabinet " + string(id)}
}

func push(t *testing.T, actor clients.ID, changes ...clients.Change) wire.PushRequest {
	t.Helper()
	var q wire.PushRequest
	for _, c := range changes {
		m, err := shared.NewMutation(clients.Mutation{ID: newID(), At: time.Now(), Actor: actor, Change: c}, "")
		ok(t, err)
		q.Mutations = append(q.Mutations, m)
	}
	return q
}

// TestReplayedPush: a push that is sent again, by the desk or by who has recorded it,
// changes nothing.
func TestReplayedPush(t *testing.T) {
	b := newBureau(t)
	actor := b.operator(secretary("Sophie"))
	m := b.desk()
	m.login("Sophie")
	q := push(t, actor, clients.CreateClient{Client: client("c1")})
	var first, second wire.PushAnswer
	m.want(http.StatusOK, "POST", "/v1/push", q, &first)
	var before, after wire.PullAnswer
	m.want(http.StatusOK, "POST", "/v1/pull", wire.PullRequest{}, &before)
	m.want(http.StatusOK, "POST", "/v1/push", q, &second)
	m.want(http.StatusOK, "POST", "/v1/pull", wire.PullRequest{Cursor: before.Cursor}, &after)
	if first.Results[0] != second.Results[0] || len(after.Rows) != 0 || after.Head != before.Head {
		t.Errorf("sent again: %+v, then %+v, and %d rows", first, second, len(after.Rows))
	}
}

func TestOversizedBody(t *testing.T) {
	b := newBureau(t)
	b.operator(secretary("Sophie"))
	m := b.desk()
	m.want(http.StatusRequestEntityTooLarge, "POST", "/v1/login", large(1<<20), nil)
	m.login("Sophie")
	no := m.want(http.StatusRequestEntityTooLarge, "POST", "/v1/push", large(wire.MaxBody+1<<20), nil)
	if no.Code != "too-large" {
		t.Errorf("refused with %+v", no)
	}
}

func large(n int) []byte { return []byte(`{"name":"` + strings.Repeat("x", n) + `"}`) }

// TestSlowLoris: whoever does not shake hands, does not say what he wants, or does not
// send the body he has announced, is hung up on.
func TestSlowLoris(t *testing.T) {
	b := open(t, t.TempDir(), func(c *door.Config) {
		c.Limits = door.DefaultLimits
		c.Limits.Header, c.Limits.Body = 300*time.Millisecond, 300*time.Millisecond
	})
	plain, err := net.Dial("tcp", b.address)
	ok(t, err)
	hungUp(t, "no handshake", plain)
	for _, begun := range []string{
		"GET /v1/pair HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"POST /v1/pair HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
	} {
		c, err := tls.Dial("tcp", b.address, pairing.Blind())
		ok(t, err)
		_, err = io.WriteString(c, begun)
		ok(t, err)
		hungUp(t, begun, c)
	}
}

// hungUp waits for the other side to end a connection.
func hungUp(t *testing.T, what string, c net.Conn) {
	t.Helper()
	defer c.Close()
	ok(t, c.SetReadDeadline(time.Now().Add(20*time.Second)))
	_, err := io.Copy(io.Discard, c)
	var late net.Error
	if errors.As(err, &late) && late.Timeout() {
		t.Errorf("%q: still connected", what)
	}
}

// TestTooManyConnections from one address: the next is closed, and once others have
// gone there is room again.
func TestTooManyConnections(t *testing.T) {
	b := open(t, t.TempDir(), func(c *door.Config) {
		c.Limits = door.DefaultLimits
		c.Limits.FromOne = 3
	})
	var held []net.Conn
	for range 3 {
		c, err := tls.Dial("tcp", b.address, pairing.Blind())
		ok(t, err)
		held = append(held, c)
	}
	if c, err := tls.Dial("tcp", b.address, pairing.Blind()); err == nil {
		_ = c.Close()
		t.Error("a fourth connection was taken")
	}
	for _, c := range held {
		ok(t, c.Close())
	}
	for deadline := time.Now().Add(20 * time.Second); ; {
		c, err := tls.Dial("tcp", b.address, pairing.Blind())
		if err == nil {
			_ = c.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// TestRights: a desk asks for a client that the operator has no right to. She is not
// told of it, cannot change it, and nothing of it is in any answer.
func TestRights(t *testing.T) {
	b := newBureau(t)
	chief := b.operator(clients.Operator{Name: "Claire", Role: clients.Supervisor})
	narrow := b.operator(secretary("Sophie", "premier"))
	m := b.desk()
	m.login("Claire")
	m.want(http.StatusOK, "POST", "/v1/push", push(t, chief,
		clients.CreateClient{Client: client("premier")}, clients.CreateClient{Client: client("second")}), nil)

	n := b.desk()
	n.login("Sophie")
	var page wire.PullAnswer
	n.want(http.StatusOK, "POST", "/v1/pull", wire.PullRequest{}, &page)
	text, err := json.Marshal(page)
	ok(t, err)
	if !strings.Contains(string(text), "Cabinet premier") || strings.Contains(string(text), "second") {
		t.Errorf("she was given %s", text)
	}
	var answer wire.PushAnswer
	patch := clients.PatchClient{Client: "second", Fields: map[string]json.RawMessage{"name": json.RawMessage(`"Volé"`)}}
	n.want(http.StatusOK, "POST", "/v1/push", push(t, narrow, patch), &answer)
	if got := answer.Results[0].Outcome; got != shared.Refused {
		t.Errorf("her change of another's client was %s", got)
	}
	// The cursor of one who may read all is worth nothing to her.
	var all wire.PullAnswer
	m.want(http.StatusOK, "POST", "/v1/pull", wire.PullRequest{}, &all)
	n.want(http.StatusOK, "POST", "/v1/pull", wire.PullRequest{Cursor: all.Cursor}, &page)
	for _, row := range page.Rows {
		if row.Client == "second" || row.ID == "second" {
			t.Errorf("with another's cursor she was given %+v", row)
		}
	}
}

// TestTwoBureaus in one database: nothing of one leaves by the door of the other.
func TestTwoBureaus(t *testing.T) {
	a := newBureau(t)
	actor := a.operator(secretary("Sophie"))
	b := open(t, t.TempDir(), func(c *door.Config) {
		ours, err := a.otherOffice(c.Authority)
		ok(t, err)
		c.Office, c.Database = ours, a.db
	})
	m := a.desk()
	m.login("Sophie")
	m.want(http.StatusOK, "POST", "/v1/push", push(t, actor, clients.CreateClient{Client: client("c1")}), nil)

	n := b.desk()
	n.want(http.StatusForbidden, "POST", "/v1/login", wire.LoginRequest{Name: "Sophie", Password: password}, nil)
	n.session = m.session
	n.want(http.StatusUnauthorized, "POST", "/v1/pull", wire.PullRequest{}, nil)
	_, err := b.door.AddOperator(b.ctx, secretary("Sophie"), password)
	ok(t, err)
	n.session = ""
	n.login("Sophie")
	var page wire.PullAnswer
	n.want(http.StatusOK, "POST", "/v1/pull", wire.PullRequest{}, &page)
	for _, row := range page.Rows {
		if row.ID == "c1" || row.Client == "c1" || row.ID == m.id || row.ID == actor {
			t.Errorf("it was given %+v of the other bureau", row)
		}
	}
	if found, _, err := b.office.Desk(b.ctx, m.id); err != nil || found.ID != "" {
		t.Errorf("it knows the other's desk: %+v, %v", found, err)
	}
}

// leaf is a server's certificate for an address.
func leaf(t *testing.T, ca *x509.Certificate, caKey *ecdsa.PrivateKey, ip string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), IPAddresses: []net.IP{net.ParseIP(ip)},
		NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, ca, key.Public(), caKey)
	ok(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
