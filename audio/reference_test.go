package audio

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"permanence/audio/treat"
)

// twoDevices are an earpiece and a microphone, each on a clock of its own, in the
// test's time.
type twoDevices struct {
	ppm    float64       // by how much the earpiece is faster
	jitter time.Duration // by how much calls are late at most
	echo   time.Duration // after a sample was written
	random *rand.Rand
	voice  []int16
	far    *reference
	wrote  int // frames
	heard  int
}

func newTwoDevices(ppm float64, jitter time.Duration) *twoDevices {
	return &twoDevices{
		ppm: ppm, jitter: jitter, echo: 45 * time.Millisecond,
		random: rand.New(rand.NewPCG(11, 12)), voice: babbling(10), far: newReference(),
	}
}

// babbling is noise with the spectrum and the rhythm of a voice.
func babbling(seconds int) []int16 {
	r := rand.New(rand.NewPCG(13, 14))
	out := make([]int16, seconds*Rate)
	var a, b, syllable float64
	for i := range out {
		a += (r.NormFloat64() - a) * 0.15
		b += (a - b) * 0.15
		if i%(Rate/5) == 0 {
			syllable = r.Float64()
		}
		out[i] = int16(20000 * b * syllable * math.Sin(math.Pi*float64(i%(Rate/5))/(Rate/5)))
	}
	return out
}

func (d *twoDevices) late() time.Duration { return time.Duration(d.random.Int64N(int64(d.jitter) + 1)) }

// frameOf is a frame of the voice, which is said again and again.
func (d *twoDevices) frameOf(n int) Frame {
	at := n * FrameSize % len(d.voice)
	return d.voice[at : at+FrameSize]
}

// sampleAt is the voice between two samples.
func (d *twoDevices) sampleAt(at float64) float64 {
	if at < 1 {
		return 0
	}
	k := int(at)
	p := [4]int16{}
	for i := range p {
		p[i] = d.voice[(k-1+i)%len(d.voice)]
	}
	return float64(between(p[:], float32(at-float64(k))))
}

// hear returns the microphone's next frame, with what the reference says at its
// side. It is complete at its true time, and the program gets it later.
func (d *twoDevices) hear(near, far Frame) {
	d.heard++
	complete := time.Duration(d.heard) * FrameDuration
	now := complete + d.late()
	perFrame := time.Duration(float64(FrameDuration) / (1 + d.ppm*1e-6))
	for due := time.Duration(d.wrote) * perFrame; due <= now-d.jitter; due = time.Duration(d.wrote) * perFrame {
		d.far.write(d.frameOf(d.wrote), due+d.late())
		d.wrote++
	}
	d.far.read(far, now)
	for i := range near {
		t := complete.Seconds() - float64(FrameSize-1-i)/Rate
		at := (t - d.echo.Seconds()) * Rate * (1 + d.ppm*1e-6)
		near[i] = int16(0.4*d.sampleAt(at) - 0.2*d.sampleAt(at-100) + 0.1*d.sampleAt(at-700))
	}
}

// A canceller behind the reference is in the end as good on two clocks as on one,
// whatever the scheduler does to the calls.
func TestReferenceOfTwoClocks(t *testing.T) {
	for _, c := range []struct {
		ppm    float64
		jitter time.Duration
	}{{0, 4 * time.Millisecond}, {-100, 0}, {100, 4 * time.Millisecond}} {
		t.Run(fmt.Sprintf("%+.0fppm,%v", c.ppm, c.jitter), func(t *testing.T) {
			t.Parallel()
			d, stage := newTwoDevices(c.ppm, c.jitter), treat.NewEcho()
			first, _, last := d.loss(stage), d.loss(stage), d.loss(stage)
			t.Logf("ERLE %.1f dB in the first 10 s, %.1f dB in the third", first, last)
			if first < 12 || last < 33 {
				t.Errorf("want 12 and 33 dB")
			}
		})
	}
}

// loss is what a stage takes of the echo in the next 10 s, in dB.
func (d *twoDevices) loss(stage treat.Stage) float64 {
	near, far := make(Frame, FrameSize), make(Frame, FrameSize)
	var before, after float64
	for range 1000 {
		d.hear(near, far)
		before += energy(near)
		stage.Process(near, far)
		after += energy(near)
	}
	return 10 * math.Log10(before/(after+1))
}

// An earpiece that stops, or is another one, leaves silence and no old sound.
func TestReferenceOfAnEarpieceThatStops(t *testing.T) {
	r := newReference()
	loud, f := make(Frame, FrameSize), make(Frame, FrameSize)
	for i := range loud {
		loud[i] = 10000
	}
	now := time.Second
	play := func(frames int, writes bool) {
		for range frames {
			if writes {
				r.write(loud, now)
			}
			r.read(f, now)
			now += FrameDuration
		}
	}
	for range 3 {
		play(50, true)
		if f[0] == 0 {
			t.Fatal("silence while the earpiece plays")
		}
		play(20, false)
		if energy(f) != 0 || r.ring.depth() != 0 {
			t.Fatal("an old sound while the earpiece plays nothing")
		}
	}
}

func energy(f Frame) (sum float64) {
	for _, s := range f {
		sum += float64(s) * float64(s)
	}
	return sum
}
