package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"permanence/audio"
)

// ErrFull is returned when a file has reached the 4 GiB that its header can tell,
// after twelve hours.
var ErrFull = errors.New("the WAV file is full")

const (
	headerSize = 44
	maxData    = math.MaxUint32 - headerSize - 1
)

// file is where a writer writes.
type file interface {
	io.Writer
	io.WriterAt
	io.Closer
}

// Writer writes voice to a file as it comes. It belongs to one goroutine.
type Writer struct {
	file file
	data int64 // bytes of samples written
	told int64 // bytes that the header tells
	buf  []byte
}

// Create makes a file, or empties the one that is there.
func Create(path string) (*Writer, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("create sound: %w", err)
	}
	w, err := newWriter(f)
	if err != nil {
		f.Close()
	}
	return w, err
}

func newWriter(f file) (*Writer, error) {
	w := &Writer{file: f}
	if _, err := f.Write(w.header()); err != nil {
		return nil, fmt.Errorf("write sound: %w", err)
	}
	return w, nil
}

// Write appends mono samples at 48 kHz. They are with the system when it returns:
// a crash of the program loses nothing of them.
func (w *Writer) Write(pcm []int16) error {
	if w.data+2*int64(len(pcm)) > maxData {
		return ErrFull
	}
	w.buf = w.buf[:0]
	for _, s := range pcm {
		w.buf = binary.LittleEndian.AppendUint16(w.buf, uint16(s))
	}
	n, err := w.file.Write(w.buf)
	w.data += int64(n)
	if err != nil {
		return fmt.Errorf("write sound: %w", err)
	}
	if w.data-w.told >= 2*audio.Rate {
		return w.tell()
	}
	return nil
}

// Close completes the header and closes the file.
func (w *Writer) Close() error {
	if err := errors.Join(w.tell(), w.file.Close()); err != nil {
		return fmt.Errorf("close sound: %w", err)
	}
	return nil
}

// tell brings the header up to date.
func (w *Writer) tell() error {
	if _, err := w.file.WriteAt(w.header(), 0); err != nil {
		return fmt.Errorf("write sound: %w", err)
	}
	w.told = w.data
	return nil
}

// header describes what was written so far.
func (w *Writer) header() []byte {
	h := make([]byte, 0, headerSize)
	h = append(h, "RIFF"...)
	h = binary.LittleEndian.AppendUint32(h, uint32(headerSize-8+w.data))
	h = append(h, "WAVEfmt "...)
	h = binary.LittleEndian.AppendUint32(h, plainFormat)
	h = binary.LittleEndian.AppendUint16(h, encodingPCM)
	h = binary.LittleEndian.AppendUint16(h, 1)            // channel
	h = binary.LittleEndian.AppendUint32(h, audio.Rate)   // samples per second
	h = binary.LittleEndian.AppendUint32(h, 2*audio.Rate) // bytes per second
	h = binary.LittleEndian.AppendUint16(h, 2)            // bytes per sample
	h = binary.LittleEndian.AppendUint16(h, 16)           // bits per sample
	h = append(h, "data"...)
	return binary.LittleEndian.AppendUint32(h, uint32(w.data))
}
