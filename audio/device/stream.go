package device

import (
	"fmt"
	"runtime"
	"unsafe"

	"github.com/gen2brain/malgo"

	"permanence/audio"
)

// The device's rhythm: a period of one frame, and as many as PulseAudio needs to
// play without a gap. What a microphone brought waits in the sound system while our
// thread is late: room for more costs no delay, and what does not fit is lost.
const (
	period         = audio.FrameSize
	periods        = 2
	capturePeriods = 20
)

// format is what we ask of every device; the library converts.
func format(kind malgo.DeviceType) malgo.DeviceConfig {
	cfg := malgo.DefaultDeviceConfig(kind)
	cfg.SampleRate = audio.Rate
	cfg.PeriodSizeInFrames = period
	cfg.Periods = periods
	if kind == malgo.Capture {
		cfg.Periods = capturePeriods
	}
	cfg.Playback.Format, cfg.Playback.Channels = malgo.FormatS16, 1
	cfg.Capture.Format, cfg.Capture.Channels = malgo.FormatS16, 1
	cfg.NoPreSilencedOutputBuffer = 1 // we write all of it
	cfg.NoFixedSizedCallback = 1      // the port takes any size, and waits for none
	cfg.NotificationCallback = noted
	cfg.Pulse.StreamNamePlayback, cfg.Pulse.StreamNameCapture = "Permanence", "Permanence"
	return cfg
}

// stream is an opened device.
type stream struct {
	conn   *connection
	dev    *malgo.Device
	port   *audio.Port
	watch  *watch
	pinned runtime.Pinner // the port's memory, as long as the device's thread may use it
}

// newStream opens a device on a port; id is nil for the default. It may hang.
func newStream(c *connection, kind malgo.DeviceType, id *malgo.DeviceID, port *audio.Port) (*stream, error) {
	s := &stream{conn: c, port: port, watch: tie(port)}
	s.pinned.Pin(port.Memory())
	cfg := format(kind)
	cfg.PUserData = (*byte)(unsafe.Pointer(port.Memory()))
	if id != nil {
		var copied runtime.Pinner // by the library
		copied.Pin(id)
		defer copied.Unpin()
		cfg.Playback.DeviceID, cfg.Capture.DeviceID = unsafe.Pointer(id), unsafe.Pointer(id)
	}
	var err error
	if s.dev, err = malgo.InitDevice(c.ctx.Context, cfg, malgo.DeviceCallbacks{Data: s.call}); err != nil {
		s.watch.end()
		s.pinned.Unpin()
		return nil, err
	}
	if !adopt(s.dev, port.Memory(), kind) {
		c.log.Warn("sound device calls through Go: its library is not the one expected")
	}
	return s, nil
}

// call is the device's callback when the device was not adopted.
func (s *stream) call(out, in []byte, _ uint32) { serve(s.port.Memory(), pcmOf(out), pcmOf(in)) }

// Start implements audio.Stream.
func (s *stream) Start() error {
	if err := s.conn.call(openLimit, s.dev.Start); err != nil {
		return fmt.Errorf("device: starting: %w", err)
	}
	s.watch.running.Go(s.hurry)
	return nil
}

// Close implements audio.Stream. What hangs is left behind, with all that its
// thread may still touch.
func (s *stream) Close() error {
	s.watch.end()
	err := s.conn.call(closeLimit, func() error { s.free(); return nil })
	s.conn.release()
	if err != nil {
		return fmt.Errorf("device: closing: %w", err)
	}
	return nil
}

// free stops the device before it frees it: freeing a removed one that was not
// stopped hangs.
func (s *stream) free() {
	_ = s.dev.Stop() // a device that is gone cannot be stopped, only freed
	s.dev.Uninit()
	s.pinned.Unpin()
}

// pcmOf sees the bytes of the library as the samples that they are.
func pcmOf(b []byte) []int16 {
	if len(b) < 2 {
		return nil
	}
	return unsafe.Slice((*int16)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/2)
}
