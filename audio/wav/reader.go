package wav

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"time"

	"permanence/audio"
)

// Reader reads a file as mono voice at 48 kHz, a piece at a time, so that a long
// one needs no more memory than a short one.
type Reader struct {
	src    *bufio.Reader
	file   io.Closer // nil when the caller closes
	format format
	left   int64            // bytes of samples not yet read, or untilEnd
	rate   *audio.Resampler // nil at 48 kHz
	raw    []byte
	mono   []int16
	ready  []int16
	ended  bool
}

// piece is how many frames are read at once.
const piece = 2048

// NewReader reads the header. What is not a sound that can be read is a
// *FormatError.
func NewReader(src io.Reader) (*Reader, error) {
	r := &Reader{src: bufio.NewReader(src)}
	var err error
	if r.format, r.left, err = readHeader(r.src); err != nil {
		return nil, err
	}
	if r.format.rate != audio.Rate {
		if r.rate, err = audio.NewResampler(r.format.rate, audio.Rate); err != nil {
			return nil, err
		}
	}
	r.raw = make([]byte, piece*r.format.frameBytes())
	return r, nil
}

// Left is how long the samples last that are not yet read, in a file of which at
// most so many bytes are left: the header of a file whose writer crashed, or wrote
// to a pipe, tells nothing, or too much.
func (r *Reader) Left(size int64) time.Duration {
	if r.left != untilEnd {
		size = min(size, r.left)
	}
	size = min(size, math.MaxUint32)
	frames := size / int64(r.format.frameBytes())
	return time.Duration(frames) * time.Second / time.Duration(r.format.rate)
}

// Open opens a file to be read.
func Open(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open sound: %w", err)
	}
	r, err := NewReader(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	r.file = f
	return r, nil
}

// Close closes the file that Open opened.
func (r *Reader) Close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}

// Read fills pcm with the next samples and returns how many. At the end it returns
// io.EOF and no samples. A file that is shorter than it says just ends.
func (r *Reader) Read(pcm []int16) (int, error) {
	for len(r.ready) == 0 {
		if r.ended {
			return 0, io.EOF
		}
		if err := r.fill(); err != nil {
			return 0, fmt.Errorf("read sound: %w", err)
		}
	}
	n := copy(pcm, r.ready)
	r.ready = r.ready[n:]
	return n, nil
}

// fill reads one piece of the file.
func (r *Reader) fill() error {
	want := len(r.raw)
	if r.left != untilEnd {
		want = int(min(int64(want), r.left))
	}
	n, err := io.ReadFull(r.src, r.raw[:want])
	if r.left != untilEnd {
		r.left -= int64(n)
	}
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || r.left == 0:
		r.ended = true
	case err != nil:
		return err
	}
	r.convert(r.raw[:n-n%r.format.frameBytes()])
	return nil
}

// convert makes bytes of the file ready.
func (r *Reader) convert(raw []byte) {
	r.mono = r.format.mono(r.mono[:0], raw)
	if r.rate == nil {
		r.ready = r.mono
		return
	}
	r.ready = r.rate.Process(r.ready[:0], r.mono)
	if r.ended {
		r.ready = r.rate.Flush(r.ready)
	}
}

// longest bounds what is loaded at once.
const longest = 10 * time.Minute

// Load reads a whole file of ten minutes at most.
func Load(path string) ([]int16, error) {
	r, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	pcm, err := r.all()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return pcm, nil
}

func (r *Reader) all() ([]int16, error) {
	var pcm []int16
	buf := make([]int16, audio.Rate)
	for {
		n, err := r.Read(buf)
		if errors.Is(err, io.EOF) {
			return pcm, nil
		}
		if err != nil {
			return nil, err
		}
		if pcm = append(pcm, buf[:n]...); len(pcm) > int(longest/time.Second)*audio.Rate {
			return nil, refuse("it is longer than %v", longest)
		}
	}
}
