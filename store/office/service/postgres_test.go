package service

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"permanence/clients"
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
	for _, name := range []string{"ca.crt", "ca.key"} {
		text, err := os.ReadFile(filepath.Join(first, name))
		ok(t, err)
		ok(t, os.WriteFile(filepath.Join(second, name), text, 0o600))
	}
	b := startPostgres(t, second, address)
	ask(t, a, Request{Do: "operator.add", Operator: clients.Operator{Name: "Sophie"}, Password: password})
	if list := ask(t, b, Request{Do: "operator.list"}).Operators; len(list) != 1 {
		t.Errorf("the other office knows %+v", list)
	}
	if _, err := Ask(t.Context(), second, Request{Do: "operator.add", Operator: clients.Operator{Name: "Sophie"}, Password: password}); err == nil {
		t.Error("a name was taken twice")
	}
}
