package audiotest

import (
	"math"
	"strings"
	"testing"
	"time"

	"permanence/audio"
)

func TestLevelMeasuresEachToneApart(t *testing.T) {
	pcm := Samples(500*time.Millisecond, Tone{440, -6}, Tone{540, -40}, Tone{1000, -20})
	for hz, want := range map[float64]float64{440: -6, 540: -40, 1000: -20} {
		if got := Level(pcm, hz); math.Abs(got-want) > 0.1 {
			t.Errorf("%g Hz: %.2f dBFS, want %.2f", hz, got, want)
		}
	}
	if got := Level(pcm, 700); got > -90 {
		t.Errorf("700 Hz is not there and has %.1f dBFS", got)
	}
}

func TestLevelOfNothing(t *testing.T) {
	for name, pcm := range map[string][]int16{"no samples": nil, "silence": make([]int16, audio.Rate)} {
		if got := Level(pcm, 440); got != Nothing {
			t.Errorf("%s: %.1f dBFS, want %d", name, got, Nothing)
		}
		if got := Tones(pcm, -90); len(got) != 0 {
			t.Errorf("%s: found %v", name, got)
		}
	}
}

func TestTonesFindsWhatIsThere(t *testing.T) {
	want := []Tone{{440, -12}, {1000, -20}, {3400, -30}}
	got := Tones(Samples(300*time.Millisecond, want...), -50)
	if len(got) != len(want) {
		t.Fatalf("found %v, want %v", got, want)
	}
	for i := range want {
		if math.Abs(got[i].Hz-want[i].Hz) > 1 || math.Abs(got[i].DBFS-want[i].DBFS) > 0.2 {
			t.Errorf("found %v, want %v", got[i], want[i])
		}
	}
}

func TestSpeakerKeepsItsPhase(t *testing.T) {
	whole := Samples(100*time.Millisecond, Tone{777, -3})
	s := NewSpeaker(Tone{777, -3})
	for at := 0; at < len(whole); at += audio.FrameSize {
		frame := make(audio.Frame, audio.FrameSize)
		s.Speak(frame)
		for i, v := range frame {
			if v != whole[at+i] {
				t.Fatalf("sample %d is %d in frames and %d at once", at+i, v, whole[at+i])
			}
		}
	}
}

func TestPersonRemembersTheLastSecond(t *testing.T) {
	anna, ben := NewPerson(440), NewPerson(1000)
	enough := anna.After(1500 * time.Millisecond)
	for range 150 {
		frame := make(audio.Frame, audio.FrameSize)
		ben.Speak(frame)
		anna.Hear(frame)
	}
	select {
	case <-enough:
	default:
		t.Fatal("1.5 s were heard and After does not say so")
	}
	if got := len(anna.Heard()); got != audio.Rate {
		t.Errorf("remembers %d samples, want %d", got, audio.Rate)
	}
	if err := Check(anna.Heard(), []float64{ben.Hz}, []float64{anna.Hz}); err != nil {
		t.Error(err)
	}
}

func TestCheckSaysWhatIsWrong(t *testing.T) {
	pcm := Samples(500*time.Millisecond, Tone{440, Voice})
	if err := Check(pcm, []float64{1000}, nil); err == nil || !strings.Contains(err.Error(), "1000 Hz should be heard") {
		t.Errorf("a missing tone: %v", err)
	}
	if err := Check(pcm, nil, []float64{440}); err == nil || !strings.Contains(err.Error(), "440 Hz should not be heard") {
		t.Errorf("an echo: %v", err)
	}
}
