package office_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/office/officetest"
	"permanence/store/shared"
	"permanence/store/wire"
)

func (b *bench) status(d officetest.Desk, r *http.Request) int {
	w := httptest.NewRecorder()
	d.Handler.ServeHTTP(w, r)
	return w.Code
}

func TestPullPages(t *testing.T) {
	onBoth(t, func(b *bench) {
		d := b.desk("one", "claire")
		for i := range 30 {
			b.push(d, note(clients.ID(fmt.Sprint("m", i)), "durand", ""))
		}
		// All these tombstones have one number, and stand on several pages.
		b.own(clients.Erase{Kind: "client", ID: "durand"})
		var whole, paged copyOf
		b.pull(d, &whole, wire.PullRequest{})
		b.pull(d, &paged, wire.PullRequest{Limit: 7})
		if a, b2 := slices.Sorted(maps.Keys(whole.rows)), slices.Sorted(maps.Keys(paged.rows)); !slices.Equal(a, b2) {
			b.Errorf("in pages %v; whole %v", b2, a)
		}
		if whole.cursor != paged.cursor {
			b.Error("the two do not end at the same place")
		}
		page, err := d.Pull(b.Context(), wire.PullRequest{Limit: 10})
		b.ok(err)
		if !page.More || page.Left != len(whole.rows)-10 || len(page.Rows) != 10 {
			b.Errorf("the first page of %d rows has %d and leaves %d", len(whole.rows), len(page.Rows), page.Left)
		}
		if page, err = d.Pull(b.Context(), wire.PullRequest{Cursor: whole.cursor}); err != nil || len(page.Rows) > 0 || page.Reset {
			b.Errorf("in step, and yet %+v, %v", page, err)
		}
	})
}

func TestAcknowledgedOnTheLastPage(t *testing.T) {
	onBoth(t, func(b *bench) {
		d := b.desk("one", "claire")
		ok, refused := b.mutation("claire", note("m1", "durand", "")), b.mutation("claire", note("m1", "durand", ""))
		b.bring(d, ok)
		b.bring(d, refused)
		pending := []clients.ID{ok.ID, "never-pushed", refused.ID}
		page, err := d.Pull(b.Context(), wire.PullRequest{Pending: pending, Limit: 1})
		b.ok(err)
		if len(page.Acked) > 0 {
			b.Errorf("acknowledged before the rows are there: %v", page.Acked)
		}
		var c copyOf
		b.pull(d, &c, wire.PullRequest{Pending: pending})
		slices.Sort(c.acked)
		if want := []clients.ID{ok.ID, refused.ID}; !slices.Equal(c.acked, want) {
			b.Errorf("acknowledged %v; want %v", c.acked, want)
		}
	})
}

func TestPullIsByRight(t *testing.T) {
	onBoth(t, func(b *bench) {
		claire, julie := b.desk("one", "claire"), b.desk("two", "julie")
		b.push(claire, note("secret", "durand", "d"))
		b.push(claire, note("hers", "petit", "p"))
		b.push(claire, note("free", "", "f"))
		var c copyOf
		b.pull(julie, &c, wire.PullRequest{})
		for _, row := range c.rows {
			if row.Client != "" && row.Client != "petit" {
				b.Errorf("julie was given %s %s of %s", row.Kind, row.ID, row.Client)
			}
		}
		if got := len(c.of(shared.Message)); got != 2 {
			b.Errorf("julie has %d messages; want 2", got)
		}
		b.own(clients.SaveOperator{Operator: clients.Operator{ID: "julie", Name: "Julie", Clients: []clients.ID{"durand", "petit"}}})
		b.pull(julie, &c, wire.PullRequest{})
		if c.resets != 1 || c.again || len(c.of(shared.Message)) != 3 {
			b.Errorf("with more rights: %d resets, again %v, %d messages", c.resets, c.again, len(c.of(shared.Message)))
		}
		b.own(clients.SaveOperator{Operator: clients.Operator{ID: "julie", Name: "Julie", Clients: []clients.ID{"petit"}}})
		b.pull(julie, &c, wire.PullRequest{})
		if _, still := c.rows["message/secret"]; still || c.resets != 2 {
			b.Error("with fewer rights she still has the message")
		}
	})
}

