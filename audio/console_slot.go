package audio

import (
	"errors"
	"sync/atomic"
	"time"
)

// errNoLife is the cause noted for a device that opens and then never calls.
var errNoLife = errors.New("the device opens but gives no sound")

// slot is a role with the device that the keeper has opened for it.
type slot struct {
	role   Role
	choice choice // what it should use
	line   *line  // what is open; nil when nothing is
}

// line is an opened device.
type line struct {
	choice
	stream Stream
	port   *Port
	pulse  pulse
	attach func(on bool) // gives the port to the voice goroutines, or takes it away
	opened time.Duration
}

// key names a device among the ailments.
func (s *slot) key(name string) deviceKey {
	return deviceKey{capture: s.role == Microphone, name: name}
}

// listOf is the part of the devices that serves the role.
func (s *slot) listOf(d Devices) []Device {
	if s.role == Microphone {
		return d.Captures
	}
	return d.Playbacks
}

func (s *slot) systemDefault(d Devices) string {
	name, _ := defaultOf(s.listOf(d))
	return name
}

// settled reports whether what is open is what should be.
func (s *slot) settled() bool {
	return s.line != nil && s.line.using == s.choice.using
}

// using is the name of the device that serves the role, or would if it were
// needed now.
func (s *slot) using() string {
	if s.line != nil {
		return s.line.using
	}
	return s.choice.using
}

// dead reports whether the device, which is open, has stopped calling. One that has just
// been opened gets more time: a wireless headset first builds its link.
func (s *slot) dead(now time.Duration) bool {
	limit := deadAfter
	if now-s.line.opened < youth {
		limit = startsIn
	}
	return now-max(s.line.opened, s.line.pulse.last) > limit
}

// open starts the device that the slot should use, and only then lets go of the
// one before it, so that a device that refuses costs nothing.
func (k *keeper) open(s *slot) error {
	began := k.clock.now()
	next, err := k.connect(s)
	if err != nil {
		return err
	}
	if err := next.stream.Start(); err != nil {
		return errors.Join(err, next.stream.Close())
	}
	next.opened = k.clock.now()
	k.shut(s)
	s.line = next
	next.attach(true)
	k.count.begin(s.role, next.port)
	k.count.begun.Add(1)
	k.log.Info("sound device opened", "role", s.role, "device", s.choice.using, "took", next.opened-began)
	return nil
}

// connect opens a slot's device on a new port.
func (k *keeper) connect(s *slot) (*line, error) {
	switch s.role {
	case Microphone:
		return k.connectMicrophone(s.choice)
	case Ringer:
		return k.connectPlayback(s.choice, &k.ringer)
	}
	return k.connectPlayback(s.choice, &k.ear)
}

func (k *keeper) connectMicrophone(c choice) (*line, error) {
	in := newInlet(k.micBell)
	stream, err := k.driver.OpenCapture(c.using, in.Port)
	attach := func(on bool) {
		k.micQuiet.Store(0)
		give(&k.mic, in, on)
	}
	return &line{choice: c, stream: stream, port: in.Port, attach: attach}, err
}

func (k *keeper) connectPlayback(c choice, to *atomic.Pointer[outlet]) (*line, error) {
	out := newOutlet(k.earBell)
	stream, err := k.driver.OpenPlayback(c.using, out.Port)
	attach := func(on bool) { give(to, out, on) }
	return &line{choice: c, stream: stream, port: out.Port, attach: attach}, err
}

// give stores one end of a port for a voice goroutine, or takes it away.
func give[T any](to *atomic.Pointer[T], end *T, on bool) {
	if !on {
		end = nil
	}
	to.Store(end)
}

// shut closes what is open for a role.
func (k *keeper) shut(s *slot) {
	if s.line == nil {
		return
	}
	s.line.attach(false)
	k.hush(s)
	if err := s.line.stream.Close(); err != nil {
		k.log.Warn("sound device did not close", "role", s.role, "device", s.line.using, "err", err)
	}
	k.count.begin(s.role, nil)
	s.line = nil
}

// hush lets a device's sound die away, which takes a frame from its next call on.
func (k *keeper) hush(s *slot) {
	port := s.line.port
	port.hush()
	if s.role != Microphone && s.line.pulse.alive(port, k.clock.now()) {
		time.Sleep(duration(int(port.memory.Size.Load())) + FrameDuration)
	}
}

func (k *keeper) shutAll() {
	for _, s := range k.slots {
		k.shut(s)
	}
}
