package audiotest

import (
	"fmt"
	"math"
	"sync"
	"time"

	"permanence/audio"
)

// Person is a party that speaks one tone and remembers the last second of what
// it hears. It can be joined to a console, and its two halves may be called from
// different goroutines.
type Person struct {
	Hz float64

	speaking sync.Mutex
	speaker  *Speaker

	hearing sync.Mutex
	heard   []int16
	waiters []waiter
	total   int
}

var _ audio.Party = (*Person)(nil)

// waiter waits until so many samples were heard.
type waiter struct {
	until int
	done  chan struct{}
}

// NewPerson is a person who speaks a tone of hz at the level Voice.
func NewPerson(hz float64) *Person {
	return &Person{Hz: hz, speaker: NewSpeaker(Tone{hz, Voice})}
}

// Speak implements audio.Party.
func (p *Person) Speak(ear audio.Frame) {
	p.speaking.Lock()
	defer p.speaking.Unlock()
	p.speaker.Speak(ear)
}

// Hear implements audio.Party.
func (p *Person) Hear(mic audio.Frame) {
	p.hearing.Lock()
	defer p.hearing.Unlock()
	p.heard = append(p.heard, mic...)
	if over := len(p.heard) - audio.Rate; over > 0 {
		p.heard = append(p.heard[:0], p.heard[over:]...)
	}
	p.total += len(mic)
	kept := p.waiters[:0]
	for _, w := range p.waiters {
		if p.total < w.until {
			kept = append(kept, w)
			continue
		}
		close(w.done)
	}
	p.waiters = kept
}

// Heard is what the person heard in the last second, or less.
func (p *Person) Heard() []int16 {
	p.hearing.Lock()
	defer p.hearing.Unlock()
	return append([]int16(nil), p.heard...)
}

// After is closed when the person has heard d more than until now.
func (p *Person) After(d time.Duration) <-chan struct{} {
	p.hearing.Lock()
	defer p.hearing.Unlock()
	w := waiter{until: p.total + int(d*audio.Rate/time.Second), done: make(chan struct{})}
	p.waiters = append(p.waiters, w)
	return w.done
}

// The levels between which nothing should be: a tone that is heard is louder
// than heard, one that is not is lower than unheard.
const (
	heard   = Voice - 8
	unheard = Voice - 38
)

// piece is 100 ms: in so short a time a tone that was stretched a little, to bring
// the clocks of two sound cards together, is as loud as it was.
const piece = audio.Rate / 10

// around is the mean level of a tone in pieces of pcm.
func around(pcm []int16, hz float64) float64 {
	if len(pcm) < piece {
		return Level(pcm, hz)
	}
	n, sum := 0, 0.0
	for at := 0; at+piece <= len(pcm); at += piece {
		n++
		sum += math.Pow(10, Level(pcm[at:at+piece], hz)/10)
	}
	return 10 * math.Log10(sum/float64(n))
}

// Check tells what is wrong with pcm if the tones in want must be heard, near the
// level Voice, and the ones in not must not: the sentence of a failing test.
func Check(pcm []int16, want, not []float64) error {
	for _, hz := range want {
		if l := around(pcm, hz); l < heard {
			return fmt.Errorf("%.0f Hz should be heard and has %.0f dBFS; there are %v", hz, l, Tones(pcm, unheard))
		}
	}
	for _, hz := range not {
		if l := Level(pcm, hz); l > unheard {
			return fmt.Errorf("%.0f Hz should not be heard and has %.0f dBFS; there are %v", hz, l, Tones(pcm, unheard))
		}
	}
	return nil
}
