package sound

import (
	"bytes"
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
