package treat_test

import (
	"math"
	"slices"
	"testing"

	"permanence/audio/treat"
)

// stages are all there are.
var stages = []struct {
	name string
	make func() treat.Stage
}{
	{"high-pass", func() treat.Stage { return treat.NewHighPass() }},
	{"noise", func() treat.Stage { return treat.NewNoise() }},
	{"echo", func() treat.Stage { return treat.NewEcho() }},
	{"gain", func() treat.Stage { return treat.NewGain() }},
}

func TestTheEmptyChainChangesNothing(t *testing.T) {
	in := white(1, -20)
	if out := run(treat.Chain(nil), in, in); !slices.Equal(in, out) {
		t.Error("a chain without stages changes the voice")
	}
}

// Whatever comes, a stage stays in its bounds, and forgets it: afterwards a voice
// passes as it would have.
func TestStagesSurviveBadSounds(t *testing.T) {
	square := make([]int16, 2*rate)
	for i := range square {
		square[i] = -32768
		if i/55%2 == 0 {
			square[i] = 32767
		}
	}
	click := make([]int16, 2*rate)
	click[rate] = -32768
	for _, bad := range []struct {
		name      string
		near, far []int16
	}{
		{"square waves", square, square},
		{"a square wave and silence", square, make([]int16, 2*rate)},
		{"a steady -32768", slices.Repeat([]int16{-32768}, 2*rate), slices.Repeat([]int16{-32768}, 2*rate)},
		{"silence", make([]int16, 2*rate), square},
		{"a click", click, click},
		{"noise at full scale", white(2, -3), white(2, 0)},
	} {
		for _, s := range stages {
			speech := voice(t, "roc-devis", 10, -26)
			stage := s.make()
			run(stage, bad.near, bad.far)
			out := run(stage, speech, nil)
			change := activeLevelWhere(from(out, 5), from(speech, 5)) - activeLevel(from(speech, 5))
			if math.IsNaN(change) || math.Abs(change) > 1.5 {
				t.Errorf("%s after %s: speech changes by %.1f dB", s.name, bad.name, change)
			}
		}
	}
}

func TestStagesDoNotAllocate(t *testing.T) {
	near, far := voice(t, "roc-devis", 4, -26), voice(t, "petit-enfant", 4, -26)
	for _, s := range stages {
		stage, at := s.make(), 0
		n := testing.AllocsPerRun(300, func() {
			stage.Process(near[at:at+frame], far[at:at+frame])
			at += frame
		})
		if n != 0 {
			t.Errorf("%s: %.1f allocations per frame", s.name, n)
		}
	}
}

// BenchmarkStage is what 10 ms cost; 1 % of a core is 100 µs.
func BenchmarkStage(b *testing.B) {
	near, far := voice(b, "roc-devis", 4, -26), voice(b, "petit-enfant", 4, -26)
	for _, s := range stages {
		b.Run(s.name, func(b *testing.B) {
			stage, at := s.make(), 0
			f := make([]int16, frame)
			b.ReportAllocs()
			for b.Loop() {
				copy(f, near[at:at+frame])
				stage.Process(f, far[at:at+frame])
				at = (at + frame) % len(near)
			}
		})
	}
}

// Digital silence after a voice must not cost more: numbers that are nearly nothing
// do on many processors.
func BenchmarkStageInSilence(b *testing.B) {
	for _, s := range stages {
		b.Run(s.name, func(b *testing.B) {
			stage := s.make()
			run(stage, voice(b, "roc-devis", 2, -26), voice(b, "petit-enfant", 2, -26))
			f, far := make([]int16, frame), make([]int16, frame)
			for range 2000 {
				clear(f)
				stage.Process(f, far)
			}
			for b.Loop() {
				clear(f)
				stage.Process(f, far)
			}
		})
	}
}
