package store_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/store"
	"permanence/store/link"
	"permanence/store/link/linktest"
	"permanence/ui/desk"
)

// forgotten is whom the tests erase; others stay.
const (
	forgotten       = "Zébulonnette"
	forgottenNumber = "12345678" // in whatever form it is written
	others          = "Mme Autre"
)

// TestErasedTraces looks, in every byte of every file of the folder, for a person whose
// message was erased, and for a client who was.
func TestErasedTraces(t *testing.T) {
	for name, erase := range map[string]clients.Erase{
		"a message": {Kind: "message", ID: "secret-message"},
		"a client":  {Kind: "client", ID: "secret-client"},
	} {
		for where, linked := range map[string]bool{"alone": false, "at an office": true} {
			t.Run(name+", "+where, func(t *testing.T) {
				s := open(t, t.TempDir())
				office := linktest.NewOffice()
				sync := func() {}
				if linked {
					must(t, s.Join(t.Context(), link.Membership{Desk: "one"}))
					sync = func() { inStep(t, s, office) }
				}
				leaveTraces(t, s, erase.Kind == "client")
				sync()
				must(t, s.Backup(t.Context(), filepath.Join(s.Dir(), "before-version-9.db")))
				if traces(t, s.Dir(), forgotten) < 5 || traces(t, s.Dir(), forgottenNumber) < 5 {
					t.Fatal("the test does not find what it looks for")
				}
				apply(t, s, clients.Mutation{ID: "erase", At: now, Change: erase})
				sync()
				for _, word := range []string{forgotten, store.Fold(forgotten), forgottenNumber} {
					if n := traces(t, s.Dir(), word); n > 0 {
						t.Errorf("%q is still there %d times", word, n)
					}
				}
				othersStay(t, s)
			})
		}
	}
}

// leaveTraces has somebody call and leave a message with her voice, and be in the middle
// of another; and somebody else call. What is the client's own is as secret if whole.
func leaveTraces(t *testing.T, s *store.Store, whole bool) {
	t.Helper()
	c := clients.Client{ID: "secret-client", Name: "Cabinet"}
	if whole {
		c.Name += " " + forgotten
	}
	apply(t, s, newClient("b"), clients.Mutation{ID: "client", At: now, Change: clients.CreateClient{Client: c}})
	ring(t, s, desk.Entry{Call: "k1", Client: c.ID, ClientName: c.Name, Number: "+336" + forgottenNumber, Name: "Mme " + forgotten})
	ring(t, s, desk.Entry{Call: "k2", Client: "b", ClientName: "Cabinet b", Number: "+33198765432", Name: others})
	writeSound(t, s, soundID(1), "voix de "+forgotten)
	writeSound(t, s, soundID(2), "voix de "+others)
	for i, m := range []clients.Message{
		{ID: "secret-message", Client: c.ID, Call: "k1", Name: "Mme " + forgotten, Number: "06" + forgottenNumber, Text: forgotten},
		{ID: "other-message", Client: "b", Call: "k2", Name: others, Text: "Rappeler."},
	} {
		m.Sound, m.TakenAt = soundID(i+1), now
		apply(t, s, clients.Mutation{ID: "take-" + m.ID, At: now, Change: clients.TakeMessage{Message: m}})
	}
	if whole {
		must(t, s.SaveDraft(t.Context(), desk.SavedDraft{Message: clients.Message{ID: "half", Client: c.ID, Text: forgotten}}))
	}
}

// ring writes a call down from its arrival to its end.
func ring(t *testing.T, s *store.Store, e desk.Entry) {
	t.Helper()
	e.ArrivedAt = now
	must(t, s.Append(t.Context(), desk.JournalEntry{
		At: now, Kind: desk.JournalArrived, Entry: e, Raw: []byte("From: \"" + e.Name + "\" <sip:" + string(e.Number) + "@example.com>"),
	}))
	e.EndedAt = now.Add(time.Minute)
	must(t, s.Append(t.Context(), desk.JournalEntry{At: e.EndedAt, Kind: desk.JournalEnded, Entry: e}))
}

// othersStay looks whether the other call is as it was, and that there was one at all.
func othersStay(t *testing.T, s *store.Store) {
	t.Helper()
	calls, err := s.Calls(t.Context(), desk.CallFilter{}, time.Time{}, 10)
	must(t, err)
	if len(calls) != 2 {
		t.Errorf("%d calls are listed", len(calls))
	}
	calls, err = s.Calls(t.Context(), desk.CallFilter{Query: "autre"}, time.Time{}, 10)
	must(t, err)
	if len(calls) != 1 || calls[0].Name != others || calls[0].Number != "+33198765432" {
		t.Errorf("the other call: %+v", calls)
	}
	if _, err := os.Stat(soundPath(s, soundID(2))); err != nil {
		t.Error(err)
	}
}

// TestJournalTakesNothingIn: out of the journal something can be erased; nothing can be
// written in its place.
func TestJournalTakesNothingIn(t *testing.T) {
	s := open(t, t.TempDir())
	ring(t, s, desk.Entry{Call: phone.CallID("k"), Number: "+33198765432", Name: others})
	for _, set := range []string{
		`entry = json_set(entry, '$.Name', 'Mme Fausse')`, `entry = json_remove(entry, '$.ArrivedAt')`, `at = 0`, `actor = 'x'`,
		`raw = x'00', entry = json_remove(entry, '$.Name')`, `entry = json_remove(entry, '$.Name')`,
	} {
		if _, err := s.Writer().ExecContext(t.Context(), `UPDATE journal SET `+set); err == nil {
			t.Errorf("%s: the journal took it", set)
		}
	}
}

// traces counts a word in all files of a folder.
func traces(t *testing.T, dir, word string) (n int) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, f fs.DirEntry, err error) error {
		if err != nil || f.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		n += bytes.Count(b, []byte(word))
		return err
	}))
	return n
}
