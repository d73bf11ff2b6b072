package sound

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"

	"permanence/audio"
	"permanence/audio/opus"
)

// packetSize is 20 ms, what an encoder takes at once.
const packetSize = 2 * audio.FrameSize

// pageLength is one second: a crash costs no more (RFC 7845 §6 asks for no less
// often, too).
const pageLength = audio.Rate

// writer makes an Ogg Opus file of frames.
type writer struct {
	page    pageWriter
	enc     audio.Encoder
	pcm     []int16 // the packet in hand
	packet  []byte
	heard   int64 // samples that were written
	encoded int64 // samples in packets, all of them
	flushed int64 // those on pages that are written
}

func newWriter(dst io.Writer) (*writer, error) {
	enc, err := opus.NewFileEncoder()
	if err != nil {
		return nil, err
	}
	w := &writer{
		page: pageWriter{dst: dst, serial: rand.Uint32()},
		enc:  enc,
		pcm:  make([]int16, 0, packetSize),
	}
	w.page.add(opusHead{channels: 1, preSkip: opus.Lookahead}.append(nil))
	if err := w.page.flush(first, 0); err != nil {
		return nil, err
	}
	w.page.add(opusTags())
	return w, w.page.flush(0, 0)
}

// write takes one frame.
func (w *writer) write(f audio.Frame) error {
	w.heard += int64(len(f))
	w.pcm = append(w.pcm, f...)
	if len(w.pcm) < packetSize {
		return nil
	}
	return w.encode()
}

// encode lays the packet in hand on a page. The page before it is written first
// when it is full, so that there is always one packet for the last page.
func (w *writer) encode() error {
	var err error
	if w.packet, err = w.enc.Encode(w.packet[:0], w.pcm); err != nil {
		return fmt.Errorf("write sound: %w", err)
	}
	w.pcm = w.pcm[:0]
	if w.encoded-w.flushed >= pageLength || !w.page.fits(len(w.packet)) {
		if err := w.page.flush(0, w.encoded); err != nil {
			return err
		}
		w.flushed = w.encoded
	}
	w.page.add(w.packet)
	w.encoded += packetSize
	return nil
}

// finish writes what the encoder still holds, and says where the sound ends.
func (w *writer) finish() error {
	end := w.heard + opus.Lookahead
	for w.encoded < end {
		w.pcm = append(w.pcm, make([]int16, packetSize-len(w.pcm))...)
		if err := w.encode(); err != nil {
			return err
		}
	}
	return w.page.flush(last, end)
}

// full reports whether a page more would be more than can be opened again.
func (w *writer) full() bool { return w.page.written > MaxBytes-maxPageBytes }

// clip rounds to 16 bits.
func clip(v float32) int16 {
	return int16(math.RoundToEven(float64(min(max(v, math.MinInt16), math.MaxInt16))))
}
