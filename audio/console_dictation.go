package audio

import (
	"errors"
	"sync"
	"time"
)

// Dictate records the microphone for at most so long, as parties would hear it; they
// do not hear her meanwhile, and Mute does not matter. It ends the dictation before.
// A nil sink only ends. The sink belongs to the console from now on: it is closed,
// and ended gets what became of it, in a goroutine of the console; ended may not
// call Close.
//
// Without a microphone for startsIn the dictation ends with ErrNoMicrophone, beside
// what was recorded until then.
func (c *Console) Dictate(sink Sink, most time.Duration, ended func(Recording, error)) {
	if sink == nil {
		c.dictaphone.set(nil)
		return
	}
	d := &dictation{sink: sink, left: frames(most), over: make(chan struct{})}
	finish := func(bool) {
		c.dictaphone.drop(d)
		kept, err := d.sink.Close()
		ended(kept, errors.Join(d.err, err))
	}
	if !c.afterwards(d.over, finish) {
		finish(true)
		return
	}
	c.dictaphone.set(d)
	c.need(0)
}

// ErrNoMicrophone ends a dictation. Its code is "sound.no-microphone".
var ErrNoMicrophone error = noMicrophone{}

type noMicrophone struct{}

func (noMicrophone) Error() string { return "audio: there is no microphone" }

// Code names the error for messages on screen.
func (noMicrophone) Code() string { return "sound.no-microphone" }

// dictation is one recording of the microphone.
type dictation struct {
	sink   Sink
	left   int // frames that may still be recorded
	missed int // frames in a row that no microphone brought
	err    error
	over   chan struct{} // closed when the sink is not written any more
}

// dictaphone records one dictation at a time. Its lock is held while a frame is
// written, which never waits.
type dictaphone struct {
	mu sync.Mutex
	at *dictation
}

// set ends the dictation in hand and begins another one, or none.
func (p *dictaphone) set(next *dictation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end()
	p.at = next
}

// drop makes sure that d is not written any more.
func (p *dictaphone) drop(d *dictation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at == d {
		p.at = nil
	}
}

func (p *dictaphone) end() {
	if p.at != nil {
		close(p.at.over)
		p.at = nil
	}
}

func (p *dictaphone) active() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at != nil
}

// take records a frame and reports whether there is a dictation; heard tells whether
// a microphone brought the frame. Before it does, nothing is recorded.
func (p *dictaphone) take(f Frame, heard bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.at
	if d == nil {
		return false
	}
	if !heard {
		if d.missed++; d.missed > frames(startsIn) {
			d.err = ErrNoMicrophone
			p.end()
		}
		return true
	}
	d.missed = 0
	d.sink.Write(f)
	if d.left--; d.left <= 0 {
		p.end()
	}
	return true
}
