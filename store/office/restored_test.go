package office_test

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/office"
)

// restored is an office of which there is a backup, and two desks in step with it.
type restored struct {
	*bench
	backup   string
	one, two *replica
}

func newRestored(t *testing.T) *restored {
	t.Helper()
	b := &restored{bench: newBench(t, filepath.Join(t.TempDir(), "office.db"))}
	b.backup = filepath.Join(b.TempDir(), "backup.db")
	b.one, b.two = b.replica("one", "claire"), b.replica("two", "sam")
	b.two.take()
	b.two.write("trade", "avocat")
	b.two.sync()
	b.one.sync()
	b.ok(b.db.Backup(b.Context(), b.backup))
	for range 50 { // numbers that the backup does not know, of what nobody brings again
		b.own(note(b.newID(), "durand", ""))
	}
	return b
}

// restore puts the backup back, as often as it is called.
func (b *restored) restore() {
	b.Helper()
	b.pass(time.Hour)
	b.db = b.open(b.backup)
	path := filepath.Join(b.TempDir(), "office.db")
	b.ok(b.db.Backup(b.Context(), path))
	b.db = b.open(path)
	b.office = b.serve("toulouse")
	b.ok(b.office.Restored(b.Context(), office.Past{}))
	b.one.desk, b.two.desk = b.desk("one", "claire"), b.desk("two", "sam")
}

// card is Durand's as this desk shows it.
func (r *replica) card() clients.Client {
	r.Helper()
	c, err := r.Client(r.Context(), "durand")
	r.ok(err)
	return c
}

// write changes a field of Durand's card as this desk shows it now.
func (r *replica) write(field, text string) { r.Helper(); r.writeOn(r.card(), field, text) }

// writeOn changes a field of a card that was shown before.
func (r *replica) writeOn(seen clients.Client, field, text string) {
	r.Helper()
	value, err := json.Marshal(text)
	r.ok(err)
	r.do(clients.Patch(seen, map[string]json.RawMessage{field: value}))
}

// disputed lists the pairs of texts that a person has to judge.
func (b *restored) disputed() (list []string) {
	b.Helper()
	b.one.take()
	found, err := b.one.Conflicts(b.Context())
	b.ok(err)
	for _, c := range found {
		if c.Kind == clients.ConflictField {
			list = append(list, c.Earlier.Value+" "+c.Later.Value)
		}
	}
	return list
}

func (b *restored) expect(trade string, disputes ...string) {
	b.Helper()
	got := b.disputed()
	if len(got) != len(disputes) || len(got) == 1 && got[0] != disputes[0] {
		b.Errorf("disputed are %v; want %v", got, disputes)
	}
	if now := b.one.card().Trade; now != trade {
		b.Errorf("the trade is %q; want %q", now, trade)
	}
}

// What a desk saw before a backup was put back it has not seen of what came after, though
// the numbers of before were higher than the backup's.
func TestNumbersOfBeforeABackupCountForNothing(t *testing.T) {
	for name, writes := range map[string]func(b *restored){
		"written before": func(b *restored) {
			b.one.write("trade", "notaire")
			b.restore()
			b.two.take()
			b.two.sync()
		},
		"the card was open since before": func(b *restored) {
			seen := b.one.card()
			b.restore()
			b.two.take()
			b.two.sync()
			b.one.sync()
			b.one.writeOn(seen, "trade", "notaire")
		},
		"written between": func(b *restored) {
			b.restore()
			b.two.take()
			b.two.sync()
			b.one.write("trade", "notaire")
		},
		"two backups ago": func(b *restored) {
			b.one.write("trade", "notaire")
			b.restore()
			b.two.take()
			b.two.sync()
			b.restore()
			b.two.take()
			b.two.sync()
		},
		"in a life that no backup knows": func(b *restored) { b.forgottenLife(0) },
		"and the clock was set back":     func(b *restored) { b.forgottenLife(48 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newRestored(t)
			b.two.write("address", "1, place du Capitole")
			b.two.sync()
			b.one.sync()
			b.two.write("trade", "huissier") // which the other does not see
			b.two.sync()
			writes(b)
			b.one.take()
			b.one.sync()
			b.expect("notaire", `"huissier" "notaire"`)
		})
	}
}

// forgottenLife has a desk write what it saw between two restorings of one backup.
func (b *restored) forgottenLife(ahead time.Duration) {
	b.pass(ahead)
	b.restore()
	for range 50 {
		b.own(note(b.newID(), "durand", ""))
	}
	b.own(clients.Patch(clients.Client{ID: "durand"}, map[string]json.RawMessage{"address": []byte(`"ailleurs"`)}))
	b.one.take()
	b.one.write("trade", "notaire")
	b.pass(-ahead)
	b.restore()
	b.two.take()
	b.two.sync()
}

// Who changed what stands there has seen it, under whatever number: that is no dispute,
// nor is what she went on to make of her own text.
func TestWhatIsBroughtAgainIsNoDispute(t *testing.T) {
	for name, c := range map[string]struct {
		trade  string
		writes func(b *restored)
	}{
		"changed knowingly": {"notaire", func(b *restored) { b.one.write("trade", "notaire") }},
		"and once more": {"notaires associés", func(b *restored) {
			b.one.write("trade", "notaire")
			b.one.write("trade", "notaires associés")
		}},
		"acknowledged before": {"notaires associés", func(b *restored) {
			b.one.write("trade", "notaire")
			b.one.sync()
			b.one.write("trade", "notaires associés")
		}},
		"the same text": {"huissier", func(b *restored) { b.one.writeOn(clients.Client{ID: "durand"}, "trade", "huissier") }},
	} {
		t.Run(name, func(t *testing.T) {
			b := newRestored(t)
			b.two.write("trade", "huissier")
			b.two.sync()
			b.one.sync()
			c.writes(b)
			b.restore()
			b.two.take()
			b.two.sync()
			b.one.take()
			b.one.sync()
			b.expect(c.trade)
		})
	}
}

// What lies over a text that is disputed is disputed too: else the conflict would speak
// of a text that nobody sees any more.
func TestATextOverADisputedOneIsDisputed(t *testing.T) {
	b := newRestored(t)
	b.two.write("trade", "huissier")
	b.two.sync()
	b.one.write("trade", "notaire")
	b.one.write("trade", "notaires associés")
	b.one.sync()
	b.expect("notaires associés", `"huissier" "notaire"`, `"huissier" "notaires associés"`)
}
