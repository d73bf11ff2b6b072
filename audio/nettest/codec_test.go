package nettest

import (
	"encoding/binary"
	"math"
	"sync"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/audio/codec"
)

// spoken is a decoder for packets that carry their place in the call: it looks up
// what a real codec made of that piece of a voice.
type spoken struct {
	audio.Decoder
	payloads [][]byte
}

// tones are what is spoken, together.
var tones = []audiotest.Tone{{Hz: 440, DBFS: audiotest.Voice}, {Hz: 1010, DBFS: audiotest.Voice}}

// speak encodes tones.
func speak(t testing.TB, c audio.Codec, length time.Duration) *spoken {
	t.Helper()
	enc, err := c.NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	s := &spoken{}
	if s.Decoder, err = c.NewDecoder(); err != nil {
		t.Fatal(err)
	}
	voice, packet := audiotest.NewSpeaker(tones...), make([]int16, 2*audio.FrameSize)
	for range length / (20 * ms) {
		voice.Speak(packet)
		payload, err := enc.Encode(nil, packet)
		if err != nil {
			t.Fatal(err)
		}
		s.payloads = append(s.payloads, payload)
	}
	return s
}

func (s *spoken) Decode(dst []int16, payload []byte) ([]int16, error) {
	return s.Decoder.Decode(dst, s.payloads[binary.BigEndian.Uint32(payload)])
}

// Tones must come through jitter, loss and drift as they are, and no other.
func TestTonesComeThrough(t *testing.T) {
	for _, n := range []Network{
		{Name: "drift", Ahead: -300, Delay: Jitter(20 * ms)},
		{Name: "jitter", Delay: Jitter(60 * ms)},
		{Name: "loss", Delay: Jitter(30 * ms), Lose: lose(20)},
	} {
		n.Length = 8 * time.Second
		for _, c := range []audio.Codec{codec.PCMA, codec.PCMU, codec.G722} {
			n.checkTones(t, c)
		}
	}
}

// checkTones listens to the last second of a call.
func (n Network) checkTones(t *testing.T, c audio.Codec) {
	t.Helper()
	l := newListener(n, speak(t, c, n.Length))
	var heard []int16
	l.pulled = func(now time.Duration) {
		if now > n.Length-time.Second {
			heard = append(heard, l.frame...)
		}
	}
	n.play(1, l)
	for _, tone := range tones {
		if got := audiotest.Level(heard, tone.Hz); math.Abs(got-tone.DBFS) > 1 {
			t.Errorf("%s, %s: %g Hz has %.2f dBFS", n.Name, c.Name(), tone.Hz, got)
		}
	}
	for _, found := range audiotest.Tones(heard, audiotest.Voice-30) {
		if math.Abs(found.Hz-tones[0].Hz) > 50 && math.Abs(found.Hz-tones[1].Hz) > 50 {
			t.Errorf("%s, %s: there is also %v", n.Name, c.Name(), found)
		}
	}
}

func TestManyGoroutines(t *testing.T) {
	r := audio.NewReceiver(Hum{}, clockRate)
	var all sync.WaitGroup
	for g := range 3 {
		all.Go(func() {
			for i := range 2000 {
				r.Push(audio.Packet{Sequence: uint16(3*i + g), Timestamp: uint32(160 * (3*i + g)), Payload: []byte{byte(g)}})
				if r.Stats().Depth > 400*ms {
					t.Error("too deep")
				}
			}
		})
	}
	all.Go(func() {
		for range 20 {
			r.Reset(Hum{}, clockRate)
		}
	})
	frame := make(audio.Frame, audio.FrameSize)
	for range 4000 {
		r.Pull(frame, time.Time{})
	}
	all.Wait()
}

// stride is a call in its stride, and a step that goes on with it for one packet.
func stride(t testing.TB, c audio.Codec) (step func()) {
	s := speak(t, c, time.Second)
	l := newLine(s.Decoder)
	i := 0
	return func() {
		l.next.Payload = s.payloads[i%len(s.payloads)]
		l.talk(1)
		if i++; i%100 == 0 {
			l.skip(1) // and one is lost now and then
		}
	}
}

func TestNothingIsAllocatedInStride(t *testing.T) {
	for _, c := range []audio.Codec{codec.PCMA, codec.G722} {
		step := stride(t, c)
		for range 500 {
			step()
		}
		if allocated := testing.AllocsPerRun(200, step); allocated > 0 {
			t.Errorf("%s: %g allocations for a packet", c.Name(), allocated)
		}
	}
}

// BenchmarkReceiver is the work for one packet: one Push and two Pulls, decoding
// included.
func BenchmarkReceiver(b *testing.B) {
	for _, c := range []audio.Codec{codec.PCMA, codec.PCMU, codec.G722} {
		b.Run(c.Name(), func(b *testing.B) {
			step := stride(b, c)
			for range 500 {
				step()
			}
			b.ReportAllocs()
			for b.Loop() {
				step()
			}
		})
	}
}

// FuzzReceiver does what its bytes say: packets with any numbers, times and
// payloads, frames pulled, codecs changed.
func FuzzReceiver(f *testing.F) {
	f.Add([]byte{0, 0, 1, 0, 0, 10, 200, 200, 0, 1, 1, 0, 160, 10, 220})
	f.Add([]byte{0, 0, 1, 0, 0, 10, 240, 2, 3, 4, 5, 6, 7, 250, 200, 128, 255, 255, 255, 255, 0})
	f.Fuzz(func(t *testing.T, script []byte) {
		dec, err := codec.PCMA.NewDecoder()
		if err != nil {
			t.Fatal(err)
		}
		l := newLine(dec)
		for len(script) >= 6 {
			script = l.obey(script)
			if s := l.r.Stats(); s.Depth < 0 || s.Depth > 400*ms || s.Target < 0 || s.Target > 400*ms || s.Concealed < 0 ||
				s.Received > 1<<40 || s.Lost > 1<<40 || math.IsNaN(s.LevelDBFS) {
				t.Fatalf("%+v", s)
			}
		}
	})
}

// obey does one step of a script and returns the rest.
func (l *line) obey(script []byte) (rest []byte) {
	op := script[0]
	switch {
	case op < 64: // a packet near the last
		l.next.Sequence += uint16(int8(script[1]))
		l.next.Timestamp += uint32(int32(int8(script[2]))) * 80
	case op < 128: // a packet from anywhere
		l.next.Sequence = binary.BigEndian.Uint16(script[1:])
		l.next.Timestamp = binary.BigEndian.Uint32(script[1:])
	case op < 240:
		l.pull(int(op-128) / 8)
		return script[1:]
	case op < 248:
		l.send(int(script[1]))
		return script[2:]
	default:
		dec, _ := codec.G722.NewDecoder()
		l.r.Reset(dec, int(script[1])*400)
		return script[2:]
	}
	l.next.Marker, l.next.Noise = op&1 == 1, op&24 == 24
	l.next.Payload = make([]byte, int(script[5])*int(op&7))
	l.r.Push(l.next)
	return script[6:]
}
