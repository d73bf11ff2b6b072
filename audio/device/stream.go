package device

import (
	"fmt"
	"sync/atomic"
	"unsafe"

	"github.com/gen2brain/malgo"

	"permanence/audio"
)

// The device's rhythm: a period of one frame, and as many as PulseAudio needs to
// play without a gap.
const (
	period  = audio.FrameSize
	periods = 2
)

// format is what we ask of every device; the library converts.
func format(kind malgo.DeviceType) malgo.DeviceConfig {
	cfg := malgo.DefaultDeviceConfig(kind)
	cfg.SampleRate = audio.Rate
	cfg.PeriodSizeInFrames = period
	cfg.Periods = periods
	cfg.Playback.Format, cfg.Playback.Channels = malgo.FormatS16, 1
	cfg.Capture.Format, cfg.Capture.Channels = malgo.FormatS16, 1
	cfg.NoPreSilencedOutputBuffer = 1 // we write all of it
	cfg.Pulse.StreamNamePlayback, cfg.Pulse.StreamNameCapture = "Permanence", "Permanence"
	return cfg
}

// stream is an opened device.
type stream struct {
	conn   *connection
	dev    *malgo.Device
	closed atomic.Bool
}

// gate lets nothing through once the stream is closed, although a thread that
// was left behind may still call.
func (s *stream) gate(call malgo.DataProc) malgo.DataProc {
	return func(out, in []byte, n uint32) {
		if s.closed.Load() {
			clear(out)
			return
		}
		call(out, in, n)
	}
}

// Start implements audio.Stream.
func (s *stream) Start() error {
	if err := s.conn.call(openLimit, s.dev.Start); err != nil {
		return fmt.Errorf("device: starting: %w", err)
	}
	return nil
}

// Close implements audio.Stream. It stops before it frees: freeing a removed
// device that was not stopped hangs.
func (s *stream) Close() error {
	s.closed.Store(true)
	err := s.conn.call(closeLimit, func() error {
		_ = s.dev.Stop() // a device that is gone cannot be stopped, only freed
		s.dev.Uninit()
		return nil
	})
	s.conn.release()
	if err != nil {
		return fmt.Errorf("device: closing: %w", err)
	}
	return nil
}

// pcmOf sees the bytes of the library as the samples that they are.
func pcmOf(b []byte) []int16 {
	if len(b) < 2 {
		return nil
	}
	return unsafe.Slice((*int16)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/2)
}
