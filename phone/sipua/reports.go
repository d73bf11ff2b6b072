package sipua

import (
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/diago/media"
	"github.com/pion/rtcp"
)

// reportEvery is the mean time between RTCP reports (RFC 3550 §6.2).
const reportEvery = 5 * time.Second

// reports is the RTCP side of a voice.
type reports struct {
	mu    sync.Mutex
	to    netip.AddrPort
	due   time.Time
	round time.Duration
	far   struct { // what was told since it was asked for
		remarks
		n int
	}
}

func (r *reports) setReports(to netip.AddrPort) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.to = to
}

func (r *reports) roundTrip() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.round
}

// remark takes what the other side tells of our voice.
func (r *reports) remark(lost float64, jitter, round time.Duration, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if round > 0 {
		r.round = round
	}
	f := &r.far
	f.n++
	f.lost += (lost - f.lost) / float64(f.n)
	f.jitter += (jitter - f.jitter) / time.Duration(f.n)
	f.at = now
}

// remarked is what was told since it was last asked for, or else the last of it.
func (r *reports) remarked() remarks {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.far.n = 0
	return r.far.remarks
}

// isDue tells whether it is time for a report, and sets the next time, spread
// over half to one and a half of the mean (RFC 3550 §6.3.1).
func (r *reports) isDue(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Before(r.due) {
		return false
	}
	r.due = now.Add(reportEvery/2 + rand.N(reportEvery))
	return true
}

func (v *voice) reportIfDue(now time.Time) {
	if v.reports.isDue(now) {
		v.sendReport(now)
	}
}

// sendReport sends a sender report if we spoke, a receiver report otherwise, and
// who we are.
func (v *voice) sendReport(now time.Time, more ...rtcp.Packet) {
	source := v.source()
	if source == 0 {
		return
	}
	v.hearer.mu.Lock()
	block, heard := v.hearer.stats.block(now)
	v.hearer.mu.Unlock()
	var blocks []rtcp.ReceptionReport
	if heard {
		blocks = append(blocks, block)
	}
	var first rtcp.Packet = &rtcp.ReceiverReport{SSRC: source, Reports: blocks}
	if sr, ok := v.senderReport(now); ok {
		sr.Reports = blocks
		first = &sr
	}
	// The name only tells streams of one source apart; it must not tell who sits here.
	name := &rtcp.SourceDescription{Chunks: []rtcp.SourceDescriptionChunk{{
		Source: source, Items: []rtcp.SourceDescriptionItem{{Type: rtcp.SDESCNAME, Text: "desk@" + v.at.Addr().String()}},
	}}}
	b, err := rtcp.Marshal(append([]rtcp.Packet{first, name}, more...))
	if err == nil {
		b, err = v.sealer().sealRTCP(b)
	}
	if err != nil {
		return
	}
	if to := v.reportTo(); to.Port() != 0 && sendable(to.Addr()) && !to.Addr().IsUnspecified() {
		_, _ = v.rtcp.WriteToUDPAddrPort(b, to) // as a lost packet: the next may arrive
	}
}

// reportTo is the negotiated RTCP address, or the port above the one the peer
// really sends from when that is another host (it is behind a router).
func (v *voice) reportTo() netip.AddrPort {
	v.reports.mu.Lock()
	to := v.reports.to
	v.reports.mu.Unlock()
	if peer := v.peer(); peer.Addr() != to.Addr() && peer.Port() < 65535 {
		return netip.AddrPortFrom(peer.Addr(), peer.Port()+1)
	}
	return to
}

// sayGoodbye ends our stream (RFC 3550 §6.6).
func (v *voice) sayGoodbye() {
	if source := v.source(); source != 0 {
		v.sendReport(time.Now(), &rtcp.Goodbye{Sources: []uint32{source}})
	}
}

// readReports takes RTCP until the socket is closed, from the peer's host only.
func (v *voice) readReports(guarded func(func())) {
	buf := make([]byte, 2048)
	for {
		n, from, err := v.rtcp.ReadFromUDPAddrPort(buf)
		if err != nil {
			if closed(err) {
				return
			}
			continue
		}
		if plain(from).Addr() == v.peer().Addr() {
			guarded(func() { v.takeReports(buf[:n], time.Now()) })
		}
	}
}

func (v *voice) takeReports(b []byte, now time.Time) {
	b, ok := v.keyed().openRTCP(b)
	if !ok {
		return
	}
	var packets [8]rtcp.Packet
	n, err := media.RTCPUnmarshal(b, packets[:])
	if err != nil {
		return
	}
	v.alive(now)
	for _, p := range packets[:n] {
		switch p := p.(type) {
		case *rtcp.SenderReport:
			v.hearer.mu.Lock()
			v.hearer.stats.senderReport(p.NTPTime, now)
			v.hearer.mu.Unlock()
			v.takeBlocks(p.Reports, now)
		case *rtcp.ReceiverReport:
			v.takeBlocks(p.Reports, now)
		}
	}
}

// takeBlocks reads what the other side says of our stream: the encoder protects
// itself against the loss told.
func (v *voice) takeBlocks(blocks []rtcp.ReceptionReport, now time.Time) {
	for _, b := range blocks {
		if b.SSRC != v.source() {
			continue
		}
		lost := media.FractionLostFloat(b.FractionLost)
		v.expect(lost)
		v.remark(lost, v.inTime(b.Jitter), roundTrip(uint32(media.NTPTimestamp(now)>>16), b), now)
	}
}
