package service

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"permanence/clients"
	"permanence/clients/dispatch/mail"
	"permanence/store/office/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// startPostgres opens an office before a PostgreSQL database.
func startPostgres(t *testing.T, dir, address string) *Service {
	t.Helper()
	s, err := Open(t.Context(), Options{
		Dir: dir, Database: address, Listen: "127.0.0.1:0", Version: "test", Log: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	return s
}

// TestPostgres: every command works there as well, but for copies, which are its own
// tools' work; after they have put one back the consequences are drawn.
func TestPostgres(t *testing.T) {
	s := startPostgres(t, t.TempDir(), pgtest.Database(t))
	s.apply(t, clients.CreateClient{Client: clients.Client{ID: "c1", Name: "Durand"}})
	ask(t, s, Request{Do: "operator.add", Operator: clients.Operator{Name: "Sophie"}, Clients: []string{"Durand"}, Password: password})
	ask(t, s, Request{Do: "operator.password", Name: "sophie", Password: password + " neuf"})
	ask(t, s, Request{Do: "pair"})
	desk := s.enrol(t, "Salon")
	ask(t, s, Request{Do: "revoke", Desk: string(desk)})
	if st := ask(t, s, Request{Do: "status"}).Status; !st.Postgres || len(st.Desks) != 1 || st.Desks[0].Revoked.IsZero() {
		t.Errorf("it stands as %+v", st)
	}
	for _, q := range []Request{{Do: "backup", Path: "/x"}, {Do: "restore", Path: "/x"}} {
		_, err := Ask(t.Context(), s.o.Dir, q)
		var no *Refused
		if !errors.As(err, &no) || no.Code() != "office.elsewhere" {
			t.Errorf("%s: %v", q.Do, err)
		}
	}
	before := hello(t, s)
	ask(t, s, Request{Do: "restore"})
	if hello(t, s) == before {
		t.Error("the incarnation is the same")
	}
	if list := ask(t, s, Request{Do: "operator.list"}).Operators; len(list) != 1 {
		t.Errorf("the operators are %+v", list)
	}
}

// TestTwoOffices before one database, with one authority: what one shows the other
// takes.
func TestTwoOffices(t *testing.T) {
	address, first, second := pgtest.Database(t), t.TempDir(), t.TempDir()
	a := startPostgres(t, first, address)
	bringKeys(t, first, second)
	b := startPostgres(t, second, address)
	ask(t, a, Request{Do: "operator.add", Operator: clients.Operator{Name: "Sophie"}, Password: password})
	if list := ask(t, b, Request{Do: "operator.list"}).Operators; len(list) != 1 {
		t.Errorf("the other office knows %+v", list)
	}
	if _, err := Ask(t.Context(), second, Request{Do: "operator.add", Operator: clients.Operator{Name: "Sophie"}, Password: password}); err == nil {
		t.Error("a name was taken twice")
	}
	told := []string{"bureau-1.exemple.fr", "10.0.0.2:7444"}
	ask(t, a, Request{Do: "addresses.set", Addresses: told})
	if got := ask(t, b, Request{Do: "addresses"}).Addresses; !slices.Equal(got, told) {
		t.Errorf("the other office says %v", got)
	}
	// Only the one that has the password sends.
	ask(t, a, Request{Do: "mail", Mail: &mail.Settings{Host: "localhost", User: "bureau", From: "a@exemple.fr"}, Password: "secret"})
	if ask(t, a, Request{Do: "status"}).Status.Mute || !ask(t, b, Request{Do: "status"}).Status.Mute {
		t.Error("which of them can send is not told")
	}
}

// TestAnotherServerTakesOver: a standby that had not received everything takes over while
// the office works. It begins anew by itself, without what only the other had; what had
// been erased and who had been revoked by then stays so.
func TestAnotherServerTakesOver(t *testing.T) {
	first := pgtest.Start(t)
	address := first.Database(t)
	second := first.Follow()
	s := startPostgres(t, t.TempDir(), first.Either(second, address))
	for id, name := range map[clients.ID]string{"c1": "Durand", "c2": "Oublié"} {
		s.apply(t, clients.CreateClient{Client: clients.Client{ID: id, Name: name}})
	}
	desk := s.enrol(t, "Salon")
	second.Await(address, `SELECT 1 FROM shared_row WHERE kind = 'desk' AND id = '`+string(desk)+`'`)
	second.Kill()
	s.apply(t, clients.CreateClient{Client: clients.Client{ID: "c3", Name: "Depuis"}})
	ask(t, s, Request{Do: "erase", Erase: clients.Erase{Kind: "client", ID: "oublié"}})
	ask(t, s, Request{Do: "revoke", Desk: "salon"})
	before := hello(t, s)
	first.Kill()
	second.Restart()
	second.Promote()
	second.Await(address, `SELECT 1 FROM head WHERE incarnation <> '`+before+`'`)
	for again := time.NewTicker(20 * time.Millisecond); ; <-again.C {
		if _, err := os.Stat(s.file(markName)); errors.Is(err, fs.ErrNotExist) {
			break // all consequences are drawn
		}
	}
	if got := s.names(t); !got["Durand"] || got["Oublié"] || got["Depuis"] {
		t.Errorf("after the promotion there are %v", got)
	}
	card, _, err := s.in.office.Desk(t.Context(), desk)
	ok(t, err)
	if card.Revoked.IsZero() {
		t.Error("a revoked desk is one again")
	}
	s.apply(t, clients.CreateClient{Client: clients.Client{ID: "c4", Name: "Ensuite"}})
}

// TestDatabaseMadeAnew: nobody has to say that a dump was put back.
func TestDatabaseMadeAnew(t *testing.T) {
	server, dir := pgtest.Start(t), t.TempDir()
	address := server.Database(t)
	open := func() *Service { return startPostgres(t, dir, address) }
	s := open()
	s.apply(t, clients.CreateClient{Client: clients.Client{ID: "c1", Name: "Durand"}})
	before, dump := hello(t, s), server.Dump(address)
	ok(t, s.Close())
	s = open()
	if hello(t, s) != before {
		t.Error("an office that is started again is not the same")
	}
	ok(t, s.Close())
	server.PutBack(address, dump)
	if s = open(); hello(t, s) == before {
		t.Error("the incarnation is the same")
	}
}

// bringKeys is what a bureau does before it starts its second server.
func bringKeys(t *testing.T, from, to string) {
	t.Helper()
	for _, name := range []string{"ca.crt", "ca.key"} {
		text, err := os.ReadFile(filepath.Join(from, name))
		ok(t, err)
		ok(t, os.WriteFile(filepath.Join(to, name), text, 0o600))
	}
}

// TestNoSecondBureauInSilence: a folder that does not have the keys of the bureau in the
// database founds none, and is left as it was.
func TestNoSecondBureauInSilence(t *testing.T) {
	file, address := t.TempDir(), pgtest.Database(t)
	s, p := start(t, file), startPostgres(t, t.TempDir(), address)
	ok(t, s.Close())
	for _, name := range []string{"ca.crt", "ca.key"} {
		ok(t, os.Remove(filepath.Join(file, name)))
	}
	elsewhere := t.TempDir()
	ok(t, start(t, elsewhere).Close())
	for what, o := range map[string]Options{
		"the keys are lost":    {Dir: file},
		"a second machine":     {Dir: t.TempDir(), Database: address},
		"another bureau's one": {Dir: elsewhere, Database: address},
	} {
		o.Listen, o.Now, o.Log = "127.0.0.1:0", time.Now, slog.New(slog.DiscardHandler)
		before, _ := os.ReadFile(filepath.Join(o.Dir, "ca.crt")) // most have none
		_, err := Open(t.Context(), o)
		var no *Refused
		if !errors.As(err, &no) || no.Code() != "office.no-authority" {
			t.Errorf("%s: %v", what, err)
		}
		if after, _ := os.ReadFile(filepath.Join(o.Dir, "ca.crt")); !bytes.Equal(before, after) {
			t.Errorf("%s: an authority was founded", what)
		}
	}
	if list, err := p.in.db.Bureaus(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("the database holds %v, %v", list, err)
	}
	both, err := Open(t.Context(), Options{
		Dir: elsewhere, Database: address, Found: true, Listen: "127.0.0.1:0", Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	ok(t, err)
	t.Cleanup(func() { ok(t, both.Close()) })
}

func TestBadAddresses(t *testing.T) {
	s := start(t, t.TempDir())
	for _, list := range [][]string{{""}, {"a b"}, {"https://a"}, {":7443"}, {"a/b"}, make([]string, 9)} {
		if _, err := Ask(t.Context(), s.o.Dir, Request{Do: "addresses.set", Addresses: list}); err == nil {
			t.Errorf("%q was taken", list)
		}
	}
}
