package sound

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"

	"permanence/audio"
)

// Use says what a sound is for, and with it how loud and how long it is.
type Use int

// The uses. Spoken is heard where a voice is expected: it is brought to -23 LUFS,
// 3 dB above the -26 of speech on the telephone (ITU-T P.56), because callers listen
// in the street to what is said once; the silence around it is cut off. Music is
// heard for minutes and 3 dB softer, and is kept as it is cut, because it is played
// in a loop.
const (
	Spoken Use = iota
	Music
)

// The limits of a sound. Whoever waits for 20 minutes may hear the music twice.
const (
	longestSpoken = 2 * time.Minute
	longest       = 20 * time.Minute
)

func (u Use) limit() time.Duration {
	if u == Spoken {
		return longestSpoken
	}
	return longest
}

// loudness is where the use wants its sounds, in LUFS.
func (u Use) loudness() float64 {
	if u == Spoken {
		return -23
	}
	return -26
}

// inaudible is the loudness, in LUFS, below which there is nothing in a sound.
const inaudible = -60

// Import decodes a sound file, brings it to the loudness of its use and writes it to
// dst as it is kept. It reads src twice: what is loud is known at the end only. told
// gets the share done, 0..1; it may be nil.
//
// What cannot be taken in is an *Error. dst may have been written to then.
func Import(ctx context.Context, dst io.Writer, src io.ReadSeeker, use Use, told func(float64)) (audio.Recording, error) {
	m := importer{ctx: ctx, src: src, use: use, told: told, meter: newLoudness()}
	if m.told == nil {
		m.told = func(float64) {}
	}
	if err := m.survey(); err != nil {
		return audio.Recording{}, err
	}
	return m.write(dst)
}

// importer takes one file in: first it measures, then it writes.
type importer struct {
	ctx  context.Context
	src  io.ReadSeeker
	use  Use
	told func(float64)

	meter  *loudness
	voices activity
	levels []int8 // of each frame, in dBFS
	begin  int    // the first frame that is kept
	end    int    // the one behind the last
}

// survey measures the whole file.
func (m *importer) survey() error {
	for f, err := range m.frames(0) {
		if err != nil {
			return err
		}
		m.meter.add(f)
		m.levels = append(m.levels, int8(m.voices.add(f)))
	}
	m.end = len(m.levels)
	nothing := m.meter.integrated() < inaudible
	if m.use == Spoken {
		nothing = nothing || m.voices.silent()
		m.trim()
	}
	if nothing {
		return &Error{code: codeEmpty, text: "there is nothing to hear in it"}
	}
	return nil
}

// What is left of the silence around a spoken sound: a breath before, and the room
// for a last word to fade.
const (
	before = 10 // frames
	after  = 25
)

// trim finds where a spoken sound begins and ends.
func (m *importer) trim() {
	voice := int8(m.voices.threshold())
	for m.begin < m.end && m.levels[m.begin] < voice {
		m.begin++
	}
	for m.end > m.begin && m.levels[m.end-1] < voice {
		m.end--
	}
	m.begin = max(0, m.begin-before)
	m.end = min(len(m.levels), m.end+after)
}

// write keeps the sound.
func (m *importer) write(dst io.Writer) (audio.Recording, error) {
	w, err := newWriter(dst)
	if err != nil {
		return audio.Recording{}, err
	}
	result := newLoudness()
	for f, err := range m.levelled() {
		if err == nil {
			result.add(f)
			err = w.write(f)
		}
		if err != nil {
			return audio.Recording{}, err
		}
	}
	if err := w.finish(); err != nil {
		return audio.Recording{}, err
	}
	m.told(1)
	return audio.Recording{Length: duration(int(w.heard)), Loudness: result.integrated()}, nil
}

// levelled are the frames to keep, as loud as they are to be.
func (m *importer) levelled() iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		level := newLeveller(m.meter.integrated(), m.use.loudness())
		out := make(audio.Frame, audio.FrameSize)
		at := -1
		for f, err := range m.frames(0.5) {
			if at++; err == nil && (at < m.begin || at >= m.end) {
				continue
			}
			if err == nil && !level.next(out, m.faded(f, at)) {
				continue
			}
			if !yield(out, err) {
				return
			}
		}
		if level.next(out, make(audio.Frame, audio.FrameSize)) {
			yield(out, nil)
		}
	}
}

// faded lets a sound that was cut begin and end without a click.
func (m *importer) faded(f audio.Frame, at int) audio.Frame {
	first, last := at == m.begin && m.begin > 0, at == m.end-1 && m.end < len(m.levels)
	for i := range f {
		switch {
		case first:
			f[i] = int16(int(f[i]) * i / len(f))
		case last:
			f[i] = int16(int(f[i]) * (len(f) - 1 - i) / len(f))
		}
	}
	return f
}

// frames reads the file from its beginning, the last frame ending in silence, and
// tells how far it is; done is the share of the work done before. The frame is valid
// until the next.
func (m *importer) frames(done float64) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		d, err := open(m.src)
		if err == nil && d.length > m.use.limit() {
			err = tooLong(m.use.limit())
		}
		f := make(audio.Frame, audio.FrameSize)
		for at := 0; err == nil; at++ {
			if err = m.check(at); err != nil {
				break
			}
			if err = d.frame(f); err != nil {
				break
			}
			if at%framesPerSecond == 0 && d.length > 0 {
				m.told(done + min(0.5, 0.5*float64(duration(at*audio.FrameSize))/float64(d.length)))
			}
			if !yield(f, nil) {
				return
			}
		}
		if !errors.Is(err, io.EOF) {
			yield(nil, err)
		}
	}
}

const framesPerSecond = audio.Rate / audio.FrameSize

// check ends the reading of what is longer than it said, or no longer wanted.
func (m *importer) check(at int) error {
	if duration(at*audio.FrameSize) >= m.use.limit()+time.Second {
		return tooLong(m.use.limit())
	}
	return m.ctx.Err()
}

// idle bounds how often a decoder may come back with nothing.
const idle = 1000

// frame fills f, with silence behind the end; io.EOF when nothing is left.
func (d decoder) frame(f audio.Frame) (err error) {
	defer func() { err = contain(recover(), err) }()
	clear(f)
	n, empty := 0, 0
	for n < len(f) && empty < idle {
		var got int
		got, err = d.Read(f[n:])
		if n += got; got == 0 {
			empty++
		}
		if err != nil {
			break
		}
	}
	switch {
	case n > 0 && errors.Is(err, io.EOF):
		return nil
	case n == 0 && err == nil:
		return io.EOF
	}
	return err
}
