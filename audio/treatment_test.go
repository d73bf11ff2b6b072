package audio_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"permanence/audio"
)

func TestHighPassIsSwitchedInMidCall(t *testing.T) {
	withConsole(t, func(b *bench, mic, _, _ *fakeDevice) {
		hum, voice := tone(50), tone(1000)
		mic.says = func(i int) int16 { return hum(i) + voice(i) }
		p := &talker{says: silent}
		defer b.Join(p)()
		b.pass(time.Second)
		p.take()
		for _, on := range []bool{true, false, true} {
			b.Treat(audio.Treatment{HighPass: on})
			b.pass(time.Second)
			switching := p.take()
			b.pass(time.Second)
			heard := p.take()
			if s := share(heard, 50); on != (s < 0.02) {
				t.Errorf("high-pass %t: the hum is %.3f of what is heard", on, s)
			}
			if jump := steepest(switching); jump > 3000 {
				t.Errorf("high-pass %t: a step of %d when it is switched", on, jump)
			}
		}
	})
}

// steepest is the largest step from one sample to the next.
func steepest(pcm []int16) int {
	most := 0
	for i := 1; i < len(pcm); i++ {
		most = max(most, int(math.Abs(float64(pcm[i])-float64(pcm[i-1]))))
	}
	return most
}

// With everything off, what the microphone brings is what a party hears.
func TestUntreatedVoicesPassBitByBit(t *testing.T) {
	withConsole(t, func(b *bench, mic, ear, _ *fakeDevice) {
		mic.says = func(i int) int16 { return int16(i % 30011) }
		p := &talker{says: mic.says}
		defer b.Join(p)()
		b.Treat(audio.Treatment{HighPass: true, Noise: true, Echo: true, Gain: true})
		b.pass(time.Second)
		b.Treat(audio.Treatment{})
		b.pass(time.Second)
		p.take()
		b.driver.take(ear)
		b.pass(time.Second)
		for who, heard := range map[string][]int16{"party": p.take(), "operator": b.driver.take(ear)} {
			for i := 1; i < len(heard); i++ {
				if step := int(heard[i]) - int(heard[i-1]); step != 1 && step != -30010 {
					t.Fatalf("the %s hears a step of %d at %d", who, step, i)
				}
			}
		}
	})
}

func TestAQuietCallerIsRaisedAndALoudOneIsNot(t *testing.T) {
	withConsole(t, func(b *bench, mic, ear, _ *fakeDevice) {
		mic.says = silent
		quiet := &talker{says: words(600, 250)}
		loud := &talker{says: words(1500, 6000)}
		defer b.Join(quiet)()
		defer b.Join(loud)()
		b.Treat(audio.Treatment{Gain: true})
		b.pass(15 * time.Second)
		b.driver.take(ear)
		b.pass(time.Second)
		heard := b.driver.take(ear)
		// The loud one is 27.6 dB louder, and should remain so by 9.6.
		ratio := 10 * math.Log10(share(heard, 1500)/share(heard, 600))
		if ratio < 8 || ratio > 13 {
			t.Errorf("the loud caller is %.1f dB louder than the quiet one", ratio)
		}
	})
}

// words is a tone that comes and goes as syllables do.
func words(hz, peak float64) func(i int) int16 {
	return func(i int) int16 {
		rise := 0.5 - 0.5*math.Cos(2*math.Pi*3*float64(i)/audio.Rate)
		return int16(peak * rise * math.Sin(2*math.Pi*hz*float64(i)/audio.Rate))
	}
}

// The microphone hears the earpiece. With the canceller a caller does not hear
// himself any more, and still hears the operator.
func TestACallerDoesNotHearHimself(t *testing.T) {
	withConsole(t, func(b *bench, mic, ear, _ *fakeDevice) {
		const late = 15 * audio.Rate / 1000
		speaks := silent
		mic.says = func(i int) int16 {
			v := speaks(i)
			if at := i - late; at >= 0 && at < len(ear.heard) {
				v += ear.heard[at] / 3
			}
			return v
		}
		hiss := rand.New(rand.NewPCG(1, 2))
		p := &talker{says: func(i int) int16 {
			return int16(3000 * hiss.NormFloat64() * (0.5 - 0.5*math.Cos(2*math.Pi*3*float64(i)/audio.Rate)))
		}}
		defer b.Join(p)()
		b.pass(3 * time.Second)
		p.take()
		b.pass(time.Second)
		before := loudness(p.take())
		b.Treat(audio.Treatment{Echo: true})
		b.pass(4 * time.Second)
		p.take()
		b.pass(time.Second)
		after := loudness(p.take())
		t.Logf("the caller hears himself at %.1f dBFS, and at %.1f dBFS with the canceller", before, after)
		if before-after < 15 {
			t.Errorf("the echo is %.1f dB lower, want 15", before-after)
		}
		b.driver.set(func() { speaks = tone(440) })
		b.pass(time.Second)
		wantTone(t, p.take(), 440)
	})
}

// loudness is the level of pcm in dBFS.
func loudness(pcm []int16) float64 {
	sum := 1.0
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return 10 * math.Log10(sum/float64(len(pcm))/(32767*32767))
}