func TestACursorIsTheOfficesAlone(t *testing.T) {
	onBoth(t, func(b *bench) {
		d := b.desk("one", "claire")
		for _, cursor := range []string{"x", "e30", "eyJpIjoieCJ9", "%%%", "eyJzIjotMX0"} {
			page, err := d.Pull(b.Context(), wire.PullRequest{Cursor: cursor})
			b.ok(err)
			if !page.Reset || !page.Again || len(page.Rows) == 0 {
				b.Errorf("%q: %+v", cursor, page)
			}
		}
	})
}

func TestAfterABackupWasPutBack(t *testing.T) {
	onBoth(t, func(b *bench) {
		d := b.desk("one", "claire")
		b.push(d, note("m1", "durand", ""))
		var c copyOf
		b.pull(d, &c, wire.PullRequest{})
		erased, err := b.office.Erased(b.Context())
		b.ok(err)
		if len(erased) > 0 {
			b.Errorf("%v were erased", erased)
		}
		list := append(erased, office.Erasure{Kind: "message", ID: "m1"}, office.Erasure{Kind: "message", ID: "after-the-backup"})
		b.ok(b.office.Restored(b.Context(), office.Past{Erased: list}))
		b.pull(d, &c, wire.PullRequest{})
		if c.resets != 1 || !c.again {
			b.Errorf("%d resets, again %v", c.resets, c.again)
		}
		// It is on its way back from the desk that brought it, and was erased since.
		b.push(d, note("after-the-backup", "durand", "à oublier"))
		b.pull(d, &c, wire.PullRequest{})
		if len(c.of(shared.Message)) > 0 || len(c.of(shared.Conflict)) > 0 {
			b.Errorf("what was erased is there again: %v", c.rows)
		}
		if erased, err = b.office.Erased(b.Context()); err != nil || len(erased) < 2 {
			b.Errorf("the list is %v, %v", erased, err)
		}
		b.ok(b.office.Verify(b.Context()))
	})
}

// Who stays when one of two at once was erased after the backup has the moment alone.
func TestAnOverlapErasedAfterTheBackup(t *testing.T) {
	onBoth(t, func(b *bench) {
		d := b.desk("one", "claire")
		b.push(d, appointment("a1", noon.Add(24*time.Hour)))
		b.push(d, promised(appointment("a2", noon.Add(24*time.Hour))))
		b.ok(b.office.Restored(b.Context(), office.Past{Erased: []office.Erasure{{Kind: "appointment", ID: "a2"}}}))
		var c copyOf
		b.pull(d, &c, wire.PullRequest{})
		if a := body[clients.Appointment](b, c.rows["appointment/a1"]); a.Contested {
			b.Error("a1 is contested by what was erased")
		}
	})
}

func TestNothingCrossesBureaus(t *testing.T) {
	onBoth(t, func(b *bench) {
		claire := b.desk("one", "claire")
		b.push(claire, note("secret", "durand", ""))
		albi := b.serve("albi")
		_, err := albi.Apply(b.Context(), clients.Mutation{
			ID: b.newID(), At: noon, Change: clients.SaveOperator{Operator: clients.Operator{ID: "sam", Role: clients.Supervisor}},
		})
		b.ok(err)
		sam := officetest.Desk{Handler: albi.Handler(officetest.Headers{}), ID: "one", Operator: "sam"}
		var c copyOf
		b.pull(sam, &c, wire.PullRequest{})
		if len(c.rows) != len(c.of(shared.Operator))+len(c.of(shared.Change)) || len(c.of(shared.Operator)) != 1 {
			b.Errorf("albi sees %v", c.rows)
		}
		if _, err := sam.Tell(b.Context(), wire.Presence{Standing: wire.Here}); err != nil {
			b.Error(err)
		}
		desks, err := claire.Tell(b.Context(), wire.Presence{Standing: wire.Here})
		if err != nil || len(desks) != 1 {
			b.Errorf("toulouse sees the desks %v, %v", desks, err)
		}
	})
}

