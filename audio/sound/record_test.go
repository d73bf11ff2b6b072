package sound

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/audio/wav"
)

// paper is a file in memory that a test can make full, slow or broken.
type paper struct {
	mu     sync.Mutex
	bytes  bytes.Buffer
	room   int // bytes; 0 is without a limit
	closed int
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.room > 0 && p.bytes.Len()+len(b) > p.room {
		return 0, syscall.ENOSPC
	}
	return p.bytes.Write(b)
}

func (p *paper) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed++
	return nil
}

// copied is what has been written so far, as a crash would leave it.
func (p *paper) copied() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Clone(p.bytes.Bytes())
}

var voice = audiotest.Tone{Hz: 1000, DBFS: audiotest.Voice}

func dictate(r *Recorder, pcm []int16) {
	for ; len(pcm) >= audio.FrameSize; pcm = pcm[audio.FrameSize:] {
		r.Write(pcm[:audio.FrameSize])
	}
}

// recorded makes a sound of pcm.
func recorded(t *testing.T, pcm []int16) (file []byte, kept audio.Recording) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var p paper
		r, err := Record(&p)
		if err != nil {
			t.Fatal(err)
		}
		for chunk := range slices.Chunk(pcm, audio.Rate) {
			dictate(r, chunk)
			synctest.Wait() // or the backlog is full
		}
		if kept, err = r.Close(); err != nil {
			t.Fatal(err)
		}
		if p.closed != 1 {
			t.Errorf("the file was closed %d times", p.closed)
		}
		file = p.copied()
	})
	return file, kept
}

// played is all that a source plays.
func played(t *testing.T, s audio.Source) []int16 {
	t.Helper()
	var pcm []int16
	f := make(audio.Frame, audio.FrameSize)
	for s.Next(f) {
		if pcm = append(pcm, f...); len(pcm) > 20*60*audio.Rate {
			t.Fatal("it never ends")
		}
	}
	return pcm
}

func opened(t *testing.T, file []byte) *Player {
	t.Helper()
	p, err := Open(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func wantLevel(t *testing.T, pcm []int16, hz, want float64) {
	t.Helper()
	if got := audiotest.Level(pcm, hz); math.Abs(got-want) > 0.5 {
		t.Errorf("%g Hz is at %.1f dBFS, want %.1f", hz, got, want)
	}
}

func TestWhatIsRecordedIsPlayed(t *testing.T) {
	for _, length := range []time.Duration{
		10 * time.Millisecond, 20 * time.Millisecond, time.Second, 1010 * time.Millisecond, 3700 * time.Millisecond,
	} {
		pcm := audiotest.Samples(length, voice)
		file, kept := recorded(t, pcm)
		p := opened(t, file)
		if kept.Length != length || p.Length() != length {
			t.Errorf("%v: recorded as %v, opened as %v", length, kept.Length, p.Length())
		}
		got := played(t, p)
		if len(got) != len(pcm) {
			t.Errorf("%v: %d samples are played, want %d", length, len(got), len(pcm))
		}
		if length >= time.Second {
			wantLevel(t, got, voice.Hz, voice.DBFS)
		}
	}
}

// A pulse is found again where it was: the pre-skip is right.
func TestRecordingKeepsTime(t *testing.T) {
	pcm := make([]int16, audio.Rate)
	const at = 30000
	copy(pcm[at:], audiotest.Samples(5*time.Millisecond, audiotest.Tone{Hz: 3000, DBFS: -3}))
	file, _ := recorded(t, pcm)
	got := played(t, opened(t, file))
	begins := 0
	for i, s := range got {
		if s > 8000 || s < -8000 {
			begins = i
			break
		}
	}
	if begins < at-48 || begins > at+48 {
		t.Errorf("the pulse begins at %d, want %d", begins, at)
	}
}

func TestSkip(t *testing.T) {
	low, high := audiotest.Tone{Hz: 500, DBFS: -12}, audiotest.Tone{Hz: 2000, DBFS: -12}
	file, _ := recorded(t, append(audiotest.Samples(2*time.Second, low), audiotest.Samples(2*time.Second, high)...))
	p := opened(t, file)
	for _, c := range []struct {
		to   time.Duration
		left time.Duration
		hz   float64
	}{
		{2 * time.Second, 2 * time.Second, 2000},
		{0, 4 * time.Second, 500},
		{2500 * time.Millisecond, 1500 * time.Millisecond, 2000},
		{-time.Second, 4 * time.Second, 500},
		{time.Hour, 0, 0},
		{time.Second, 3 * time.Second, 500},
	} {
		p.Skip(c.to)
		got := played(t, p)
		if len(got) != int(samples(c.left)) {
			t.Errorf("after %v %d samples are left, want %v", c.to, len(got), c.left)
		}
		if c.left > 0 {
			wantLevel(t, got[2*audio.FrameSize:audio.Rate-audio.FrameSize], c.hz, -12)
		}
	}
}

func TestAfterACrashTheFileIsWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p paper
		r, err := Record(&p)
		if err != nil {
			t.Fatal(err)
		}
		dictate(r, audiotest.Samples(4500*time.Millisecond, voice))
		synctest.Wait()
		crashed := p.copied()
		if _, err := r.Close(); err != nil {
			t.Fatal(err)
		}
		left := opened(t, crashed)
		if left.Length() < 3400*time.Millisecond {
			t.Errorf("of 4.5 s there are %v after a crash", left.Length())
		}
		wantLevel(t, played(t, left), voice.Hz, voice.DBFS)
	})
}

func TestFullDiskEndsARecording(t *testing.T) { synctest.Test(t, testFullDisk) }

