package nettest

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"permanence/audio"
)

// line sends packets to a receiver one by one, as a test wants them.
type line struct {
	r     *audio.Receiver
	next  audio.Packet
	frame audio.Frame
	heard int // loudest sample of the last pull
}

func newLine(dec audio.Decoder) *line {
	return &line{
		r:     audio.NewReceiver(dec, clockRate),
		next:  audio.Packet{Payload: []byte{1}},
		frame: make(audio.Frame, audio.FrameSize),
	}
}

// send sends n packets of 20 ms.
func (l *line) send(n int) {
	for range n {
		l.r.Push(l.next)
		l.skip(1)
	}
}

// skip loses n packets of 20 ms.
func (l *line) skip(n int) {
	l.next.Sequence += uint16(n)
	l.next.Timestamp += uint32(n) * 160
}

// pull pulls n frames and reports how many were silent.
func (l *line) pull(n int) (silent int) {
	for range n {
		l.r.Pull(l.frame, time.Time{})
		l.heard = 0
		for _, s := range l.frame {
			l.heard = max(l.heard, int(s))
		}
		if l.heard == 0 {
			silent++
		}
	}
	return silent
}

// talk goes on for n packets in stride, and reports how many frames were silent.
func (l *line) talk(n int) (silent int) {
	for range n {
		l.send(1)
		silent += l.pull(2)
	}
	return silent
}

