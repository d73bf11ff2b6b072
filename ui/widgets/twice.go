package widgets

import "time"

// askFor is how long a question stays.
const askFor = 6 * time.Second

// Twice guards what cannot be undone: the first press asks, the second does it. It
// only keeps the question; whoever has it draws it. The times are those of the
// state, which change once a second: that makes one press of a double click, and of
// a key held a little long.
type Twice struct {
	about string
	at    time.Time
}

// Press reports whether something may be done now. Otherwise it is asked about.
func (t *Twice) Press(about string, now time.Time) bool {
	if !t.Asks(about, now) {
		t.about, t.at = about, now
		return false
	}
	if !now.After(t.at) {
		return false
	}
	t.Forget()
	return true
}

// Asks reports whether something is being asked about.
func (t *Twice) Asks(about string, now time.Time) bool {
	return about != "" && t.about == about && now.Sub(t.at) < askFor
}

// Forget takes the question back.
func (t *Twice) Forget() { *t = Twice{} }
