package sound

import (
	"math"

	"permanence/audio"
)

// silence is the loudness of a sound without any voice, in LUFS: the absolute gate
// of ITU-R BS.1770-4.
const silence = -70

// loudness measures programme loudness (ITU-R BS.1770-4): K-weighted, in blocks of
// 400 ms every 100 ms, of which those count that are above both gates. Blocks are
// kept in classes of 0.1 LU, so that hours need no more memory than seconds.
type loudness struct {
	shelf, high biquad
	energy      float64    // of the step in hand
	frames      int        // in the step in hand
	steps       [4]float64 // mean squares of the last 100 ms each
	count       int        // of steps
	classes     [(10 - silence) * 10]class
}

type class struct {
	blocks int
	energy float64
}

// stepFrames is 100 ms: a block of 400 ms overlaps the one before it by three
// quarters.
const stepFrames = 10

// newLoudness has the two filters of BS.1770-4 Annex 1, tables 1 and 2, at 48 kHz:
// the head's effect, and the ear's deafness to the lowest tones.
func newLoudness() *loudness {
	return &loudness{
		shelf: biquad{b: [3]float64{1.53512485958697, -2.69169618940638, 1.19839281085285}, a: [2]float64{-1.69065929318241, 0.73248077421585}},
		high:  biquad{b: [3]float64{1, -2, 1}, a: [2]float64{-1.99004745483398, 0.99007225036621}},
	}
}

// add measures one frame.
func (l *loudness) add(f audio.Frame) {
	for _, s := range f {
		v := l.high.filter(l.shelf.filter(float64(s) / -math.MinInt16))
		l.energy += v * v
	}
	if l.frames++; l.frames == stepFrames {
		l.step()
	}
}

func (l *loudness) step() {
	l.steps[l.count%len(l.steps)] = l.energy / float64(l.frames*audio.FrameSize)
	l.count++
	l.energy, l.frames = 0, 0
	if l.count >= len(l.steps) {
		l.block((l.steps[0] + l.steps[1] + l.steps[2] + l.steps[3]) / 4)
	}
}

func (l *loudness) block(energy float64) {
	level := lufs(energy)
	if level < silence {
		return
	}
	c := &l.classes[min(int((level-silence)*10), len(l.classes)-1)]
	c.blocks++
	c.energy += energy
}

// integrated is the loudness of all that was added, in LUFS. A sound shorter than a
// block is one block.
func (l *loudness) integrated() float64 {
	if l.count < len(l.steps) {
		l.short()
	}
	mean := l.mean(silence)
	if mean == 0 {
		return silence
	}
	const relative = 10 // LU below the mean of what is not silence
	return lufs(l.mean(lufs(mean) - relative))
}

// short makes a block of what there is.
func (l *loudness) short() {
	var sum float64
	n := l.count
	for _, s := range l.steps[:n] {
		sum += s
	}
	if n > 0 {
		l.block(sum / float64(n))
		l.count = len(l.steps)
	}
}

// mean is the mean energy of the blocks above a gate, 0 without any.
func (l *loudness) mean(gate float64) float64 {
	var all class
	from := max(0, int(math.Round((gate-silence)*10)))
	for _, c := range l.classes[min(from, len(l.classes)):] {
		all.blocks += c.blocks
		all.energy += c.energy
	}
	if all.blocks == 0 {
		return 0
	}
	return all.energy / float64(all.blocks)
}

// lufs is BS.1770's measure of an energy: a sine of 1 kHz at full scale is -3.01.
func lufs(energy float64) float64 { return -0.691 + 10*math.Log10(energy) }

// biquad is a filter of the second order, in transposed direct form II.
type biquad struct {
	b      [3]float64
	a      [2]float64
	s1, s2 float64
}

func (q *biquad) filter(x float64) float64 {
	y := q.b[0]*x + q.s1
	q.s1 = q.b[1]*x - q.a[0]*y + q.s2
	q.s2 = q.b[2]*x - q.a[1]*y
	return y
}
