// Package nettest is a network with faults, and a sound card at its end, on
// virtual time and from one seed: minutes of voice take milliseconds, and a
// failure can be seen again. It shows what an audio.Receiver makes of jitter,
// loss, clocks that drift, ways that change, senders that pause, and cards that
// pull in bursts.
package nettest

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"time"

	"permanence/audio"
)

// Network is one line with its faults. The zero value is a perfect one.
type Network struct {
	Name   string
	Length time.Duration // of the call
	Packet time.Duration // voice in one packet; 0 is 20 ms

	// Delay is how long the packet sent at a time is on its way; nil is no time.
	Delay func(at time.Duration, r *rand.Rand) time.Duration
	// Lose makes what decides for one call which packets are lost; nil loses none.
	Lose func() func(r *rand.Rand) bool
	// Double is the share of packets that come twice, 30 ms apart.
	Double float64
	// Sends tells whether the sender speaks; while not, it sends nothing.
	Sends func(at time.Duration) bool

	Ahead float64       // parts per million by which the sender's clock is fast
	Burst int           // frames that the card pulls at once; 0 is 1
	Stall time.Duration // when the card stands still for 300 ms; 0 is never

	// Event is when something happens once, from which the voice has to recover: Jump
	// is added to the sender's numbers and times, and the codec becomes one with a
	// clock of Recode Hz if that is not 0. What else happens then, Delay does.
	Event  time.Duration
	Jump   Jump
	Recode int

	payload func(i int) []byte // of a packet; nil sends its place in the call
	clock   int                // of RTP, in Hz; 0 is 8000
}

// Jump is by how much a sender's numbers and times leap.
type Jump struct {
	Sequence  uint16
	Timestamp uint32
}

// clockRate of the RTP that is sent, if not said otherwise.
const clockRate = 8000

// arrival is a packet at the end of its way.
type arrival struct {
	at      time.Duration
	recoded bool // of the codec after the event
	audio.Packet
}

// rate is the RTP clock.
func (n Network) rate() int {
	if n.clock == 0 {
		return clockRate
	}
	return n.clock
}

func (n Network) unit() time.Duration {
	if n.Packet == 0 {
		return 20 * time.Millisecond
	}
	return n.Packet
}

// arrivals sends the call. Numbers and times wrap within seconds.
func (n Network) arrivals(r *rand.Rand) []arrival {
	lost := func(*rand.Rand) bool { return false }
	if n.Lose != nil {
		lost = n.Lose()
	}
	var all []arrival
	for _, a := range n.sent(r) {
		if lost(r) {
			continue
		}
		a = n.carry(a, r)
		all = append(all, a)
		if n.Double > 0 && r.Float64() < n.Double {
			a.at += 30 * time.Millisecond
			all = append(all, a)
		}
	}
	slices.SortStableFunc(all, func(a, b arrival) int { return int(a.at - b.at) })
	return all
}

// sent are the packets as they leave.
func (n Network) sent(r *rand.Rand) (all []arrival) {
	sequence, timestamp := uint16(65000+r.IntN(500)), -r.Uint32N(20*clockRate)
	happened, rate := n.Event == 0, n.rate()
	for i := 0; ; i++ {
		at := time.Duration(float64(i) * float64(n.unit()) / (1 + n.Ahead/1e6))
		if at >= n.Length {
			return all
		}
		if !happened && at >= n.Event {
			happened = true
			sequence, timestamp = sequence+n.Jump.Sequence, timestamp+n.Jump.Timestamp
			if n.Recode != 0 {
				rate = n.Recode
			}
		}
		if n.Sends == nil || n.Sends(at) {
			p := audio.Packet{Sequence: sequence, Timestamp: timestamp, Payload: n.load(i)}
			all = append(all, arrival{at: at, Packet: p, recoded: happened && n.Recode != 0})
			sequence++
		}
		timestamp += uint32(n.unit() * time.Duration(rate) / time.Second)
	}
}

// load is the payload of a packet.
func (n Network) load(i int) []byte {
	if n.payload != nil {
		return n.payload(i)
	}
	return binary.BigEndian.AppendUint32(nil, uint32(i))
}

func (n Network) carry(a arrival, r *rand.Rand) arrival {
	if n.Delay != nil {
		a.at += n.Delay(a.at, r)
	}
	a.At = time.Unix(0, 0).Add(a.at)
	return a
}

// Run plays the call to a receiver with this decoder.
func (n Network) Run(seed uint64, dec audio.Decoder) Outcome {
	return n.play(seed, newListener(n, dec))
}

func (n Network) play(seed uint64, l *listener) Outcome {
	r := rand.New(rand.NewPCG(seed, 1))
	packets := n.arrivals(r)
	phase := time.Duration(r.Int64N(int64(audio.FrameDuration)))
	burst := max(1, n.Burst)
	for frames := burst; ; frames += burst {
		now := phase + time.Duration(frames)*audio.FrameDuration
		if n.Stall > 0 && now > n.Stall {
			now += 300 * time.Millisecond
		}
		if now > n.Length {
			return l.outcome()
		}
		for len(packets) > 0 && packets[0].at <= now {
			l.take(packets[0])
			packets = packets[1:]
			l.out.Arrived++
		}
		for range burst {
			l.pull(now)
		}
	}
}
