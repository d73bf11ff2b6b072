package audio

// Concealer invents voice for packets that were lost, for codecs that cannot do
// it themselves: it goes on with the last pitch periods, fades them when the loss
// lasts, and blends into the true voice when it is back. It works at the codec's
// own rate and belongs to one goroutine.
type Concealer struct {
	rate   int
	past   []int16 // the last pastSpan of what was played
	loop   []int16 // what is repeated
	offset int     // how far the loop's beginning misses the last sample heard
	made   int     // samples invented since the last true one
}

// Lengths in milliseconds.
const (
	pastSpan   = 40
	matchSpan  = 10 // how much of the past must repeat itself
	lagLow     = 2.5
	lagHigh    = 16
	loopLeast  = 10 // shorter loops sound like a beep
	blendSpan  = 5
	settleSpan = 1  // in which offset dies away
	holdSpan   = 40 // the loss from which on the voice fades
	fadeSpan   = 60 // and how long that takes
)

// NewConcealer makes a concealer for voice of rate Hz.
func NewConcealer(rate int) *Concealer {
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
		c.findLoop()
	}
	from := len(dst)
	for range n {
		dst = append(dst, c.invent())
	}
	c.remember(dst[from:])
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

// findLoop cuts whole pitch periods off the end of the past. The loop's own end
// is blended into what came before its beginning, so that it closes.
func (c *Concealer) findLoop() {
	width := c.span(matchSpan)
	lag, _ := shift{
		at: len(c.past) - width, width: width, stride: max(1, c.rate/8000),
		low: c.span(lagLow), high: c.span(lagHigh), toPast: true,
	}.find(c.past)
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

// invent returns the next sample of the loop, as loud as it may still be.
func (c *Concealer) invent() int16 {
	v := int(c.loop[c.made%len(c.loop)])
	if rest := c.span(settleSpan) - c.made; rest > 0 {
		v += c.offset * rest / c.span(settleSpan)
	}
	hold, fall := c.span(holdSpan), c.span(fadeSpan)
	if c.made > hold {
		v = v * max(0, hold+fall-c.made) / fall
	}
	c.made++
	return int16(min(max(v, -fullScale), fullScale))
}
