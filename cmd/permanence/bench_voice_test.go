package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/device/pulsetest"
	"permanence/ui/control"
)

// Two calls of each party in turn, so that a noisy minute does not fall on one.
const (
	voiceCalls = 2
	voiceFor   = 10 * time.Second
	adaptFor   = 4 * time.Second // until the jitter buffers have settled
)

// BenchmarkVoice measures the voice of the desk and of baresip 1.0 in the same
// run: both answer the same caller's call in PCMA, with their microphone and
// earpiece at the same sound server.
//
// "mouth-to-rtp" is from a burst said to the microphone to its first RTP packet at
// the caller, "rtp-to-ear" from an RTP packet with a burst to the burst at the
// earpiece. Both contain the tools that speak to and listen at the sound server;
// what these take by themselves is measured too, and taken out of
// "mouth-to-ear", the sum of both ways: one desk talking to another.
func BenchmarkVoice(b *testing.B) {
	sound := pulsetest.Start(b)
	r := &room{b: b, sound: sound, mic: newPerson(b, sound, pulsetest.Mic), ear: newListener(b, sound, pulsetest.Ear)}
	tools := bursts(r.mic.say, newListener(b, sound, pulsetest.Mic).heard)
	desk, baresip := &talker{name: "permanence", start: startTalkingDesk}, &talker{name: "baresip", start: startTalkingBaresip}
	for range voiceCalls {
		r.listenTo(desk)
		r.listenTo(baresip)
	}
	tools.reportAs(b, "sound-tools", 0)
	for _, m := range []struct {
		name string
		of   func(*talker) samples
	}{
		{"mouth-to-rtp", func(t *talker) samples { return t.sent }},
		{"rtp-to-ear", func(t *talker) samples { return t.heard }},
		{"mouth-to-ear", func(t *talker) samples { return sum(t.sent, t.heard, -tools.quantile(0.50)) }},
	} {
		ours, theirs := m.of(desk), m.of(baresip)
		theirs.reportAs(b, m.name+"/baresip", 0)
		ours.reportAs(b, m.name+"/permanence", 0, func(b *testing.B) {
			b.ReportMetric(float64(ours.quantile(0.50))/float64(theirs.quantile(0.50)), "x-baresip")
		})
	}
	reportCall(b, baresip, nil)
	reportCall(b, desk, baresip)
}

// reportCall tells what a call takes of the machine, beside a peer's.
func reportCall(b *testing.B, t, peer *talker) {
	b.Run("active-call/"+t.name, func(b *testing.B) {
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(t.cpuPerMinute(), "cpu-s/min")
		b.ReportMetric(t.megabytes, "MB")
		if peer != nil {
			b.ReportMetric(t.cpuPerMinute()/peer.cpuPerMinute(), "x-baresip")
		}
	})
}

// sum adds the runs of two ways, one by one, and a constant.
func sum(a, b samples, more time.Duration) (out samples) {
	for i := range min(len(a), len(b)) {
		out = append(out, a[i]+b[i]+more)
	}
	return out
}

// talker is a program that answers calls, and what was measured of it.
type talker struct {
	name        string
	start       func(*testing.B, *pulsetest.Server) (p *program, at string, answer func())
	sent, heard samples
	cpu, talked time.Duration
	megabytes   float64
}

func (t *talker) cpuPerMinute() float64 { return t.cpu.Seconds() / t.talked.Minutes() }

// startTalkingDesk opens the desk without a window.
func startTalkingDesk(b *testing.B, sound *pulsetest.Server) (p *program, at string, answer func()) {
	dir, line := demoDesk(b), directLine(b)
	giveLine(b, dir, line)
	p, _ = startDesk(b, dir, sound.Env(), "--headless")
	p.deskWhen(dir, "the line listens", func(s *control.Status) bool {
		return s.Ready && len(s.Lines) > 0 && s.Lines[0].State == "listening"
	})
	return p, line.Bind, func() {
		p.deskWhen(dir, "a call rings", func(s *control.Status) bool { return len(s.Calls) > 0 })
		if _, err := control.Ask(dir, control.Request{Do: "answer"}); err != nil {
			b.Fatal(err)
		}
	}
}

// The settings of baresip that matter here, the jitter buffer and the buffers of
// sound, are those it is delivered with.
const benchBaresip = `sip_listen		%[1]s
net_interface		127.0.0.1
audio_source		pulse,mic.monitor
audio_player		pulse,ear
audio_alert		pulse,ear
audio_channels		1
jitter_buffer_delay	5-10
module_path		%[2]s
module			g711.so
module			pulse.so
module_tmp		account.so
module_app		menu.so
`

