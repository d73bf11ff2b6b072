package service

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"permanence/clients"
	"permanence/clients/dispatch/mail"
	"permanence/store/office"
	"permanence/store/shared"
	"permanence/store/wire/pairing"
)

const password = "un mot de passe assez long"

// start opens an office in a folder, for the time of the test.
func start(t *testing.T, dir string) *Service {
	t.Helper()
	s, err := Open(t.Context(), Options{
		Dir: dir, Listen: "127.0.0.1:0", Version: "test", Log: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	return s
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ask asks the office in a folder, as the commands do.
func ask(t *testing.T, s *Service, q Request) Reply {
	t.Helper()
	r, err := Ask(t.Context(), s.o.Dir, q)
	ok(t, err)
	return r
}

// apply carries a change out at the office.
func (s *Service) apply(t *testing.T, c clients.Change) {
	t.Helper()
	r, err := s.in.office.Apply(t.Context(), clients.Mutation{ID: newID(), At: time.Now(), Change: c})
	ok(t, err)
	if r.Outcome != shared.OK {
		t.Fatalf("%s: %+v", c.MutationName(), r)
	}
}

// names are the clients that the office has.
func (s *Service) names(t *testing.T) map[string]bool {
	t.Helper()
	list, err := s.in.office.Clients(t.Context())
	ok(t, err)
	names := map[string]bool{}
	for _, c := range list {
		names[c.Name] = true
	}
	return names
}

// enrol lists a desk, without the machine.
func (s *Service) enrol(t *testing.T, name string) clients.ID {
	t.Helper()
	card := office.DeskCard{ID: newID(), Name: name, Paired: time.Now()}
	ok(t, s.in.office.SaveDesk(t.Context(), card, func(*sql.Tx) error { return nil }))
	return card.ID
}

// TestDrill is what is practised: a copy while the office works, an accident, the copy
// put back. What was erased since stays erased, and who was revoked stays revoked.
func TestDrill(t *testing.T) {
	s := start(t, t.TempDir())
	copied := filepath.Join(t.TempDir(), "copie.db")
	s.apply(t, clients.CreateClient{Client: clients.Client{ID: "c1", Name: "Durand"}})
	s.apply(t, clients.CreateClient{Client: clients.Client{ID: "c2", Name: "Oublié"}})
	desk := s.enrol(t, "Salon")
	ask(t, s, Request{Do: "operator.add", Operator: clients.Operator{Name: "Sophie"}, Clients: []string{"durand"}, Password: password})
	before := hello(t, s)

	b := ask(t, s, Request{Do: "backup", Path: copied}).Backup
	if b.Bytes == 0 || ask(t, s, Request{Do: "status"}).Status.Backup == nil {
		t.Errorf("the back-up is told as %+v", b)
	}
	if found := ask(t, s, Request{Do: "erase.find", Find: office.Wanted{Text: "oublie"}}).Found; len(found) != 1 || found[0].ID != "c2" {
		t.Errorf("found to be erased: %+v", found)
	}
	ask(t, s, Request{Do: "erase", Erase: clients.Erase{Kind: "client", ID: "oublié"}})
	if list, err := s.ledger.read(); err != nil || len(list) == 0 {
		t.Errorf("the ledger does not have it: %v", err)
	}
	s.apply(t, clients.CreateClient{Client: clients.Client{ID: "c3", Name: "Depuis"}})
	ask(t, s, Request{Do: "revoke", Desk: "salon"})
	address := s.Address()

	ask(t, s, Request{Do: "restore", Path: copied})
	if got := s.names(t); !got["Durand"] || got["Oublié"] || got["Depuis"] {
		t.Errorf("after the restore there are %v", got)
	}
	card, _, err := s.in.office.Desk(t.Context(), desk)
	ok(t, err)
	if card.Revoked.IsZero() {
		t.Error("a revoked desk is one again")
	}
	if after := hello(t, s); after == before {
		t.Error("the incarnation is the same")
	}
	if list := ask(t, s, Request{Do: "operator.list"}).Operators; len(list) != 1 || len(list[0].Clients) != 1 {
		t.Errorf("the operators are %+v", list)
	}
	if s.in.address != address {
		t.Errorf("it moved from %s to %s", address, s.in.address)
	}
	if _, err := os.Stat(s.file(markName)); err == nil {
		t.Error("the mark is still there")
	}
}

// hello is the incarnation of an office.
func hello(t *testing.T, s *Service) (incarnation string) {
	t.Helper()
	ok(t, s.in.db.Read(t.Context(), func(tx *sql.Tx) error {
		return tx.QueryRowContext(t.Context(), `SELECT incarnation FROM head`).Scan(&incarnation)
	}))
	return incarnation
}

// TestBadBackups are refused, and the office goes on with what it has.
func TestBadBackups(t *testing.T) {
	s, other := start(t, t.TempDir()), start(t, t.TempDir())
	s.apply(t, clients.CreateClient{Client: clients.Client{ID: "c1", Name: "Durand"}})
	dir := t.TempDir()
	good, theirs := filepath.Join(dir, "good.db"), filepath.Join(dir, "theirs.db")
	ask(t, s, Request{Do: "backup", Path: good})
	ask(t, other, Request{Do: "backup", Path: theirs})
	text, err := os.ReadFile(good)
	ok(t, err)
	for i := 5000; i < 9000; i++ {
		text[i] ^= 0xff
	}
	ok(t, os.WriteFile(filepath.Join(dir, "damaged.db"), text, 0o600))
	ok(t, os.WriteFile(filepath.Join(dir, "none.db"), []byte("not a database"), 0o600))
	for _, name := range []string{"damaged.db", "none.db", "missing.db", "theirs.db", ""} {
		path := name
		if name != "" {
			path = filepath.Join(dir, name)
		}
		if _, err := Ask(t.Context(), s.o.Dir, Request{Do: "restore", Path: path}); err == nil {
			t.Errorf("%q was put back", name)
		}
	}
	if !s.names(t)["Durand"] {
		t.Error("the office has lost its own")
	}
}

// TestAnExchangeThatFails leaves the office with what it has.
func TestAnExchangeThatFails(t *testing.T) {
	s := start(t, t.TempDir())
	s.apply(t, clients.CreateClient{Client: clients.Client{ID: "c1", Name: "Durand"}})
	good := filepath.Join(t.TempDir(), "good.db")
	ask(t, s, Request{Do: "backup", Path: good})
	s.apply(t, clients.CreateClient{Client: clients.Client{ID: "c2", Name: "Petit"}})
	ok(t, os.MkdirAll(filepath.Join(s.file(beforeName), "in the way"), 0o700))
	if _, err := Ask(t.Context(), s.o.Dir, Request{Do: "restore", Path: good}); err == nil {
		t.Error("it was put back though what is there could not be set aside")
	}
	if got := s.names(t); !got["Durand"] || !got["Petit"] {
		t.Errorf("the office has %v", got)
	}
}

// TestABackupOntoItself is refused: the office would go on writing into a file without a
// name.
func TestABackupOntoItself(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir)
	link := filepath.Join(t.TempDir(), "link.db")
	ok(t, os.Symlink(s.file(databaseName), link))
	for _, path := range []string{s.file(databaseName), s.file(databaseName) + "-wal", link} {
		if _, err := Ask(t.Context(), dir, Request{Do: "backup", Path: path}); err == nil {
			t.Errorf("backed up to %s", path)
		}
	}
	s.apply(t, clients.CreateClient{Client: clients.Client{ID: "c1", Name: "Durand"}})
	ok(t, s.Close())
	if !start(t, dir).names(t)["Durand"] {
		t.Error("what was written afterwards is lost")
	}
}

// TestCutOffRestore: the machine died between the exchange and its consequences.
func TestCutOffRestore(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir)
	before := hello(t, s)
	ok(t, s.Close())
	ok(t, MarkRestored(dir))
	ok(t, os.WriteFile(s.file(ledgerName), []byte(`{"kind":"client","id":"c1"}`+"\n"+`{"kind":"cli`), 0o600))
	again := start(t, dir)
	if err := MarkRestored(dir); !errors.Is(err, ErrRunning) {
		t.Errorf("a running office was marked: %v", err)
	}
	if err := MarkRestored(t.TempDir()); err == nil {
		t.Error("a folder that is no office's was marked")
	}
	if hello(t, again) == before {
		t.Error("the consequences were not drawn")
	}
	ok(t, again.ledger.add([]office.Erasure{{Kind: shared.Message, ID: "m1"}}))
	if list, err := again.ledger.read(); err != nil || len(list) != 2 {
		t.Errorf("the ledger reads %v, %v", list, err)
	}
}

func TestOneOfficePerFolder(t *testing.T) {
	dir := t.TempDir()
	start(t, dir)
	if _, err := Open(t.Context(), Options{Dir: dir, Listen: "127.0.0.1:0", Now: time.Now}); !errors.Is(err, ErrRunning) {
		t.Errorf("a second one: %v", err)
	}
	if _, err := Ask(t.Context(), t.TempDir(), Request{Do: "status"}); !errors.Is(err, ErrNotRunning) {
		t.Errorf("none there: %v", err)
	}
}

func TestCommands(t *testing.T) {
	s := start(t, t.TempDir())
	r := ask(t, s, Request{Do: "pair", Name: "Accueil"})
	code, err := pairing.ParseCode(r.Pairing)
	if err != nil || code.String() != r.Pairing || time.Until(r.Until) < 9*time.Minute {
		t.Errorf("shown %q until %v", r.Pairing, r.Until)
	}
	c, err := tls.Dial("tcp", s.Address(), pairing.Blind())
	ok(t, err)
	ok(t, c.Close())

	settings := &mail.Settings{Host: "localhost", Security: mail.Plain, From: "bureau@exemple.fr"}
	ask(t, s, Request{Do: "mail", Mail: settings, Password: "secret"})
	if got := ask(t, s, Request{Do: "mail"}).Mail; *got != *settings {
		t.Errorf("the mail settings are %+v", got)
	}
	if word, err := s.mailPassword(); err != nil || word != "secret" {
		t.Errorf("the password is %q, %v", word, err)
	}
	for _, c := range []struct {
		q    Request
		code string
	}{
		{Request{Do: "revoke", Desk: "nobody"}, "office.no-desk"},
		{Request{Do: "operator.add", Operator: clients.Operator{Name: "A"}, Password: "x"}, "office.weak-password"},
		{Request{Do: "operator.add", Operator: clients.Operator{Name: "A"}, Password: password, Clients: []string{"x"}}, "office.no-client"},
		{Request{Do: "operator.password", Name: "A", Password: password}, "office.no-operator"},
		{Request{Do: "erase", Erase: clients.Erase{Kind: "client", ID: "x"}}, "office.no-client"},
		{Request{Do: "erase", Erase: clients.Erase{Kind: "message", ID: "x"}}, "office.no-such"},
		{Request{Do: "erase", Erase: clients.Erase{Kind: "operator", ID: "x"}}, "office.no-such"},
		{Request{Do: "dance"}, ""},
	} {
		_, err := Ask(t.Context(), s.o.Dir, c.q)
		var no *Refused
		if !errors.As(err, &no) || no.Code() != c.code {
			t.Errorf("%+v: %v", c.q, err)
		}
	}
	info, err := os.Stat(filepath.Join(s.o.Dir, SocketName))
	ok(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the socket has mode %v", info.Mode())
	}
}

// TestNothingLeavesWithoutThePassword: what a server could not send it leaves to another
// that can.
func TestNothingLeavesWithoutThePassword(t *testing.T) {
	s := start(t, t.TempDir())
	settings := &mail.Settings{Host: "localhost", Port: 1, User: "bureau", Security: mail.Plain, From: "bureau@exemple.fr"}
	due := func() int {
		t.Helper()
		jobs, err := outbox{s.in.office.Queue(), s, s.in}.Due(t.Context(), time.Now(), 10)
		ok(t, err)
		return len(jobs)
	}
	ask(t, s, Request{Do: "mail", Mail: settings})
	s.apply(t, clients.CreateClient{Client: clients.Client{ID: "c1", Name: "Durand"}})
	s.apply(t, clients.TakeMessage{
		Message:    clients.Message{ID: "m1", Client: "c1", Text: "rappeler", TakenAt: time.Now()},
		Recipients: []clients.Recipient{{Name: "Durand", Channel: "mail", Address: "durand@exemple.fr"}},
	})
	if n := due(); n != 0 || !ask(t, s, Request{Do: "status"}).Status.Mute {
		t.Errorf("without the password %d would be sent", n)
	}
	ask(t, s, Request{Do: "mail", Password: "secret"})
	if n := due(); n != 1 || ask(t, s, Request{Do: "status"}).Status.Mute {
		t.Errorf("with it %d are", n)
	}
}

func TestNameIsKept(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(context.Background(), Options{
		Dir: dir, Listen: "127.0.0.1:0", Name: "Bureau Durand", Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	ok(t, err)
	ok(t, s.Close())
	if st := ask(t, start(t, dir), Request{Do: "status"}).Status; st.Name != "Bureau Durand" || st.Free == 0 {
		t.Errorf("it stands as %+v", st)
	}
}
