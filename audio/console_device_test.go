package audio_test

import (
	"testing"
	"time"

	"permanence/audio"
)

func TestALostDeviceFallsBackAndReturns(t *testing.T) {
	withConsole(t, func(b *bench, mic, ear, speakers *fakeDevice) {
		headset := &fakeDevice{name: "Jabra"}
		b.driver.set(func() { b.driver.playbacks = append(b.driver.playbacks, headset) })
		b.Prefer(audio.Earpiece, []string{"Jabra"})
		defer b.Join(&talker{says: tone(1000)})()
		b.pass(5 * time.Second)
		b.wantUse(audio.Earpiece, audio.Use{Wanted: "Jabra", Using: "Jabra"})
		b.driver.take(headset)
		b.pass(time.Second)
		wantTone(t, b.driver.take(headset), 1000)

		b.driver.pull(headset)
		b.pass(1500 * time.Millisecond)
		b.wantUse(audio.Earpiece, audio.Use{Wanted: "Jabra", Using: "Casque", Lost: true})
		b.driver.take(ear)
		b.pass(time.Second)
		wantTone(t, b.driver.take(ear), 1000)

		b.driver.set(func() { b.driver.playbacks = append(b.driver.playbacks, headset) })
		b.pass(1500 * time.Millisecond)
		b.wantUse(audio.Earpiece, audio.Use{Wanted: "Jabra", Using: "Jabra"})
		b.driver.take(headset)
		b.pass(time.Second)
		wantTone(t, b.driver.take(headset), 1000)
	})
}

// TestEachHeadsetTakesItsRolesBack plugs and pulls two headsets in the middle of a
// call: the dearest that is there serves, at most a second and a half later.
func TestEachHeadsetTakesItsRolesBack(t *testing.T) {
	withConsole(t, func(b *bench, mic, ear, _ *fakeDevice) {
		headsets := map[string][2]*fakeDevice{}
		for i, name := range []string{"Jabra", "Poly"} {
			headsets[name] = [2]*fakeDevice{{name: name, says: tone(600 + 200*float64(i))}, {name: name}}
		}
		for _, r := range []audio.Role{audio.Microphone, audio.Earpiece} {
			b.Prefer(r, []string{"Jabra", "Poly"})
		}
		p := &talker{says: tone(1000)}
		defer b.Join(p)()
		for _, step := range []struct {
			plug, pull, serves string
			hz                 float64
		}{
			{serves: "Casque", hz: 440},
			{plug: "Poly", serves: "Poly", hz: 800},
			{plug: "Jabra", serves: "Jabra", hz: 600},
			{pull: "Poly", serves: "Jabra", hz: 600},
			{pull: "Jabra", serves: "Casque", hz: 440},
			{plug: "Jabra", serves: "Jabra", hz: 600},
		} {
			if h, ok := headsets[step.plug]; ok {
				b.driver.set(func() {
					b.driver.captures = append(b.driver.captures, h[0])
					b.driver.playbacks = append(b.driver.playbacks, h[1])
				})
			}
			if h, ok := headsets[step.pull]; ok {
				b.driver.pull(h[0])
				b.driver.pull(h[1])
			}
			b.pass(1500 * time.Millisecond)
			want := audio.Use{Wanted: "Jabra", Using: step.serves, Lost: step.serves != "Jabra"}
			b.wantUse(audio.Microphone, want)
			b.wantUse(audio.Earpiece, want)
			p.take()
			b.pass(time.Second)
			wantTone(t, p.take(), step.hz)
		}
	})
}

func TestALostMicrophoneFallsBack(t *testing.T) {
	withConsole(t, func(b *bench, mic, _, _ *fakeDevice) {
		headset := &fakeDevice{name: "Jabra", says: tone(880)}
		b.driver.set(func() { b.driver.captures = append(b.driver.captures, headset) })
		b.Prefer(audio.Microphone, []string{"Jabra"})
		p := &talker{says: silent}
		defer b.Join(p)()
		b.pass(5 * time.Second)
		p.take()
		b.pass(time.Second)
		wantTone(t, p.take(), 880)
		b.driver.pull(headset)
		b.pass(1500 * time.Millisecond)
		b.wantUse(audio.Microphone, audio.Use{Wanted: "Jabra", Using: "Casque", Lost: true})
		p.take()
		b.pass(time.Second)
		wantTone(t, p.take(), 440)
	})
}

