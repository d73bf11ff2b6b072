//go:build !office

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"permanence/audio/device/pulsetest"
	"permanence/audio/nettest"
	"permanence/audio/nettest/relay"
	"permanence/ui/control"
)

// longLoss is the share of packets that the network of the long call loses.
const longLoss = 0.01

// longFor is how long the long call lasts: ten minutes, or what PERMANENCE_LONG_CALL
// says.
func longFor(b *testing.B) time.Duration {
	said := os.Getenv("PERMANENCE_LONG_CALL")
	if said == "" {
		return 10 * time.Minute
	}
	long, err := time.ParseDuration(said)
	if err != nil {
		b.Fatal(err)
	}
	return long
}

// BenchmarkLongCall measures what a call suffers while the desk of a large bureau is
// worked hard at its real window, beside the packets that the network loses: what
// was invented for more than those, and what the sound devices missed.
func BenchmarkLongCall(b *testing.B) {
	o := talkLong(b, largeDesk(b), "+33561000037", longFor(b))
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(o.long.Minutes(), "minutes")
	b.ReportMetric(float64(o.keys)/o.long.Seconds(), "actions/s")
	b.ReportMetric(float64(o.lost), "lost")
	b.ReportMetric(milliseconds(o.invented()), "concealed-beyond-ms")
	b.ReportMetric(float64(o.faults.Underruns), "underruns")
	b.ReportMetric(float64(o.faults.Overruns), "overruns")
	b.ReportMetric(float64(o.faults.LateEar), "late-ear")
	b.ReportMetric(float64(o.faults.LateMic), "late-mic")
	b.ReportMetric(o.faults.EarGap, "ear-gap-ms")
	b.ReportMetric(100*o.cpu, "cpu-%")
	b.ReportMetric(milliseconds(o.pace.quantile(0.99)), "pace-p99-ms")
	b.ReportMetric(milliseconds(o.pace.quantile(1)), "pace-max-ms")
}

// TestE2ELongCall is the same for half a minute, with the demo's few clients. How
// quick the machine is, is not its matter: what the network took is counted rightly,
// and what else was missed is a small share of the call.
func TestE2ELongCall(t *testing.T) {
	o := talkLong(t, demoDesk(t), "+33536491010", 25*time.Second)
	t.Logf("%d actions, %d packets lost, %v invented beside them, CPU %.0f %%, %+v", o.keys, o.lost, o.invented(), 100*o.cpu, o.faults)
	if o.lost == 0 || o.media.Lost != uint64(o.lost) {
		t.Errorf("the network lost %d packets, and the desk says %d", o.lost, o.media.Lost)
	}
	if o.keys < 20 {
		t.Errorf("in %v the window was used %d times", o.long, o.keys)
	}
	missed := time.Duration(o.faults.Underruns+o.faults.Overruns) * 10 * time.Millisecond
	if most := o.long / 20; o.invented() > most || missed > most {
		t.Errorf("of %v, %v were invented beside what was lost, and the devices missed %v: %+v", o.long, o.invented(), missed, o.faults)
	}
}

// outlasted is what became of a long call.
type outlasted struct {
	long   time.Duration
	keys   int // things done at the window
	lost   int // packets
	media  control.Media
	faults control.Faults
	cpu    float64 // of one core
	pace   samples
}

// invented is the voice that was concealed beside the packets lost.
func (o *outlasted) invented() time.Duration {
	concealed := time.Duration(o.media.Concealed * float64(time.Millisecond))
	return max(0, concealed-time.Duration(o.lost)*packetTime)
}

// talkLong lets somebody talk to the desk in a folder while its window is worked.
func talkLong(b testing.TB, dir, number string, long time.Duration) *outlasted {
	b.Helper()
	sound, x, line := pulsetest.Start(b), startFramebuffer(b), directLine(b)
	giveLine(b, dir, line)
	p, _ := startDesk(b, dir, append(sound.Env(), x.env()...))
	p.deskWhen(dir, "the line listens", lineListens)
	caller := newRawCaller(b, line.Bind)
	var sent packets
	way, err := relay.Open(nettest.Network{Lose: nettest.Bursts(longLoss)}, networkSeed, caller.media,
		func(packet []byte, at time.Time) { sent.take(packet, at, caller.codec.PayloadType()) })
	if err != nil {
		b.Fatal(err)
	}
	caller.media = way.Addr()
	caller.invite(number)
	p.answerCall(dir)
	caller.answered()
	way.Connect(caller.call.media)
	voice := caller.say(encoded(b, caller.codec, speak(b, "roc-fuite", "petit-enfant", "petit-ordonnance", "durand-succession"), 0), way.Addr())
	w := &worker{b: b, x: x, p: p, dir: dir}
	w.begin()
	before, cpu, began := p.status(dir).Sound.Faults, p.cpu(), time.Now()
	o := &outlasted{long: long, keys: w.work(long)}
	o.long = time.Since(began)
	o.cpu = (p.cpu() - cpu).Seconds() / o.long.Seconds()
	voice.end()
	<-time.After(500 * time.Millisecond) // the last packets are on their way
	o.media, o.lost = p.media(dir), way.Lost()
	o.faults = since(before, p.status(dir).Sound.Faults)
	caller.hangUp()
	if err := way.Close(); err != nil {
		b.Error(err)
	}
	p.stop()
	o.pace = sent.gaps()
	return o
}

// since is what devices missed after an earlier count. The gaps are of all times.
func since(before, now control.Faults) control.Faults {
	now.Underruns -= before.Underruns
	now.Overruns -= before.Overruns
	now.LateEar -= before.LateEar
	now.LateMic -= before.LateMic
	return now
}

// worker is an operator in a hurry.
type worker struct {
	b   testing.TB
	x   *framebuffer
	p   *program
	dir string
}

// begin gives the window the keyboard.
func (w *worker) begin() {
	w.b.Helper()
	w.p.until("the window has the keyboard", func() bool {
		w.do("search", "--onlyvisible", "--name", "Permanence", "windowactivate")
		w.do("key", "F6", "x")
		s := w.p.status(w.dir)
		return strings.Contains(s.Front.Text, "x")
	})
}

// work searches, turns the pages of the agenda and types the message, over and over.
// It returns how many things were done, at most as fast as the window draws them.
func (w *worker) work(long time.Duration) (done int) {
	ctx, cancel := context.WithTimeout(context.Background(), long)
	defer cancel()
	for i := 0; ctx.Err() == nil; i++ {
		for _, step := range [][]string{
			{"key", "ctrl+k"},
			{"type", "--delay", "60", typed[i%len(typed)]},
			{"key", "--delay", "60", "Down", "Down", "Next", "Escape", "Escape"},
			{"key", "--delay", "80", "alt+Right", "alt+Right", "alt+Right", "alt+Right", "alt+Left", "alt+Up"},
			{"key", "F6"},
			{"type", "--delay", "40", fmt.Sprintf("rappeler demain %d, dossier en cours. ", i)},
		} {
			w.do(step...)
			if done++; ctx.Err() != nil {
				return done
			}
		}
	}
	return done
}

// do is one action of hands.
func (w *worker) do(args ...string) {
	w.b.Helper()
	cmd := exec.Command("xdotool", args...)
	cmd.Env = append(os.Environ(), append(w.x.env(), "LC_ALL=C.UTF-8")...)
	var ended *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &ended) { // no window yet is no fault
		w.b.Fatal(err)
	}
}
