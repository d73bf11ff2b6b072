package audio

import (
	"fmt"
	"testing"
	"time"
)

// babble is a party that costs nothing by itself.
type babble struct{ frame [FrameSize]int16 }

func (b *babble) Hear(mic Frame)  { copy(b.frame[:], mic) }
func (b *babble) Speak(ear Frame) { copy(ear, b.frame[:]) }

// stillConsole is a console whose goroutines do not run, so that a benchmark can.
func stillConsole(parties int) *Console {
	c := &Console{clock: newClock(), loop: newLoopback()}
	silence := Silence
	c.signal.Store(&silence)
	for range parties {
		p := &babble{}
		for i := range p.frame {
			p.frame[i] = int16(i * 40)
		}
		c.parties.join(p)
	}
	return c
}

func BenchmarkConsoleMix(b *testing.B) {
	for _, parties := range []int{1, 4} {
		b.Run(fmt.Sprintf("parties=%d", parties), func(b *testing.B) {
			c, e := stillConsole(parties), &earSide{}
			b.ReportAllocs()
			for b.Loop() {
				c.mixEar(e, time.Second)
			}
		})
	}
}

func BenchmarkConsoleMixWithRing(b *testing.B) {
	c, e := stillConsole(1), &earSide{}
	ring := Ring
	c.signal.Store(&ring)
	c.ringInEar.Store(true)
	b.ReportAllocs()
	for b.Loop() {
		c.mixEar(e, time.Second)
	}
}

func BenchmarkConsoleHear(b *testing.B) {
	for _, parties := range []int{1, 4} {
		b.Run(fmt.Sprintf("parties=%d", parties), func(b *testing.B) {
			c, m := stillConsole(parties), &micSide{}
			b.ReportAllocs()
			for b.Loop() {
				c.hearMic(m, time.Second)
			}
		})
	}
}

// The hot path must not allocate: a collection in the middle of a frame is heard.
func TestConsoleDoesNotAllocatePerFrame(t *testing.T) {
	c := stillConsole(4)
	e, m := &earSide{}, &micSide{}
	ring := Ring
	c.signal.Store(&ring)
	c.ringInEar.Store(true)
	c.loop.start(0, time.Hour)
	out, in := newOutlet(NewChime()), newInlet(NewChime())
	c.ear.Store(out)
	c.mic.Store(in)
	pcm := make([]int16, FrameSize)
	n := testing.AllocsPerRun(1000, func() {
		in.Deliver(pcm)
		c.serveMic(m, c.clock.now())
		out.Fill(pcm)
		c.serveEar(e, c.clock.now())
	})
	if n != 0 {
		t.Errorf("%.1f allocations per frame", n)
	}
}
