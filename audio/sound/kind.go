package sound

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"permanence/audio/wav"
)

// reader reads a sound of any kind as mono voice at 48 kHz; io.EOF is its end.
type reader interface {
	Read(pcm []int16) (int, error)
}

// decoder is a sound file being read.
type decoder struct {
	reader
	length time.Duration // as the file says; 0 when it does not
}

// pending is what a decoder has ready and was not read yet.
type pending struct {
	ready []int16
	ended bool // nothing follows
}

// read implements reader; fill makes more ready, or finds the end.
func (p *pending) read(pcm []int16, fill func() error) (int, error) {
	for len(p.ready) == 0 {
		if p.ended {
			return 0, io.EOF
		}
		if err := fill(); err != nil {
			return 0, err
		}
	}
	n := copy(pcm, p.ready)
	p.ready = p.ready[n:]
	return n, nil
}

// open tells what kind of file src is by what is in it, and begins to decode it. It
// costs little however long the file is, so that a long one is refused at once.
func open(src io.ReadSeeker) (d decoder, err error) {
	defer func() { err = contain(recover(), err) }()
	var head [64]byte
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return decoder{}, readFailed(err)
	}
	n, err := io.ReadFull(src, head[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return decoder{}, readFailed(err)
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return decoder{}, readFailed(err)
	}
	switch b := head[:n]; {
	case bytes.HasPrefix(b, []byte("RIFF")):
		return openWAV(src)
	case bytes.HasPrefix(b, []byte(capture)) && bytes.Contains(b, []byte(opusMagic)):
		return openOpus(src)
	case bytes.HasPrefix(b, []byte(capture)) && bytes.Contains(b, []byte(vorbisMagic)):
		return openVorbis(src)
	case bytes.HasPrefix(b, []byte(capture)):
		return decoder{}, unreadable("it is Ogg, but neither Vorbis nor Opus")
	}
	return openMP3(src)
}

// contain makes an error of the panic of a decoder that is not ours.
func contain(panicked any, err error) error {
	if panicked != nil {
		return unreadable("it is damaged (%v)", panicked)
	}
	return err
}

func openWAV(src io.ReadSeeker) (decoder, error) {
	size, err := src.Seek(0, io.SeekEnd)
	if err != nil {
		return decoder{}, readFailed(err)
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return decoder{}, readFailed(err)
	}
	r, err := wav.NewReader(src)
	if err != nil {
		return decoder{}, wavFailed(err)
	}
	return decoder{wavReader{r}, r.Left(size)}, nil
}

// wavReader gives the errors of WAV files our codes.
type wavReader struct{ *wav.Reader }

func (r wavReader) Read(pcm []int16) (int, error) {
	n, err := r.Reader.Read(pcm)
	if err != nil && !errors.Is(err, io.EOF) {
		err = wavFailed(err)
	}
	return n, err
}

func wavFailed(err error) error {
	var format *wav.FormatError
	if errors.As(err, &format) {
		return unreadable("%s", format.Error())
	}
	return fmt.Errorf("read sound: %w", err)
}

func openOpus(src io.Reader) (decoder, error) {
	p, err := Open(src)
	if err != nil {
		return decoder{}, err
	}
	return decoder{opusReader{p}, p.Length()}, nil
}

// opusReader reads what a Player plays.
type opusReader struct{ *Player }

func (r opusReader) Read(pcm []int16) (int, error) {
	n := r.read(pcm)
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}
