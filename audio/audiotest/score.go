package audiotest

import (
	"math"
	"slices"
	"time"
)

// Rating says how well a voice came through.
type Rating struct {
	MOS     float64       // 1 (nothing understood) to 4.5 (nothing to be heard of the way)
	Delay   time.Duration // of most of the voice heard against the one sent
	Spread  time.Duration // between the shortest and the longest delay
	GainDB  float64       // of the voice heard against the one sent
	Added   float64       // disturbance by what was not sent, 1 being as loud as the voice
	Missing float64       // disturbance by what was sent and not heard
	Muted   float64       // share of the voice in whose place there was silence
	Paused  time.Duration // heard in the middle of the voice, and nothing of what was sent
}

// Score compares what was heard with what was sent, both at 48 kHz, and says what
// listeners would: a mean opinion score. It is a measure of our own in the manner
// of ITU-T P.862 and P.863: both voices become loudnesses in Bark bands, the delay
// is followed where it changes, differences that the ear does not mask disturb, and
// short and strong disturbances count more than long and weak ones. A delay, a gain
// and a slow stretching cost nothing.
//
// It is meant for 5 to 30 s of voice; its figures are near those of P.862 but not
// the same, and only comparisons under equal conditions mean something. Silence
// sent cannot be judged and scores 0.
func Score(reference, heard []int16) Rating {
	c := newComparison(narrowed(reference), narrowed(heard))
	if c.level == 0 {
		return Rating{}
	}
	if c.gain == 0 {
		return Rating{MOS: worst, Missing: 1, Muted: 1}
	}
	course := follow(len(c.sent), c.cost)
	if c.regain(course) {
		course = follow(len(c.sent), c.cost)
	}
	return c.rate(course)
}

const (
	best  = 4.5
	worst = 1.0
)

// The shape of opinion: a disturbance of halfway leaves a good third of what lies
// between worst and best. The figures, and those of the aggregate, were chosen so
// that Opus and G.711 under loss, silenced, concealed and mended, come near what
// P.862 says of them (TestScoreOfCodecs).
const (
	halfway   = 0.19
	steepness = 1.7
)

// opinion is the mean opinion of a disturbance.
func opinion(disturbance float64) float64 {
	return worst + (best-worst)*math.Exp(-math.Pow(disturbance/halfway, steepness))
}

// comparison is of two voices.
type comparison struct {
	sent   []loudness
	active []bool   // windows of the voice sent that are voice
	heard  []powers // one each step
	felt   []loudness
	level  float64 // of the voice sent: mean power of its active windows
	usual  float64 // the loudness of an active window sent, all bands
	main   int     // delay, in samples of the ear
	first  int     // the step heard that belongs to the first window, at the main delay
	gain   float64 // heard is multiplied by it, in power
}

// normal is the level at which voices are compared: -26 dBFS.
var normal = math.Pow(10, -2.6)

func newComparison(sent, heard []float64) *comparison {
	e := newEar()
	fine := e.listen(sent, earStep)
	c := &comparison{}
	power := func(i int) float64 { return fine[i*stepsPerHop].sum() }
	windows := len(sent) / earHop
	c.level, c.active = activity(windows, power)
	if c.level == 0 {
		return c
	}
	for w := range windows {
		c.sent = append(c.sent, fine[w*stepsPerHop].felt(normal/c.level))
	}
	c.usual = c.usualLoudness()
	c.main = mainDelay(sent, heard, fine, e.listen(heard, earStep))
	c.grid(e, heard)
	return c
}

// grid takes the windows heard, in step with the main delay.
func (c *comparison) grid(e *ear, heard []float64) {
	skip := ((c.main % earStep) + earStep) % earStep
	c.first = (c.main - skip) / earStep
	c.heard = e.listen(heard[min(skip, len(heard)):], earStep)
	level, _ := activity(len(c.heard), func(i int) float64 { return c.heard[i].sum() })
	if level > 0 {
		c.gain = normal / level
	}
	c.feel()
}

func (c *comparison) feel() {
	c.felt = make([]loudness, len(c.heard))
	for i := range c.heard {
		c.felt[i] = c.heard[i].felt(c.gain)
	}
}

// activity finds the windows that are voice, all that are less than 30 dB below the
// loud ones, and their mean power. Below -70 dBFS nothing is voice.
func activity(windows int, power func(int) float64) (level float64, active []bool) {
	all := make([]float64, windows)
	for i := range all {
		all[i] = power(i)
	}
	sorted := slices.Sorted(slices.Values(all))
	if windows == 0 || sorted[windows*95/100] < 1e-7 {
		return 0, nil
	}
	threshold, n := sorted[windows*95/100]/1000, 0
	active = make([]bool, windows)
	for i, p := range all {
		if active[i] = p > threshold; active[i] {
			level += p
			n++
		}
	}
	return level / float64(n), active
}

// usualLoudness is the mean of the active windows sent.
func (c *comparison) usualLoudness() float64 {
	var sum, n float64
	for w, l := range c.sent {
		if c.active[w] {
			sum += l.weighed()
			n++
		}
	}
	return math.Sqrt(sum / n)
}

// weights of the bands for what is understood and missed: what a telephone of
// 3.4 kHz leaves out is missed less.
var weights = func() (w [earBands]float64) {
	width := (bark(earHigh) - bark(earLow)) / earBands
	for b := range w {
		w[b] = 1
		if z := bark(earLow) + (float64(b)+0.5)*width; z > bark(3400) {
			w[b] = 0.03
		}
	}
	return w
}()

