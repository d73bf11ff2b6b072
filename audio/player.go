package audio

// player turns decisions of the jitter buffer into voice. It belongs to the
// goroutine that pulls.
type player struct {
	dec    Decoder
	buf    []int16 // what was played, then what is ready
	pos    int     // where ready begins; stretchHigh samples or more lie before
	spare  []byte
	rested int // samples pulled since the last stretch
	meter  meter
	pause  comfort
	paused bool // what was made last is a pause's noise
	room   room // what a pause sounds like that nobody describes
	empty  int  // samples of such a pause until now
}

// longestPause is how long the room is heard when nothing comes: longer than anybody
// pauses, but a line that is dead for long should sound so.
const longestPause = 10 * Rate

// Stretching has its pace: at most one seam in 40 ms, or in 20 ms when far too
// much waits. An excess below minExcess is none.
const (
	stretchPace = 4 * FrameSize
	minExcess   = stretchLow
	pressing    = 6 * FrameSize
	desperate   = 15 * FrameSize
)

func newPlayer(dec Decoder) *player {
	return &player{dec: dec, buf: make([]int16, stretchHigh, Rate/2), pos: stretchHigh}
}

// ready is how many samples can be pulled.
func (p *player) ready() int { return len(p.buf) - p.pos }

// compact drops what was played long ago.
func (p *player) compact() {
	if p.pos < Rate/10 {
		return
	}
	from := p.pos - stretchHigh
	p.buf = p.buf[:copy(p.buf, p.buf[from:])]
	p.pos = stretchHigh
}

// perform does what was decided and returns how many samples were decoded, or
// false when the payload is not of the codec.
func (p *player) perform(d decision, unit int) (decoded int, ok bool) {
	if d.action != soothe && d.action != rest {
		p.paused, p.empty = false, 0
	}
	switch {
	case d.action == soothe:
		p.soothe(d.noise)
	case d.action == rest:
		p.rest(d.n)
	case d.n > 0:
		p.buf = p.dec.Conceal(p.buf, d.n, d.payload)
	}
	if d.action != play {
		return 0, true
	}
	p.spare = d.payload
	from := len(p.buf)
	buf, err := p.dec.Decode(p.buf, d.payload)
	decoded = len(buf) - from
	if err != nil || decoded <= 0 {
		p.buf = p.dec.Conceal(p.buf, unit, nil)
		return 0, false
	}
	p.buf = buf
	p.notice(buf[from:])
	return decoded, true
}

// notice lets the room be learned, at the rate at which noise is made: the mean of six
// samples is good enough for that.
func (p *player) notice(voice []int16) {
	const step = Rate / noiseRate
	var narrow [noiseRate / 50]int16
	n := min(len(narrow), len(voice)/step)
	for i := range n {
		sum := 0
		for _, s := range voice[i*step:][:step] {
			sum += int(s)
		}
		narrow[i] = int16(sum / step)
	}
	p.room.hear(narrow[:n])
}

// rest makes n samples of a pause that nobody describes: the room that was heard
// before, for a while.
func (p *player) rest(n int) {
	if p.empty += n; p.room.quiet.rms > 0 && p.empty <= longestPause {
		p.soothe(p.room.quiet)
		return
	}
	p.paused = false
	p.buf = append(p.buf, make([]int16, n)...)
}

// soothe makes the next 10 ms of a pause.
func (p *player) soothe(s noiseShape) {
	if !p.paused {
		p.pause.begin(s)
	}
	p.paused = true
	p.buf = p.pause.frame(p.buf, s)
}

// stretch brings the depth nearer to the target by excess samples at most.
func (p *player) stretch(excess int) {
	switch {
	case excess >= minExcess && p.rested >= p.pace(excess) && p.ready() >= stretchNeeds(excess):
		p.seam(shorten(p.buf, p.pos, excess, p.demand(excess)))
	case excess < 0 && p.rested >= stretchPace && p.ready() >= stretchBlend:
		p.seam(lengthen(p.buf, p.pos, FrameSize-excess-1, p.demand(-excess)))
	}
}

// seam moves the playing point.
func (p *player) seam(pos int) {
	if pos != p.pos {
		p.pos, p.rested = pos, 0
	}
}

// pace is how long a seam must be away from the one before.
func (p *player) pace(excess int) int {
	if excess > pressing {
		return stretchPace / 2
	}
	return stretchPace
}

// demand is the likeness that a seam must have.
func (p *player) demand(amount int) float64 {
	switch {
	case amount > desperate:
		return -1
	case amount > pressing || amount >= FrameSize && p.rested > Rate/2:
		return audible
	}
	return seamless
}

// deliver moves ready samples into the frame.
func (p *player) deliver(f Frame) {
	p.pos += copy(f, p.buf[p.pos:])
	p.rested += len(f)
}
