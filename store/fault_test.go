package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store"
	"permanence/store/storetest"
	"permanence/ui/desk"
)

func exec(t testing.TB, s *store.Store, query string) {
	t.Helper()
	if _, err := s.Writer().Exec(query); err != nil {
		t.Fatal(err)
	}
}

func longMessage(i int) clients.Mutation {
	id := clients.ID(fmt.Sprint("long-", i))
	return clients.Mutation{ID: id, At: now, Change: clients.TakeMessage{
		Message: clients.Message{ID: id, Text: strings.Repeat("Rappeler. ", 2000), TakenAt: now},
	}}
}

// fill applies long messages until one is refused, and returns how many were kept.
func fill(t *testing.T, s *store.Store, from int) int {
	t.Helper()
	for i := from; i < from+5000; i++ {
		if err := s.Apply(t.Context(), longMessage(i)); err != nil {
			wantCode(t, err, "store.disk-full")
			return i
		}
	}
	t.Fatal("the disk never became full")
	return 0
}

func TestDiskFull(t *testing.T) {
	s := open(t, t.TempDir())
	apply(t, s, newClient("a"))
	exec(t, s, `PRAGMA max_page_count = 200`)
	refused := fill(t, s, 0)
	for name, write := range map[string]func() error{
		"journal": func() error {
			return s.Append(t.Context(), desk.JournalEntry{At: now, Entry: desk.Entry{Call: "c"}, Raw: make([]byte, 1<<20)})
		},
		"draft": func() error {
			return s.SaveDraft(t.Context(), desk.SavedDraft{Ticket: "t", Message: clients.Message{Text: strings.Repeat("x", 1<<20)}})
		},
		"settings": func() error {
			return s.SaveSettings(t.Context(), desk.Settings{Theme: strings.Repeat("x", 1<<20)})
		},
	} {
		err := write()
		if err == nil {
			t.Fatalf("%s was written to a full disk", name)
		}
		wantCode(t, err, "store.disk-full")
	}
	checkRefused(t, s, refused)
	exec(t, s, `PRAGMA max_page_count = 1000000`)
	apply(t, s, longMessage(refused))
	if _, _, err := s.Message(t.Context(), longMessage(refused).ID); err != nil {
		t.Error(err)
	}
}

// checkRefused checks that what was acknowledged can be read, what was refused
// left nothing, and that a desk can still start.
func checkRefused(t *testing.T, s *store.Store, refused int) {
	t.Helper()
	for i := range refused {
		if _, _, err := s.Message(t.Context(), longMessage(i).ID); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := s.Message(t.Context(), longMessage(refused).ID)
	wantCode(t, err, "store.not-found")
	if _, err := s.Load(t.Context(), now); err != nil {
		t.Error(err)
	}
}

// TestRealDiskFull fills a file system of 4 MiB, where mounting one is allowed.
func TestRealDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m"); err != nil {
		t.Skip("no file system can be mounted here:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	stone := filepath.Join(dir, "stone")
	if err := os.WriteFile(stone, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), filepath.Join(dir, "data"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	refused := fill(t, s, 0)
	checkRefused(t, s, refused)
	if err := os.Remove(stone); err != nil {
		t.Fatal(err)
	}
	apply(t, s, longMessage(refused))
	again := fill(t, s, refused+1)
	checkRefused(t, s, again)
	wantCode(t, s.Backup(t.Context(), filepath.Join(dir, "copy.db")), "store.disk-full")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	openOnFullDisk(t, dir, again)
}

// openOnFullDisk takes the room that closing gave back and opens the store
// again: it works, or says why not; with room again everything is there.
func openOnFullDisk(t *testing.T, dir string, kept int) {
	t.Helper()
	stone, err := os.Create(filepath.Join(dir, "stone"))
	if err != nil {
		t.Fatal(err)
	}
	defer stone.Close()
	for err == nil {
		_, err = stone.Write(make([]byte, 4096))
	}
	s, err := store.Open(t.Context(), filepath.Join(dir, "data"), store.Options{})
	if err == nil {
		_, err = s.Load(t.Context(), now)
		err = errors.Join(err, s.Close())
	}
	if err != nil {
		wantCode(t, err, "store.disk-full")
	}
	if err := stone.Truncate(0); err != nil {
		t.Fatal(err)
	}
	checkRefused(t, open(t, filepath.Join(dir, "data")), kept)
}

func TestReadOnly(t *testing.T) {
	s := open(t, t.TempDir())
	exec(t, s, `PRAGMA query_only = 1`)
	wantCode(t, s.Apply(t.Context(), newClient("a")), "store.read-only")
	exec(t, s, `PRAGMA query_only = 0`)
	apply(t, s, newClient("a"))
}

func TestReadOnlyFolder(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write anywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), filepath.Join(dir, "data"), store.Options{})
	wantCode(t, err, "store.read-only")
}

