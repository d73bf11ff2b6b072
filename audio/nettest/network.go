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
	// Sends tells whether the sender speaks; while not, it sends nothing.
	Sends func(at time.Duration) bool

	Ahead float64       // parts per million by which the sender's clock is fast
	Burst int           // frames that the card pulls at once; 0 is 1
	Stall time.Duration // when the card stands still for 300 ms; 0 is never
}

// clockRate of the RTP that is sent.
const clockRate = 8000

// arrival is a packet at the end of its way.
type arrival struct {
	at time.Duration
	audio.Packet
}

func (n Network) unit() time.Duration {
	if n.Packet == 0 {
		return 20 * time.Millisecond
	}
	return n.Packet
}

// arrivals sends the call. Numbers and times wrap within seconds. The payload of a
// packet is its place in the call.
func (n Network) arrivals(r *rand.Rand) []arrival {
	lost := func(*rand.Rand) bool { return false }
	if n.Lose != nil {
		lost = n.Lose()
	}
	sequence, timestamp := uint16(65000+r.IntN(500)), -r.Uint32N(20*clockRate)
	var all []arrival
	for i := 0; ; i++ {
		at := time.Duration(float64(i) * float64(n.unit()) / (1 + n.Ahead/1e6))
		if at >= n.Length {
			break
		}
		if n.Sends != nil && !n.Sends(at) {
			continue
		}
		p := audio.Packet{Sequence: sequence, Payload: binary.BigEndian.AppendUint32(nil, uint32(i))}
		p.Timestamp = timestamp + uint32(i)*uint32(n.unit()*clockRate/time.Second)
		sequence++
		if !lost(r) {
			all = append(all, n.carry(p, at, r))
		}
	}
	slices.SortStableFunc(all, func(a, b arrival) int { return int(a.at - b.at) })
	return all
}

func (n Network) carry(p audio.Packet, at time.Duration, r *rand.Rand) arrival {
	if n.Delay != nil {
		at += n.Delay(at, r)
	}
	p.At = time.Unix(0, 0).Add(at)
	return arrival{at, p}
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
			l.receiver.Push(packets[0].Packet)
			packets = packets[1:]
			l.out.Arrived++
		}
		for range burst {
			l.pull(now)
		}
	}
}