func testFullDisk(t *testing.T) {
	p := paper{room: 20000}
	r, err := Record(&p)
	if err != nil {
		t.Fatal(err)
	}
	noise := audiotest.Samples(4*time.Second, voice)
	for range 20 {
		dictate(r, noise)
		synctest.Wait()
	}
	_, err = r.Close()
	var coded interface{ Code() string }
	if !errors.As(err, &coded) || coded.Code() != "sound.disk-full" {
		t.Errorf("the error is %v", err)
	}
	if again := errors.Join(second(r.Close())); again == nil || again.Error() != err.Error() {
		t.Errorf("closed twice, the error is %v", again)
	}
	r.Write(noise[:audio.FrameSize]) // is nothing
	if l := opened(t, p.copied()).Length(); l < time.Second {
		t.Errorf("kept are %v", l)
	}
	full := paper{room: 10}
	if _, err := Record(&full); err == nil || full.closed != 1 {
		t.Errorf("a disk full from the beginning: %v, closed %d times", err, full.closed)
	}
}

func second[T any](_ T, err error) error { return err }

func TestWhoSpoke(t *testing.T) {
	quiet := audiotest.Samples(3*time.Second, audiotest.Tone{Hz: 150, DBFS: -60})
	word := append(append([]int16{}, quiet...), audiotest.Samples(400*time.Millisecond, audiotest.Tone{Hz: 300, DBFS: -40})...)
	for _, c := range []struct {
		name   string
		pcm    []int16
		silent bool
	}{
		{"nothing", make([]int16, 2*audio.Rate), true},
		{"line noise", quiet, true},
		{"a faint word in line noise", append(word, quiet...), false},
		{"a loud tone without a pause", audiotest.Samples(time.Second, voice), false},
		{"a click", append(audiotest.Samples(50*time.Millisecond, voice), quiet...), true},
	} {
		if _, kept := recorded(t, c.pcm); kept.Silent != c.silent {
			t.Errorf("%s: silent is %v", c.name, kept.Silent)
		}
	}
}

func TestPlayingNeitherWaitsNorAllocates(t *testing.T) {
	file, _ := recorded(t, audiotest.Samples(3*time.Second, voice))
	p := opened(t, file)
	f := make(audio.Frame, audio.FrameSize)
	if n := testing.AllocsPerRun(200, func() { p.Next(f) }); n != 0 {
		t.Errorf("a frame costs %v allocations", n)
	}
	r, err := Record(&paper{})
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(backlog-1, func() { r.Write(f) }); n > 1 { // its goroutine allocates meanwhile
		t.Errorf("a frame recorded costs %v allocations", n)
	}
	if _, err := r.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestDamage(t *testing.T) {
	whole, _ := recorded(t, audiotest.Samples(5*time.Second, voice))
	for at := 0; at < len(whole); at += 1 + at/4 {
		file := bytes.Clone(whole)
		file[at] ^= 0x40
		if p, err := Open(bytes.NewReader(file)); err == nil {
			played(t, p)
		}
		if p, err := Open(bytes.NewReader(whole[:at])); err == nil {
			played(t, p)
		}
	}
	file := bytes.Clone(whole)
	file[len(file)/2] ^= 0x40 // one page of five is lost
	if l := opened(t, file).Length(); l < 3900*time.Millisecond || l > 4200*time.Millisecond {
		t.Errorf("with a damaged page %v are left", l)
	}
}

func TestTooLargeIsRefused(t *testing.T) {
	if _, err := Open(io.LimitReader(zeros{}, MaxBytes+1)); err == nil || err.(*Error).Code() != "sound.too-long" {
		t.Errorf("the error is %v", err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestBeep(t *testing.T) {
	b := NewBeep()
	pcm := played(t, b)
	if len(pcm) != int(samples(b.Length())) {
		t.Errorf("%d samples, want %v", len(pcm), b.Length())
	}
	wantLevel(t, pcm[audio.FrameSize:len(pcm)-audio.FrameSize], 1000, -16)
	if pcm[0] != 0 || pcm[len(pcm)-1] > 200 {
		t.Errorf("it clicks: %d … %d", pcm[0], pcm[len(pcm)-1])
	}
	b.Skip(time.Hour)
	if b.Next(make(audio.Frame, audio.FrameSize)) {
		t.Error("it does not end")
	}
}

// What we write is read by another program of the same format, and as long.
func TestOpusdecReadsIt(t *testing.T) {
	dir := t.TempDir()
	kept, out := filepath.Join(dir, "kept.opus"), filepath.Join(dir, "out.wav")
	tool := needs(t, "opusdec")
	file, _ := recorded(t, audiotest.Samples(2350*time.Millisecond, voice))
	save(t, kept, file)
	if said, err := exec.Command(tool, "--quiet", kept, out).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	pcm, err := wav.Load(out)
	if err != nil {
		t.Fatal(err)
	}
	if want := int(samples(2350 * time.Millisecond)); len(pcm) != want {
		t.Errorf("it reads %d samples, want %d", len(pcm), want)
	}
	wantLevel(t, pcm, voice.Hz, voice.DBFS)
}

// And we read what another program wrote, in stereo.
func TestOpusencIsRead(t *testing.T) {
	dir := t.TempDir()
	in, kept := filepath.Join(dir, "in.wav"), filepath.Join(dir, "kept.opus")
	tool := needs(t, "opusenc")
	saveStereo(t, in, audiotest.Samples(2350*time.Millisecond, voice))
	if said, err := exec.Command(tool, "--quiet", in, kept).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	p := opened(t, load(t, kept))
	if p.Length() != 2350*time.Millisecond {
		t.Errorf("it lasts %v", p.Length())
	}
	wantLevel(t, played(t, p), voice.Hz, voice.DBFS)
}
