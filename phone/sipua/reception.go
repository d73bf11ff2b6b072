package sipua

import (
	"time"

	"github.com/pion/rtcp"
)

// reception keeps the numbers of one received RTP stream that a reception report
// needs (RFC 3550 A.1, A.3, A.8). diago's are not used: its reports carry no
// sequence cycles, and count a delay in 65356ths of a second.
type reception struct {
	ssrc     uint32
	known    bool
	base     uint32 // extended sequence number of the first packet
	highest  uint32 // and of the newest
	received uint32
	gaps     uint32  // times that numbers were left out
	skipped  uint32  // numbers left out, whether they came later or not
	packet   uint32  // clock units from one packet to the next
	jitter   float64 // in clock units
	transit  int64
	at       uint32 // timestamp of the newest packet
	// At the last report, for the fraction lost since.
	expectedBefore, receivedBefore uint32
	// The last sender report heard.
	report   uint32 // middle 32 bits of its NTP time
	reportAt time.Time
}

// maxDropout is a jump forward that still is one stream (RFC 3550 A.1).
const maxDropout = 3000

// take counts a packet. A new source, or a jump, begins anew.
func (r *reception) take(ssrc uint32, seq uint16, timestamp uint32, at time.Time, clock int) {
	if !r.known || ssrc != r.ssrc {
		*r = reception{ssrc: ssrc, report: r.report, reportAt: r.reportAt}
		r.restart(seq)
	}
	ahead := seq - uint16(r.highest)
	switch {
	case ahead == 0 && r.received > 0: // double
		return
	case ahead < maxDropout:
		r.advance(uint32(ahead), timestamp, clock)
	case ahead < 65535-maxDropout: // the source began anew
		r.restart(seq)
	}
	r.received++
	r.spread(timestamp, at, clock)
}

// advance moves on to a packet that is so many numbers ahead. One that follows at
// once tells how much voice is in a packet: 120 ms at most (RFC 7587 §4.2).
func (r *reception) advance(ahead, timestamp uint32, clock int) {
	r.highest += ahead
	switch step := timestamp - r.at; {
	case ahead > 1:
		r.gaps++
		r.skipped += ahead - 1
	case r.received > 0 && step > 0 && step <= uint32(clock)*120/1000:
		r.packet = step
	}
	r.at = timestamp
}

func (r *reception) restart(seq uint16) {
	r.known = true
	// One cycle up, so that a late packet from before the first stays positive.
	r.base, r.highest = 1<<16|uint32(seq), 1<<16|uint32(seq)
	r.received, r.expectedBefore, r.receivedBefore, r.transit = 0, 0, 0, 0
}

// spread is the interarrival jitter of RFC 3550 A.8.
func (r *reception) spread(timestamp uint32, at time.Time, clock int) {
	arrival := uint32(at.UnixMicro() * int64(clock) / 1_000_000)
	transit := int64(int32(arrival - timestamp))
	if r.received > 1 {
		d := transit - r.transit
		if d < 0 {
			d = -d
		}
		if d < int64(clock) { // a second's jump is a new talk spurt's clock, not jitter
			r.jitter += (float64(d) - r.jitter) / 16
		}
	}
	r.transit = transit
}

func (r *reception) expected() uint32 {
	if !r.known {
		return 0
	}
	return r.highest - r.base + 1
}

// lost is the cumulative number of packets lost; duplicates never make it negative.
func (r *reception) lost() uint32 {
	if e := r.expected(); e > r.received {
		return e - r.received
	}
	return 0
}

// block is the reception report to send now (RFC 3550 §6.4.1).
func (r *reception) block(now time.Time) (rtcp.ReceptionReport, bool) {
	if !r.known {
		return rtcp.ReceptionReport{}, false
	}
	expected, received := r.expected()-r.expectedBefore, r.received-r.receivedBefore
	r.expectedBefore, r.receivedBefore = r.expected(), r.received
	b := rtcp.ReceptionReport{
		SSRC: r.ssrc, TotalLost: min(r.lost(), 1<<23-1), LastSequenceNumber: r.highest - 1<<16,
		Jitter: uint32(r.jitter), LastSenderReport: r.report,
	}
	if expected > received {
		b.FractionLost = uint8(min(255, uint64(expected-received)*256/uint64(expected)))
	}
	if !r.reportAt.IsZero() {
		b.Delay = uint32(now.Sub(r.reportAt).Seconds() * 65536)
	}
	return b, true
}

// senderReport remembers when a sender report came, for the delay to tell back.
func (r *reception) senderReport(ntp uint64, at time.Time) {
	r.report, r.reportAt = uint32(ntp>>16), at
}

// roundTrip works out the way there and back from a report on our own stream
// (RFC 3550 §6.4.1); 0 when it cannot be.
func roundTrip(now uint32, b rtcp.ReceptionReport) time.Duration {
	if b.LastSenderReport == 0 {
		return 0
	}
	d := time.Duration(int32(now-b.LastSenderReport-b.Delay)) * time.Second / 65536
	if d < 0 || d > 10*time.Second {
		return 0
	}
	return d
}
