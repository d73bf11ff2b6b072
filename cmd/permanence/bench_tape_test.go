//go:build !office

package main

import (
	"encoding/binary"
	"io"
	"math"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/device/pulsetest"
)

// tape is sound at 48 kHz, and when its first sample was said or heard.
type tape struct {
	began time.Time
	pcm   []int16
}

// recorder listens to a sink.
type recorder struct {
	tool *program
	done sync.WaitGroup
	tape tape
}

// record begins to listen to what a sink plays. The tape's time is that of the
// pieces that came soonest: the others waited for this process.
func record(b testing.TB, sound *pulsetest.Server, sink string) *recorder {
	b.Helper()
	in, out, err := os.Pipe()
	if err != nil {
		b.Fatal(err)
	}
	r := &recorder{tool: newProgram(b, sound.Env(), "parec", "-d", sink+".monitor",
		"--raw", "--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=10")}
	r.tool.cmd.Stdout = out
	r.tool.start()
	_ = out.Close()
	r.done.Go(func() { r.listen(in) })
	return r
}

func (r *recorder) listen(in io.ReadCloser) {
	defer in.Close()
	raw := make([]byte, 2*audio.FrameSize)
	for {
		if _, err := io.ReadFull(in, raw); err != nil {
			return // the tool has ended
		}
		for i := 0; i < len(raw); i += 2 {
			r.tape.pcm = append(r.tape.pcm, int16(binary.LittleEndian.Uint16(raw[i:])))
		}
		began := time.Now().Add(-lengthOf(len(r.tape.pcm)))
		if r.tape.began.IsZero() || began.Before(r.tape.began) {
			r.tape.began = began
		}
	}
}

// stop ends the recording.
func (r *recorder) stop() tape {
	r.tool.stop()
	r.done.Wait()
	return r.tape
}

// lengthOf n samples of 48 kHz.
func lengthOf(n int) time.Duration { return time.Duration(n) * time.Second / audio.Rate }

// between is the part of a tape from one moment to another, as far as there is one.
func (t tape) between(from, to time.Time) tape {
	first := min(max(0, int(from.Sub(t.began).Seconds()*audio.Rate)), len(t.pcm))
	last := min(max(first, int(to.Sub(t.began).Seconds()*audio.Rate)), len(t.pcm))
	return tape{t.began.Add(lengthOf(first)), t.pcm[first:last]}
}

// The comparison of tapes is made at 8 kHz, which is what both codecs have in
// common, in pieces that are longer than any sound of speech.
const (
	narrowRate = 8000
	pieceOf    = narrowRate / 2
	frameOf    = narrowRate / 50
	earliest   = -50 * time.Millisecond
	latest     = 900 * time.Millisecond
	alike      = 0.5 // how much a piece must resemble another to be the same
	unspoilt   = 0.7 // and a frame
	spoken     = 300 // the root mean square from which a piece has speech in it
	loudSpoken = 900 // and a frame so much that its shape must be kept
)

// narrow is a tape at 8 kHz.
func (t tape) narrow(b testing.TB) []float32 {
	b.Helper()
	down, err := audio.NewResampler(audio.Rate, narrowRate)
	if err != nil {
		b.Fatal(err)
	}
	pcm := down.Process(nil, t.pcm)
	out := make([]float32, len(pcm))
	for i, s := range pcm {
		out[i] = float32(s)
	}
	return out
}

// compared is what became of a voice.
type compared struct {
	delays samples // of its pieces, in their order
	spoilt float64 // share of its loud frames that are not as they were
}

