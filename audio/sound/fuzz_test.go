package sound

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
)

// seedOpus is a short sound of ours.
func seedOpus(f *testing.F) []byte {
	f.Helper()
	var p paper
	r, err := Record(&p)
	if err != nil {
		f.Fatal(err)
	}
	dictate(r, audiotest.Samples(100*time.Millisecond, voice))
	if _, err := r.Close(); err != nil {
		f.Fatal(err)
	}
	return p.copied()
}

// resealed gives every page its right checksum, so that the fuzzer gets behind it.
func resealed(file []byte) []byte {
	for at := 0; at+pageHeader <= len(file); at++ {
		if !bytes.HasPrefix(file[at:], []byte(capture)) {
			continue
		}
		size := pageHeader + int(file[at+pageHeader-1])
		if at+size > len(file) {
			break
		}
		for _, n := range file[at+pageHeader : at+size] {
			size += int(n)
		}
		if at+size > len(file) {
			break
		}
		p := file[at : at+size]
		sum := pageChecksum(p)
		p[checksumAt], p[checksumAt+1], p[checksumAt+2], p[checksumAt+3] = byte(sum), byte(sum>>8), byte(sum>>16), byte(sum>>24)
		at += size - 1
	}
	return file
}

func FuzzOpen(f *testing.F) {
	whole := seedOpus(f)
	f.Add(whole, int64(0))
	f.Add(whole[:len(whole)-3], int64(time.Second))
	f.Add([]byte("OggS"), int64(-1))
	f.Fuzz(func(t *testing.T, file []byte, to int64) {
		p, err := Open(bytes.NewReader(resealed(bytes.Clone(file))))
		if err != nil {
			return
		}
		left := p.Length()
		frame := make(audio.Frame, audio.FrameSize)
		for range 200 {
			if !p.Next(frame) {
				break
			}
			left -= audio.FrameDuration
		}
		if left < -audio.FrameDuration {
			t.Errorf("it plays %v longer than it says", -left)
		}
		p.Skip(time.Duration(to))
		p.Next(frame)
	})
}

// mp3Silence is a frame of layer III without anything in it: 32 kbit/s, 48 kHz, mono.
func mp3Silence() []byte {
	return append([]byte{0xFF, 0xFB, 0x14, 0xC0}, make([]byte, 96-mp3Header)...)
}

func FuzzImport(f *testing.F) {
	f.Add(seedOpus(f))
	f.Add(wavFile(audiotest.Samples(20*time.Millisecond, voice), 2))
	f.Add(bytes.Repeat(mp3Silence(), 8))
	f.Add(append([]byte("ID3\x04\x00\x00\x00\x00\x00\x0aTIT2......"), bytes.Repeat(mp3Silence(), 4)...))
	for _, name := range []string{"testdata/tone.ogg", "testdata/tone.mp3"} { // 300 ms of 500 Hz at 8 kHz
		file, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Add(append(append([]byte(nil), bytes.Repeat(mp3Silence(), 4)...), "TAG and a name"...))
	f.Fuzz(func(t *testing.T, file []byte) {
		_, err := Import(t.Context(), io.Discard, bytes.NewReader(resealed(bytes.Clone(file))), Music, nil)
		var coded interface{ Code() string }
		if err != nil && !errors.As(err, &coded) {
			t.Errorf("the error has no code: %v", err)
		}
	})
}

func FuzzVorbisHeaders(f *testing.F) {
	f.Add([]byte("\x01vorbis\x00\x00\x00\x00\x01\x80\xbb\x00\x00aaaabbbbcccc\xb8\x01"), []byte("\x03vorbis\x00\x00\x00\x00\x00\x00\x00\x00\x01"), []byte("\x05vorbis\x00BCV\x01\x00\x01\x00\x00"))
	f.Fuzz(func(t *testing.T, ident, comment, setup []byte) {
		tr := &track{}
		for _, p := range [][]byte{ident, comment, setup} {
			tr.data = append(tr.data, p...)
			tr.ends = append(tr.ends, uint32(len(tr.data)))
		}
		_ = checkVorbis(tr)
	})
}
