package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
)

// sound is a WAV file laid out by hand.
type sound struct {
	encoding, channels, rate, bits int
	data                           []byte
	before                         []byte // chunks between format and data
	announced                      uint32 // length told; 0 tells the true one
}

func (s sound) bytes() []byte {
	b := append([]byte("RIFF\xff\xff\xff\xffWAVE"), "fmt \x10\x00\x00\x00"...)
	b = binary.LittleEndian.AppendUint16(b, uint16(s.encoding))
	b = binary.LittleEndian.AppendUint16(b, uint16(s.channels))
	b = binary.LittleEndian.AppendUint32(b, uint32(s.rate))
	b = binary.LittleEndian.AppendUint32(b, uint32(s.rate*s.channels*s.bits/8))
	b = binary.LittleEndian.AppendUint16(b, uint16(s.channels*s.bits/8))
	b = binary.LittleEndian.AppendUint16(b, uint16(s.bits))
	b = append(append(b, s.before...), "data"...)
	length := uint32(len(s.data))
	if s.announced != 0 {
		length = s.announced
	}
	return append(binary.LittleEndian.AppendUint32(b, length), s.data...)
}

// tone lays out one second of 1010 Hz at -6 dBFS in a format: a tone that no rate is
// a multiple of, so that rounding errors are noise and not tones.
func tone(encoding, channels, rate, bits int) sound {
	s := sound{encoding: encoding, channels: channels, rate: rate, bits: bits}
	for i := range rate {
		v := int32(math.Round(0.5012 * math.MaxInt32 * math.Sin(2*math.Pi*1010*float64(i)/float64(rate))))
		for range channels {
			s.data = s.append(v)
		}
	}
	return s
}

func (s sound) append(v int32) []byte {
	switch {
	case s.encoding == encodingALaw:
		return append(s.data, aLaw(int16(v>>16)))
	case s.encoding == encodingMuLaw:
		return append(s.data, muLaw(int16(v>>16)))
	case s.bits == 8:
		return append(s.data, byte(v>>24)+128)
	case s.encoding == encodingFloat && s.bits == 32:
		return binary.LittleEndian.AppendUint32(s.data, math.Float32bits(float32(v)/math.MaxInt32))
	case s.encoding == encodingFloat:
		return binary.LittleEndian.AppendUint64(s.data, math.Float64bits(float64(v)/math.MaxInt32))
	}
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], uint32(v))
	return append(s.data, b[4-s.bits/8:]...)
}

// aLaw and muLaw find the byte whose sample is nearest, the slow and sure way.
func aLaw(v int16) byte { return nearest(v, format{encoding: encodingALaw, bits: 8, channels: 1}) }

func muLaw(v int16) byte { return nearest(v, format{encoding: encodingMuLaw, bits: 8, channels: 1}) }

func nearest(v int16, f format) (best byte) {
	distance := math.MaxInt
	for b := range 256 {
		d := int(f.mono(nil, []byte{byte(b)})[0]) - int(v)
		if d = max(d, -d); d < distance {
			best, distance = byte(b), d
		}
	}
	return best
}

func readAll(t *testing.T, file []byte) []int16 {
	t.Helper()
	r, err := NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	pcm, err := r.all()
	if err != nil {
		t.Fatal(err)
	}
	return pcm
}