func TestTheOtherSideHearsUsWithoutAGapOfPacketsWhenADeviceIsPulled(t *testing.T) {
	withConsole(t, func(b *bench, mic, _, _ *fakeDevice) {
		p := &talker{says: silent}
		defer b.Join(p)()
		b.pass(5 * time.Second)
		b.driver.pull(mic)
		p.take()
		b.pass(time.Second)
		if n := len(p.take()) / audio.FrameSize; n < 90 {
			t.Errorf("%d frames in the second after the microphone was pulled, want nearly 100", n)
		}
	})
}

func TestTheDefaultIsFollowed(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, speakers *fakeDevice) {
		defer b.Join(&talker{says: tone(1000)})()
		b.pass(time.Second)
		b.wantUse(audio.Earpiece, audio.Use{Using: "Casque"})
		b.driver.set(func() { b.driver.playbacks = []*fakeDevice{speakers, ear} })
		b.pass(1500 * time.Millisecond)
		b.wantUse(audio.Earpiece, audio.Use{Using: "Haut-parleurs"})
		b.driver.take(speakers)
		b.pass(time.Second)
		wantTone(t, b.driver.take(speakers), 1000)
	})
}

func TestTheSoundServerDiesAndComesBack(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, _ *fakeDevice) {
		p := &talker{says: tone(1000)}
		defer b.Join(p)()
		b.pass(5 * time.Second)
		b.driver.kill()
		b.pass(1500 * time.Millisecond)
		b.wantErr(audio.ErrServer)
		if !b.State().Silent {
			t.Error("the state does not say that there is no sound")
		}
		p.take()
		b.pass(time.Second)
		wantSilence(t, p.take())

		b.driver.set(func() { b.driver.down = false })
		b.pass(1500 * time.Millisecond)
		b.wantErr("")
		b.wantUse(audio.Earpiece, audio.Use{Using: "Casque"})
		b.driver.take(ear)
		p.take()
		b.pass(time.Second)
		wantTone(t, b.driver.take(ear), 1000)
		wantTone(t, p.take(), 440)
	})
}

func TestAServerThatOnlyStopsListingKeepsItsStreams(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, _ *fakeDevice) {
		defer b.Join(&talker{says: tone(1000)})()
		b.pass(2 * time.Second)
		b.driver.set(func() { b.driver.down = true })
		b.pass(2 * time.Second)
		b.wantErr(audio.ErrServer)
		b.wantUse(audio.Earpiece, audio.Use{Using: "Casque"})
		b.driver.take(ear)
		b.pass(time.Second)
		wantTone(t, b.driver.take(ear), 1000)
	})
}

func TestADeviceThatRefusesIsReplacedAndTriedAgain(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, speakers *fakeDevice) {
		b.driver.set(func() { speakers.refuse = errBusy })
		b.Prefer(audio.Earpiece, []string{"Haut-parleurs"})
		leave := b.Join(&talker{says: tone(1000)})
		b.pass(1500 * time.Millisecond)
		b.wantUse(audio.Earpiece, audio.Use{Wanted: "Haut-parleurs", Using: "Casque", Lost: true})
		b.wantErr(audio.ErrDevice)
		b.driver.take(ear)
		b.driver.set(func() { speakers.refuse = nil })
		b.pass(20 * time.Second)
		wantTone(t, b.driver.take(ear), 1000) // not tried while it would disturb the call
		leave()
		b.pass(time.Second)
		b.wantUse(audio.Earpiece, audio.Use{Wanted: "Haut-parleurs", Using: "Haut-parleurs"})
		b.pass(5 * time.Second)
		b.wantErr("") // it has proved that it works
	})
}

func TestTheOnlyDeviceIsTriedAgainDuringACall(t *testing.T) {
	withConsole(t, func(b *bench, mic, _, _ *fakeDevice) {
		b.driver.set(func() { mic.refuse = errBusy })
		p := &talker{says: silent}
		defer b.Join(p)()
		b.pass(1500 * time.Millisecond)
		b.wantUse(audio.Microphone, audio.Use{})
		b.wantErr(audio.ErrDevice)
		b.driver.set(func() { mic.refuse = nil })
		b.pass(6 * time.Second)
		b.wantUse(audio.Microphone, audio.Use{Using: "Casque"})
		p.take()
		b.pass(time.Second)
		wantTone(t, p.take(), 440)
	})
}

