package audio

import (
	"math"
	"time"
)

// Signal is what the operator hears of the calls' situation.
type Signal string

// The signals of the desk. All but Ring are heard in the earpiece.
const (
	Silence    Signal = ""
	Ring       Signal = "ring"        // an incoming call, on the ringer
	SecondCall Signal = "second-call" // an incoming call while talking: soft, low, rare
	RingBack   Signal = "ring-back"   // an outgoing call rings at the other side
	BusyTone   Signal = "busy"        // an outgoing call was refused
)

// score is a signal written down: notes that come back after each period.
type score struct {
	period int // samples
	notes  []note
}

// note is one sound of a score. Lengths are in samples.
type note struct {
	at, length int
	rise, fall int // ramps at both ends, so that nothing clicks
	half       int // the sound halves each half samples, as a struck bar does; 0 holds it
	partials   []partial
}

// partial is one sine of a note.
type partial struct{ hz, peak float64 }

// The scores. Ring-back and busy are the French tones (440 Hz; 1.5 s in 5 s and
// 0.5 s in 1 s, ITU-T E.180 supplement 2), the ring keeps the French cadence with
// softer sounds.
var scores = map[Signal]*score{
	Ring:       ringScore(),
	SecondCall: secondCallScore(),
	RingBack:   steadyScore(1500*time.Millisecond, 5*time.Second),
	BusyTone:   steadyScore(500*time.Millisecond, time.Second),
}

// ringScore alternates two struck tones a third apart for 1.5 s.
func ringScore() *score {
	const high, low = 659.26, 523.25
	s := &score{period: samples(5 * time.Second)}
	for i := range 6 {
		hz := high
		if i%2 == 1 {
			hz = low
		}
		s.notes = append(s.notes, struck(time.Duration(i)*250*time.Millisecond, 250*time.Millisecond, hz, -12))
	}
	return s
}

// secondCallScore is two low, soft notes, then nothing for the rest of 5 s: the
// operator is listening to somebody.
func secondCallScore() *score {
	return &score{period: samples(5 * time.Second), notes: []note{
		struck(0, 300*time.Millisecond, 329.63, -34),
		struck(300*time.Millisecond, 400*time.Millisecond, 261.63, -34),
	}}
}

// steadyScore is 440 Hz during on, once in each period.
func steadyScore(on, period time.Duration) *score {
	ramp := samples(8 * time.Millisecond)
	return &score{period: samples(period), notes: []note{
		{length: samples(on), rise: ramp, fall: ramp, partials: []partial{{440, amplitude(-18)}}},
	}}
}

// struck is a note like a wooden bar's: a soft beginning, two overtones, a decay.
// level is the fundamental's peak in dBFS.
func struck(at, length time.Duration, hz, level float64) note {
	return note{
		at: samples(at), length: samples(length), half: samples(90 * time.Millisecond),
		rise: samples(6 * time.Millisecond), fall: samples(40 * time.Millisecond),
		partials: []partial{{hz, amplitude(level)}, {2 * hz, amplitude(level - 12)}, {4 * hz, amplitude(level - 20)}},
	}
}

func samples(d time.Duration) int { return int(d * Rate / time.Second) }

// amplitude turns a peak in dBFS into a sample value.
func amplitude(dbfs float64) float64 { return fullScale * math.Pow(10, dbfs/20) }

// addTo adds the part of the note that falls into a frame; from is where in the
// period the frame begins.
func (n *note) addTo(out *[FrameSize]float64, from int) bool {
	first, last := max(0, n.at-from), min(FrameSize, n.at+n.length-from)
	for i := first; i < last; i++ {
		out[i] += n.sample(from + i - n.at)
	}
	return first < last
}

// sample is the note's value t samples after its beginning.
func (n *note) sample(t int) float64 {
	var v float64
	for _, p := range n.partials {
		v += p.peak * math.Sin(2*math.Pi*p.hz*float64(t)/Rate)
	}
	v *= min(1, float64(t)/float64(n.rise), float64(n.length-t)/float64(n.fall))
	if n.half > 0 {
		v *= math.Exp2(-float64(t) / float64(n.half))
	}
	return v
}

// signalPlayer plays one signal at a time. It belongs to one goroutine.
type signalPlayer struct {
	playing Signal
	at      int // samples since the period began
	sum     [FrameSize]float64
}

// frame writes the next 10 ms of the wanted signal, and reports false when there
// is nothing to hear. A signal that is no longer wanted fades within this frame.
func (p *signalPlayer) frame(out Frame, want Signal) bool {
	if p.playing == Silence {
		p.playing, p.at = want, 0
	}
	sounding := p.render(out)
	if p.playing != want {
		fadeOut(out)
		p.playing = Silence
	}
	return sounding
}

// render computes the frame in hand and moves on.
func (p *signalPlayer) render(out Frame) (sounding bool) {
	s := scores[p.playing]
	if s == nil {
		return false
	}
	clear(p.sum[:])
	for i := range s.notes {
		if s.notes[i].addTo(&p.sum, p.at) {
			sounding = true
		}
	}
	for i, v := range p.sum {
		out[i] = int16(v)
	}
	p.at = (p.at + FrameSize) % s.period
	return sounding
}