func TestReadsEachFormat(t *testing.T) {
	for name, s := range map[string]sound{
		"8 bits 8 kHz":          tone(encodingPCM, 1, 8000, 8),
		"16 bits 8 kHz":         tone(encodingPCM, 1, 8000, 16),
		"16 bits 11025 Hz":      tone(encodingPCM, 1, 11025, 16),
		"16 bits 44.1 kHz":      tone(encodingPCM, 2, 44100, 16),
		"16 bits 48 kHz":        tone(encodingPCM, 1, 48000, 16),
		"16 bits 47999 Hz":      tone(encodingPCM, 1, 47999, 16),
		"24 bits 96 kHz stereo": tone(encodingPCM, 2, 96000, 24),
		"32 bits 16 kHz":        tone(encodingPCM, 1, 16000, 32),
		"float 44.1 kHz stereo": tone(encodingFloat, 2, 44100, 32),
		"double 48 kHz":         tone(encodingFloat, 1, 48000, 64),
		"5.1 channels":          tone(encodingPCM, 6, 48000, 24),
		"A-law":                 tone(encodingALaw, 1, 8000, 8),
		"µ-law stereo":          tone(encodingMuLaw, 2, 8000, 8),
	} {
		pcm := readAll(t, s.bytes())
		if d := len(pcm) - audio.Rate; d < 0 || d > audio.Rate/100 {
			t.Errorf("%s: one second has %d samples", name, len(pcm))
			continue
		}
		middle := pcm[audio.Rate/4 : audio.Rate*3/4]
		if got := audiotest.Level(middle, 1010); math.Abs(got+6) > 0.3 {
			t.Errorf("%s: 1010 Hz at %.2f dBFS, want -6", name, got)
		}
		if extra := audiotest.Tones(middle, -45); len(extra) != 1 {
			t.Errorf("%s: heard %v", name, extra)
		}
	}
}

func TestReadsWhatCrashesLeave(t *testing.T) {
	whole := tone(encodingPCM, 1, 48000, 16)
	for name, change := range map[string]func(*sound){
		"length not known":     func(s *sound) { s.announced = 0xFFFFFFFF },
		"shorter than it says": func(s *sound) { s.announced = 1 << 20 },
		"half a sample at the end": func(s *sound) {
			s.data = append(s.data, 1)
		},
		"other chunks before": func(s *sound) { s.before = []byte("LIST\x03\x00\x00\x00abc\x00") },
	} {
		s := whole
		change(&s)
		if got := readAll(t, s.bytes()); len(got) != 48000 {
			t.Errorf("%s: %d samples", name, len(got))
		}
	}
	untold := whole.bytes()
	binary.LittleEndian.PutUint32(untold[40:], 0)
	if got := readAll(t, untold); len(got) != 48000 {
		t.Errorf("a length that was never written: %d samples", len(got))
	}
}

func TestRefusesWithAReason(t *testing.T) {
	ok := sound{encoding: encodingPCM, channels: 1, rate: 8000, bits: 16, data: make([]byte, 16)}
	with := func(change func(*sound)) []byte {
		s := ok
		change(&s)
		return s.bytes()
	}
	for reason, file := range map[string][]byte{
		"too short":           []byte("RIFF"),
		"RIFF and WAVE":       []byte("OggS, and then something else"),
		"before its samples":  ok.bytes()[:36],
		"9 channels":          with(func(s *sound) { s.channels = 9 }),
		"0 channels":          with(func(s *sound) { s.channels = 0 }),
		"100 samples":         with(func(s *sound) { s.rate = 100 }),
		"12 bits":             with(func(s *sound) { s.bits = 12 }),
		"number 2":            with(func(s *sound) { s.encoding = 2 }),
		"numbers of 16 bits":  with(func(s *sound) { s.encoding = encodingFloat }),
		"16 bits in A-law":    with(func(s *sound) { s.encoding = encodingALaw }),
		"inside a chunk":      with(func(s *sound) { s.before = []byte("LIST\xff\xff\xff\x7fabc") }),
		"before their format": append([]byte("RIFF....WAVE"), "data\x04\x00\x00\x00abcd"...),
		"4 bytes instead":     append([]byte("RIFF....WAVE"), "fmt \x04\x00\x00\x00abcd"...),
	} {
		_, err := NewReader(bytes.NewReader(file))
		var refused *FormatError
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: %v", reason, err)
		}
	}
}

func TestFloatsOutsideTheScale(t *testing.T) {
	s := sound{encoding: encodingFloat, channels: 1, rate: 48000, bits: 32}
	for _, v := range []float64{0.5, 2, -3, math.Inf(1), math.Inf(-1), math.NaN()} {
		s.data = binary.LittleEndian.AppendUint32(s.data, math.Float32bits(float32(v)))
	}
	want := []int16{16384, 32767, -32767, 32767, -32767, 0}
	if got := readAll(t, s.bytes()); !slices.Equal(got, want) {
		t.Errorf("read %v, want %v", got, want)
	}
}