// TestBusy has another program hold the database for longer than the store waits.
func TestBusy(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(t.Context(), dir, store.Options{BusyTimeout: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	other := open(t, t.TempDir())
	conn, err := other.Writer().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), `ATTACH ? AS held`, filepath.Join(dir, store.FileName)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), `BEGIN IMMEDIATE`); err != nil {
		t.Fatal(err)
	}
	wantCode(t, s.Apply(t.Context(), newClient("a")), "store.failed")
	if _, err := conn.ExecContext(t.Context(), `ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	apply(t, s, newClient("a"))
}

func TestJournalOnlyGrows(t *testing.T) {
	s := open(t, t.TempDir())
	if err := s.Append(t.Context(), desk.JournalEntry{At: now, Entry: desk.Entry{Call: "c"}}); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{
		`UPDATE journal SET at = 0`,
		`DELETE FROM journal`,
		`INSERT OR REPLACE INTO journal (id, at, kind, call, actor, head, entry) VALUES (1, 0, '', '', '', 0, '')`,
	} {
		if _, err := s.Writer().Exec(query); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: got %v; want it refused", query, err)
		}
	}
}

// TestUnknownFieldsAreKept patches rows that a newer program wrote.
func TestUnknownFieldsAreKept(t *testing.T) {
	s := open(t, t.TempDir())
	book := clients.Appointment{ID: "appt", Client: "a", Start: now, End: now.Add(time.Hour)}
	operator := clients.Operator{ID: "claire", Name: "Claire"}
	apply(t, s, newClient("a"),
		clients.Mutation{ID: "m1", Change: clients.BookAppointment{Appointment: book}},
		clients.Mutation{ID: "m2", Change: clients.SaveOperator{Operator: operator}})
	for _, table := range []string{"client", "appointment", "operator"} {
		exec(t, s, `UPDATE `+table+` SET body = json_set(body, '$.hologram', json('{"b":1.10,"a":[12345678901234567890]}'))`)
	}
	operator.Name = "Claire M."
	apply(t, s,
		clients.Mutation{ID: "m3", Change: storetest.Patch("a", 0, "name", "Cabinet A")},
		clients.Mutation{ID: "m4", Change: clients.MoveAppointment{Appointment: "appt", Start: now.Add(time.Hour), End: now.Add(2 * time.Hour)}},
		clients.Mutation{ID: "m5", Change: clients.SaveOperator{Operator: operator}})
	for table, field := range map[string]string{"client": "name", "appointment": "start", "operator": "name"} {
		var body []byte
		if err := s.Writer().QueryRow(`SELECT body FROM ` + table).Scan(&body); err != nil {
			t.Fatal(err)
		}
		var f map[string]json.RawMessage
		if err := json.Unmarshal(body, &f); err != nil {
			t.Fatal(err)
		}
		if string(f["hologram"]) != `{"b":1.10,"a":[12345678901234567890]}` || len(f[field]) == 0 {
			t.Errorf("%s is now %s", table, body)
		}
	}
}

// TestMutationsAreRecorded reads the stream that an office will be given.
func TestMutationsAreRecorded(t *testing.T) {
	s := open(t, t.TempDir())
	want := []clients.Mutation{
		newClient("a"),
		{ID: "m2", At: now, Actor: "claire", Change: storetest.Patch("a", 1, "name", "Étude <A>")},
		{ID: "m3", At: now, Actor: "claire", Change: clients.TakeMessage{Message: clients.Message{ID: "x", TakenAt: now}}},
	}
	apply(t, s, want...)
	apply(t, s, want...)
	if err := s.Apply(t.Context(), clients.Mutation{ID: "m4", Change: storetest.Patch("nobody", 0, "name", "X")}); err == nil {
		t.Fatal("a patch of nobody was applied")
	}
	rows, err := s.Writer().Query(`SELECT uuid, seq, name, args FROM mutation ORDER BY seq`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		var id, name, args string
		var seq int
		if err := rows.Scan(&id, &seq, &name, &args); err != nil {
			t.Fatal(err)
		}
		change, err := clients.DecodeChange(name, []byte(args))
		if err != nil || id != string(want[n].ID) || seq != n+1 {
			t.Fatalf("mutation %d is %s, number %d: %v", n, id, seq, err)
		}
		got, _ := json.Marshal(change)
		if wanted, _ := json.Marshal(want[n].Change); string(got) != string(wanted) {
			t.Errorf("mutation %s came back as %s", id, got)
		}
	}
	if err := errors.Join(rows.Err()); err != nil || n != len(want) {
		t.Errorf("%d mutations recorded, %v; want %d", n, err, len(want))
	}
}
