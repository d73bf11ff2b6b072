package audio_test

import (
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"permanence/audio"
)

// recorded is a sound of one tone. It belongs to the ear goroutine until it was
// played.
type recorded struct {
	says   func(i int) int16
	length time.Duration
	at     int
}

func (s *recorded) Next(f audio.Frame) bool {
	if s.at >= int(s.length*audio.Rate/time.Second) {
		return false
	}
	for i := range f {
		f[i] = s.says(s.at)
		s.at++
	}
	return true
}

func (s *recorded) Length() time.Duration { return s.length }

func (s *recorded) Skip(to time.Duration) { s.at = int(to * audio.Rate / time.Second) }

func TestWhisperIsHeardAloneAndByHerAlone(t *testing.T) {
	withConsole(t, func(b *bench, mic, ear, _ *fakeDevice) {
		caller := &talker{says: tone(1000)}
		defer b.Join(caller)()
		b.pass(time.Second)
		b.driver.take(ear)
		b.Whisper(&recorded{says: tone(600), length: time.Second})
		b.pass(40 * time.Millisecond)
		begins := b.driver.take(ear)
		b.pass(900 * time.Millisecond)
		whispered := b.driver.take(ear)
		wantTone(t, whispered, 600)
		if s := share(whispered, 1000); s > 0.001 {
			t.Errorf("the caller is %.3f of what she hears", s)
		}
		b.pass(100 * time.Millisecond)
		ends := b.driver.take(ear)
		wantSmooth(t, begins, 1700) // two tones and their fades
		wantSmooth(t, ends, 1700)
		b.pass(time.Second)
		wantTone(t, b.driver.take(ear), 1000)
		if heard := caller.take(); share(heard, 600) > 0.001 || share(heard[audio.Rate:], 440) < 0.95 {
			t.Error("the caller does not hear her alone meanwhile")
		}
	})
}

func TestWhisperKeepsCallersWaitingForThreeSecondsAtMost(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, _ *fakeDevice) {
		defer b.Join(&talker{says: tone(1000)})()
		b.pass(time.Second)
		b.Whisper(&recorded{says: tone(600), length: time.Minute})
		b.pass(2900 * time.Millisecond)
		b.driver.take(ear)
		b.pass(200 * time.Millisecond)
		b.driver.take(ear)
		b.pass(time.Second)
		wantTone(t, b.driver.take(ear), 1000)
	})
}

func TestWhisperCanBeEnded(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, _ *fakeDevice) {
		defer b.Join(&talker{says: tone(1000)})()
		b.pass(time.Second)
		b.Whisper(&recorded{says: tone(600), length: 2 * time.Second})
		b.pass(500 * time.Millisecond)
		b.Whisper(nil)
		b.pass(50 * time.Millisecond)
		b.driver.take(ear)
		b.pass(time.Second)
		wantTone(t, b.driver.take(ear), 1000)
	})
}

func TestListenWakesTheDevicesAndIsHeardWhole(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, _ *fakeDevice) {
		b.pass(time.Minute)
		b.driver.take(ear)
		var ended sync.WaitGroup
		ended.Add(1)
		b.Listen(&recorded{says: tone(600), length: 15 * time.Second}, ended.Done)
		ended.Wait()
		b.pass(time.Second)
		heard := b.driver.take(ear)
		loud := 0
		for _, s := range heard {
			if s > 3000 || s < -3000 {
				loud++
			}
		}
		if want := 15 * audio.Rate; loud < want*6/10 || loud > want*8/10 { // a sine is above half its peak for 2/3
			t.Errorf("%d samples of %d were heard", loud, want)
		}
		b.pass(time.Minute)
		if ear.playing != 0 {
			t.Error("the earpiece stays open")
		}
	})
}

func TestListenIsSofterBesideACaller(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, _ *fakeDevice) {
		defer b.Join(&talker{says: tone(1000)})()
		b.pass(time.Second)
		b.Listen(&recorded{says: tone(600), length: time.Minute}, nil)
		b.pass(time.Second)
		b.driver.take(ear)
		b.pass(time.Second)
		heard := b.driver.take(ear)
		if s := share(heard, 600); s < 0.03 || s > 0.09 { // a quarter: 1/17 of the power
			t.Errorf("the sound is %.3f of what she hears", s)
		}
		if s := share(heard, 1000); s < 0.9 {
			t.Errorf("the caller is %.3f of what she hears", s)
		}
		b.Listen(nil, nil)
		b.pass(50 * time.Millisecond)
		b.driver.take(ear)
		b.pass(time.Second)
		wantTone(t, b.driver.take(ear), 1000)
	})
}

func TestListenTellsOfItsOwnEndOnly(t *testing.T) {
	withConsole(t, func(b *bench, _, ear, _ *fakeDevice) {
		var mu sync.Mutex
		var ended []string
		listen := func(name string, hz float64, length time.Duration) {
			b.Listen(&recorded{says: tone(hz), length: length}, func() {
				mu.Lock()
				defer mu.Unlock()
				ended = append(ended, name)
			})
		}
		listen("cut by the next", 600, time.Minute)
		b.pass(time.Second)
		listen("heard whole", 700, time.Second)
		b.pass(20 * time.Millisecond)
		b.driver.take(ear)
		b.pass(800 * time.Millisecond)
		wantTone(t, b.driver.take(ear), 700)
		b.pass(time.Second)
		listen("cut by nothing", 600, time.Minute)
		b.pass(time.Second)
		b.Listen(nil, nil)
		b.pass(time.Second)
		listen("never begun", 600, time.Minute)
		b.Listen(nil, nil)
		b.pass(time.Second)
		mu.Lock()
		defer mu.Unlock()
		if len(ended) != 1 || ended[0] != "heard whole" {
			t.Errorf("ended are %q", ended)
		}
	})
}

