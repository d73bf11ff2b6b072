package audio

import (
	"math"
	"testing"
)

func TestSoftClip(t *testing.T) {
	for _, s := range []int32{0, 1, -1, 1000, -1000, knee, -knee} {
		if got := softClip(s); int32(got) != s {
			t.Errorf("%d became %d below the knee", s, got)
		}
	}
	previous := softClip(-10 * fullScale)
	for s := int32(-10 * fullScale); s < 10*fullScale; s++ {
		got := softClip(s)
		if got < previous || int32(got)-int32(previous) > 1 {
			t.Fatalf("the curve jumps from %d to %d at %d", previous, got, s)
		}
		if got != -softClip(-s) {
			t.Fatalf("the curve is not the same on both sides at %d", s)
		}
		previous = got
	}
	if top := softClip(math.MaxInt32); top < 32700 {
		t.Errorf("the loudest sum becomes %d, want nearly full scale", top)
	}
}

func TestMixerPassesOneVoiceUntouched(t *testing.T) {
	var m mixer
	in, out := make(Frame, FrameSize), make(Frame, FrameSize)
	for i := range in {
		in[i] = int16(i*137 - 32768)
	}
	m.reset()
	m.add(in)
	m.mix(out)
	for i := range in {
		if out[i] != in[i] {
			t.Fatalf("sample %d: %d became %d", i, in[i], out[i])
		}
	}
}

func TestMixerOfNobodyIsSilent(t *testing.T) {
	var m mixer
	out := make(Frame, FrameSize)
	out[7] = 1
	m.reset()
	m.mix(out)
	for i, s := range out {
		if s != 0 {
			t.Fatalf("sample %d is %d", i, s)
		}
	}
}

func TestMixerNeverWraps(t *testing.T) {
	var m mixer
	loud, out := make(Frame, FrameSize), make(Frame, FrameSize)
	for i := range loud {
		loud[i] = math.MinInt16
	}
	m.reset()
	for range 50 {
		m.add(loud)
	}
	m.mix(out)
	if out[0] > -32000 {
		t.Errorf("fifty loud voices became %d", out[0])
	}
}
