//go:build !office

package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"permanence/assets"
	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/audio/codec"
	"permanence/audio/device/pulsetest"
	"permanence/audio/nettest"
	"permanence/audio/nettest/relay"
	"permanence/audio/opus"
	"permanence/audio/wav"
)

// A call is listened to for a while, after another in which the jitter buffers have
// settled. The voices go on until all of it was heard.
const (
	adaptFor = 4 * time.Second
	voiceFor = 22 * time.Second
	endFor   = time.Second // what was said last is on its way
)

// networkSeed makes all networks: every program meets the same faults.
const networkSeed = 20

// lines are the networks of the comparison, and whether Opus is compared there too.
var lines = []struct {
	nettest.Network
	loss float64 // that a peer would be told by RTCP
	opus bool
}{
	{Network: nettest.Network{Name: "perfect"}, opus: true},
	{Network: nettest.Network{Name: "jitter-20ms", Delay: nettest.Queues(20 * time.Millisecond)}},
	{Network: nettest.Network{Name: "jitter-60ms", Delay: nettest.Queues(60 * time.Millisecond)}, opus: true},
	{Network: nettest.Network{Name: "loss-2%", Lose: nettest.Bursts(0.02)}, loss: 0.02},
	{Network: nettest.Network{Name: "loss-5%", Lose: nettest.Bursts(0.05)}, loss: 0.05, opus: true},
	{Network: nettest.Network{Name: "loss-10%", Lose: nettest.Bursts(0.10)}, loss: 0.10},
	{Network: nettest.Network{Name: "loss-5%-jitter-40ms", Lose: nettest.Bursts(0.05), Delay: nettest.Queues(40 * time.Millisecond)}, loss: 0.05, opus: true},
	{Network: nettest.Network{Name: "step-200ms", Delay: nettest.Detour(10*time.Second, 8*time.Second, 200*time.Millisecond)}},
}

// BenchmarkVoice measures the voice of the desk and of baresip 1.0 in the same run:
// both answer the same caller, who speaks in the same codec through the same
// network, with their microphone and earpiece at the same sound server. The voices
// are speech, and what became of them is found by comparison.
//
// "mic" is from the microphone to the first byte on the wire, "ear" from there to
// the earpiece, each with the tool that listens at the sound server; that falls out
// of their sum, "mouth-to-ear": one desk talking to another. `-bench
// Voice/PCMA/loss` measures some.
func BenchmarkVoice(b *testing.B) {
	r := newRoom(b)
	for _, c := range []audio.Codec{codec.PCMA, opus.New()} {
		b.Run(c.Name(), func(b *testing.B) {
			for _, l := range lines {
				if c.Name() == "opus" && !l.opus {
					continue
				}
				b.Run(l.Name, func(b *testing.B) { r.compareTalkers(b, c, l.Network, l.loss) })
			}
		})
	}
}

func (r *room) compareTalkers(b *testing.B, c audio.Codec, n nettest.Network, loss float64) {
	theirs := 0.0 // mouth to ear
	for _, who := range talkers {
		b.Run(who.name, func(b *testing.B) {
			t := who.start(b, r.sound, c)
			h := r.call(b, t, c, n, loss)
			t.stop()
			h.report(b)
			if theirs > 0 {
				b.ReportMetric(h.mouthToEar()/theirs, "x-baresip")
			}
			theirs = h.mouthToEar()
		})
	}
}

// room is where somebody sits with a headset, and what is said on both sides.
type room struct {
	sound    *pulsetest.Server
	caller   []int16
	operator string // a file
}

func newRoom(b *testing.B) *room {
	r := &room{sound: pulsetest.Start(b), operator: filepath.Join(b.TempDir(), "operator.wav")}
	r.caller = speak(b, "durand-succession", "petit-ordonnance", "roc-fuite", "durand-garde-a-vue", "petit-enfant")
	w, err := wav.Create(r.operator)
	if err != nil {
		b.Fatal(err)
	}
	if err := w.Write(speak(b, "durand-caron", "petit-docteur", "roc-manuel", "roc-devis", "roc-fuite")); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return r
}

// speak is what voices of the demo say one after the other, for as long as a call
// takes.
func speak(b testing.TB, names ...string) (pcm []int16) {
	b.Helper()
	for _, name := range names {
		file, err := assets.Voice(name)
		if err != nil {
			b.Fatal(err)
		}
		path := filepath.Join(b.TempDir(), name+".wav")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			b.Fatal(err)
		}
		voice, err := wav.Load(path)
		if err != nil {
			b.Fatal(err)
		}
		pcm = append(pcm, voice...)
	}
	if long := adaptFor + voiceFor + endFor; lengthOf(len(pcm)) < long {
		b.Fatalf("the voices last %v, less than %v", lengthOf(len(pcm)), long)
	}
	return pcm
}

