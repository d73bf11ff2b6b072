package audio

import "math"

// seam joins sounds that do not continue each other: where one breaks off, what
// follows begins at the height that was left, and the difference dies away within
// some milliseconds. A jump would be heard as a click.
type seam struct {
	last   int32 // the sample that was heard last
	offset int32 // what is still added
}

// pass lets a piece of sound through; broken tells that it does not continue the
// one before.
func (s *seam) pass(pcm []int16, broken bool) {
	if len(pcm) == 0 {
		return
	}
	if broken {
		s.offset = s.last - int32(pcm[0])
	}
	for i := 0; i < len(pcm) && s.offset != 0; i++ {
		pcm[i] = int16(min(max(int32(pcm[i])+s.offset, math.MinInt16), math.MaxInt16))
		s.offset = s.offset * 63 / 64 // to a third in 1.3 ms, and to nothing in 10
	}
	s.last = int32(pcm[len(pcm)-1])
}