func TestADeviceThatOpensAndGivesNothingIsReplaced(t *testing.T) {
	withConsole(t, func(b *bench, _, _, _ *fakeDevice) {
		dead := &fakeDevice{name: "Jabra", dead: true}
		b.driver.set(func() { b.driver.captures = append(b.driver.captures, dead) })
		b.Prefer(audio.Microphone, []string{"Jabra"})
		p := &talker{says: silent}
		defer b.Join(p)()
		b.pass(5 * time.Second)
		b.wantUse(audio.Microphone, audio.Use{Wanted: "Jabra", Using: "Casque", Lost: true})
		b.wantErr(audio.ErrDevice)
		p.take()
		b.pass(30 * time.Second)
		wantTone(t, p.take(), 440)
		if dead.opened != 1 {
			t.Errorf("the dead microphone was opened %d times during the call, want once", dead.opened)
		}
		b.driver.set(func() { dead.dead, dead.says = false, tone(880) })
		b.Prefer(audio.Microphone, []string{"Jabra"}) // choosing it again tries it again
		b.pass(time.Second)
		p.take()
		b.pass(time.Second)
		wantTone(t, p.take(), 880)
	})
}

func TestADeadDeviceAloneRestsLongerEachTime(t *testing.T) {
	withConsole(t, func(b *bench, mic, _, _ *fakeDevice) {
		b.driver.set(func() { mic.dead = true })
		defer b.Join(&talker{says: silent})()
		b.pass(5 * time.Minute)
		if mic.opened < 6 || mic.opened > 9 {
			t.Errorf("the dead microphone was opened %d times in five minutes, want about 7", mic.opened)
		}
	})
}

func TestAMicrophoneWithoutASingleSampleIsNoticed(t *testing.T) {
	withConsole(t, func(b *bench, mic, _, _ *fakeDevice) {
		defer b.Join(&talker{says: silent})()
		b.driver.set(func() { mic.says = silent })
		b.pass(6 * time.Second)
		b.wantErr(audio.ErrMicrophoneSilent)
		b.driver.set(func() { mic.says = tone(440) })
		b.pass(time.Second)
		b.wantErr("")
	})
}

func TestDevicesAreOpenOnlyWhileTheyAreNeeded(t *testing.T) {
	withConsole(t, func(b *bench, mic, ear, _ *fakeDevice) {
		open := func(want int) {
			t.Helper()
			b.driver.set(func() {
				if mic.playing != want || ear.playing != want {
					t.Errorf("microphone %d, earpiece %d streams, want %d", mic.playing, ear.playing, want)
				}
			})
		}
		b.pass(time.Minute)
		open(0)
		b.wantUse(audio.Microphone, audio.Use{Using: "Casque"}) // what would be used
		leave := b.Join(&talker{says: silent})
		b.pass(time.Second)
		open(1)
		leave()
		b.pass(8 * time.Second)
		open(1)
		b.pass(5 * time.Second)
		open(0)
		b.Play(audio.Ring) // the headset is ready before the call is answered
		b.pass(time.Second)
		open(1)
	})
}

func TestWhatWaitsIsBounded(t *testing.T) {
	for _, chunk := range []int{480, 441, 1024, 1920} {
		withConsole(t, func(b *bench, mic, ear, _ *fakeDevice) {
			mic.chunk, ear.chunk = chunk, chunk
			defer b.Join(&talker{says: tone(1000)})()
			b.pass(2 * time.Second)
			before := b.Stats()
			b.driver.take(ear)
			b.pass(10 * time.Second)
			wantTone(t, b.driver.take(ear), 1000)
			s := b.Stats()
			if limit := time.Duration(chunk)*time.Second/audio.Rate + 2*audio.FrameDuration; s.EarDepth > limit {
				t.Errorf("chunks of %d: %v waits for the earpiece, want at most %v", chunk, s.EarDepth, limit)
			}
			if s.Underruns != before.Underruns || s.Overruns != 0 {
				t.Errorf("chunks of %d: %+v, want no underrun and no overrun", chunk, s)
			}
		})
	}
}

func TestADeviceThatStallsDoesNotLeaveADelay(t *testing.T) {
	withConsole(t, func(b *bench, mic, ear, _ *fakeDevice) {
		p := &talker{says: tone(1000)}
		defer b.Join(p)()
		b.pass(5 * time.Second)
		b.driver.set(func() { b.driver.stalled = true })
		b.pass(400 * time.Millisecond)
		b.driver.set(func() { b.driver.stalled = false })
		b.pass(time.Second)
		b.driver.take(ear)
		b.pass(time.Second)
		wantTone(t, b.driver.take(ear), 1000)
		s := b.Stats()
		if s.EarDepth > 4*audio.FrameDuration {
			t.Errorf("%v waits for the earpiece after a stall", s.EarDepth)
		}
		if s.LateEar == 0 || s.LateMic == 0 || s.WorstEarGap < 400*time.Millisecond {
			t.Errorf("the stall was not noticed: %+v", s)
		}
	})
}
