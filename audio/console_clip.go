package audio

import (
	"sync"
	"time"
)

// Whisper plays a sound once in the operator's ear alone, at most WhisperLength of
// it; meanwhile she does not hear the parties. It ends the whisper before; nil only
// ends it. The source belongs to the console from now on.
func (c *Console) Whisper(src Source) {
	if src == nil {
		c.whisper.set(nil)
		return
	}
	c.whisper.set(&soundClip{src: src, left: frames(WhisperLength)})
	c.need(0)
}

// WhisperLength is how long parties may be kept waiting to be heard.
const WhisperLength = 3 * time.Second

// Listen plays a sound to the operator, softly while parties are joined, and ends
// the one before. ended is called, by a goroutine of the console, when it is over by
// itself; it may be nil, and may not call Close. A nil src only ends. The source
// belongs to the console from now on.
func (c *Console) Listen(src Source, ended func()) {
	if src == nil {
		c.listen.set(nil)
		return
	}
	next := &soundClip{src: src, left: frames(src.Length()) + 1, over: make(chan struct{})}
	c.listen.set(next)
	if ended != nil {
		c.afterwards(next.over, func(closing bool) {
			if !closing && next.whole {
				ended()
			}
		})
	}
	c.need(0)
}

// afterwards does something when over is closed, or when the console is closing. It
// reports false when that was closed before.
func (c *Console) afterwards(over <-chan struct{}, do func(closing bool)) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.running.Go(func() {
		select {
		case <-over:
			do(false)
		case <-c.quit:
			do(true)
		}
	})
	return true
}

func frames(d time.Duration) int { return int(d / FrameDuration) }

// soundClip is a sound that is played once in the ear.
type soundClip struct {
	src   Source
	left  int           // frames that may still be played
	over  chan struct{} // closed when it is over; nil when nobody wants to know
	whole bool          // it was over by itself; set before over is closed
}

// clipPlayer plays one clip at a time in the ear.
type clipPlayer struct {
	mu   sync.Mutex
	want *soundClip

	// Of the ear goroutine.
	playing *soundClip
	begun   bool
	waited  int // frames for which nobody would have heard it
}

// set makes the player play another clip, or none.
func (p *clipPlayer) set(next *soundClip) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish(p.want, false)
	p.want = next
}

// finish tells who waits for a clip that it is over; p.mu is held.
func (p *clipPlayer) finish(c *soundClip, whole bool) {
	if c == nil || c.over == nil {
		return
	}
	c.whole = whole
	close(c.over)
}

// active reports whether there is a clip to play.
func (p *clipPlayer) active() bool { return p.wanted() != nil }

func (p *clipPlayer) wanted() *soundClip {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.want
}

// done forgets a clip that is over by itself, unless another one was set meanwhile.
func (p *clipPlayer) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.want == p.playing {
		p.finish(p.want, true)
		p.want = nil
	}
	p.playing = nil
}

// frame writes the next 10 ms, and reports false when there is nothing to hear. A
// clip that is no longer wanted fades within this frame. heard tells whether an
// earpiece plays it: while one is being opened a clip does not begin, for the time
// that takes at most.
func (p *clipPlayer) frame(out Frame, heard bool) bool {
	want := p.wanted()
	if old := p.playing; old != want {
		fades := p.begun && old != nil && old.src.Next(out)
		p.playing, p.begun, p.waited = want, false, 0
		if fades {
			fadeOut(out)
			return true
		}
	}
	switch {
	case p.playing == nil:
		return false
	case !p.begun && !heard && p.waited < frames(startsIn):
		p.waited++
		return false
	}
	return p.advance(out)
}

// advance plays a frame of the clip in hand.
func (p *clipPlayer) advance(out Frame) bool {
	c := p.playing
	if c.left == 0 || !c.src.Next(out) {
		p.done()
		return false
	}
	if !p.begun {
		fadeIn(out)
		p.begun = true
	}
	if c.left--; c.left == 0 {
		fadeOut(out)
	}
	return true
}

// clipGains are how loud the parties and the clips are to each other now.
type clipGains struct{ parties, listen fader }

// aside is how much softer she listens to a sound while parties are joined: she
// still hears what it is, and hears them first.
const aside = 0.25 // -12 dB

// mixClips adds the clips to a frame of the ear that has the parties' voices.
func (c *Console) mixClips(e *earSide) {
	voice := e.voice[:]
	if c.listen.frame(voice, e.heard) {
		fadeTo(&e.gains.listen, voice, gainWhen(c.parties.count() > 0, aside))
		e.mix.add(voice)
	}
	whispers := c.whisper.frame(voice, e.heard)
	fadeTo(&e.gains.parties, e.mix.sum[:], gainWhen(c.whisper.active(), 0))
	if whispers {
		e.mix.add(voice)
	}
}

func gainWhen(lower bool, gain float64) float64 {
	if lower {
		return gain
	}
	return 1
}

// fader goes from one gain to another within a frame.
type fader struct{ loss float64 } // 1 - gain

func fadeTo[T int16 | int32](f *fader, pcm []T, gain float64) {
	loss := 1 - gain
	if loss == f.loss && loss == 0 {
		return
	}
	step := (loss - f.loss) / float64(len(pcm))
	for i, s := range pcm {
		f.loss += step
		pcm[i] = T(float64(s) * (1 - f.loss))
	}
	f.loss = loss
}
