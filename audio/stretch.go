package audio

// Stretching moves the playing point without being heard: it leaves out, or says
// twice, one or more whole pitch periods, and blends over 10 ms (waveform
// similarity overlap-add). Pitch and timbre stay; a pause takes it best.

const (
	stretchBlend = Rate / 100     // samples blended
	stretchLow   = Rate / 400     // shortest distance, 2.5 ms
	stretchHigh  = Rate * 3 / 200 // longest distance, 15 ms
)

// stretchNeeds is how many samples must be ready to skip most of them.
func stretchNeeds(most int) int { return stretchBlend + min(most, stretchHigh) }

// The likeness that a seam must have not to be heard, and what is accepted when
// the matter presses. A window quieter than hushed takes any seam.
const (
	seamless = 0.85
	audible  = 0.5
	hushed   = 60 * 60 // mean square: -54 dBFS
)

// shorten skips voice at pos, at most most samples, and returns the new pos.
// buf[pos:] holds stretchNeeds(most) samples or more.
func shorten(buf []int16, pos, most int, likeness float64) int {
	d, like := shift{
		at: pos, width: stretchBlend, stride: Rate / 8000,
		low: stretchLow, high: min(most, stretchHigh),
	}.find(buf)
	if like < likeness && !isHushed(buf[pos:pos+stretchNeeds(most)]) {
		return pos
	}
	for i := stretchBlend - 1; i >= 0; i-- {
		buf[pos+d+i] = fade(buf[pos+i], buf[pos+d+i], i, stretchBlend)
	}
	return pos + d
}

// lengthen goes back in the voice at pos, at most most samples, and returns the
// new pos. There are stretchHigh samples before pos and stretchBlend after it.
func lengthen(buf []int16, pos, most int, likeness float64) int {
	d, like := shift{
		at: pos, width: stretchBlend, stride: Rate / 8000,
		low: stretchLow, high: min(most, stretchHigh), toPast: true,
	}.find(buf)
	if like < likeness && !isHushed(buf[pos-stretchHigh:pos+stretchBlend]) {
		return pos
	}
	for i := range stretchBlend {
		buf[pos-d+i] = fade(buf[pos+i], buf[pos-d+i], i, stretchBlend)
	}
	return pos - d
}

func isHushed(pcm []int16) bool {
	var sum int
	for _, s := range pcm {
		sum += int(s) * int(s)
	}
	return sum < hushed*len(pcm)
}