// call lets a program answer a call through a network, and listens at both ends.
func (r *room) call(b *testing.B, t talker, c audio.Codec, n nettest.Network, loss float64) *hearing {
	b.Helper()
	caller := newRawCaller(b, t.at)
	caller.codec = c
	var sent packets
	way, err := relay.Open(n, networkSeed, caller.media, func(packet []byte, at time.Time) { sent.take(packet, at, c.PayloadType()) })
	if err != nil {
		b.Fatal(err)
	}
	caller.media = way.Addr()
	caller.invite("permanence")
	t.answer()
	caller.answered()
	way.Connect(caller.call.media)

	mic, ear := record(b, r.sound, pulsetest.Mic), record(b, r.sound, pulsetest.Ear)
	hush := r.sound.SayFile(pulsetest.Mic, r.operator)
	voice := caller.say(encoded(b, c, r.caller, loss), way.Addr())
	t.use(adaptFor)
	from, cpu, concealed := time.Now(), t.cpu(), t.concealedSoFar()
	t.use(voiceFor)
	to := time.Now()
	h := &hearing{
		tells: t.concealed != nil, cpu: (t.cpu() - cpu).Seconds() / to.Sub(from).Seconds(), megabytes: t.memory(),
	}
	h.concealed = (t.concealedSoFar() - concealed).Seconds() / to.Sub(from).Seconds()
	t.use(endFor)
	voice.end()
	hush()
	caller.hangUp()
	if err := way.Close(); err != nil {
		b.Error(err)
	}
	said := tape{voice.began, r.caller}.between(from, to)
	heardMic := mic.stop()
	heard := ear.stop()
	h.ear, h.rating = compare(b, said, heard), audiotest.Score(said.pcm, heard.between(from, to.Add(time.Second)).pcm)
	h.mic = compare(b, heardMic.between(from, to), sent.tape(b, c))
	h.pace, h.codec = sent.gaps(), codecDelay(b, c, r.caller)
	return h
}

// codecDelay is what the caller's encoder and decoder add.
func codecDelay(b testing.TB, c audio.Codec, pcm []int16) time.Duration {
	b.Helper()
	pcm = pcm[:5*audio.Rate]
	var p packets
	for i, payload := range encoded(b, c, pcm, 0) {
		p = append(p, rtp{timestamp: uint32(i * c.ClockRate() / 50), payload: payload})
		p[i].at = time.Time{}.Add(time.Duration(i) * packetTime)
	}
	return compare(b, tape{pcm: pcm}, p.tape(b, c)).delays.quantile(0.5)
}

// hearing is what was heard of a call, and what it took.
type hearing struct {
	mic, ear  compared
	rating    audiotest.Rating // at the ear
	codec     time.Duration
	tells     bool    // the program says how much it invents:
	concealed float64 // the share of what it plays
	cpu       float64 // of one core
	megabytes float64
	pace      samples
}

// mouthToEar is the delay from one desk to another, in ms: the way out of the
// microphone and the way into the ear, less the caller's own codec.
func (h *hearing) mouthToEar() float64 {
	return milliseconds(h.mic.delays.quantile(0.5) + h.ear.delays.quantile(0.5) - h.codec)
}

func (h *hearing) report(b *testing.B) {
	b.Helper()
	if len(h.mic.delays) == 0 || len(h.ear.delays) == 0 {
		b.Fatalf("too little was heard: %d pieces of the microphone, %d at the ear", len(h.mic.delays), len(h.ear.delays))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(h.mouthToEar(), "mouth-to-ear-ms")
	b.ReportMetric(milliseconds(h.mic.delays.quantile(0.5)), "mic-ms")
	b.ReportMetric(milliseconds(h.ear.delays.quantile(0.5)), "ear-ms")
	b.ReportMetric(milliseconds(h.ear.delays.quantile(0.95)), "ear-p95-ms")
	b.ReportMetric(h.rating.MOS, "mos")
	b.ReportMetric(100*h.rating.Muted, "muted-%")
	b.ReportMetric(100*h.ear.spoilt, "spoilt-%")
	b.ReportMetric(100*h.mic.spoilt, "mic-spoilt-%")
	if h.tells {
		b.ReportMetric(100*h.concealed, "concealed-%")
	}
	b.ReportMetric(100*h.cpu, "cpu-%")
	b.ReportMetric(h.megabytes, "MB")
	b.ReportMetric(milliseconds(h.pace.quantile(0.5)), "pace-p50-ms")
	b.ReportMetric(milliseconds(h.pace.quantile(0.99)), "pace-p99-ms")
	b.ReportMetric(milliseconds(h.pace.quantile(1)), "pace-max-ms")
}
