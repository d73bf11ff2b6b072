package link_test

import (
	"context"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store"
	"permanence/store/link"
	"permanence/store/link/linetest"
	"permanence/store/office"
	"permanence/store/office/door"
	"permanence/ui/desk"
)

const password = "un mot de passe assez long"

// house is an office behind its real door, on loopback.
type house struct {
	t       *testing.T
	door    *door.Door
	address string
}

func build(t *testing.T) *house {
	t.Helper()
	dir, log := t.TempDir(), slog.New(slog.DiscardHandler)
	authority, err := door.OpenAuthority(dir, time.Now())
	ok(t, err)
	db, err := office.OpenDatabase(t.Context(), filepath.Join(dir, "office.db"))
	ok(t, err)
	o, err := office.New(t.Context(), db, office.Config{
		Bureau: authority.Bureau(), BureauName: "Bureau Durand", Version: "test", Now: time.Now, NewID: newID, Log: log,
	})
	ok(t, err)
	d, err := door.New(door.Config{Office: o, Database: db, Authority: authority, Now: time.Now, Log: log})
	ok(t, err)
	_, err = d.AddOperator(t.Context(), clients.Operator{Name: "Sophie", Role: clients.Supervisor}, password)
	ok(t, err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { o.Run(ctx) })
	running.Go(func() {
		if err := d.Serve(ln); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		cancel()
		closing, stop := context.WithTimeout(context.Background(), 5*time.Second)
		defer stop()
		_ = d.Close(closing) // desks that are still there are hung up on
		running.Wait()
		ok(t, db.Close())
	})
	return &house{t: t, door: d, address: ln.Addr().String()}
}

// machine is a program with a real store that is no desk yet, and speaks TLS.
type machine struct {
	t     *testing.T
	store *store.Store
	link  *link.Link
	heard chan desk.Event
}

func plug(t *testing.T) *machine {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	ok(t, err)
	m := &machine{t: t, store: s, heard: make(chan desk.Event, 1000)}
	m.link = link.New(link.Config{
		Store: s, Secrets: &linetest.Secrets{}, Log: slog.New(slog.DiscardHandler),
		Send: func(e desk.Event) { m.heard <- e },
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { m.link.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
		ok(t, s.Close())
	})
	return m
}

// until waits for an event.
func (m *machine) until(what string, is func(desk.Event) bool) {
	m.t.Helper()
	late := time.After(20 * time.Second)
	for {
		select {
		case e := <-m.heard:
			if is(e) {
				return
			}
		case <-late:
			m.t.Fatalf("waited in vain: %s", what)
		}
	}
}

func (m *machine) untilPhase(want desk.OfficePhase) {
	m.t.Helper()
	m.until("the desk is "+string(want), func(e desk.Event) bool {
		told, is := e.(desk.OfficeChanged)
		return is && told.Link.Phase == want
	})
}

// pair makes the machine a desk, and logs Sophie in.
func (m *machine) pair(h *house) clients.Operator {
	m.t.Helper()
	code, _, err := h.door.Invite(m.t.Context(), "")
	ok(m.t, err)
	ok(m.t, m.link.Pair(m.t.Context(), h.address, code.String(), "Poste"))
	m.untilPhase(desk.OfficeLogin)
	who, err := m.link.Login(m.t.Context(), "Sophie", password)
	ok(m.t, err)
	m.untilPhase(desk.OfficeInStep)
	return who
}

// TestOnboarding: what a desk did alone the whole bureau has, after a code and a
// password; and a revoked desk learns it.
func TestOnboarding(t *testing.T) {
	h := build(t)
	first, second := plug(t), plug(t)
	if err := first.link.Pair(t.Context(), h.address, "trop court", "x"); code(err) != "office.code" {
		t.Errorf("paired with half a code: %v", err)
	}
	alone := mutation(clients.CreateClient{Client: clients.Client{ID: newID(), Name: "Maître Durand", DIDs: []string{"+33123456789"}}})
	ok(t, first.store.Apply(t.Context(), alone))
	who := first.pair(h)
	second.pair(h)
	card := alone.Change.(clients.CreateClient).Client
	if got, err := second.store.Client(t.Context(), card.ID); err != nil || got.Name != card.Name {
		t.Errorf("the second desk has %+v, %v", got, err)
	}

	message := clients.Message{ID: newID(), Client: card.ID, TakenAt: time.Now(), TakenBy: who.ID, Text: "rappeler"}
	m := mutation(clients.TakeMessage{Message: message})
	m.Actor = who.ID
	ok(t, second.store.Apply(t.Context(), m))
	second.link.Sync()
	first.until("the message", func(e desk.Event) bool {
		news, is := e.(desk.SharedChanged)
		return is && len(news.Messages) == 1 && news.Messages[0] == message.ID
	})

	membership, err := second.store.Membership(t.Context())
	ok(t, err)
	ok(t, h.door.Revoke(t.Context(), membership.Desk))
	second.link.Sync()
	second.untilPhase(desk.OfficeRevoked)
	second.pair(h) // with another code it is a desk again
}

// TestWrongCode: somebody else's office, or a mistyped code, makes no desk.
func TestWrongCode(t *testing.T) {
	h, m := build(t), plug(t)
	_, _, err := h.door.Invite(t.Context(), "")
	ok(t, err)
	if err := m.link.Pair(t.Context(), h.address, "00000-00000", "x"); code(err) != "office.wrong-code" {
		t.Errorf("paired: %v", err)
	}
	if at, err := m.store.Membership(t.Context()); err != nil || at.Desk != "" {
		t.Errorf("it is a desk: %+v, %v", at, err)
	}
}
