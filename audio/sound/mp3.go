package sound

import (
	"encoding/binary"
	"errors"
	"io"
	"time"

	"github.com/tosone/minimp3"
)

// openMP3 reads what is MP3, and refuses everything that nobody knows.
func openMP3(src io.ReadSeeker) (decoder, error) {
	length, err := mp3Length(src)
	if err != nil {
		return decoder{}, err
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return decoder{}, readFailed(err)
	}
	r := &mp3Reader{scan: newMP3Scanner(src)}
	return decoder{r, length}, nil
}

// mp3Length walks over the frames without decoding them, for as long as a sound may
// be.
func mp3Length(src io.Reader) (time.Duration, error) {
	scan := newMP3Scanner(src)
	var samples int64
	for {
		f, err := scan.next()
		length := time.Duration(samples) * time.Second / time.Duration(max(scan.kind.rate, 1))
		switch {
		case errors.Is(err, io.EOF) && samples == 0:
			return 0, &Error{code: codeNotAudio, text: "it is not WAV, MP3, Ogg Vorbis or Opus"}
		case errors.Is(err, io.EOF) || err == nil && length > longest:
			return length, nil
		case err != nil:
			return 0, readFailed(err)
		}
		samples += int64(f.samples)
		if _, err := scan.in.Discard(f.bytes); err != nil {
			return 0, readFailed(err)
		}
	}
}

// mp3Reader decodes some frames at a time. The library decodes a whole file at once,
// which would take 200 MB for 20 minutes; so it gets a few seconds as if they were
// one, each time with the frames before them, in which they may have begun: a frame
// reaches back 511 bytes at most, 255 at low rates, and its sound overlaps the one
// before.
type mp3Reader struct {
	scan   *mp3Scanner
	rate   rate
	frames []byte // bytes of the frames in hand
	sizes  []int  // of each
	mono   []int16
	pending
}

const (
	mp3Again = 24  // frames that are decoded again: of 8 kbit/s they hold the 255 bytes
	mp3New   = 200 // frames that are decoded the first time
)

// Read implements reader.
func (r *mp3Reader) Read(pcm []int16) (int, error) { return r.read(pcm, r.fill) }

// fill decodes the next frames.
func (r *mp3Reader) fill() error {
	r.forget()
	fresh, err := r.collect()
	if err != nil {
		return err
	}
	r.ready = nil
	if fresh > 0 {
		_, raw, err := minimp3.DecodeFull(r.frames)
		if err != nil {
			return unreadable("%v", err)
		}
		r.ready = r.rate.convert(r.downmix(raw[max(0, len(raw)-2*fresh*r.scan.kind.channels):]))
	}
	if r.ended {
		r.ready = append(r.ready[:len(r.ready):len(r.ready)], r.rate.flush()...)
	}
	return nil
}

// forget drops the frames that are not needed again.
func (r *mp3Reader) forget() {
	drop := 0
	for len(r.sizes) > mp3Again {
		drop += r.sizes[0]
		r.sizes = r.sizes[1:]
	}
	r.frames = append(r.frames[:0], r.frames[drop:]...)
}

// collect reads the next frames, and returns how many samples are in them.
func (r *mp3Reader) collect() (samples int, err error) {
	for range mp3New {
		f, err := r.scan.next()
		if errors.Is(err, io.EOF) {
			r.ended = true
			break
		}
		if err != nil {
			return 0, readFailed(err)
		}
		begin := len(r.frames)
		r.frames = append(r.frames, make([]byte, f.bytes)...)
		if _, err := io.ReadFull(r.scan.in, r.frames[begin:]); err != nil {
			return 0, readFailed(err)
		}
		r.sizes = append(r.sizes, f.bytes)
		samples += f.samples
	}
	if r.rate.resampler == nil && r.scan.kind.rate != 0 {
		r.rate, err = newRate(r.scan.kind.rate)
	}
	return samples, err
}

// downmix makes mono of the decoder's 16 bits.
func (r *mp3Reader) downmix(raw []byte) []int16 {
	r.mono = r.mono[:0]
	for channels := r.scan.kind.channels; len(raw) >= 2*channels; raw = raw[2*channels:] {
		sum := 0
		for c := range channels {
			sum += int(int16(binary.LittleEndian.Uint16(raw[2*c:])))
		}
		r.mono = append(r.mono, int16(sum/channels))
	}
	return r.mono
}
