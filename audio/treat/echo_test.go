package treat_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"permanence/audio/treat"
)

// echoOf is what a microphone hears of a loudspeaker: late by the devices, and
// with the reflections of a room that fade by 60 dB in 150 ms. All together are
// loss dB quieter than what was played. drift is by how many millionths the
// microphone's clock is slower.
func echoOf(far []int16, delay, loss, drift float64) []int16 {
	r := rand.New(rand.NewPCG(9, 10))
	type reflection struct {
		at   int
		gain float64
	}
	paths := []reflection{{int(delay * rate / 1000), 1}}
	sum := 1.0
	for range 60 {
		late := r.ExpFloat64() * 0.02
		g := r.NormFloat64() * 0.5 * math.Pow(10, -3*late/0.15)
		paths = append(paths, reflection{int((delay/1000 + late) * rate), g})
		sum += g * g
	}
	out := make([]int16, len(far))
	scale := math.Pow(10, -loss/20) / math.Sqrt(sum)
	for i := range out {
		var v float64
		position := float64(i) * (1 - drift*1e-6)
		whole := int(position)
		part := position - float64(whole)
		for _, p := range paths {
			if n := whole - p.at; n >= 0 && n+1 < len(far) {
				v += p.gain * (float64(far[n])*(1-part) + float64(far[n+1])*part)
			}
		}
		out[i] = clip(v * scale)
	}
	return out
}

// conversation is three callers one after the other.
func conversation(t testing.TB, level float64) []int16 {
	var out []int16
	for _, who := range []string{"petit-ordonnance", "durand-succession", "roc-fuite"} {
		out = append(out, voice(t, who, 4, level)...)
	}
	return out
}

// loss is by how much a stage has lowered a level.
func loss(before, after []int16, begin, end float64) float64 {
	return rms(between(before, begin, end)) - rms(between(after, begin, end))
}

// The caller speaks, the operator listens: how much of the echo is gone (ERLE,
// ITU-T G.168) around 2, 5 and 10 s. The room's noise is 38 dB below the echo that
// is 10 dB below the voice, so that there is nothing more to gain. A drift between
// the clocks is what the reference takes away before (see package audio); here is
// how the stage bears one that nobody took away.
func TestEchoFarEndOnly(t *testing.T) {
	far := conversation(t, -22)
	noise := room(12, -72)
	for _, c := range []struct {
		delay, loss, drift float64
		overdriven         bool
		at2, at5, at10     float64 // at least
	}{
		{delay: 20, loss: 10, at2: 30, at5: 33, at10: 33},
		{delay: 60, loss: 10, at2: 30, at5: 33, at10: 33},
		{delay: 100, loss: 10, at2: 30, at5: 33, at10: 33},
		{delay: 180, loss: 10, at2: 30, at5: 33, at10: 33},
		{delay: 60, loss: 0, at2: 15, at5: 30, at10: 35},
		{delay: 60, loss: 25, at2: 18, at5: 20, at10: 20},
		{delay: 60, loss: 10, drift: 20, at2: 25, at5: 20, at10: 17},
		{delay: 60, loss: 10, drift: 100, at2: 25, at5: 12, at10: 8},
		{delay: 60, loss: 10, overdriven: true, at2: 15, at5: 12, at10: 12},
	} {
		name := fmt.Sprintf("delay=%.0fms,loss=%.0fdB,drift=%.0fppm,overdriven=%t", c.delay, c.loss, c.drift, c.overdriven)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			played := far
			if c.overdriven {
				played = overdriven(far)
			}
			echo := add(echoOf(played, c.delay, c.loss, c.drift), noise)
			out := run(treat.NewEcho(), echo, far)
			at2, at5, at10 := loss(echo, out, 1.5, 2.5), loss(echo, out, 4, 5), loss(echo, out, 9, 10)
			t.Logf("ERLE %.1f dB at 2 s, %.1f dB at 5 s, %.1f dB at 10 s", at2, at5, at10)
			if at2 < c.at2 || at5 < c.at5 || at10 < c.at10 {
				t.Errorf("want %.0f, %.0f and %.0f", c.at2, c.at5, c.at10)
			}
		})
	}
}

// overdriven is a small loudspeaker that cannot follow the peaks.
func overdriven(pcm []int16) []int16 {
	out := make([]int16, len(pcm))
	for i, s := range pcm {
		out[i] = clip(6000 * math.Tanh(float64(s)/6000))
	}
	return out
}

