package audio

import "math"

// Concealer invents voice for packets that were lost, for codecs that cannot do
// it themselves. What the voice had of pitch goes on as its last periods, what it
// had of hiss as noise of the same colour, so that an s does not become a buzz. A
// loss that lasts fades into the noise of the room, and the true voice blends in
// when it is back. It works at the codec's own rate and belongs to one goroutine.
type Concealer struct {
	rate   int
	past   []int16 // the last pastSpan of what was played
	loop   []int16 // what is repeated
	offset int     // how far the loop's beginning misses the last sample heard
	made   int     // samples invented since the last true one

	voiced float64 // how much of the voice was pitch, 0 to 1
	breath noise   // the rest of it
	room   room    // what is heard behind the voice

	back *Concealer // hears what follows a loss, from its end to its beginning
}

// noise is one that is being made.
type noise struct {
	shape noiseShape
	gain  float64
	hiss  hiss
}

func (n *noise) become(s noiseShape) { n.shape, n.gain = s, s.excitation() }

func (n *noise) next() float64 { return n.hiss.next(n.gain, &n.shape) }

// Join mends what was invented last in view of the voice that follows it: what went
// on from the past fades into what the future would have come from. Heard must come
// next, with that voice, which then needs no blending.
func (c *Concealer) Join(invented, future []int16) {
	if len(future) < c.span(joinSpan) || len(invented) == 0 {
		return
	}
	c.back.recall(future)
	for i := range invented {
		at := len(invented) - 1 - i
		invented[at] = fade(c.back.invent(), invented[at], i+1, len(invented)+1)
	}
	c.remember(invented)
	c.made = 0
}

// recall is to hear a voice from its end to its beginning.
func (c *Concealer) recall(future []int16) {
	n := min(len(future), len(c.past))
	clear(c.past)
	for i, v := range future[:n] {
		c.past[len(c.past)-1-i] = v
	}
	c.made = 0
	c.analyse()
}

// Lengths in milliseconds.
const (
	pastSpan   = 40
	matchSpan  = 10 // how much of the past must repeat itself
	joinSpan   = 18 // how little of the future tells where it came from
	lagLow     = 2.5
	lagHigh    = 16
	loopLeast  = 10 // shorter loops sound like a beep
	colourSpan = 20 // of which a hiss has its colour
	breathSpan = 2.5
	blendSpan  = 5
	settleSpan = 1  // in which offset dies away
	holdSpan   = 30 // the loss from which on the voice fades
	fadeSpan   = 70 // and how long that takes
)

// A past that repeats itself less than hoarse has no pitch, more than ringing nothing
// else.
const (
	hoarse  = 0.2
	ringing = 0.6
)

// NewConcealer makes a concealer for voice of rate Hz.
func NewConcealer(rate int) *Concealer {
	c := newConcealer(rate)
	c.back = newConcealer(rate)
	return c
}

func newConcealer(rate int) *Concealer {
	c := &Concealer{rate: rate}
	c.past = make([]int16, c.span(pastSpan))
	c.loop = make([]int16, 0, c.span(pastSpan))
	return c
}

// span is a length in samples.
func (c *Concealer) span(ms float64) int { return int(ms * float64(c.rate) / 1000) }

// Heard tells the concealer what was decoded, and blends its beginning with what
// was invented just before.
func (c *Concealer) Heard(pcm []int16) {
	c.room.hear(pcm)
	if c.made > 0 {
		n := min(c.span(blendSpan), len(pcm))
		for i := range n {
			pcm[i] = fade(c.invent(), pcm[i], i, n)
		}
		c.made = 0
	}
	c.remember(pcm)
}

// Conceal appends n invented samples.
func (c *Concealer) Conceal(dst []int16, n int) []int16 {
	if c.made == 0 {
		c.analyse()
	}
	from := len(dst)
	for range n {
		dst = append(dst, c.invent())
	}
	c.remember(dst[from:])
	return dst
}

// Beyond appends n samples of what would be invented next, and forgets them.
func (c *Concealer) Beyond(dst []int16, n int) []int16 {
	made := c.made
	for range n {
		dst = append(dst, c.invent())
	}
	c.made = made
	return dst
}

// remember keeps the end of what was played.
func (c *Concealer) remember(pcm []int16) {
	if over := len(pcm) - len(c.past); over > 0 {
		pcm = pcm[over:]
	}
	kept := copy(c.past, c.past[len(pcm):])
	copy(c.past[kept:], pcm)
}

// analyse finds out how the voice was before the loss.
func (c *Concealer) analyse() {
	width := c.span(matchSpan)
	lag, likeness := shift{
		at: len(c.past) - width, width: width, stride: max(1, c.rate/8000),
		low: c.span(lagLow), high: c.span(lagHigh), toPast: true,
	}.find(c.past)
	c.cutLoop(lag)
	c.voiced = min(max((likeness-hoarse)/(ringing-hoarse), 0), 1)
	if c.voiced < 1 {
		c.breath.become(noiseLike(c.past[len(c.past)-c.span(colourSpan):]))
	}
	c.room.noise.become(c.room.quiet)
}

// cutLoop cuts whole pitch periods off the end of the past. The loop's own end is
// blended into what came before its beginning, so that it closes.
func (c *Concealer) cutLoop(lag int) {
	length := lag
	for length < c.span(loopLeast) {
		length += lag
	}
	begin := len(c.past) - length
	c.loop = append(c.loop[:0], c.past[begin:]...)
	seam := lag / 4
	for i := range seam {
		at := length - seam + i
		c.loop[at] = fade(c.loop[at], c.past[begin-seam+i], i+1, seam)
	}
	c.offset = int(c.past[len(c.past)-1]) - int(c.past[begin-1])
}

// invent returns the next sample: pitch, breath, and behind them the room.
func (c *Concealer) invent() int16 {
	v := float64(c.loop[c.made%len(c.loop)])
	if rest := c.span(settleSpan) - c.made; rest > 0 {
		v += float64(c.offset * rest / c.span(settleSpan))
	}
	if c.voiced < 1 {
		v = c.breathe(v)
	}
	if hold, fall := c.span(holdSpan), c.span(fadeSpan); c.made > hold {
		left := float64(max(0, hold+fall-c.made)) / float64(fall)
		v = v*left + c.room.noise.next()*(1-left)
	}
	c.made++
	return clip(float32(v))
}

// breathe puts noise in the place of what is not pitch, from a few milliseconds on.
func (c *Concealer) breathe(v float64) float64 {
	pitch := c.voiced + (1-c.voiced)*max(0, 1-float64(c.made)/float64(c.span(breathSpan)))
	return pitch*v + math.Sqrt(1-pitch*pitch)*c.breath.next()
}

// room learns what is heard when nobody speaks: the quietest of what was decoded
// lately.
type room struct {
	quiet noiseShape
	floor float64 // mean square of it, rising slowly until something quieter comes
	noise noise
}

// floorRise lets the floor rise by 2 dB a second, with packets of 20 ms; loudestRoom
// is not exceeded by what is taken for one.
const (
	floorRise   = 1.01
	loudestRoom = 300.0 // RMS: -41 dBFS
)

func (r *room) hear(pcm []int16) {
	if len(pcm) == 0 {
		return
	}
	var sum int
	for _, s := range pcm {
		sum += int(s) * int(s)
	}
	mean := float64(sum) / float64(len(pcm))
	if r.floor *= floorRise; r.floor == 0 && mean > loudestRoom*loudestRoom || r.floor > 0 && mean > r.floor {
		return
	}
	r.floor = max(mean, 1)
	r.quiet = noiseLike(pcm)
}
