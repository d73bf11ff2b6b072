package audio_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"permanence/audio"
)

func TestConsoleNeedsADriver(t *testing.T) {
	if c, err := audio.NewConsole(audio.ConsoleConfig{}); err == nil {
		t.Errorf("got %v without a driver", c)
	}
}

func TestEveryPartyHearsTheMicrophone(t *testing.T) {
	withConsole(t, func(b *bench, _, _, _ *fakeDevice) {
		one, two := &talker{says: silent}, &talker{says: silent}
		defer b.Join(one)()
		defer b.Join(two)()
		b.pass(time.Second)
		one.take()
		two.take()
		b.pass(time.Second)
		wantTone(t, one.take(), 440)
		wantTone(t, two.take(), 440)
	})
}

func TestEveryPartyIsHeardAndNoneHearsAnother(t *testing.T) {
	withConsole(t, func(b *bench, mic, ear, _ *fakeDevice) {
		mic.says = silent
		hz := []float64{500, 700, 1100, 1300}
		var parties []*talker
		for _, f := range hz {
			p := &talker{says: tone(f)}
			parties = append(parties, p)
			defer b.Join(p)()
		}
		b.pass(time.Second)
		b.driver.take(ear)
		b.pass(time.Second)
		heard := b.driver.take(ear)
		for _, f := range hz {
			if s := share(heard, f); s < 0.2 {
				t.Errorf("%g Hz is %.2f of the earpiece, want a quarter", f, s)
			}
		}
		for _, p := range parties {
			wantSilence(t, p.take())
		}
	})
}

func TestEarpieceNeverHearsTheMicrophone(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, _ *fakeDevice) {
		defer b.Join(&talker{says: silent})()
		b.pass(time.Second)
		wantSilence(t, b.driver.take(ear))
	})
}

func TestMuteIsSilentAtOnceAndDoesNotClick(t *testing.T) {
	withConsole(t, func(b *bench, _, _, _ *fakeDevice) {
		p := &talker{says: silent}
		defer b.Join(p)()
		b.pass(time.Second)
		p.take()
		b.Mute(true)
		b.pass(20 * time.Millisecond)
		fading := p.take()
		b.pass(time.Second)
		wantSilence(t, p.take())
		if mic, _ := b.Levels(); mic < -20 {
			t.Errorf("level of a muted microphone is %.0f dBFS, want what she says", mic)
		}
		if !b.State().Muted {
			t.Error("the state does not say that she is muted")
		}
		b.Mute(false)
		b.pass(20 * time.Millisecond)
		wantSmooth(t, append(fading, p.take()...), 600)
		b.pass(time.Second)
		wantTone(t, p.take(), 440)
	})
}

// turnstile counts calls, and fails the test when one comes after it left.
type turnstile struct {
	t     *testing.T
	mu    sync.Mutex
	left  bool
	calls int
}

func (p *turnstile) Hear(audio.Frame)  { p.pass() }
func (p *turnstile) Speak(audio.Frame) { p.pass() }

func (p *turnstile) pass() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	if p.left {
		p.t.Error("a party was called after it had left")
	}
}

func (p *turnstile) leave() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left = true
	return p.calls
}

func TestPartiesComeAndGoUnderLoad(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, _ *fakeDevice) {
		stays := &talker{says: tone(1000)}
		defer b.Join(stays)()
		b.pass(time.Second)
		b.driver.take(ear)
		var crowd sync.WaitGroup
		for i := range 20 {
			crowd.Go(func() {
				for range 20 {
					p := &turnstile{t: t}
					leave := b.Join(p)
					<-time.After(time.Duration(15+i) * time.Millisecond)
					leave()
					if p.leave() == 0 {
						t.Error("a party was never called")
					}
				}
			})
		}
		crowd.Wait()
		wantTone(t, b.driver.take(ear), 1000)
		wantTone(t, stays.take()[audio.Rate:], 440)
	})
}

func TestLeavingTwiceRemovesNobodyElse(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, _ *fakeDevice) {
		p := &talker{says: tone(1000)}
		first := b.Join(p)
		first()
		defer b.Join(p)()
		first()
		b.pass(time.Second)
		b.driver.take(ear)
		b.pass(time.Second)
		wantTone(t, b.driver.take(ear), 1000)
	})
}

func TestWithoutASoundCardCallsGoOnInSilence(t *testing.T) {
	for _, broken := range []bool{false, true} {
		t.Run(fmt.Sprintf("server down %v", broken), func(t *testing.T) { callsGoOn(t, broken) })
	}
}

func callsGoOn(t *testing.T, broken bool) {
	withConsole(t, func(b *bench, mic, ear, speakers *fakeDevice) {
		b.driver.set(func() { b.driver.captures, b.driver.playbacks, b.driver.down = nil, nil, broken })
		b.pass(1500 * time.Millisecond)
		if s := b.State(); !s.Silent {
			t.Errorf("state is %+v, want Silent", s)
		}
		p := &talker{says: tone(1000)}
		defer b.Join(p)()
		b.pass(time.Second)
		if n := len(p.take()) / audio.FrameSize; n < 98 || n > 101 {
			t.Errorf("the party heard %d frames in a second, want 100", n)
		}
		if n := p.pos / audio.FrameSize; n < 98 || n > 101 {
			t.Errorf("the party spoke %d frames in a second, want 100", n)
		}
		if _, ear := b.Levels(); ear < -20 {
			t.Errorf("level of a speaking party is %.0f dBFS", ear)
		}
	})
}

func TestLevels(t *testing.T) {
	withConsole(t, func(b *bench, _, _, _ *fakeDevice) {
		leave := b.Join(&talker{says: tone(1000)})
		b.pass(time.Second)
		for i, want := range []float64{-17, -17} { // a sine of 20 % of full scale
			mic, ear := b.Levels()
			if got := []float64{mic, ear}[i]; got < want-0.5 || got > want+0.5 {
				t.Errorf("level %d is %.1f dBFS, want %.0f", i, got, want)
			}
		}
		leave()
		b.pass(time.Minute)
		if mic, ear := b.Levels(); mic != -96 || ear != -96 {
			t.Errorf("levels of a sleeping console are %.0f and %.0f, want -96", mic, ear)
		}
	})
}

func TestLoopIsHeardASecondLaterAndEnds(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, _ *fakeDevice) {
		b.Loop(3 * time.Second)
		b.pass(900 * time.Millisecond)
		wantSilence(t, b.driver.take(ear))
		b.pass(400 * time.Millisecond)
		b.driver.take(ear)
		b.pass(2500 * time.Millisecond)
		wantTone(t, b.driver.take(ear), 440)
		b.pass(500 * time.Millisecond)
		b.driver.take(ear)
		b.pass(2 * time.Second)
		wantSilence(t, b.driver.take(ear))
	})
}

func TestLoopCanBeEndedAndBegunAgain(t *testing.T) {
	withConsole(t, func(b *bench, mic, ear, _ *fakeDevice) {
		b.Loop(10 * time.Second)
		b.pass(2 * time.Second)
		b.Loop(0)
		b.pass(50 * time.Millisecond)
		b.driver.take(ear)
		b.driver.set(func() { mic.says = tone(700) })
		b.Loop(time.Second)
		b.pass(900 * time.Millisecond)
		wantSilence(t, b.driver.take(ear))
		b.pass(200 * time.Millisecond)
		b.driver.take(ear)
		b.pass(800 * time.Millisecond)
		wantTone(t, b.driver.take(ear), 700)
	})
}

func TestCloseTwice(t *testing.T) {
	withConsole(t, func(b *bench, _, _, _ *fakeDevice) {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
}
