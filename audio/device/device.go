// Package device reaches the computer's sound devices through miniaudio (malgo):
// PulseAudio and PipeWire, ALSA, WASAPI, CoreAudio. It is the only package that
// imports malgo.
//
// A device's thread never enters Go: it serves the device's port in C (port.c), so
// that neither a collection nor a busy scheduler is heard. Where the system grants
// real time (package realtime), its threads and those of the console's voice
// goroutines go before all other work, and the ones wake the others without Go.
//
// Promise: nothing here hangs. What a sound server does not answer in time is
// left behind, with its thread, and an error says so. The traps of the library
// that this package steps around:
//
//   - A device that was opened by its identifier and then removed reports nothing:
//     its callbacks stop. Freeing it hangs for ever unless it was stopped first.
//   - A server that was killed reports nothing either; the whole context has to be
//     made anew, while the streams of the old one must still be closed.
//   - A context serves one call at a time.
//   - The constant for the null backend has the value of another one. We name the
//     backends that we want, so that a computer without sound has none instead of
//     a device that swallows everything.
package device

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gen2brain/malgo"

	"permanence/audio"
)

// How long the sound system may take for each thing.
const (
	connectLimit = 3 * time.Second
	listLimit    = 2 * time.Second
	openLimit    = 4 * time.Second
	closeLimit   = 2 * time.Second
)

// upgradeEvery is how often a better sound system is looked for, while a second
// choice is in use.
const upgradeEvery = 5 * time.Second

// errSlow is the cause when the sound system does not answer in time.
var errSlow = errors.New("no answer")

// Driver implements audio.Driver. Its methods belong to one goroutine, but for Hurry.
type Driver struct {
	log      *slog.Logger
	conn     *connection // nil when the sound system does not answer
	best     int         // index in backends of the first choice still allowed
	upgraded time.Time   // when a better one was last looked for
	refused  atomic.Bool // the voice may not go before other work
}

var _ audio.Driver = (*Driver)(nil)

// Open makes a driver. It does not fail: a sound system that is not there yet is
// looked for at each Devices. log may be nil.
func Open(log *slog.Logger) *Driver {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Driver{log: log, best: len(backends) - 1}
}

// Devices lists the devices, connecting first when necessary. A server that was
// restarted is found at once.
func (d *Driver) Devices() (audio.Devices, error) {
	d.upgrade()
	var err error
	for range 2 {
		if err = d.connect(); err != nil {
			break
		}
		var list audio.Devices
		if list, err = d.conn.list(); err == nil {
			return list, nil
		}
		d.log.Warn("sound system lost", "by", d.conn.by.name, "err", err)
		d.disconnect()
	}
	return audio.Devices{}, fmt.Errorf("device: listing: %w", err)
}

// connect reaches the best sound system there is. Once one has worked, lesser
// ones are not tried any more: a server that is being restarted needs the card
// that they would occupy.
func (d *Driver) connect() error {
	if d.conn != nil {
		return nil
	}
	var failures error
	for i, b := range backends[:d.best+1] {
		conn, err := dial(b, d.log)
		if err == nil {
			d.conn, d.best, d.upgraded = conn, i, time.Now()
			return nil
		}
		failures = errors.Join(failures, fmt.Errorf("%s: %w", b.name, err))
	}
	return failures
}

// upgrade looks for a better sound system than the one in use: the desk may have
// been started before its sound server.
func (d *Driver) upgrade() {
	if d.conn == nil || d.best == 0 || time.Since(d.upgraded) < upgradeEvery {
		return
	}
	d.upgraded = time.Now()
	for i, b := range backends[:d.best] {
		if conn, err := dial(b, d.log); err == nil {
			d.disconnect()
			d.conn, d.best = conn, i
			return
		}
	}
}

// disconnect lets go of the connection; its streams keep it until they are closed.
func (d *Driver) disconnect() {
	if d.conn != nil {
		d.conn.release()
		d.conn = nil
	}
}

// OpenCapture implements audio.Driver.
func (d *Driver) OpenCapture(name string, port *audio.Port) (audio.Stream, error) {
	return d.open(malgo.Capture, name, port)
}

// OpenPlayback implements audio.Driver.
func (d *Driver) OpenPlayback(name string, port *audio.Port) (audio.Stream, error) {
	return d.open(malgo.Playback, name, port)
}

func (d *Driver) open(kind malgo.DeviceType, name string, port *audio.Port) (audio.Stream, error) {
	if err := d.connect(); err != nil {
		return nil, fmt.Errorf("device: opening %q: %w", name, err)
	}
	s, err := d.conn.open(kind, name, port)
	if err != nil {
		return nil, fmt.Errorf("device: opening %q: %w", name, err)
	}
	return s, nil
}

// Close implements audio.Driver.
func (d *Driver) Close() error {
	d.disconnect()
	return nil
}

// within does what may hang in a goroutine of its own. When it is late, the
// caller goes on without it, and late is called with what comes in the end.
func within[T any](limit time.Duration, do func() (T, error), late func(T)) (T, error) {
	type result struct {
		value T
		err   error
	}
	var (
		mu   sync.Mutex
		gone bool
		done = make(chan result, 1)
	)
	go func() {
		v, err := do()
		mu.Lock()
		defer mu.Unlock()
		if gone && err == nil {
			late(v)
			return
		}
		done <- result{v, err}
	}()
	patience := time.NewTimer(limit)
	defer patience.Stop()
	select {
	case r := <-done:
		return r.value, r.err
	case <-patience.C:
	}
	mu.Lock()
	defer mu.Unlock()
	select {
	case r := <-done: // it came at the last moment
		return r.value, r.err
	default:
		gone = true
		var none T
		return none, fmt.Errorf("%w within %v", errSlow, limit)
	}
}
