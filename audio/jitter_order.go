package audio

// sequencer gives packets numbers and times that never wrap, and tells a jump of
// the sender from a stray packet (RFC 3550 A.1).
type sequencer struct {
	perTick int64 // samples at 48 kHz in one unit of the RTP clock
	started bool
	seq     int64 // highest number so far
	media   int64 // its time, in samples at 48 kHz
	ticks   uint32
	suspect uint16 // the number that would confirm a jump
	doubted bool   // suspect is set
}

// The bounds of RFC 3550 A.1: a number further ahead or behind is not of the
// stream we know.
const (
	maxDropout  = 3000
	maxMisorder = 100
)

func newSequencer(clockRate int) sequencer {
	return sequencer{perTick: max(1, Rate/int64(max(1, clockRate)))}
}

// place is where a packet belongs.
type place int

const (
	inStream  place = iota // in the stream we know
	restarted              // the first of a new stream
	stray                  // nowhere, until another one follows it
)

// order returns the number and time of a packet.
func (s *sequencer) order(p Packet) (seq, media int64, where place) {
	if !s.started {
		s.begin(p)
		return s.seq, s.media, restarted
	}
	ahead := int64(int16(p.Sequence - uint16(s.seq)))
	if ahead >= maxDropout || ahead <= -maxMisorder {
		return s.doubt(p)
	}
	s.doubted = false
	seq = s.seq + ahead
	media = s.media + int64(int32(p.Timestamp-s.ticks))*s.perTick
	if ahead > 0 {
		s.seq, s.media, s.ticks = seq, media, p.Timestamp
	}
	return seq, media, inStream
}

// doubt believes in a jump when two packets in a row agree on it.
func (s *sequencer) doubt(p Packet) (seq, media int64, where place) {
	if !s.doubted || p.Sequence != s.suspect {
		s.doubted, s.suspect = true, p.Sequence+1
		return 0, 0, stray
	}
	s.begin(p)
	return s.seq, s.media, restarted
}

func (s *sequencer) begin(p Packet) {
	s.started, s.doubted = true, false
	s.seq, s.media, s.ticks = int64(p.Sequence), int64(p.Timestamp)*s.perTick, p.Timestamp
}
