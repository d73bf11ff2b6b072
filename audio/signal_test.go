package audio_test

import (
	"testing"
	"time"

	"permanence/audio"
)

func TestSignalsKeepTheirCadence(t *testing.T) {
	tests := []struct {
		signal     audio.Signal
		on, period time.Duration
		hz         float64 // 0 when it has several
	}{
		{audio.RingBack, 1500 * time.Millisecond, 5 * time.Second, 440},
		{audio.BusyTone, 500 * time.Millisecond, time.Second, 440},
		{audio.Ring, 1500 * time.Millisecond, 5 * time.Second, 0},
		{audio.SecondCall, 700 * time.Millisecond, 5 * time.Second, 0},
	}
	for _, test := range tests {
		t.Run(string(test.signal), func(t *testing.T) {
			withConsole(t, func(b *bench, _, ear, _ *fakeDevice) {
				defer b.Join(&talker{says: silent})()
				b.pass(time.Second)
				b.driver.take(ear)
				b.Play(test.signal)
				b.pass(3 * test.period)
				heard := b.driver.take(ear)
				wantSmooth(t, heard, 1500)
				for _, on := range bursts(heard) {
					wantAbout(t, "burst", on.length, test.on)
				}
				if n := len(bursts(heard)); n != 3 {
					t.Errorf("%d bursts in three periods", n)
				}
				if first := bursts(heard)[0]; test.hz != 0 {
					wantTone(t, heard[first.at:first.at+audio.Rate/4], test.hz)
				}
			})
		})
	}
}

// burst is a stretch of sound. Times are in the samples' own.
type burst struct {
	at     int
	length time.Duration
}

// bursts finds the sounds that are parted by more than 100 ms of silence.
func bursts(pcm []int16) []burst {
	const gap = audio.Rate / 10
	var all []burst
	last := -gap - 1
	for i, s := range pcm {
		if s == 0 {
			continue
		}
		if i-last > gap {
			all = append(all, burst{at: i})
		}
		b := &all[len(all)-1]
		b.length = time.Duration(i-b.at) * time.Second / audio.Rate
		last = i
	}
	return all
}

func wantAbout(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if d := got - want; d < -15*time.Millisecond || d > 15*time.Millisecond {
		t.Errorf("%s lasts %v, want %v", what, got, want)
	}
}

func TestSecondCallIsSoft(t *testing.T) {
	withConsole(t, func(b *bench, _, _, _ *fakeDevice) {
		b.Play(audio.SecondCall)
		b.pass(300 * time.Millisecond)
		if _, ear := b.Levels(); ear > -34 || ear < -50 {
			t.Errorf("the second call sounds at %.0f dBFS, want a whisper", ear)
		}
	})
}

func TestASignalEndsAtOnceWithoutAClick(t *testing.T) {
	for _, s := range []audio.Signal{audio.Ring, audio.RingBack, audio.BusyTone, audio.SecondCall} {
		withConsole(t, func(b *bench, _, ear, _ *fakeDevice) {
			b.Play(s)
			b.pass(333 * time.Millisecond)
			b.Play(audio.Silence)
			b.pass(40 * time.Millisecond)
			wantSmooth(t, b.driver.take(ear), 1500)
			b.pass(6 * time.Second)
			wantSilence(t, b.driver.take(ear))
		})
	}
}

func TestOneSignalReplacesAnother(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, _ *fakeDevice) {
		b.Play(audio.Ring)
		b.pass(333 * time.Millisecond)
		b.Play(audio.BusyTone)
		b.pass(40 * time.Millisecond)
		b.driver.take(ear)
		b.pass(400 * time.Millisecond)
		wantTone(t, b.driver.take(ear), 440)
	})
}

func TestTheRingIsOnTheRinger(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, speakers *fakeDevice) {
		b.Prefer(audio.Ringer, []string{"Haut-parleurs"})
		b.Play(audio.Ring)
		b.pass(1600 * time.Millisecond)
		wantSilence(t, b.driver.take(ear))
		heard := b.driver.take(speakers)
		first := heard[bursts(heard)[0].at:]
		for i, hz := range []float64{659.26, 523.25, 659.26} {
			note := first[i*audio.Rate/4:][:audio.Rate/5]
			if s := share(note, hz); s < 0.7 {
				t.Errorf("note %d is %.2f of %g Hz", i, s, hz)
			}
		}
		b.Play(audio.SecondCall)
		b.pass(50 * time.Millisecond)
		b.driver.take(speakers)
		b.pass(4 * time.Second)
		wantSilence(t, b.driver.take(speakers))
		if len(bursts(b.driver.take(ear))) != 1 {
			t.Error("the second call is not in the earpiece")
		}
	})
}

func TestTheRingIsHeardInTheEarpieceWhenTheRingerIsLost(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, speakers *fakeDevice) {
		b.Prefer(audio.Ringer, []string{"Haut-parleurs"})
		b.pass(time.Second)
		b.driver.pull(speakers)
		b.pass(1500 * time.Millisecond)
		b.wantUse(audio.Ringer, audio.Use{Wanted: "Haut-parleurs", Using: "Casque", Lost: true})
		b.Play(audio.Ring)
		b.pass(1600 * time.Millisecond)
		if len(bursts(b.driver.take(ear))) != 1 {
			t.Error("the ring is not in the earpiece")
		}
	})
}

func TestSignalsAndPartiesAreHeardTogether(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, _ *fakeDevice) {
		defer b.Join(&talker{says: tone(1000)})()
		b.Play(audio.BusyTone)
		b.pass(50 * time.Millisecond)
		b.driver.take(ear)
		b.pass(400 * time.Millisecond)
		heard := b.driver.take(ear)
		if voice, busy := share(heard, 1000), share(heard, 440); voice < 0.4 || busy < 0.2 {
			t.Errorf("the voice is %.2f and the tone %.2f of the earpiece", voice, busy)
		}
	})
}
