package audio

// delays learns how long the network holds packets back, and says how deep the
// jitter buffer must be for it.
//
// The transit of a packet is when it came minus when its voice begins. Neither
// clock knows the other's zero, so only differences count: a packet's delay is
// its transit minus the base, the shortest transit of the last two seconds. "When
// it came" is counted in samples pulled by the sound card, not in time. So the
// drift of the two clocks moves the base and nothing else, a card that pulls in
// bursts is seen as the jitter that it is, and one that stood still costs nothing.
//
// Delays of the last two seconds are still open to another reading: when all of
// them are long, the way has become longer for good, which needs no deeper
// buffer. Those that stood out against what came before and after go into a
// histogram that forgets slowly.
type delays struct {
	recent [recentMax]transit // a ring
	oldest int
	count  int
	base   int64
	past   [delayBins]float32 // share of packets by delay, in bins
}

// transit is one packet's, with the base of those sent before it: it may come when
// packets sent later, on a way that has become shorter, are already there.
type transit struct{ at, length, base int64 }

// media is when its voice begins.
func (t transit) media() int64 { return t.at - t.length }

const (
	recentMax   = 256
	recentSpan  = 2 * Rate   // samples; how long a delay is open to another reading
	delayBin    = Rate / 400 // samples, 2.5 ms
	delayBins   = 161        // 0 to 400 ms
	forget      = 1.0 / 500  // of the histogram with each packet: 10 s at 20 ms
	unlikely    = Rate       // a transit so far from the base is a new clock
	rare        = 0.01       // the share of packets allowed to come too late
	recentRare  = 0.05       // the same, of the last two seconds alone
	minMargin   = delayBin   // kept above the delays seen
	marginShare = 16         // and this part of them besides
	prior       = 6          // bins of delay expected before anything is known
	priorShare  = 0.0125     // and how firmly: it is outvoted after some 4 s
)

func newDelays() delays {
	var d delays
	d.past[0], d.past[prior] = 1-priorShare, priorShare
	return d
}

// forgetBase begins anew after a jump of the sender's clock; what is known of the
// network stays.
func (d *delays) forgetBase() { d.count = 0 }

// add notes a packet that came at now, samples pulled, and begins at media.
func (d *delays) add(now, media int64) {
	length := now - media
	if d.count > 0 && (length-d.base > unlikely || d.base-length > unlikely) {
		d.forgetBase()
	}
	for d.count > 0 && (d.count == recentMax || now-d.recent[d.oldest].at > recentSpan) {
		d.settle()
	}
	d.base = d.shortest(length)
	d.recent[(d.oldest+d.count)%recentMax] = transit{now, length, d.shortestBefore(media, length)}
	d.count++
}

// shortestBefore is the shortest recent transit of what was sent before media, or
// other.
func (d *delays) shortestBefore(media, other int64) int64 {
	for i := range d.count {
		if t := d.recent[(d.oldest+i)%recentMax]; t.media() < media {
			other = min(other, t.length)
		}
	}
	return other
}

// shortest is the shortest recent transit, or other.
func (d *delays) shortest(other int64) int64 {
	for i := range d.count {
		other = min(other, d.recent[(d.oldest+i)%recentMax].length)
	}
	return other
}

// settle moves the oldest recent delay into the histogram.
func (d *delays) settle() {
	t := d.recent[d.oldest]
	d.oldest = (d.oldest + 1) % recentMax
	d.count--
	for i := range d.past {
		d.past[i] *= 1 - forget
	}
	d.past[t.bin(d.shortest(t.length))] += forget
}

// bin is the delay in whole bins, the smaller of the two that it is against
// what was sent before and what came after; shortest is the shortest transit since.
func (t transit) bin(shortest int64) int {
	delay := t.length - max(t.base, shortest)
	return int(min((max(delay, 0)+delayBin-1)/delayBin, delayBins-1))
}

// depth is how long a packet that came without delay has to wait, in samples, so
// that all but a few of the others are in time.
func (d *delays) depth() int64 {
	delay := int64(max(d.settledBin(), d.recentBin())) * delayBin
	return delay + delay/marginShare + minMargin
}

// settledBin is the delay that only a rare packet exceeds.
func (d *delays) settledBin() int {
	over := float32(0)
	for i := delayBins - 1; i > 0; i-- {
		if over += d.past[i]; over > rare {
			return i
		}
	}
	return 0
}

// recentBin is the same for the last two seconds.
func (d *delays) recentBin() int {
	var bins [delayBins]int
	for i := range d.count {
		bins[d.recent[(d.oldest+i)%recentMax].bin(d.base)]++
	}
	over := 0
	for i := delayBins - 1; i > 0; i-- {
		if over += bins[i]; float64(over) > recentRare*float64(d.count) {
			return i
		}
	}
	return 0
}
