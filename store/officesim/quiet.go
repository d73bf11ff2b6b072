package officesim

import "time"

// closed is for how long a bureau may be closed in the middle of a world: nobody works,
// lines stay cut, leases and sessions grow old.
const closed = 5 * 24 * time.Hour

// slower is how much rarer everything is that programs do by themselves while a bureau
// is closed: nothing happens, and a world costs no more than a working day.
const slower = 60

// closeDown closes the bureaus for some days in one world of three. Lines that are cut when
// it begins mostly stay so to its end.
func (s *scene) closeDown() {
	if !s.chance(1. / 3) {
		return
	}
	days := s.upTo(closed)
	s.injected("closed for days")
	was := s.resting
	s.resting, s.pace = true, slower
	for _, st := range s.stations() {
		if s.chance(0.4) {
			s.injected("partition for days")
			s.cutFor(st, days+s.upTo(2*time.Hour))
		}
	}
	s.pass(days)
	s.resting, s.pace = was, 1
}
