package audio

import "testing"

// square is as loud as it can be: any sudden end of it is a click.
func square(n int) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = fullScale
	}
	return pcm
}

func TestAPortThatRunsDryFadesAndComesBack(t *testing.T) {
	p := NewPort(NewChime())
	var played []int16
	fill := func(n int) {
		pcm := make([]int16, n)
		p.Fill(pcm)
		played = append(played, pcm...)
	}
	fill(FrameSize) // nothing was brought yet
	for range 3 {
		p.Bring(square(700))
		fill(FrameSize)
		fill(2 * FrameSize)
	}
	p.Bring(square(700))
	fill(FrameSize)
	p.hush()
	fill(2 * FrameSize)
	last := played[0]
	for i, s := range played {
		if d := int(s) - int(last); d > fullScale/60 || d < -fullScale/60 {
			t.Fatalf("sample %d is %d after %d", i, s, last)
		}
		last = s
	}
	if last != 0 {
		t.Errorf("a hushed port ends at %d, want silence", last)
	}
}

func TestAClosedPortTakesNothing(t *testing.T) {
	more := NewChime()
	p := NewPort(more)
	p.hush()
	p.Deliver(square(FrameSize))
	if p.Depth() != 0 || len(more.C) != 0 {
		t.Errorf("%d samples were taken, and the console was woken %d times", p.Depth(), len(more.C))
	}
}

func TestAPortWakesTheConsoleWhenItIsNeeded(t *testing.T) {
	more := NewChime()
	woken := func() bool {
		n := len(more.C)
		for range n {
			<-more.C
		}
		return n > 0
	}
	out := NewPort(more)
	out.Bring(make([]int16, 2*FrameSize))
	out.Fill(make([]int16, FrameSize))
	if woken() {
		t.Error("a playback port woke the console with a frame in hand")
	}
	out.Fill(make([]int16, 1))
	if !woken() {
		t.Error("a playback port with less than a frame did not wake the console")
	}
	in := NewPort(more)
	in.Deliver(make([]int16, FrameSize-1))
	if woken() {
		t.Error("a capture port woke the console with less than a frame")
	}
	in.Deliver(make([]int16, 1))
	if !woken() {
		t.Error("a capture port with a frame did not wake the console")
	}
}
