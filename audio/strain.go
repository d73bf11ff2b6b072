package audio

import "time"

// strain tells whether the voice has reason to go before other work: the program itself
// works hard, or the earpiece found too little ready, or nearly, not long ago. The first
// comes before the harm, the second tells of what else the computer is busy with.
type strain struct {
	worked time.Duration // processor time, at the last look
	looked time.Duration
	hard   int // looks in a row that found hard work
	until  time.Duration
}

const (
	lookAtWork   = 100 * time.Millisecond
	hardWork     = 0.25 // of one core: a calm call takes less than half of it, real time and all
	enduring     = 2    // looks: a call that begins is over sooner, and costs nothing more
	afterWork    = 30 * time.Second
	afterTrouble = 10 * time.Minute
)

// judge is asked at each turn of the earpiece.
func (s *strain) judge(now time.Duration, trouble bool, d Driver) bool {
	if trouble {
		s.until = max(s.until, now+afterTrouble)
	}
	if took := now - s.looked; took >= lookAtWork {
		used := worked(d)
		s.hard++
		if took >= 2*lookAtWork || float64(used-s.worked) < hardWork*float64(took) {
			s.hard = 0
		}
		if s.hard >= enduring {
			s.until = max(s.until, now+afterWork)
		}
		s.worked, s.looked = used, now
	}
	return now < s.until
}

// worked is the processor time that the program has used, where somebody tells.
func worked(d Driver) time.Duration {
	if h, ok := d.(Hurrier); ok {
		return h.Worked()
	}
	return 0
}
