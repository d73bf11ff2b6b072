package sound

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/audio/wav"
)

// taken imports a file and opens what became of it.
func taken(t *testing.T, file []byte, use Use) (*Player, audio.Recording) {
	t.Helper()
	var kept bytes.Buffer
	rec, err := Import(t.Context(), &kept, bytes.NewReader(file), use, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := opened(t, kept.Bytes())
	if p.Length() != rec.Length {
		t.Errorf("it is told to last %v and lasts %v", rec.Length, p.Length())
	}
	return p, rec
}

// refusal is the code of the error with which a file is refused.
func refusal(t *testing.T, file io.ReadSeeker, use Use) string {
	t.Helper()
	_, err := Import(t.Context(), io.Discard, file, use, nil)
	var coded interface{ Code() string }
	if err != nil && !errors.As(err, &coded) {
		t.Errorf("the error has no code: %v", err)
		return ""
	}
	if err == nil {
		return ""
	}
	return coded.Code()
}

// converted runs a program on a WAV file of pcm, in stereo; %in and %out stand for
// the files.
func converted(t *testing.T, pcm []int16, tool string, args ...string) []byte {
	t.Helper()
	path := needs(t, tool)
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.wav"), filepath.Join(dir, "out.sound")
	saveStereo(t, in, pcm)
	for i, a := range args {
		args[i] = map[string]string{"%in": in, "%out": out}[a]
		if args[i] == "" {
			args[i] = a
		}
	}
	if said, err := exec.Command(path, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", tool, err, said)
	}
	return load(t, out)
}

// Every kind of file comes in with its length and its tone, at the music's loudness.
func TestImportReadsEachKind(t *testing.T) {
	pcm := audiotest.Samples(3*time.Second, voice)
	for name, file := range map[string]func() []byte{
		"wav":        func() []byte { return wavFile(pcm, 2) },
		"wav 44 kHz": func() []byte { return converted(t, pcm, "sox", "%in", "-r", "44100", "-t", "wav", "%out") },
		"wav float":  func() []byte { return converted(t, pcm, "sox", "%in", "-e", "float", "-t", "wav", "%out") },
		"opus":       func() []byte { return converted(t, pcm, "opusenc", "--quiet", "%in", "%out") },
		"vorbis":     func() []byte { return converted(t, pcm, "oggenc", "-Q", "%in", "-o", "%out") },
		"vorbis mono": func() []byte {
			return converted(t, pcm, "oggenc", "-Q", "--downmix", "--resample", "22050", "%in", "-o", "%out")
		},
		"mp3 cbr": func() []byte { return converted(t, pcm, "lame", "--quiet", "-b", "128", "%in", "%out") },
		"mp3 vbr": func() []byte {
			return converted(t, pcm, "lame", "--quiet", "-V", "4", "--ty", "2026", "--tt", "Attente", "%in", "%out")
		},
		"mp3 mpeg-2": func() []byte {
			return converted(t, pcm, "lame", "--quiet", "-m", "m", "--resample", "22.05", "%in", "%out")
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, rec := taken(t, file(), Music)
			if off := (p.Length() - 3*time.Second).Abs(); off > 120*time.Millisecond { // an MP3 has its encoder's delay
				t.Errorf("it lasts %v", p.Length())
			}
			if math.Abs(rec.Loudness+26) > 0.5 {
				t.Errorf("its loudness is %.1f LUFS, want -26", rec.Loudness)
			}
			got := played(t, p)
			wantLevel(t, got[audio.Rate:2*audio.Rate], voice.Hz, -23)
		})
	}
}

// What our decoder makes of a file, piece by piece, is what another makes of it as a
// whole.
func TestMP3IsDecodedAsLameDoes(t *testing.T) {
	pcm := slices.Concat(syllables(4*time.Second, -9), syllables(4*time.Second, -30))
	for _, c := range []struct {
		name string
		args []string
		snr  float64
	}{
		{"128 kbit/s", []string{"-b", "128"}, 60},
		{"24 kbit/s at 16 kHz", []string{"-m", "m", "--resample", "16", "-b", "24"}, 30},
	} {
		file := converted(t, pcm, "lame", append(append([]string{"--quiet"}, c.args...), "%in", "%out")...)
		dir := t.TempDir()
		in, out := filepath.Join(dir, "in.mp3"), filepath.Join(dir, "out.wav")
		save(t, in, file)
		if said, err := exec.Command("lame", "--quiet", "--decode", in, out).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		want, err := wav.Load(out)
		if err != nil {
			t.Fatal(err)
		}
		got := decoded(t, file)
		if snr := likeness(got, want); snr < c.snr {
			t.Errorf("%s: it differs by %.1f dB", c.name, snr)
		}
	}
}