// Without any earpiece a sound ends nevertheless, after the time it would take.
func TestListenWithoutAnEarpiece(t *testing.T) {
	withConsole(t, func(b *bench, _, _, _ *fakeDevice) {
		b.driver.set(func() { b.driver.playbacks = nil })
		b.pass(2 * time.Second)
		ended := make(chan struct{})
		b.Listen(&recorded{says: tone(600), length: time.Second}, func() { close(ended) })
		select {
		case <-ended:
		case <-time.After(6 * time.Second):
			t.Error("it never ends")
		}
	})
}

// tape is a sink that keeps all.
type tape struct {
	mu     sync.Mutex
	pcm    []int16
	closed bool
	err    error
}

func (s *tape) Write(f audio.Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		panic("written after it was closed")
	}
	s.pcm = append(s.pcm, f...)
}

func (s *tape) Close() (audio.Recording, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return audio.Recording{Length: time.Duration(len(s.pcm)) * time.Second / audio.Rate}, s.err
}

// dictated is how a dictation ended.
type dictated struct {
	kept audio.Recording
	err  error
}

func (b *bench) dictate(s audio.Sink, most time.Duration) <-chan dictated {
	ended := make(chan dictated, 1)
	b.Dictate(s, most, func(kept audio.Recording, err error) { ended <- dictated{kept, err} })
	return ended
}

// outcome is how it ended, and fails the test when it has not.
func (b *bench) outcome(ended <-chan dictated) dictated {
	b.t.Helper()
	synctest.Wait()
	select {
	case d := <-ended:
		return d
	default:
		b.t.Fatal("the dictation has not ended")
		return dictated{}
	}
}

func TestDictationIsHerVoiceAndNobodyHearsIt(t *testing.T) {
	withConsole(t, func(b *bench, _, _, _ *fakeDevice) {
		caller := &talker{says: silent}
		defer b.Join(caller)()
		b.Mute(true)
		b.pass(time.Second)
		b.Mute(false)
		b.pass(time.Second)
		var s tape
		ended := b.dictate(&s, 2*time.Second)
		b.pass(20 * time.Millisecond)
		caller.take()
		b.pass(1900 * time.Millisecond)
		wantSilence(t, caller.take())
		b.pass(200 * time.Millisecond)
		if d := b.outcome(ended); d.err != nil || d.kept.Length != 2*time.Second {
			t.Errorf("it ended as %v", d)
		}
		wantTone(t, s.pcm, 440)
		caller.take()
		b.pass(time.Second)
		wantTone(t, caller.take(), 440)
	})
}

func TestDictationOfAMutedMicrophone(t *testing.T) {
	withConsole(t, func(b *bench, _, _, _ *fakeDevice) {
		b.Mute(true)
		b.pass(time.Minute) // the devices sleep
		var s tape
		ended := b.dictate(&s, time.Minute)
		b.pass(2 * time.Second)
		b.Dictate(nil, 0, nil)
		d := b.outcome(ended)
		if d.err != nil || d.kept.Length < 1500*time.Millisecond || d.kept.Length > 2*time.Second {
			t.Errorf("it ended as %v", d)
		}
		wantTone(t, s.pcm, 440)
		b.pass(time.Minute)
		if b.driver.captures[0].playing != 0 {
			t.Error("the microphone stays open")
		}
	})
}

func TestDictationWithoutAMicrophone(t *testing.T) {
	withConsole(t, func(b *bench, mic, _, _ *fakeDevice) {
		var s tape
		ended := b.dictate(&s, time.Minute)
		b.pass(2 * time.Second)
		b.driver.pull(mic)
		b.pass(5 * time.Second)
		d := b.outcome(ended)
		if !errors.Is(d.err, audio.ErrNoMicrophone) || d.kept.Length < time.Second {
			t.Errorf("it ended as %v", d)
		}
	})
}

func TestDictationThatTheDiskRefuses(t *testing.T) {
	withConsole(t, func(b *bench, _, _, _ *fakeDevice) {
		full := errors.New("disk full")
		ended := b.dictate(&tape{err: full}, time.Second)
		b.pass(2 * time.Second)
		if d := b.outcome(ended); !errors.Is(d.err, full) {
			t.Errorf("it ended as %v", d)
		}
	})
}

func TestDictationsFollowEachOther(t *testing.T) {
	withConsole(t, func(b *bench, _, _, _ *fakeDevice) {
		var one, two, three tape
		first := b.dictate(&one, time.Minute)
		second := b.dictate(&two, time.Minute) // before the first could begin
		b.pass(time.Second)
		if d := b.outcome(first); d.err != nil || d.kept.Length != 0 {
			t.Errorf("the first ended as %v", d)
		}
		third := b.dictate(&three, time.Minute)
		b.pass(time.Second)
		if d := b.outcome(second); d.err != nil || d.kept.Length < 500*time.Millisecond {
			t.Errorf("the second ended as %v", d)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		if d := b.outcome(third); d.err != nil || d.kept.Length < 900*time.Millisecond {
			t.Errorf("at the end the third ended as %v", d)
		}
		if d := b.outcome(b.dictate(&tape{}, time.Minute)); d.kept.Length != 0 {
			t.Errorf("after the end: %v", d)
		}
	})
}