// startTalkingBaresip opens a baresip that answers by itself.
func startTalkingBaresip(b *testing.B, sound *pulsetest.Server) (p *program, at string, answer func()) {
	modules, err := filepath.Glob("/usr/lib*/baresip/modules")
	if err != nil || len(modules) == 0 {
		b.Skip("baresip is not installed")
	}
	dir, at := b.TempDir(), directLine(b).Bind
	for name, content := range map[string]string{
		"config":   fmt.Sprintf(benchBaresip, at, modules[0]),
		"accounts": "<sip:permanence@" + at + ">;regint=0;answermode=auto;audio_codecs=PCMA\n",
		"contacts": "",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	p, _ = startProgram(b, sound.Env(), "baresip", "-f", dir)
	p.until("baresip listens", func() bool { return taken(at) })
	return p, at, func() {}
}

// room is where somebody sits with a headset.
type room struct {
	b     *testing.B
	sound *pulsetest.Server
	mic   *person
	ear   *listener
}

// listenTo lets a program answer a call, and says and hears bursts at both ends.
func (r *room) listenTo(t *talker) {
	p, at, answer := t.start(r.b, r.sound)
	c := newRawCaller(r.b, at)
	c.invite("permanence")
	answer()
	c.answered()
	m, quit := c.speak(), make(chan struct{})
	fromDesk := c.burstsHeard(quit)
	p.use(adaptFor)
	before, began := p.cpu(), time.Now()
	done := make(chan samples, 1)
	go func() { done <- bursts(r.mic.say, fromDesk) }()
	t.heard = append(t.heard, bursts(m.say, r.ear.heard)...)
	t.sent = append(t.sent, <-done...)
	t.cpu, t.talked = t.cpu+p.cpu()-before, t.talked+time.Since(began)
	t.megabytes = p.memory()
	close(quit)
	m.shut()
	c.hangUp()
	p.stop()
}

// say says a burst to the desk, and tells when its first packet left.
func (m *mouth) say() time.Time {
	m.due.Store(true)
	return <-m.said
}

// bursts says bursts for a while, and measures how long each takes to be heard.
// One that is lost is said again; it is no measure of time.
func bursts(say func() time.Time, heard <-chan time.Time) (all samples) {
	for end := time.Now().Add(voiceFor); time.Now().Before(end); {
		// Not in step with anybody's frames, and after the last one's echo.
		<-time.After(150*time.Millisecond + rand.N(100*time.Millisecond))
		forgetBurst(heard)
		began := say()
		select {
		case at := <-heard:
			all = append(all, at.Sub(began))
		case <-time.After(2 * time.Second):
		}
	}
	return all[min(1, len(all)):] // the first one opened the way
}

func forgetBurst(heard <-chan time.Time) {
	select {
	case <-heard:
	default:
	}
}

// person says bursts to a sink.
type person struct {
	in    io.Writer
	burst []byte
}

// newPerson is silent until asked to say something: what waits in the pipe would
// come late.
func newPerson(b *testing.B, sound *pulsetest.Server, sink string) *person {
	in, out, err := os.Pipe()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = out.Close() })
	startSoundTool(b, sound, in, nil, "pacat", "-p", "-d", sink)
	_ = in.Close()
	return &person{in: out, burst: pcm16(burst(audio.Rate, 40*time.Millisecond))}
}

func (p *person) say() time.Time {
	began := time.Now()
	_, _ = p.in.Write(p.burst) // one that fails is not heard
	return began
}

// listener tells when a burst is heard at a sink.
type listener struct{ heard chan time.Time }

func newListener(b *testing.B, sound *pulsetest.Server, sink string) *listener {
	in, out, err := os.Pipe()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = in.Close() })
	startSoundTool(b, sound, nil, out, "parec", "-d", sink+".monitor")
	_ = out.Close()
	l := &listener{heard: make(chan time.Time, 1)}
	go l.listen(in)
	return l
}

func (l *listener) listen(in io.Reader) {
	pcm := make([]byte, 2*audio.Rate/200) // 5 ms
	for {
		if _, err := io.ReadFull(in, pcm); err != nil {
			return // the tool has ended
		}
		if loud(pcm) {
			tell(l.heard)
		}
	}
}

// startSoundTool runs a tool of PulseAudio on a pipe, with as little delay as the
// server gives.
func startSoundTool(b *testing.B, sound *pulsetest.Server, in, out *os.File, name string, args ...string) {
	args = append(args, "--raw", "--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=10")
	p := newProgram(b, sound.Env(), name, args...)
	if in != nil {
		p.cmd.Stdin = in
	}
	if out != nil {
		p.cmd.Stdout = out
	}
	p.start()
}
