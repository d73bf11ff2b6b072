package words

import "time"

// Played says where a sound is and how long it lasts, or only that.
func (b *Book) Played(at, length time.Duration, playing bool) string {
	if !playing {
		return b.Age(length)
	}
	return b.T("sound.times", b.Age(at), b.Age(length))
}
