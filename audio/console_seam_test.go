package audio_test

import (
	"testing"
	"time"

	"permanence/audio"
)

// loudest is the largest step of the voices here: tones of 440 Hz and of 1 kHz, and
// what a seam adds.
const loudest = 1100

// TestNothingClicks lets devices come, go, stand still and refuse in the middle of
// a call: neither the caller nor she hears a step that speech does not have.
func TestNothingClicks(t *testing.T) {
	headset := []string{"Jabra"}
	for _, c := range []struct {
		name string
		do   func(b *bench, mic, ear, speakers *fakeDevice)
	}{
		{"the headset is plugged in", func(b *bench, mic, ear, _ *fakeDevice) {
			b.plug(&fakeDevice{name: "Jabra", says: tone(440)}, &fakeDevice{name: "Jabra"})
		}},
		{"the headset is pulled and plugged in again", func(b *bench, _, _, _ *fakeDevice) {
			m, e := &fakeDevice{name: "Jabra", says: tone(440)}, &fakeDevice{name: "Jabra"}
			b.plug(m, e)
			b.pass(3 * time.Second)
			b.driver.pull(m)
			b.driver.pull(e)
			b.pass(3 * time.Second)
			b.driver.take(e) // it restarts from silence
			b.plug(m, e)
		}},
		{"the default moves", func(b *bench, mic, ear, speakers *fakeDevice) {
			b.driver.set(func() { b.driver.playbacks = []*fakeDevice{speakers, ear} })
		}},
		{"the server dies and comes back", func(b *bench, _, ear, _ *fakeDevice) {
			b.driver.kill()
			b.pass(3 * time.Second)
			b.driver.take(ear)
			b.driver.set(func() { b.driver.down = false })
		}},
		{"all stands still for a moment", func(b *bench, _, _, _ *fakeDevice) {
			b.driver.set(func() { b.driver.stalled = true })
			b.pass(235 * time.Millisecond)
			b.driver.set(func() { b.driver.stalled = false })
		}},
		{"the computer sleeps", func(b *bench, _, ear, _ *fakeDevice) {
			b.driver.set(func() { b.driver.stalled = true })
			b.pass(time.Minute)
			b.driver.set(func() { b.driver.stalled = false })
			b.driver.take(ear) // opened anew
			b.pass(time.Minute)
		}},
		{"a headset that gives nothing", func(b *bench, _, _, _ *fakeDevice) {
			b.plug(&fakeDevice{name: "Jabra", dead: true}, &fakeDevice{name: "Jabra", dead: true})
		}},
		{"a headset that refuses", func(b *bench, _, _, _ *fakeDevice) {
			b.plug(&fakeDevice{name: "Jabra", refuse: errBusy}, &fakeDevice{name: "Jabra", refuse: errBusy})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			withConsole(t, func(b *bench, mic, ear, speakers *fakeDevice) {
				b.Prefer(audio.Microphone, headset)
				b.Prefer(audio.Earpiece, headset)
				p := &talker{says: tone(1000)}
				defer b.Join(p)()
				b.pass(5 * time.Second)
				c.do(b, mic, ear, speakers)
				b.pass(6 * time.Second)
				heard := p.take()
				wantSmooth(t, heard, loudest)
				wantTone(t, heard[len(heard)-audio.Rate:], 440)
				for _, dev := range b.driver.playbacks {
					pcm := b.driver.take(dev)
					wantSmooth(t, pcm, loudest)
					if dev.playing == 0 && len(pcm) > 0 && pcm[len(pcm)-1] != 0 {
						t.Errorf("%s was closed at %d, want silence", dev.name, pcm[len(pcm)-1])
					}
				}
			})
		})
	}
}

// plug plugs a headset in.
func (b *bench) plug(mic, ear *fakeDevice) {
	b.driver.set(func() {
		b.driver.captures = append(b.driver.captures, mic)
		b.driver.playbacks = append(b.driver.playbacks, ear)
	})
}

// TestADeviceThatCallsBeforeWeAreReadyGetsMore lets an earpiece take more at once
// than before: after each gap that follows more is kept ready, until there is none;
// and less again when it is calm.
func TestADeviceThatCallsBeforeWeAreReadyGetsMore(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, _ *fakeDevice) {
		defer b.Join(&talker{says: tone(1000)})()
		b.pass(5 * time.Second)
		calm := b.Stats()
		b.driver.set(func() { ear.hasty = true })
		b.pass(time.Second)
		hurt := b.Stats()
		b.pass(5 * time.Second)
		if s := b.Stats(); s.Underruns != hurt.Underruns {
			t.Errorf("after a second a device that stays hasty still finds too little: %+v, then %+v", hurt, s)
		}
		b.driver.set(func() { ear.hasty = false })
		hurt = b.Stats()
		if hurt.Underruns == calm.Underruns || hurt.EarDepth <= calm.EarDepth {
			t.Errorf("a hasty device: %+v, before %+v", hurt, calm)
		}
		b.driver.take(ear)
		b.pass(5 * time.Minute)
		healed := b.Stats()
		if healed.EarDepth != calm.EarDepth || healed.Underruns > hurt.Underruns {
			t.Errorf("minutes later: %+v, before %+v", healed, calm)
		}
		wantSmooth(t, b.driver.take(ear), loudest)
	})
}
