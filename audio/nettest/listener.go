package nettest

import (
	"math"
	"slices"
	"time"

	"permanence/audio"
)

// Outcome is what the listener got.
type Outcome struct {
	Stats   audio.ReceiverStats
	Arrived int           // packets that came
	Deepest time.Duration // the greatest depth
	Depth   time.Duration // the mean of the last quarter of the call
	Silent  int           // frames of silence after the first voice
	Click   int           // the greatest second difference of the samples
	Start   time.Duration // when the first voice was heard
	Depths  []time.Duration
	Recover time.Duration // from the network's event until all was as before it
}

// Percentile is the depth that a share of the call stayed under.
func (o Outcome) Percentile(share float64) time.Duration {
	if len(o.Depths) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(o.Depths))
	return sorted[int(share*float64(len(sorted)-1))]
}

// Concealed is the share of the call that was invented.
func (o Outcome) Concealed() float64 {
	return float64(o.Stats.Concealed) / float64(max(1, len(o.Depths))) / float64(audio.FrameDuration)
}

// listener pulls and takes notes.
type listener struct {
	network  Network
	receiver *audio.Receiver
	frame    audio.Frame
	out      Outcome
	heard    bool
	last     [2]int // samples of the frame before
	sum      time.Duration
	summed   int
	pulled   func(now time.Duration) // looks at each frame; may be nil
	recoded  bool
	usual    time.Duration // the greatest depth before the event
	invented time.Duration // concealed until the last frame
}

func newListener(n Network, dec audio.Decoder) *listener {
	return &listener{
		network:  n,
		receiver: audio.NewReceiver(dec, n.rate()),
		frame:    make(audio.Frame, audio.FrameSize),
	}
}

func (l *listener) pull(now time.Duration) {
	l.receiver.Pull(l.frame, time.Unix(0, 0).Add(now))
	l.listen(now)
	if l.pulled != nil {
		l.pulled(now)
	}
	stats := l.receiver.Stats()
	depth := stats.Depth
	l.out.Depths = append(l.out.Depths, depth)
	l.out.Deepest = max(l.out.Deepest, depth)
	l.recover(now, stats)
	if now > l.network.Length*3/4 {
		l.sum += depth
		l.summed++
	}
}

// take hands a packet over, and the codec before it if that is another.
func (l *listener) take(a arrival) {
	if a.recoded && !l.recoded {
		l.recoded = true
		l.receiver.Reset(Hum{Unit: l.network.Packet}, l.network.Recode)
	}
	l.receiver.Push(a.Packet)
}

// recover notes until when something was not as before the event: the depth, or
// that nothing is invented.
func (l *listener) recover(now time.Duration, s audio.ReceiverStats) {
	const near = 25 * time.Millisecond
	invented := s.Concealed - l.invented
	l.invented = s.Concealed
	switch event := l.network.Event; {
	case event == 0:
	case now < event:
		l.usual = max(l.usual, s.Depth)
	case s.Depth > l.usual+near || s.Depth == 0 || invented > 0:
		l.out.Recover = now - event
	}
}

func (l *listener) listen(now time.Duration) {
	loudest, click, before, last := 0, 0, l.last[0], l.last[1]
	for _, s := range l.frame {
		v := int(s)
		d := v - 2*last + before
		click = max(click, d, -d)
		loudest = max(loudest, v, -v)
		before, last = last, v
	}
	l.last = [2]int{before, last}
	if l.heard {
		l.out.Click = max(l.out.Click, click)
	}
	switch {
	case loudest > 0 && !l.heard:
		l.heard, l.out.Start = true, now
	case loudest == 0 && l.heard:
		l.out.Silent++
	}
}

func (l *listener) outcome() Outcome {
	l.out.Stats = l.receiver.Stats()
	l.out.Depth = l.sum / time.Duration(max(1, l.summed))
	return l.out
}

// Hum is a codec whose voice is a tone of 500 Hz that has no seam from any packet
// to any other, and whose concealment is perfect. What is not smooth in the end was
// made by the receiver.
type Hum struct {
	Unit time.Duration // voice in one packet; 0 is 20 ms
}

var _ audio.Decoder = Hum{}

const (
	humPeriod = audio.Rate / 500
	humPeak   = 8000
	// Smooth is the greatest Click of the tone as it is, 34, with room for rounding.
	Smooth = 40
)

var humWave = func() (wave [humPeriod]int16) {
	for i := range wave {
		wave[i] = int16(math.Round(humPeak * math.Sin(2*math.Pi*float64(i)/humPeriod)))
	}
	return wave
}()

// Decode implements audio.Decoder.
func (h Hum) Decode(dst []int16, _ []byte) ([]int16, error) {
	unit := Network{Packet: h.Unit}.unit()
	return h.Conceal(dst, int(unit*audio.Rate/time.Second), nil), nil
}

// Conceal implements audio.Decoder.
func (Hum) Conceal(dst []int16, n int, _ []byte) []int16 {
	for ; n > humPeriod; n -= humPeriod {
		dst = append(dst, humWave[:]...)
	}
	return append(dst, humWave[:max(n, 0)]...)
}
