package officesim

import (
	"time"

	"permanence/clients"
)

// ledger is what the secretaries of a bureau did, in the order of the world.
type ledger struct {
	bureau  string
	entries []*entry
	byID    map[clients.ID]*entry
	erased  map[clients.ID][]string // rows, and words of theirs that nobody may find any more
	erasing map[clients.ID]bool     // rows that somebody may have erased
	// restored is when the office was put back from a backup: what it had confirmed since
	// that was made is gone.
	restored []time.Time
	sent     map[clients.ID][]string
	rituals  map[clients.ID]string // rows of a newer program, and what they say
	demoted  map[clients.ID]bool   // operators whose rights somebody may have changed
}

// entry is one mutation, and who holds it.
type entry struct {
	m       clients.Mutation
	desk    clients.ID
	at      time.Time // of the world
	safe    bool      // the secretary was told that it is stored
	certain bool      // a booking that the caller was told is certain
	onDesk  bool      // the desk's disk has it, if it is safe
	office  bool      // the office's disk has it; see ledger.seen
	alone   bool      // the desk belonged to no office then
	dropped bool      // the secretary was told that it was not done
	// met are the fields and texts that the author of a patch could see of the card, now or
	// in its history.
	met map[string]bool
}

func newLedger(bureau string) *ledger {
	return &ledger{bureau: bureau, byID: map[clients.ID]*entry{}, erased: map[clients.ID][]string{}, erasing: map[clients.ID]bool{}, sent: map[clients.ID][]string{}, demoted: map[clients.ID]bool{}, rituals: map[clients.ID]string{}}
}

// add writes down what somebody is about to do.
func (l *ledger) add(e *entry) *entry {
	l.entries = append(l.entries, e)
	l.byID[e.m.ID] = e
	return e
}

// lostOnDesk notes that a desk was put back to where the ledger had n entries.
func (l *ledger) lostOnDesk(desk clients.ID, n int) {
	for _, e := range l.entries[n:] {
		if e.desk == desk {
			e.onDesk = false
		}
	}
}

// held reports whether somebody must still have it.
func (e *entry) held() bool { return e.safe && !e.dropped && (e.onDesk || e.office) }

// messages lists what was taken, and that nobody had erased.
func (l *ledger) messages() (list []clients.Message) {
	for _, e := range l.entries {
		if c, ok := e.m.Change.(clients.TakeMessage); ok && !l.erasing[c.Message.ID] {
			list = append(list, c.Message)
		}
	}
	return list
}