func TestEveryReadingIsWrittenDown(t *testing.T) {
	onBoth(t, func(b *bench) {
		d := b.desk("one", "claire")
		b.push(d, note("m1", "durand", ""))
		var c copyOf
		b.pull(d, &c, wire.PullRequest{})
		b.pull(d, &c, wire.PullRequest{}) // nothing new is no reading
		list, err := b.office.Accesses(b.Context(), office.AccessFilter{From: noon, To: noon.Add(time.Second), Limit: 100})
		b.ok(err)
		if len(list) != 1 || list[0].Desk != "one" || list[0].Operator != "claire" {
			b.Fatalf("%+v", list)
		}
		b.pass(366 * 24 * time.Hour)
		b.ok(b.office.Tend(b.Context()))
		if list, err = b.office.Accesses(b.Context(), office.AccessFilter{From: noon, To: b.clock(), Limit: 100}); err != nil || len(list) > 0 {
			b.Errorf("after a year %+v, %v", list, err)
		}
	})
}

func TestWhatWasOpenedOnADeskIsWrittenDown(t *testing.T) {
	onBoth(t, func(b *bench) {
		d := b.desk("one", "claire")
		for _, c := range []clients.Change{
			note("m1", "durand", ""),
			clients.NoteReading{Kind: clients.ReadingMessage, ID: "m1"},
			clients.NoteReading{Kind: clients.ReadingClient, ID: "petit"},
			clients.NoteReading{Kind: clients.ReadingCall, ID: "c1"},
		} {
			b.push(d, c)
		}
		opened := func(client clients.ID) (list []string) {
			found, err := b.office.Accesses(b.Context(), office.AccessFilter{From: noon.Add(-time.Hour), To: b.clock().Add(time.Hour), Client: client, Limit: 100})
			b.ok(err)
			for _, a := range found {
				list = append(list, fmt.Sprintf("%s %s %s %s %s", a.Operator, a.Desk, a.What, a.ID, a.Clients))
			}
			slices.Sort(list)
			return list
		}
		if got, want := opened(""), []string{"claire one call c1 []", "claire one client petit [petit]", "claire one message m1 [durand]"}; !slices.Equal(got, want) {
			b.Errorf("the record has %q, want %q", got, want)
		}
		if got := opened("durand"); len(got) != 1 {
			b.Errorf("of Durand: %q", got)
		}
		b.pass(366 * 24 * time.Hour)
		b.ok(b.office.Tend(b.Context()))
		if got := opened(""); len(got) > 0 {
			b.Errorf("after a year: %q", got)
		}
		b.ok(b.office.Verify(b.Context()))
	})
}

// A desk whose operator has lost a right tells of what she read before: that is neither
// refused nor anybody's to settle.
func TestWhatWasOpenedIsNeverAConflict(t *testing.T) {
	onBoth(t, func(b *bench) {
		julie := b.desk("two", "julie")
		if r := b.push(julie, clients.NoteReading{Kind: clients.ReadingClient, ID: "durand"}); r.Outcome != shared.OK {
			b.Errorf("%+v", r)
		}
		c := copyOf{}
		b.pull(b.desk("one", "claire"), &c, wire.PullRequest{})
		for _, row := range c.rows {
			if row.Kind == shared.Conflict {
				b.Errorf("a conflict: %s", row.Body)
			}
		}
	})
}

func TestErasedBytesAreInNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	b := newBench(t, path)
	d := b.desk("one", "claire")
	const words = "un secret que personne ne doit relire"
	b.push(d, note("m1", "durand", words))
	b.push(d, note("m1", "durand", words)) // refused, and kept as a conflict
	b.tell(d, typing("t1", "durand", words), "one")
	held := d
	held.Revoked = true
	b.push(held, note("m2", "durand", words))
	if !inFiles(t, path, words) {
		t.Fatal("the words were never there")
	}
	b.own(clients.Erase{Kind: "client", ID: "durand"})
	b.tend()
	if inFiles(t, path, words) {
		t.Error("the words are still in a file")
	}
	b.ok(b.office.Verify(t.Context()))
}

func inFiles(t *testing.T, path, words string) bool {
	t.Helper()
	for _, name := range []string{path, path + "-wal"} {
		bytes, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(bytes), words) {
			return true
		}
	}
	return false
}