// weighed is the sum of the squares of all bands.
func (l *loudness) weighed() (sum float64) {
	for b, v := range l {
		sum += weights[b] * v * v
	}
	return sum
}

// masked is the part of the softer of two loudnesses by which they may differ
// without being told apart.
const masked = 0.25

// nothing is what is heard before and after the voice.
var nothing loudness

// at is what was heard of a window, at so many steps beside the main delay.
func (c *comparison) at(w, steps int) *loudness {
	if i := w*stepsPerHop + c.first + steps; i >= 0 && i < len(c.felt) {
		return &c.felt[i]
	}
	return &nothing
}

// disturbance is by how much a window differs from what was heard of it, as squares
// in parts of the voice's loudness. A soft window disturbs less than a loud one.
func (c *comparison) disturbance(w, steps int) (added, missing float64) {
	sent, heard := &c.sent[w], c.at(w, steps)
	for b, s := range sent {
		h := heard[b]
		switch d := h - s; {
		case d > masked*s:
			added += weights[b] * (d - masked*s) * (d - masked*s)
		case -d > masked*h:
			missing += weights[b] * (d + masked*h) * (d + masked*h)
		}
	}
	scale := max(math.Sqrt(sent.weighed()), c.usual/2)
	scale *= scale
	return added / scale, missing / scale
}

// cost is the same as one figure.
func (c *comparison) cost(w, steps int) float64 {
	added, missing := c.disturbance(w, steps)
	return math.Sqrt(added + missing)
}

// regain sets the gain by what the course found together, and tells whether that
// changed it much: a voice of which a part is lost has another mean.
func (c *comparison) regain(course []int) (changed bool) {
	var ratios []float64
	for w, steps := range course {
		if i := w*stepsPerHop + c.first + steps; c.active[w] && i >= 0 && i < len(c.heard) {
			if h, s := c.felt[i].weighed(), c.sent[w].weighed(); h > s/16 && h < s*16 {
				ratios = append(ratios, h/s)
			}
		}
	}
	if len(ratios) == 0 {
		return false
	}
	slices.Sort(ratios)
	// Loudness is the fourth root of power, and the ratio is of its squares.
	by := 1 / (ratios[len(ratios)/2] * ratios[len(ratios)/2])
	c.gain *= by
	c.feel()
	return by > 1.12 || by < 1/1.12
}

// rate judges a course.
func (c *comparison) rate(course []int) Rating {
	r := Rating{GainDB: 10 * math.Log10(normal/c.level/c.gain)}
	var a aggregate
	var lost, voiced int
	var added, missing float64
	for w, steps := range course {
		if w > 0 {
			r.Paused += c.jump(&a, w, steps-course[w-1])
		}
		plus, minus := c.disturbance(w, steps)
		a.add(math.Sqrt(plus+missedMore*minus), c.active[w])
		if c.active[w] {
			voiced++
			added, missing = added+plus, missing+minus
			if h := c.at(w, steps); h.weighed() < c.sent[w].weighed()/400 {
				lost++
			}
		}
	}
	r.Added, r.Missing = math.Sqrt(added/float64(voiced)), math.Sqrt(missing/float64(voiced))
	r.Muted = float64(lost) / float64(voiced)
	r.MOS = opinion(a.total())
	r.Delay, r.Spread = c.delays(course)
	return r
}

// missedMore is how much more it disturbs that something is missing than that as
// much was added: a gap is noticed at once.
const missedMore = 1.5

// A delay that grows at once by more than smooth steps leaves a gap in which
// nothing of the voice is heard; in the middle of a voice it disturbs by gap.
const (
	smooth = 6 // 24 ms
	gap    = 1
)

// jump counts the time that a change of the delay inserted.
func (c *comparison) jump(a *aggregate, w, steps int) time.Duration {
	if steps <= smooth || !c.active[w-1] || !c.active[w] {
		return 0
	}
	for range steps / stepsPerHop {
		a.add(gap, true)
	}
	return time.Duration(steps) * earStep * time.Second / earRate
}

// delays are the median and the range of the active windows.
func (c *comparison) delays(course []int) (median, spread time.Duration) {
	var all []int
	for w, steps := range course {
		if c.active[w] {
			all = append(all, c.main+steps*earStep)
		}
	}
	slices.Sort(all)
	real := func(samples int) time.Duration { return time.Duration(samples) * time.Second / earRate }
	return real(all[len(all)/2]), real(all[len(all)-1] - all[0])
}

// aggregate brings the disturbances of windows together: the strong ones of a third
// of a second count most there, and all thirds count. Where nobody speaks, it is
// less.
type aggregate struct {
	window []float64
	active []float64
}

const (
	third      = 20  // windows
	thirdPower = 3   // of the mean within it
	restWeight = 0.2 // of a third without voice
)

func (a *aggregate) add(disturbance float64, active bool) {
	weight := 0.0
	if active {
		weight = 1
	}
	a.window = append(a.window, disturbance)
	a.active = append(a.active, weight)
}

// total is the disturbance of the whole.
func (a *aggregate) total() float64 {
	var sum, weights float64
	for from := 0; from == 0 || from+third <= len(a.window); from += third / 2 {
		to := min(from+third, len(a.window))
		var power, active float64
		for i := from; i < to; i++ {
			power += math.Pow(a.window[i], thirdPower)
			active += a.active[i]
		}
		n := float64(to - from)
		weight := max(active/n, restWeight)
		sum += weight * math.Pow(power/n, 2.0/thirdPower)
		weights += weight
	}
	return math.Sqrt(sum / weights)
}
