package audio

import (
	"sync"
	"sync/atomic"
	"time"

	"permanence/audio/treat"
)

// treating is what is done to voices now. The desk sets it; the voice goroutines
// look at each frame and never wait.
type treating struct {
	mu    sync.Mutex // of those who set it
	is    Treatment
	gain  atomic.Bool                 // of each party
	echo  atomic.Bool                 // far is used
	chain atomic.Pointer[treat.Chain] // of the microphone; nil changes nothing
	far   *reference                  // what the earpiece plays
}

// Treat switches what is done to voices, at once: the microphone by a cross-fade, a
// raised caller by a step. If any stage of the microphone is switched, all of them
// begin to learn anew.
func (c *Console) Treat(t Treatment) {
	c.treating.mu.Lock()
	defer c.treating.mu.Unlock()
	was := c.treating.is
	c.treating.is = t
	c.treating.gain.Store(t.Gain)
	t.Gain, was.Gain = false, false
	if t == was {
		return
	}
	c.treating.echo.Store(t.Echo)
	c.treating.chain.Store(t.microphone())
}

// microphone lines up the stages of a microphone: what must not be learned from is
// taken first, and the echo before the noise, since only the untouched echo is like
// what the earpiece played.
func (t Treatment) microphone() *treat.Chain {
	var chain treat.Chain
	if t.HighPass {
		chain = append(chain, treat.NewHighPass())
	}
	if t.Echo {
		chain = append(chain, treat.NewEcho())
	}
	if t.Noise {
		chain = append(chain, treat.NewNoise())
	}
	return &chain
}

// played tells what went to the earpiece.
func (t *treating) played(f Frame, now time.Duration) {
	if t.echo.Load() {
		t.far.write(f, now)
	}
}

// micTreatment is the microphone's side of it. It belongs to the mic goroutine.
type micTreatment struct {
	chain *treat.Chain
	far   [FrameSize]int16
	old   [FrameSize]int16
}

// process treats a frame of the microphone.
func (m *micTreatment) process(t *treating, f Frame, now time.Duration) {
	if t.echo.Load() {
		t.far.read(m.far[:], now)
	}
	next := t.chain.Load()
	if next == m.chain {
		m.run(m.chain, f)
		return
	}
	copy(m.old[:], f)
	m.run(m.chain, m.old[:])
	m.run(next, f)
	m.chain = next
	crossFade(f, m.old[:])
}

func (m *micTreatment) run(c *treat.Chain, f Frame) {
	if c != nil {
		c.Process(f, m.far[:])
	}
}

// crossFade goes over from old to f within f.
func crossFade(f, old Frame) {
	fadeIn(f)
	fadeOut(old)
	for i, s := range old[:len(f)] {
		f[i] = clip(float32(f[i]) + float32(s))
	}
}