// compare looks for what was said in what was heard.
func compare(b testing.TB, said, heard tape) compared {
	b.Helper()
	from, to := said.narrow(b), heard.narrow(b)
	shift := int(said.began.Sub(heard.began).Seconds() * narrowRate) // of the same moment
	var c compared
	loud, bad := 0, 0
	for at := 0; at+pieceOf <= len(from); at += pieceOf {
		piece := from[at : at+pieceOf]
		if rms(piece) < spoken {
			continue
		}
		first := at + shift + int(earliest.Seconds()*narrowRate)
		place, likeness := find(piece, to, first, first+int((latest-earliest).Seconds()*narrowRate))
		if likeness >= alike {
			c.delays = append(c.delays, time.Duration(place-at-shift)*time.Second/narrowRate)
		}
		for f := 0; f < pieceOf; f += frameOf {
			frame := piece[f : f+frameOf]
			if rms(frame) < loudSpoken {
				continue
			}
			loud++
			_, same := find(frame, to, place+f-frameOf/2, place+f+frameOf/2)
			if likeness < alike || same < unspoilt {
				bad++
			}
		}
	}
	c.spoilt = float64(bad) / float64(max(1, loud))
	return c
}

func rms(pcm []float32) float64 { return math.Sqrt(float64(dot(pcm, pcm)) / float64(len(pcm))) }

func dot(a, b []float32) (sum float32) {
	b = b[:len(a)]
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

// find is where from first to last a piece is most like pcm, and how much: 1 is the
// same but for its loudness.
func find(piece, pcm []float32, first, last int) (place int, likeness float64) {
	first, last = max(0, first), min(last, len(pcm)-len(piece))
	if first >= last {
		return first, 0
	}
	own, energy := float64(dot(piece, piece)), float64(dot(pcm[first:first+len(piece)], pcm[first:first+len(piece)]))
	for at := first; at < last; at++ {
		if at > first {
			energy += square(pcm[at+len(piece)-1]) - square(pcm[at-1])
		}
		if l := float64(dot(piece, pcm[at:at+len(piece)])) / math.Sqrt(own*max(energy, 1)+1); l > likeness {
			place, likeness = at, l
		}
	}
	return max(place, first), likeness
}

func square(v float32) float64 { return float64(v) * float64(v) }

// rtp is a packet of the telephone's voice, and when it came.
type rtp struct {
	at        time.Time
	sequence  uint16
	timestamp uint32
	payload   []byte
}

// packets are what a telephone sent, in the order in which it came.
type packets []rtp

// take keeps a packet if it is voice.
func (p *packets) take(packet []byte, at time.Time, payloadType uint8) {
	if len(packet) <= rtpHeader || packet[0] != 0x80 || packet[1]&0x7f != payloadType {
		return
	}
	*p = append(*p, rtp{
		at, binary.BigEndian.Uint16(packet[2:]), binary.BigEndian.Uint32(packet[4:]), slices.Clone(packet[rtpHeader:]),
	})
}

// gaps are the times between the packets.
func (p packets) gaps() (all samples) {
	for i := 1; i < len(p); i++ {
		all = append(all, p[i].at.Sub(p[i-1].at))
	}
	return all
}

// tape plays the packets where their timestamps say. A packet's time is that of its
// first sample, so that the voice is late by the packet's length and what the
// telephone adds; of all packets, the one in the middle tells.
func (p packets) tape(b testing.TB, c audio.Codec) tape {
	b.Helper()
	dec, err := c.NewDecoder()
	if err != nil || len(p) == 0 {
		b.Fatalf("%d packets of %s: %v", len(p), c.Name(), err)
	}
	scale := audio.Rate / c.ClockRate()
	var out tape
	var began []time.Duration
	for _, packet := range p {
		at := int(int32(packet.timestamp-p[0].timestamp)) * scale
		if at < len(out.pcm) {
			continue // again, or from the past
		}
		began = append(began, packet.at.Sub(p[0].at)-lengthOf(at))
		out.pcm = append(out.pcm, make([]int16, at-len(out.pcm))...)
		if out.pcm, err = dec.Decode(out.pcm, packet.payload); err != nil {
			b.Fatal(err)
		}
	}
	out.began = p[0].at.Add(samples(began).quantile(0.5))
	return out
}
