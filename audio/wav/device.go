package wav

import (
	"errors"
	"path/filepath"
	"sync"
	"time"

	"permanence/audio"
)

// ErrBusy is returned when a second earpiece is opened on one file.
var ErrBusy = errors.New("the file is being written already")

// Driver puts files in the place of sound devices: a microphone that speaks a
// file, again and again, and an earpiece that is written to one. Each is the only
// device of its kind; the kind without a file stays with the driver below.
type Driver struct {
	below audio.Driver // nil: the kind without a file has no devices

	micName string
	voice   []int16 // nil: no file for the microphone

	earName string
	mu      sync.Mutex
	ear     *Writer // nil: no file for the earpiece
	busy    bool    // ear is open
}

var _ audio.Driver = (*Driver)(nil)

// errNoDevice is returned for a kind that has neither file nor driver.
var errNoDevice = errors.New("there is no such sound device")

// NewDriver reads the file mic and creates the file ear; either may be "". below,
// which may be nil, belongs to the driver from then on.
func NewDriver(mic, ear string, below audio.Driver) (*Driver, error) {
	d := &Driver{below: below, micName: filepath.Base(mic), earName: filepath.Base(ear)}
	var err error
	if mic != "" {
		if d.voice, err = loadVoice(mic); err != nil {
			return nil, err
		}
	}
	if ear != "" {
		if d.ear, err = Create(ear); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// loadVoice loads a file that has something to say.
func loadVoice(path string) ([]int16, error) {
	voice, err := Load(path)
	if err == nil && len(voice) == 0 {
		err = refuse("there is no sound in it")
	}
	return voice, err
}

// Devices implements audio.Driver.
func (d *Driver) Devices() (audio.Devices, error) {
	var all audio.Devices
	var err error
	if d.below != nil && (d.voice == nil || d.ear == nil) {
		all, err = d.below.Devices()
	}
	if d.voice != nil {
		all.Captures = []audio.Device{{Name: d.micName, Default: true}}
	}
	if d.ear != nil {
		all.Playbacks = []audio.Device{{Name: d.earName, Default: true}}
	}
	return all, err
}

// OpenCapture implements audio.Driver. The voice begins anew with each opening.
func (d *Driver) OpenCapture(name string, port *audio.Port) (audio.Stream, error) {
	if d.voice == nil {
		if d.below == nil {
			return nil, errNoDevice
		}
		return d.below.OpenCapture(name, port)
	}
	at := 0
	return newStream(func(frame audio.Frame) error {
		for n := 0; n < len(frame); {
			taken := copy(frame[n:], d.voice[at:])
			n, at = n+taken, (at+taken)%len(d.voice)
		}
		port.Deliver(frame)
		return nil
	}, nil), nil
}

// OpenPlayback implements audio.Driver. What is heard after a second opening
// follows in the same file.
func (d *Driver) OpenPlayback(name string, port *audio.Port) (audio.Stream, error) {
	if d.ear == nil {
		if d.below == nil {
			return nil, errNoDevice
		}
		return d.below.OpenPlayback(name, port)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.busy {
		return nil, ErrBusy
	}
	d.busy = true
	return newStream(func(frame audio.Frame) error {
		port.Fill(frame)
		return d.ear.Write(frame)
	}, d.release), nil
}

// release lets the earpiece be opened again.
func (d *Driver) release() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.busy = false
}

// Close implements audio.Driver: it completes the file of the earpiece.
func (d *Driver) Close() error {
	var errs []error
	if d.ear != nil {
		errs = append(errs, d.ear.Close())
	}
	if d.below != nil {
		errs = append(errs, d.below.Close())
	}
	return errors.Join(errs...)
}

// stream calls back once per frame, in real time, from one goroutine. After an
// error, such as a full disk, it calls no more, as a device that was pulled.
type stream struct {
	step    func(audio.Frame) error
	closed  func()
	quit    chan struct{}
	running sync.WaitGroup
	err     error
}

func newStream(step func(audio.Frame) error, closed func()) *stream {
	return &stream{step: step, closed: closed, quit: make(chan struct{})}
}

// Start implements audio.Stream.
func (s *stream) Start() error {
	s.running.Go(s.run)
	return nil
}

// Close implements audio.Stream. It returns the error that ended the stream.
func (s *stream) Close() error {
	close(s.quit)
	s.running.Wait()
	if s.closed != nil {
		s.closed()
	}
	return s.err
}

// catchUp bounds the frames that are made up for after the program stood still.
const catchUp = 50 * audio.FrameDuration

func (s *stream) run() {
	ticker := time.NewTicker(audio.FrameDuration)
	defer ticker.Stop()
	frame := make(audio.Frame, audio.FrameSize)
	for until := time.Now(); ; {
		select {
		case <-s.quit:
			return
		case <-ticker.C:
		}
		now := time.Now()
		if now.Sub(until) > catchUp {
			until = now.Add(-catchUp)
		}
		for ; now.Sub(until) >= audio.FrameDuration; until = until.Add(audio.FrameDuration) {
			if s.err = s.step(frame); s.err != nil {
				return
			}
		}
	}
}
