package door_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/office/door"
	"permanence/store/wire"
	"permanence/store/wire/pairing"
)

const password = "un mot de passe assez long"

// clock is a clock that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// bureau is a whole office on loopback, behind its real door.
type bureau struct {
	t         *testing.T
	ctx       context.Context
	clock     *clock
	authority *door.Authority
	db        *office.Database
	office    *office.Office
	door      *door.Door
	address   string
}

// open opens a bureau in a folder.
func open(t *testing.T, dir string, change func(*door.Config)) *bureau {
	t.Helper()
	b := &bureau{t: t, ctx: t.Context(), clock: &clock{now: time.Now()}}
	var err error
	b.authority, err = door.OpenAuthority(dir, b.clock.Now())
	ok(t, err)
	b.db, err = office.OpenDatabase(b.ctx, filepath.Join(dir, "office.db"))
	ok(t, err)
	db := b.db
	t.Cleanup(func() { ok(t, db.Close()) })
	log := slog.New(slog.DiscardHandler)
	b.office, err = office.New(b.ctx, b.db, office.Config{
		Bureau: b.authority.Bureau(), BureauName: "Bureau Durand", Version: "test", Now: b.clock.Now, NewID: newID, Log: log,
	})
	ok(t, err)
	config := door.Config{Office: b.office, Database: b.db, Authority: b.authority, Now: b.clock.Now, Log: log}
	if change != nil {
		change(&config)
	}
	b.office, b.db = config.Office, config.Database
	b.door, err = door.New(config)
	ok(t, err)
	b.serve()
	return b
}

func newBureau(t *testing.T) *bureau {
	t.Helper()
	return open(t, t.TempDir(), nil)
}

func (b *bureau) serve() {
	b.t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ok(b.t, err)
	b.address = ln.Addr().String()
	var running sync.WaitGroup
	running.Go(func() {
		if err := b.door.Serve(ln); err != nil {
			b.t.Errorf("serving: %v", err)
		}
	})
	b.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = b.door.Close(ctx) // a stream that was left open is cut
		running.Wait()
	})
}

func newID() clients.ID { return clients.ID(uuid.Must(uuid.NewV7()).String()) }

// machine is a machine that is, or wants to be, a desk.
type machine struct {
	t       *testing.T
	address string
	client  *http.Client
	id      clients.ID
	session string
}

// knock is a machine with this configuration of TLS.
func (b *bureau) knock(config *tls.Config) *machine {
	transport := &http.Transport{TLSClientConfig: config}
	b.t.Cleanup(transport.CloseIdleConnections)
	return &machine{t: b.t, address: b.address, client: &http.Client{Transport: transport, Timeout: 20 * time.Second}}
}

// desk is a paired machine.
func (b *bureau) desk() *machine {
	b.t.Helper()
	code, _, err := b.door.Invite(b.ctx, "")
	ok(b.t, err)
	blind := b.knock(pairing.Blind())
	a := blind.begin(code, "Poste du salon")
	var answer wire.PairAnswer
	blind.want(http.StatusOK, "POST", "/v1/pair", a.Request, &answer)
	return b.seat(a, answer)
}

// seat is the desk that an attempt has made.
func (b *bureau) seat(a *pairing.Attempt, answer wire.PairAnswer) *machine {
	b.t.Helper()
	_, err := a.Finish(answer)
	ok(b.t, err)
	m := b.knock(pairing.Trust(a.CA(), func() []string { return []string{"127.0.0.1"} }, tls.Certificate{
		Certificate: [][]byte{answer.Certificate}, PrivateKey: a.Key,
	}, b.clock.Now))
	m.id = answer.Desk
	return m
}

// begin makes an attempt at an invitation.
func (m *machine) begin(code pairing.Code, name string) *pairing.Attempt {
	m.t.Helper()
	var in wire.Invitation
	m.want(http.StatusOK, "GET", "/v1/pair", nil, &in)
	a, err := pairing.Begin(in, code, name)
	ok(m.t, err)
	return a
}

// operator takes an operator on.
func (b *bureau) operator(card clients.Operator) clients.ID {
	b.t.Helper()
	id, err := b.door.AddOperator(b.ctx, card, password)
	ok(b.t, err)
	return id
}

// login logs an operator in.
func (m *machine) login(name string) {
	m.t.Helper()
	var answer wire.LoginAnswer
	m.want(http.StatusOK, "POST", "/v1/login", wire.LoginRequest{Name: name, Password: password}, &answer)
	m.session = answer.Session
}

// ask sends a request and reads the answer, or the refusal.
func (m *machine) ask(method, path string, body, into any) (int, wire.Error, error) {
	m.t.Helper()
	var text io.Reader
	if raw, is := body.([]byte); is {
		text = bytes.NewReader(raw)
	} else if body != nil {
		b, err := json.Marshal(body)
		ok(m.t, err)
		text = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(m.t.Context(), method, "https://"+m.address+path, text)
	ok(m.t, err)
	if m.session != "" {
		r.Header.Set("Authorization", "Bearer "+m.session)
	}
	answer, err := m.client.Do(r)
	if err != nil {
		return 0, wire.Error{}, err
	}
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	ok(m.t, err)
	var no wire.Error
	if answer.StatusCode != http.StatusOK {
		_ = json.Unmarshal(all, &no)
		return answer.StatusCode, no, nil
	}
	if into != nil {
		ok(m.t, json.Unmarshal(all, into))
	}
	return answer.StatusCode, no, nil
}

// want asks, and expects this status.
func (m *machine) want(status int, method, path string, body, into any) wire.Error {
	m.t.Helper()
	got, no, err := m.ask(method, path, body, into)
	ok(m.t, err)
	if got != status {
		m.t.Fatalf("%s %s: %d %+v; want %d", method, path, got, no, status)
	}
	return no
}

// shut asks, and expects that TLS does not let the machine in.
func (m *machine) shut(why string) {
	m.t.Helper()
	if status, _, err := m.ask("GET", "/v1/hello", nil, nil); err == nil {
		m.t.Errorf("%s: answered with %d", why, status)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// otherOffice is the office of another bureau in the same database.
func (b *bureau) otherOffice(a *door.Authority) (*office.Office, error) {
	c := b.office.Config
	c.Bureau, c.BureauName = a.Bureau(), "Bureau Martin"
	return office.New(b.ctx, b.db, c)
}

// authorityIn reads an authority's files.
func authorityIn(t *testing.T, dir string) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	pair, err := tls.X509KeyPair(read(t, dir, "ca.crt"), read(t, dir, "ca.key"))
	ok(t, err)
	return pair.Leaf, pair.PrivateKey.(*ecdsa.PrivateKey)
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	ok(t, err)
	return b
}
