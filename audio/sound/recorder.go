package sound

import (
	"io"
	"sync/atomic"

	"permanence/audio"
)

// Recorder records voice into a file as it comes. A goroutine of its own encodes
// and writes; a second of voice is on the disk a second later.
type Recorder struct {
	frames chan [audio.FrameSize]int16
	lost   atomic.Int64  // frames that found no room
	ended  atomic.Bool   // nothing more is taken
	quit   chan struct{} // closed once, to end
	done   chan struct{} // closed when all is written
	file   io.WriteCloser

	// Of the goroutine until it is done.
	writer *writer
	meter  *loudness
	voices activity
	kept   audio.Recording
	err    error
}

var _ audio.Sink = (*Recorder)(nil)

// backlog is five seconds: what a disk may stand still without a loss.
const backlog = 500

// Record begins a recording. The recorder owns dst from now on, and closes it also
// when this fails. Each Write to dst is a whole page.
func Record(dst io.WriteCloser) (*Recorder, error) {
	w, err := newWriter(dst)
	if err != nil {
		dst.Close()
		return nil, err
	}
	r := &Recorder{
		frames: make(chan [audio.FrameSize]int16, backlog),
		quit:   make(chan struct{}),
		done:   make(chan struct{}),
		file:   dst,
		writer: w,
		meter:  newLoudness(),
	}
	go r.run()
	return r, nil
}

// Write implements audio.Sink. After Close, and after the disk has failed, it does
// nothing. When the disk stands still for too long the frame is lost, and silence
// takes its place, so that times stay true.
func (r *Recorder) Write(f audio.Frame) {
	if r.ended.Load() {
		return
	}
	select {
	case r.frames <- [audio.FrameSize]int16(f):
	default:
		r.lost.Add(1)
	}
}

// Close implements audio.Sink: it waits until all is written. A second call returns
// the same again.
func (r *Recorder) Close() (audio.Recording, error) {
	if !r.ended.Swap(true) {
		close(r.quit)
	}
	<-r.done
	return r.kept, r.err
}

func (r *Recorder) run() {
	defer close(r.done)
	r.err = r.record()
	r.ended.Store(true)
	if err := r.file.Close(); err != nil && r.err == nil {
		r.err = writeFailed(err)
	}
	r.kept = audio.Recording{
		Length:   duration(int(r.writer.heard)),
		Loudness: r.meter.integrated(),
		Silent:   r.voices.silent(),
	}
}

// record writes until the end, or until the disk fails: what was written until then
// is a whole file.
func (r *Recorder) record() error {
	for {
		select {
		case f := <-r.frames:
			if err := r.keep(f[:]); err != nil {
				return err
			}
		case <-r.quit:
			return r.finish()
		}
	}
}

// finish writes what still waits.
func (r *Recorder) finish() error {
	for {
		select {
		case f := <-r.frames:
			if err := r.keep(f[:]); err != nil {
				return err
			}
		default:
			return r.writer.finish()
		}
	}
}

// keep writes a frame, after silence for those that were lost.
func (r *Recorder) keep(f audio.Frame) error {
	for range r.lost.Swap(0) {
		if err := r.write(make(audio.Frame, audio.FrameSize)); err != nil {
			return err
		}
	}
	return r.write(f)
}

func (r *Recorder) write(f audio.Frame) error {
	if r.writer.full() {
		_ = r.writer.finish()
		return tooLarge()
	}
	r.meter.add(f)
	r.voices.add(f)
	return r.writer.write(f)
}
