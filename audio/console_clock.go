package audio

import "time"

// clock is the console's time: monotonic, from when it was made.
type clock struct{ zero time.Time }

func newClock() clock { return clock{time.Now()} }

func (c clock) now() time.Duration { return time.Since(c.zero) }

// standIn counts the frames that are due when no device asks for them.
type standIn struct{ until time.Duration }

// maxCatchUp bounds the frames made up for after the whole program stood still.
const maxCatchUp = 5

// rest says that a device keeps the time.
func (s *standIn) rest(now time.Duration) { s.until = now }

// due is how many frames to handle now.
func (s *standIn) due(now time.Duration) int {
	n := int((now - s.until) / FrameDuration)
	if n > maxCatchUp {
		s.until = now
		return maxCatchUp
	}
	s.until += time.Duration(n) * FrameDuration
	return n
}
