package device

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"permanence/audio"
)

// pair is one port served in Go and one served in C, which are to be told apart by
// nothing but their time.
type pair struct {
	t         *testing.T
	inGo, inC *audio.Port
}

func newPair(t *testing.T) *pair {
	p := &pair{t: t, inGo: audio.NewPort(audio.NewChime()), inC: audio.NewPort(audio.NewChime())}
	return p
}

// age lets both devices have begun long ago, so that their calls count.
func (p *pair) age() {
	for _, m := range []*audio.PortMemory{p.inGo.Memory(), p.inC.Memory()} {
		m.First -= int64(200 * time.Millisecond)
	}
}

// same compares all that the two memories hold.
func (p *pair) same(step int) {
	p.t.Helper()
	g, c := p.inGo.Memory(), p.inC.Memory()
	if !slices.Equal(g.PCM[:], c.PCM[:]) {
		p.t.Fatalf("step %d: the samples differ", step)
	}
	if got, want := counts(c), counts(g); got != want {
		p.t.Fatalf("step %d: in C %+v, in Go %+v", step, got, want)
	}
}

// counts are the numbers of a memory but the times.
func counts(m *audio.PortMemory) [11]int64 {
	return [11]int64{
		int64(m.Written.Load()), int64(m.Taken.Load()), int64(m.Calls.Load()), m.Size.Load(), m.Largest.Load(),
		int64(m.Missed.Load()), int64(m.Tight.Load()), int64(m.Late.Load()), int64(m.Held), int64(m.Offset), int64(m.Dry),
	}
}

// bring is the console's side of a playback port, on both.
func (p *pair) bring(pcm []int16) { p.inGo.Bring(pcm); p.inC.Bring(pcm) }

// take is the console's side of a capture port, on both.
func (p *pair) take(n int) { p.inGo.Take(make([]int16, n)); p.inC.Take(make([]int16, n)) }

// noise is loud and full of jumps, with both extremes.
func noise(r *rand.Rand, n int) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(r.Uint32())
	}
	return pcm
}

func TestADeviceThreadInCDoesWhatGoDoes(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		playback, capture := newPair(t), newPair(t)
		for step := range 500 {
			n := r.IntN(3000)
			playback.bring(noise(r, r.IntN(3000)))
			out, outC := make([]int16, n), make([]int16, n)
			playback.inGo.Fill(out)
			serve(playback.inC.Memory(), outC, nil)
			if !slices.Equal(out, outC) {
				t.Fatalf("seed %d, step %d: other samples are played", seed, step)
			}
			in := noise(r, n)
			capture.inGo.Deliver(in)
			serve(capture.inC.Memory(), nil, in)
			capture.take(r.IntN(3000))
			if step == 0 {
				playback.age()
				capture.age()
			}
			playback.same(step)
			capture.same(step)
			if step == 480 {
				for _, p := range []*audio.Port{playback.inGo, playback.inC, capture.inGo, capture.inC} {
					p.Memory().Closed.Store(1)
				}
			}
		}
		if m := playback.inC.Memory(); m.Missed.Load() == 0 || m.Held != 0 || m.Offset != 0 {
			t.Errorf("seed %d: %d underruns, and after it was closed %d is held", seed, m.Missed.Load(), m.Held)
		}
	}
}

// TestAPortIsWatchedWhoseBellIsOfGo rings nothing: that the device calls is seen.
func TestAPortIsWatchedWhoseBellIsOfGo(t *testing.T) { hear(t, audio.NewChime()) }

// hear lets a device call a hundred times, and hears each call.
func hear(t *testing.T, b audio.Bell) {
	t.Helper()
	p := audio.NewPort(b)
	w := tie(p)
	defer w.end()
	frame := make([]int16, audio.FrameSize)
	for range 100 {
		serve(p.Memory(), frame, nil)
		b.Wait(-1)
	}
}

func TestACallThatComesLateIsCounted(t *testing.T) {
	p := newPair(t).inC
	frame := make([]int16, audio.FrameSize)
	serve(p.Memory(), frame, nil)
	m := p.Memory()
	m.First -= int64(4 * time.Second)
	for _, gap := range []time.Duration{0, 50 * time.Millisecond, 19 * time.Millisecond, 300 * time.Millisecond} {
		m.Last -= int64(gap)
		serve(m, frame, nil)
	}
	if late, worst := m.Late.Load(), time.Duration(m.Worst.Load()); late < 2 || worst < 300*time.Millisecond || worst > time.Minute {
		t.Errorf("%d late calls, the worst after %v", late, worst)
	}
}
