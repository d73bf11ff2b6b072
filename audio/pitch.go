package audio

import "math"

// Voice repeats itself: the vocal cords close 60 to 400 times a second. Both
// concealment and stretching look for the distance at which it does.

// shift describes a search for voice like that at a place of a buffer.
type shift struct {
	at, width int // what to find again
	low, high int // distances to try
	toPast    bool
	stride    int // coarse step of the first search: about 8 kHz
}

// find returns the distance with the greatest likeness, from -1 to 1. All of the
// places it names must lie inside buf.
func (s shift) find(buf []int16) (distance int, likeness float64) {
	coarse, _ := s.best(buf, s.low, s.high, s.stride)
	return s.best(buf, max(s.low, coarse-s.stride+1), min(s.high, coarse+s.stride-1), 1)
}

// best tries the distances from low to high in steps, on every stride-th sample.
func (s shift) best(buf []int16, low, high, stride int) (distance int, likeness float64) {
	distance, likeness = low, -1
	for d := low; d <= high; d += stride {
		if l := s.likeness(buf, d, stride); l > likeness {
			distance, likeness = d, l
		}
	}
	return distance, likeness
}

// likeness is the correlation of the place and the one at the distance; silence
// is like silence.
func (s shift) likeness(buf []int16, distance, stride int) float64 {
	if s.toPast {
		distance = -distance
	}
	a := buf[s.at : s.at+s.width]
	b := buf[s.at+distance:][:len(a)]
	var ab, aa, bb int64
	for i := 0; i < len(a); i += stride {
		x, y := int64(a[i]), int64(b[i])
		ab += x * y
		aa += x * x
		bb += y * y
	}
	if aa == 0 || bb == 0 {
		return 1
	}
	return float64(ab) / math.Sqrt(float64(aa)*float64(bb))
}

// fade goes from one voice to the other over n steps; i is the step.
func fade(from, to int16, i, n int) int16 {
	return int16((int(from)*(n-i) + int(to)*i) / n)
}
