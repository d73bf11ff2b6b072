package sipua

import (
	"io"
	"log/slog"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/audio"
	"permanence/audio/codec"
	"permanence/phone"
	"permanence/phone/phonetest"
)

// TestMain makes SIP's timers ten times faster: an ACK that never comes is given
// up after 3.2 s instead of 32.
func TestMain(m *testing.M) {
	sip.SetTimers(50*time.Millisecond, 400*time.Millisecond, 500*time.Millisecond)
	os.Exit(phonetest.RunAll(m))
}

var loopback = netip.MustParseAddr("127.0.0.1")

// passwords is a keyring.
type passwords map[phone.LineID]string

func (p passwords) Password(l phone.LineID) (string, error) { return p[l], nil }

// headset is a console without devices: a microphone that always brings the same
// sample, and an earpiece that keeps the last frame of each party.
type headset struct {
	mic   int16
	heard func(audio.Frame)
}

func (r *headset) Join(p audio.Party) (leave func()) {
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(audio.FrameDuration)
		defer tick.Stop()
		mic, ear := make(audio.Frame, audio.FrameSize), make(audio.Frame, audio.FrameSize)
		for i := range mic {
			mic[i] = r.mic
		}
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				p.Hear(mic)
				p.Speak(ear)
				if r.heard != nil {
					r.heard(ear)
				}
			}
		}
	}()
	return func() { close(quit); <-gone }
}

func quiet() *slog.Logger {
	if os.Getenv("SIP_LOG") != "" {
		return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return slog.New(slog.NewTextHandler(io.Discard, nil))
}

func testConfig(report func(phone.Event)) Config {
	return Config{
		Credentials: passwords{}, Patch: &headset{mic: 5000}, Report: report, Log: quiet(), Bind: loopback,
		Codecs: []audio.Codec{codec.G722, codec.PCMA, codec.PCMU},
	}
}