// decoded is all of a file at 48 kHz.
func decoded(t *testing.T, file []byte) (pcm []int16) {
	t.Helper()
	d, err := open(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	f := make(audio.Frame, audio.FrameSize)
	for {
		switch err := d.frame(f); {
		case errors.Is(err, io.EOF):
			return pcm
		case err != nil:
			t.Fatal(err)
		}
		pcm = append(pcm, f...)
	}
}

// likeness is how far the difference of two sounds is below the second, in dB, where
// the first begins up to 5000 samples later.
func likeness(got, want []int16) float64 {
	nearest, at := math.Inf(-1), 0
	for lag := range 5000 {
		if r := ratio(got[lag:], want[:audio.Rate/10]); r > nearest {
			nearest, at = r, lag
		}
	}
	return ratio(got[at:], want)
}

func ratio(got, want []int16) float64 {
	var signal, difference float64
	for i := range min(len(got), len(want)) {
		d := float64(got[i]) - float64(want[i])
		signal += float64(want[i]) * float64(want[i])
		difference += d * d
	}
	return 10 * math.Log10(signal/max(difference, 1))
}

// syllables is a voice for tests: bursts of a tone with pauses, as loud as told.
func syllables(d time.Duration, dbfs float64) []int16 {
	pcm := audiotest.Samples(d, audiotest.Tone{Hz: 300, DBFS: dbfs}, audiotest.Tone{Hz: 1200, DBFS: dbfs - 6})
	for i := range pcm {
		if i/(audio.Rate/8)%3 == 2 {
			pcm[i] = 0
		}
	}
	return pcm
}

func TestImportLevelsSpeech(t *testing.T) {
	for _, dbfs := range []float64{-1.5 - 6, -20, -40} {
		_, rec := taken(t, wavFile(syllables(4*time.Second, dbfs), 1), Spoken)
		if math.Abs(rec.Loudness+23) > 1 {
			t.Errorf("a voice at %g dBFS comes in at %.1f LUFS, want -23", dbfs, rec.Loudness)
		}
	}
}

// What is soft with hard peaks does not clip, even after the codec.
func TestImportNeverClips(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	pcm := make([]int16, 4*audio.Rate)
	for i := range pcm {
		pcm[i] = int16(rng.NormFloat64() * 200)
		if i%9000 < 60 {
			pcm[i] = int16(30000 - 60000*(i%2))
		}
	}
	p, _ := taken(t, wavFile(pcm, 1), Music)
	got := played(t, p)
	if peak := max(slices.Max(got), -slices.Min(got)); peak > 32000 {
		t.Errorf("the peak is %d", peak)
	}
}

func TestImportTrimsSpeechOnly(t *testing.T) {
	quiet := make([]int16, 3*audio.Rate)
	file := wavFile(slices.Concat(quiet, syllables(2*time.Second, -20), quiet), 1)
	spoken, _ := taken(t, file, Spoken)
	if l := spoken.Length(); l < 2200*time.Millisecond || l > 2400*time.Millisecond {
		t.Errorf("two seconds of speech in silence become %v", l)
	}
	wantNoClick(t, played(t, spoken)[:audio.Rate/20])
	music, _ := taken(t, file, Music)
	if l := music.Length(); l != 8*time.Second {
		t.Errorf("8 s of music become %v", l)
	}
}

func wantNoClick(t *testing.T, pcm []int16) {
	t.Helper()
	for i, s := range pcm {
		if s > 200 || s < -200 {
			t.Errorf("sample %d is %d", i, s)
			return
		}
	}
}

// emptyDisk is a file of any length with nothing but zeros behind its head.
type emptyDisk struct {
	head []byte
	read *int64
}

func (e emptyDisk) ReadAt(b []byte, at int64) (int, error) {
	clear(b)
	if at < int64(len(e.head)) {
		copy(b, e.head[at:])
	}
	*e.read += int64(len(b))
	return len(b), nil
}

// repeated is a file that repeats its frames for ever.
type repeated struct {
	frames []byte
	read   *int64
}

func (r repeated) ReadAt(b []byte, at int64) (int, error) {
	for i := range b {
		b[i] = r.frames[(at+int64(i))%int64(len(r.frames))]
	}
	*r.read += int64(len(b))
	return len(b), nil
}

// A file of two hours is refused after little of it was read, and nothing decoded.
func TestImportRefusesTwoHoursAtOnce(t *testing.T) {
	head := wavFile(nil, 2)
	const size = 2 * 3600 * audio.Rate * 4
	binary.LittleEndian.PutUint32(head[40:], size)
	silence := []byte{0xFF, 0xFB, 0x90, 0x00} // layer III, 128 kbit/s, 44.1 kHz
	for name, disk := range map[string]func(*int64) (io.ReaderAt, int64){
		"wav": func(n *int64) (io.ReaderAt, int64) { return emptyDisk{head, n}, size + 44 },
		"mp3": func(n *int64) (io.ReaderAt, int64) {
			return repeated{append(silence, make([]byte, 417-4)...), n}, 2 * 3600 * 16000
		},
		"ogg": func(n *int64) (io.ReaderAt, int64) {
			return emptyDisk{opusOf(t), n}, MaxBytes + 1
		},
	} {
		var read int64
		at, length := disk(&read)
		begun := time.Now()
		code := refusal(t, io.NewSectionReader(at, 0, length), Music)
		if code != "sound.too-long" {
			t.Errorf("%s: the code is %q", name, code)
		}
		if read > MaxBytes*5/4 {
			t.Errorf("%s: %d MB were read", name, read>>20)
		}
		t.Logf("%s: refused after %d kB and %v", name, read>>10, time.Since(begun))
	}
}

func opusOf(t *testing.T) []byte {
	t.Helper()
	file, _ := recorded(t, make([]int16, audio.Rate))
	return file
}

func TestImportRefusesWithACode(t *testing.T) {
	spoken := wavFile(syllables(121*time.Second, -20), 1)
	ogg := opusOf(t)
	for _, c := range []struct {
		name string
		file []byte
		code string
	}{
		{"nothing", nil, "sound.not-audio"},
		{"a text", bytes.Repeat([]byte("Bonjour, ceci n'est pas un son.\n"), 5000), "sound.not-audio"},
		{"noise", noise(200000), "sound.not-audio"},
		{"only a header", []byte("RIFF"), "sound.unreadable"},
		{"a WAV that is none", []byte("RIFF....WAVEfmt \x04\x00\x00\x00abcd"), "sound.unreadable"},
		{"an Ogg that is none", append([]byte("OggS"), noise(5000)...), "sound.unreadable"},
		{"half an Opus header", ogg[:40], "sound.unreadable"},
		{"silence", wavFile(make([]int16, 3*audio.Rate), 1), "sound.empty"},
		{"no samples", wavFile(nil, 1), "sound.empty"},
		{"a click", wavFile(append(audiotest.Samples(20*time.Millisecond, voice), make([]int16, audio.Rate)...), 1), "sound.empty"},
		{"two minutes of speech", spoken, "sound.too-long"},
	} {
		if code := refusal(t, bytes.NewReader(c.file), Spoken); code != c.code {
			t.Errorf("%s: the code is %q, want %q", c.name, code, c.code)
		}
	}
}

func noise(n int) []byte {
	b := make([]byte, n)
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

func TestImportTellsHowFarItIs(t *testing.T) {
	var told []float64
	file := wavFile(syllables(20*time.Second, -20), 1)
	if _, err := Import(t.Context(), io.Discard, bytes.NewReader(file), Spoken, func(x float64) { told = append(told, x) }); err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(told) || len(told) < 30 || told[len(told)-1] != 1 {
		t.Errorf("told %v", told)
	}
}

func TestImportEndsWhenItIsNotWanted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	file := wavFile(syllables(20*time.Second, -20), 1)
	_, err := Import(ctx, io.Discard, bytes.NewReader(file), Spoken, func(x float64) {
		if x > 0.6 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

func TestImportToAFullDisk(t *testing.T) {
	_, err := Import(t.Context(), fullDisk{}, bytes.NewReader(wavFile(syllables(time.Second, -20), 1)), Spoken, nil)
	var e *Error
	if !errors.As(err, &e) || e.Code() != "sound.disk-full" {
		t.Errorf("the error is %v", err)
	}
}
