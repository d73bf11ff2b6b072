package device_test

import (
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/device"
	"permanence/audio/device/pulsetest"
)

// clapper is a party that claps and notes when it hears the clap.
type clapper struct {
	due     atomic.Bool
	clapped atomic.Int64
	heard   chan time.Duration
	zero    time.Time
}

func (c *clapper) Speak(ear audio.Frame) {
	clear(ear)
	if c.due.CompareAndSwap(true, false) {
		for i := range ear[:48] {
			ear[i] = 20000
		}
		c.clapped.Store(int64(time.Since(c.zero)))
	}
}

func (c *clapper) Hear(mic audio.Frame) {
	if slices.Max(mic) < 5000 {
		return
	}
	if at := c.clapped.Swap(0); at != 0 {
		c.heard <- time.Since(c.zero) - time.Duration(at)
	}
}

// BenchmarkLoopLatency is the way from a party's Speak through the earpiece and
// back through the microphone, which hears it, to the party's Hear: both halves
// of what the console and the sound server add to a call.
func BenchmarkLoopLatency(b *testing.B) {
	server := pulsetest.Start(b)
	server.Use(b)
	console, err := audio.NewConsole(audio.ConsoleConfig{Driver: device.Open(slog.New(slog.DiscardHandler))})
	if err != nil {
		b.Fatal(err)
	}
	defer console.Close()
	console.Prefer(audio.Microphone, []string{"Monitor of " + pulsetest.Ear})
	c := &clapper{heard: make(chan time.Duration, 1), zero: time.Now()}
	defer console.Join(c)()
	var all []time.Duration
	for b.Loop() {
		all = append(all, c.clap(b))
	}
	slices.Sort(all)
	b.ReportMetric(milliseconds(all[len(all)/2]), "ms-median")
	b.ReportMetric(milliseconds(all[len(all)*99/100]), "ms-p99")
	s := console.Stats()
	b.ReportMetric(float64(s.Underruns), "underruns")
	b.ReportMetric(float64(s.LateEar+s.LateMic), "late")
	b.ReportMetric(milliseconds(s.WorstEarGap), "ms-worst-gap")
}

// clap claps until it is heard: the first ones are lost while the devices open.
func (c *clapper) clap(b *testing.B) time.Duration {
	b.Helper()
	deadline := time.After(patience)
	for {
		c.due.Store(true)
		select {
		case d := <-c.heard:
			<-time.After(150 * time.Millisecond) // its echo is over
			return d
		case <-time.After(500 * time.Millisecond):
		case <-deadline:
			b.Fatal("the clap is not heard")
		}
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
