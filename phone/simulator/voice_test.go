package simulator_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
	"time"

	"permanence/phone/simulator"
)

// wav makes a file of 16-bit PCM: a sine in the first channel, silence in others.
func wav(rate, channels int, hz float64, d time.Duration) []byte {
	n := int(d.Seconds() * float64(rate))
	var data bytes.Buffer
	for i := range n {
		for c := range channels {
			s := 0.0
			if c == 0 {
				s = 10000 * math.Sin(2*math.Pi*hz*float64(i)/float64(rate))
			}
			_ = binary.Write(&data, binary.LittleEndian, int16(s)) // a buffer takes all
		}
	}
	var file bytes.Buffer
	file.WriteString("RIFF")
	for _, v := range []any{
		uint32(36 + data.Len()), []byte("WAVEfmt "), uint32(16), uint16(1), uint16(channels), uint32(rate),
		uint32(rate * channels * 2), uint16(channels * 2), uint16(16), []byte("data"), uint32(data.Len()),
	} {
		_ = binary.Write(&file, binary.LittleEndian, v)
	}
	file.Write(data.Bytes())
	return file.Bytes()
}

func TestParseWAV(t *testing.T) {
	for _, c := range []struct {
		rate  int
		hz    float64
		heard bool // what is above the telephone's band must vanish, not fold back
	}{
		{8000, 1000, true},
		{16000, 1000, true},
		{22050, 440, true},
		{44100, 3000, true},
		{48000, 1000, true},
		{22050, 6000, false},
		{48000, 7000, false},
	} {
		voice, err := simulator.ParseWAV(wav(c.rate, 1, c.hz, time.Second))
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		if d := voice.Duration(); d < 990*time.Millisecond || d > 1010*time.Millisecond {
			t.Errorf("%+v lasts %v", c, d)
		}
		r := simulator.Recording(voice)
		if c.heard && (r.ToneTime(c.hz) < 900*time.Millisecond || math.Abs(r.Level()-(-10.3)) > 1) {
			t.Errorf("%+v: tone for %v, %v", c, r.ToneTime(c.hz), r)
		}
		if !c.heard && r.Level() > -40 {
			t.Errorf("%+v is still heard: %v", c, r)
		}
	}
}

func TestParseWAVIsBounded(t *testing.T) {
	voice, err := simulator.ParseWAV(wav(8000, 1, 440, 5*time.Minute+time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if voice.Duration() != 5*time.Minute {
		t.Errorf("%v were read", voice.Duration())
	}
}

func TestParseWAVRefuses(t *testing.T) {
	whole := wav(8000, 1, 440, 100*time.Millisecond)
	compressed := bytes.Clone(whole)
	compressed[20] = 85 // MP3
	for name, file := range map[string][]byte{
		"nothing":            nil,
		"text":               []byte("this is not a voice"),
		"a header cut short": whole[:30],
		"MP3":                compressed,
		"1 kHz":              wav(1000, 1, 440, 100*time.Millisecond),
		"no channel":         wav(8000, 0, 440, 100*time.Millisecond),
	} {
		if voice, err := simulator.ParseWAV(file); err == nil {
			t.Errorf("%s gave %v of voice", name, voice.Duration())
		}
	}
}

func FuzzParseWAV(f *testing.F) {
	f.Add(wav(8000, 1, 440, 10*time.Millisecond))
	f.Add(wav(22050, 2, 440, 10*time.Millisecond))
	f.Add([]byte("RIFF"))
	f.Fuzz(func(t *testing.T, file []byte) {
		voice, err := simulator.ParseWAV(file)
		if err == nil && len(voice) > 2*len(file)+simulator.Rate {
			t.Errorf("%d samples from %d bytes", len(voice), len(file))
		}
	})
}

func TestRecording(t *testing.T) {
	silence := make(simulator.Voice, simulator.Rate)
	tone := simulator.Tone(440, -10, time.Second)
	both := append(append(simulator.Voice{}, tone...), silence...)
	mixed := simulator.Tone(1000, -10, time.Second)
	for i := range mixed {
		mixed[i] += tone[i]
	}
	for _, c := range []struct {
		name        string
		r           simulator.Recording
		loud        time.Duration
		a440, a1000 time.Duration
	}{
		{"nothing", nil, 0, 0, 0},
		{"silence", simulator.Recording(silence), 0, 0, 0},
		{"tone", simulator.Recording(tone), time.Second, time.Second, 0},
		{"tone, then silence", simulator.Recording(both), time.Second, time.Second, 0},
		{"a whisper", simulator.Recording(simulator.Tone(440, -60, time.Second)), 0, 0, 0},
		{"one window", simulator.Recording(tone[:simulator.Rate/10]), 100 * time.Millisecond, 100 * time.Millisecond, 0},
	} {
		if got := c.r.Loud(); got != c.loud {
			t.Errorf("%s: loud for %v", c.name, got)
		}
		if got := c.r.ToneTime(440); got != c.a440 {
			t.Errorf("%s: 440 Hz for %v", c.name, got)
		}
		if got := c.r.ToneTime(1000); got != c.a1000 {
			t.Errorf("%s: 1000 Hz for %v", c.name, got)
		}
	}
	if got := simulator.Recording(tone).Level(); math.Abs(got+10) > 0.1 {
		t.Errorf("a tone at -10 dBFS measures %.2f", got)
	}
	if got := simulator.Recording(mixed).ToneTime(2000); got != 0 {
		t.Errorf("2000 Hz in a chord without it for %v", got)
	}
}