func TestASenderThatJumpsIsFollowed(t *testing.T) {
	for name, jump := range map[string]func(*line){
		"another source":            func(l *line) { l.next.Sequence += 30000; l.next.Timestamp += 1 << 30 },
		"numbers begin anew":        func(l *line) { l.next.Sequence = 0 },
		"time forward a day":        func(l *line) { l.next.Timestamp += 86400 * clockRate },
		"time back an hour":         func(l *line) { l.next.Timestamp -= 3600 * clockRate },
		"time back 200 ms":          func(l *line) { l.next.Timestamp -= clockRate / 5 },
		"time forward 300 ms":       func(l *line) { l.next.Timestamp += clockRate * 3 / 10 },
		"2000 packets lost":         func(l *line) { l.skip(2000) },
		"half of all numbers ahead": func(l *line) { l.next.Sequence += 32768 },
	} {
		l := newLine(Hum{})
		l.next.Sequence = 20000
		l.talk(100)
		jump(l)
		if silent := l.talk(150); silent > 10 {
			t.Errorf("%s: %d frames of silence", name, silent)
		}
		if s := l.r.Stats(); s.Received < 245 || s.Depth > 100*time.Millisecond {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestAStrayPacketChangesNothing(t *testing.T) {
	l := newLine(Hum{})
	l.talk(100)
	before := l.r.Stats()
	l.r.Push(audio.Packet{Sequence: 40000, Timestamp: 12345, Payload: []byte{1}})
	if silent := l.talk(100); silent > 0 {
		t.Errorf("%d frames of silence", silent)
	}
	if s := l.r.Stats(); s.Discarded != 1 || s.Lost != 0 || s.Concealed != 0 || s.Depth != before.Depth {
		t.Errorf("before %+v, after %+v", before, s)
	}
}

func TestPacketsAreCounted(t *testing.T) {
	l := newLine(Hum{})
	l.talk(50)
	late := l.next
	l.skip(1)
	l.talk(50)
	l.r.Push(late)
	l.r.Push(late)
	l.next.Payload = make([]byte, 1501)
	l.talk(1)
	l.next.Payload = []byte{1}
	l.talk(10)
	want := audio.ReceiverStats{Received: 110, Late: 1, Discarded: 2, Lost: 1, Concealed: 40 * time.Millisecond}
	s := l.r.Stats()
	got := audio.ReceiverStats{Received: s.Received, Late: s.Late, Discarded: s.Discarded, Lost: s.Lost, Concealed: s.Concealed}
	if got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

func TestPacketsWithoutVoiceAreNoLoss(t *testing.T) {
	l := newLine(Hum{})
	l.talk(50)
	event := l.next
	event.Payload = nil
	for range 10 { // a key of 200 ms: all its packets have one timestamp
		l.r.Push(event)
		event.Sequence++
		l.pull(2)
	}
	l.next.Sequence = event.Sequence
	l.next.Timestamp += 10 * 160
	l.talk(50)
	if s := l.r.Stats(); s.Lost != 0 || s.Concealed != 0 || s.Late != 0 || s.Received != 110 {
		t.Errorf("%+v", s)
	}
}

func TestNobodyPulls(t *testing.T) {
	l := newLine(Hum{})
	l.send(50_000)
	l.pull(1)
	l.talk(100)
	s := l.r.Stats()
	if s.Depth > 400*time.Millisecond || s.Received > 300 || s.Received+s.Discarded != 50_100 {
		t.Errorf("%+v", s)
	}
	if silent := l.talk(10); silent > 0 {
		t.Errorf("%d frames of silence", silent)
	}
}

func TestASenderWithTheWrongClockIsHeard(t *testing.T) {
	l := newLine(Hum{})
	silent := 0
	for range 500 {
		l.next.Timestamp += 160 // as if G.722 had a clock of 16 kHz
		silent += l.talk(1)
	}
	if s := l.r.Stats(); silent > 10 || s.Discarded > 0 || s.Depth > 100*time.Millisecond {
		t.Errorf("%d frames of silence, %+v", silent, s)
	}
}

// moody is a decoder that refuses payloads of one byte.
type moody struct{ Hum }

var errMood = errors.New("not of this codec")

func (m moody) Decode(dst []int16, payload []byte) ([]int16, error) {
	if len(payload) == 1 {
		return dst, errMood
	}
	return m.Hum.Decode(dst, payload)
}

func TestWhatCannotBeDecodedIsConcealed(t *testing.T) {
	l := newLine(moody{})
	l.next.Payload = []byte{1, 2}
	l.talk(50)
	l.next.Payload = []byte{1}
	l.send(1)
	l.next.Payload = []byte{1, 2}
	silent := l.pull(2) + l.talk(50)
	if s := l.r.Stats(); silent > 0 || s.Discarded != 1 || s.Received != 100 || s.Concealed != 20*time.Millisecond {
		t.Errorf("%d frames of silence, %+v", silent, s)
	}
}

// guarded is a decoder whose packets carry copies; it counts the losses for which
// it had the packet that follows.
type guarded struct {
	Hum
	mended, guessed int
}

func (g *guarded) Guarded() bool { return true }

func (g *guarded) Conceal(dst []int16, n int, next []byte) []int16 {
	if n == 960 && next != nil {
		g.mended++
	} else {
		g.guessed++
	}
	return g.Hum.Conceal(dst, n, next)
}

func TestLossyLinesHoldThePacketThatMends(t *testing.T) {
	dec := &guarded{}
	o := Network{Length: time.Minute, Lose: lose(10)}.Run(1, dec)
	if dec.mended < 250 || dec.guessed > 60 {
		t.Errorf("%d lost packets were mended by the next, %d pieces were guessed: %+v", dec.mended, dec.guessed, o.Stats)
	}
	if o.Depth > 50*time.Millisecond {
		t.Errorf("the depth is %v", o.Depth)
	}
}

func TestResetGoesOnWithTheOtherCodec(t *testing.T) {
	l := newLine(Hum{})
	l.talk(100)
	l.send(1)
	l.r.Reset(Hum{}, audio.Rate)
	l.next.Sequence += 1
	silent := 0
	for range 100 {
		l.next.Timestamp += 960 - 160
		silent += l.talk(1)
	}
	if s := l.r.Stats(); silent > 4 || s.Depth > 60*time.Millisecond || s.Lost != 0 || s.Late != 0 {
		t.Errorf("%d frames of silence, %+v", silent, s)
	}
}

// stamped is a decoder whose samples tell which packet they are from.
type stamped struct{}

func (stamped) Decode(dst []int16, payload []byte) ([]int16, error) {
	return stamp(dst, 960, int16(binary.BigEndian.Uint32(payload))), nil
}

func (stamped) Conceal(dst []int16, n int, _ []byte) []int16 {
	last := int16(0)
	if len(dst) > 0 {
		last = dst[len(dst)-1]
	}
	return stamp(dst, n, last)
}

func stamp(dst []int16, n int, v int16) []int16 {
	for range n {
		dst = append(dst, v)
	}
	return dst
}

// The depth shown is the delay that the voice really has.
func TestDepthIsTheTruth(t *testing.T) {
	for _, n := range []Network{
		{Name: "perfect"},
		{Name: "jitter", Delay: Jitter(60 * ms)},
		{Name: "drift", Ahead: 300},
		{Name: "bursts", Burst: 2},
	} {
		n.Length = 40 * time.Second
		truth, shown := n.measure(stamped{})
		if d := truth - shown; d < -15*ms || d > 15*ms {
			t.Errorf("%s: the voice is %v old and the depth is said to be %v", n.Name, truth, shown)
		}
	}
}

// measure returns how old the voice is on average when it is pulled, less the
// mean of 10 ms that it lay in its packet, and the depth shown.
func (n Network) measure(dec audio.Decoder) (age, depth time.Duration) {
	l := newListener(n, dec)
	var sum time.Duration
	l.pulled = func(now time.Duration) {
		if now > n.Length*3/4 {
			sent := time.Duration(float64(l.frame[audio.FrameSize/2]) * 20 * float64(ms) / (1 + n.Ahead/1e6))
			sum += now - sent
		}
	}
	out := n.play(1, l)
	return sum/time.Duration(l.summed) - 10*ms, out.Depth
}

// lose loses each packet by itself, one in every.
func lose(every int) func() func(*rand.Rand) bool {
	return func() func(*rand.Rand) bool {
		return func(r *rand.Rand) bool { return r.IntN(every) == 0 }
	}
}