// The operator speaks, the caller is silent or the line hisses: what she says is
// untouched, and so is what is played beside her.
func TestEchoNearEndOnly(t *testing.T) {
	speech := add(voice(t, "roc-devis", 10, -26), room(10, -65))
	for _, c := range []struct {
		name      string
		near, far []int16
		snr       float64
	}{
		{"silence, she speaks", speech, nil, 90},
		{"silence, music beside her", chord(10), nil, 90},
		{"noise, she speaks", speech, white(10, -70), 40},
		{"noise, digits are dialled", dialled(10), white(10, -70), 40},
	} {
		got := snr(c.near, run(treat.NewEcho(), c.near, c.far))
		t.Logf("far is %s: SNR to the original %.1f dB", c.name, got)
		if got < c.snr {
			t.Errorf("far is %s: SNR to the original %.1f dB, want %.0f", c.name, got, c.snr)
		}
	}
}

// Both talk, after the canceller has learned for 5 s, or from the first word on.
func TestEchoBothTalking(t *testing.T) {
	far := conversation(t, -22)
	for _, c := range []struct {
		begin, loss              float64
		snr, gain, level, pauses float64
	}{
		{0, 0, 7, 10, 1.5, 25},
		{0, 10, 10, 5, 1, 25},
		{0, 20, 11, -4, 1, 20},
		{5, 0, 11, 13, 1, 30},
		{5, 10, 16, 10, 0.5, 30},
		{5, 20, 20, 4, 0.3, 20},
	} {
		t.Run(fmt.Sprintf("from=%.0fs,loss=%.0fdB", c.begin, c.loss), func(t *testing.T) {
			t.Parallel()
			near := voice(t, "roc-devis", 12, -26)
			clear(near[:int(c.begin*rate)])
			in := add(add(near, echoOf(far, 60, c.loss, 0)), room(12, -72))
			out := run(treat.NewEcho(), in, far)
			speech, in, out := from(near, c.begin+1), from(in, c.begin+1), from(out, c.begin+1)
			before, after := snr(speech, in), snr(speech, out)
			level := activeLevelWhere(out, speech) - activeLevel(speech)
			pauses := pauseLevel(in, speech) - pauseLevel(out, speech)
			t.Logf("SNR of the near voice %.1f dB, was %.1f; level %+.1f dB; echo in its pauses %.1f dB less",
				after, before, level, pauses)
			if after < c.snr || after-before < c.gain || math.Abs(level) > c.level || pauses < c.pauses {
				t.Errorf("want SNR %.0f dB and %+.0f dB, level within %.1f dB, pauses %.0f dB less", c.snr, c.gain, c.level, c.pauses)
			}
		})
	}
}

// Nobody speaks: the noise of the room stays as it is, without holes.
func TestEchoLeavesTheRoom(t *testing.T) {
	in := room(10, -55)
	out := run(treat.NewEcho(), in, white(10, -75))
	change := rms(from(out, 2)) - rms(from(in, 2))
	t.Logf("the room's noise changes by %+.2f dB", change)
	if math.Abs(change) > 0.5 {
		t.Errorf("the room's noise changes by %+.2f dB", change)
	}
}

// After a long silence the canceller is neither slower nor worse.
func TestEchoAfterASilence(t *testing.T) {
	silence := make([]int16, 20*rate)
	speech := voice(t, "petit-ordonnance", 4, -22)
	far := slices.Concat(speech, silence, speech)
	echo := add(echoOf(far, 60, 10, 0), room(28, -72))
	out := run(treat.NewEcho(), echo, far)
	t.Logf("ERLE %.1f dB before 20 s of silence, %.1f dB in the second after", loss(echo, out, 3, 4), loss(echo, out, 24, 25))
	if after := loss(echo, out, 24, 25); after < 30 {
		t.Errorf("ERLE %.1f dB after 20 s of silence, want 30", after)
	}
	late := slices.Concat(silence, speech)
	echo = add(echoOf(late, 60, 10, 0), room(24, -72))
	out = run(treat.NewEcho(), echo, late)
	t.Logf("ERLE %.1f dB at 2 s after 20 s of silence", loss(echo, out, 21.5, 22.5))
	if after := loss(echo, out, 21.5, 22.5); after < 28 {
		t.Errorf("ERLE %.1f dB at 2 s after 20 s of silence, want 28", after)
	}
}

// The devices' delay jumps in mid-call.
func TestEchoFollowsAnotherDelay(t *testing.T) {
	far := conversation(t, -22)
	echo := echoOf(far, 60, 10, 0)
	copy(echo[8*rate:], echoOf(far, 90, 10, 0)[8*rate:])
	echo = add(echo, room(12, -72))
	out := run(treat.NewEcho(), echo, far)
	before, at, after := loss(echo, out, 7, 8), loss(echo, out, 8, 9), loss(echo, out, 10, 11)
	t.Logf("ERLE %.1f dB before, %.1f dB in the second of the jump, %.1f dB 2 s later", before, at, after)
	if after < 20 {
		t.Errorf("ERLE %.1f dB 2 s after the delay has changed, want 20", after)
	}
}
