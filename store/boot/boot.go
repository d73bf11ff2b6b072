// Package boot measures time on a clock that nobody can set: how long the machine has
// been running, sleep included. What is promised for a while is promised by it, on the
// desk that uses a lease and at the office that waits for its end.
package boot

import "time"

// Clock tells how long the machine has been running and names this run of it. No name:
// there is no such clock, and nothing may be promised by it.
type Clock func() (run string, up time.Duration)

// Now reads the clock.
func (c Clock) Now() Moment {
	run, up := c()
	return Moment{Run: run, Up: up}
}

// Moment is a reading of a Clock.
type Moment struct {
	Run string
	Up  time.Duration
}

// Since tells how much time has passed since an earlier moment of the same run; false
// when that cannot be known.
func (m Moment) Since(earlier Moment) (time.Duration, bool) {
	known := m.Run != "" && m.Run == earlier.Run && m.Up >= earlier.Up
	return m.Up - earlier.Up, known
}

// Within reports whether no more than d has passed since an earlier moment, as far as m
// can tell.
func (m Moment) Within(d time.Duration, earlier Moment) bool {
	passed, known := m.Since(earlier)
	return known && passed < d
}
