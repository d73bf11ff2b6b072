package sipua

import "time"

const (
	// judgeEvery is how long the quality of a call is measured before it is told.
	judgeEvery = 5 * time.Second
	// deadAir is how long nothing at all may be heard of a peer that should speak:
	// longer than the longest pause between two reports (RFC 3550 §6.3.1).
	deadAir = 8 * time.Second
	// reportsLast is how long a report of the other side speaks for now.
	reportsLast = 15 * time.Second
	// packetDelay is how long voice waits to become a packet.
	packetDelay = 20 * time.Millisecond
	// farBuffer is what a common telephone keeps back at least to even out jitter.
	farBuffer = 40 * time.Millisecond
)

// tally is what a voice has counted until a moment.
type tally struct {
	at        time.Time
	codec     string
	hearing   time.Time     // since when voice is expected; zero while it is not
	lifeAt    time.Time     // when RTP or RTCP last came
	packets   uint64        // that came
	packet    time.Duration // voice in one of them
	concealed time.Duration // voice invented in place of what was missing
	skipped   uint32        // numbers left out
	gaps      uint32        // times that any were
	depth     time.Duration // of the jitter buffer
	round     time.Duration // there and back, 0 when not known
	far       remarks
}

// remarks are what the other side told of our voice since they were asked last.
type remarks struct {
	at     time.Time // of the last; zero when there was none
	lost   float64   // share 0..1, the mean
	jitter time.Duration
}

// scores are mean opinion scores of one window; 0 is not known.
type scores struct{ heard, sent float64 }

// score judges the time between two tallies.
func score(before, now tally) scores {
	return scores{heardScore(before, now), sentScore(now)}
}

// heardScore judges what the operator hears. What was invented says it best: packets
// lost, packets too late and a network that stood still are all in it, and pauses of
// the other side are not.
func heardScore(before, now tally) float64 {
	if now.hearing.IsZero() || now.hearing.After(before.at) {
		return 0
	}
	if since := latest(now.hearing, now.lifeAt); now.at.Sub(since) >= deadAir {
		return opinion(0)
	}
	played := time.Duration(grown(before.packets, now.packets)) * now.packet
	if played == 0 || now.codec != before.codec {
		return 0
	}
	invented := max(0, now.concealed-before.concealed)
	missing := float64(invented) / float64(invented+played)
	return opinion(rating(now.codec, missing, burstRatio(before, now, missing), now.round/2+now.depth+packetDelay))
}

// burstRatio is how much longer the gaps were than if chance had made them (G.107
// §7.5).
func burstRatio(before, now tally, missing float64) float64 {
	gaps := grown(before.gaps, now.gaps)
	if gaps == 0 {
		return 1
	}
	return float64(grown(before.skipped, now.skipped)) / float64(gaps) * (1 - missing)
}

// sentScore judges what the other side hears. Its buffer is not told: it is taken to
// be as deep as its jitter needs.
func sentScore(now tally) float64 {
	if now.far.at.IsZero() || now.at.Sub(now.far.at) > reportsLast {
		return 0
	}
	delay := now.round/2 + farBuffer + 2*now.far.jitter + packetDelay
	return opinion(rating(now.codec, now.far.lost, 1, delay))
}

// grown is how much a counter has grown; one that began anew tells nothing.
func grown[N uint32 | uint64](before, now N) N {
	if now < before {
		return 0
	}
	return now - before
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