func TestLeft(t *testing.T) {
	s := tone(encodingPCM, 2, 48000, 16)
	for announced, want := range map[uint32]time.Duration{
		0:          time.Second,
		0xFFFFFFFF: 2 * time.Second, // as long as the file
		48000:      250 * time.Millisecond,
		0x7FFFFFFE: 2 * time.Second,
	} {
		s.announced = announced
		r, err := NewReader(bytes.NewReader(s.bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Left(int64(2 * len(s.data))); got != want {
			t.Errorf("announced as %d bytes it lasts %v, want %v", announced, got, want)
		}
	}
}

func TestOpenNamesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jingle.wav")
	if _, err := Open(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	os.WriteFile(path, []byte("this is a text"), 0o600)
	if _, err := Load(path); err == nil || !strings.Contains(err.Error(), "jingle.wav") {
		t.Errorf("a file that is no sound: %v", err)
	}
}

func TestExtensibleFormat(t *testing.T) {
	plain := sound{encoding: encodingExtensible, channels: 1, rate: 48000, bits: 16, data: []byte{1, 2, 3, 4}}.bytes()
	b := append([]byte{}, plain[:16]...)
	b = append(b, 40, 0, 0, 0)
	b = append(b, plain[20:36]...)
	b = append(b, 22, 0, 16, 0, 4, 0, 0, 0, encodingPCM, 0)
	b = append(b, make([]byte, 14)...)
	b = append(b, plain[36:]...)
	if got := readAll(t, b); len(got) != 2 || got[0] != 0x0201 || got[1] != 0x0403 {
		t.Errorf("read %v", got)
	}
}

func TestWriterRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ear.wav")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	want := audiotest.Samples(1500*time.Millisecond, audiotest.Tone{Hz: 440, DBFS: -3})
	for at := 0; at < len(want); at += audio.FrameSize {
		if err := w.Write(want[at : at+audio.FrameSize]); err != nil {
			t.Fatal(err)
		}
	}
	crashed, err := Load(path) // nothing was closed
	if err != nil || len(crashed) != audio.Rate {
		t.Errorf("after a crash: %d samples, %v", len(crashed), err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := Load(path)
	if err != nil || len(got) != len(want) {
		t.Fatalf("read %d samples, %v", len(got), err)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("sample %d is %d, was %d", i, got[i], want[i])
		}
	}
}

// fullDisk is a file that takes so many bytes.
type fullDisk struct{ room int }

var errDisk = errors.New("no space left")

func (f *fullDisk) Write(p []byte) (int, error) {
	n := min(f.room, len(p))
	if f.room -= n; n < len(p) {
		return n, errDisk
	}
	return n, nil
}
func (f *fullDisk) WriteAt(p []byte, _ int64) (int, error) { return len(p), nil }
func (f *fullDisk) Close() error                           { return nil }

func TestWriterTellsWhenTheDiskIsFull(t *testing.T) {
	w, err := newWriter(&fullDisk{room: 1000})
	if err != nil {
		t.Fatal(err)
	}
	frame := make(audio.Frame, audio.FrameSize)
	for range 2 {
		err = w.Write(frame)
	}
	if !errors.Is(err, errDisk) {
		t.Errorf("a full disk: %v", err)
	}
	w.data = maxData
	if err := w.Write(frame); !errors.Is(err, ErrFull) {
		t.Errorf("a full header: %v", err)
	}
}

func FuzzReader(f *testing.F) {
	f.Add(tone(encodingPCM, 2, 44100, 24).bytes()[:1000])
	f.Add(tone(encodingMuLaw, 1, 8000, 8).bytes()[:500])
	f.Add([]byte("RIFF....WAVEdata\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := NewReader(bytes.NewReader(file))
		if err != nil {
			return
		}
		buf, total := make([]int16, 1000), 0
		for {
			n, err := r.Read(buf)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil || n == 0 {
				t.Fatalf("read %d samples, %v", n, err)
			}
			total += n
		}
		if most := 13 * (len(file) + 1000); total > most {
			t.Errorf("%d samples in %d bytes", total, len(file))
		}
	})
}
