package phone

import "time"

// Quality is how well a call is heard, in both directions, by the E-model (ITU-T
// G.107) from what RTCP and our own jitter buffer know.
type Quality struct {
	Heard float64 // mean opinion score 1..4.5 of what the operator hears; 0 until known
	Sent  float64 // of what the other side hears of her; 0 while it reports nothing
	Side  Side    // where it is spoilt, when it is
}

// Side says where the voice of a call is spoilt.
type Side string

// The sides. Here is our own access ("votre Wi-Fi"): both directions suffer, or
// several calls at once. There is the other party's.
const (
	NoSide    Side = ""
	SideHere  Side = "here"
	SideThere Side = "there"
)

// Grade is a quality as the operator reads it.
type Grade int

// The grades: none yet, and from the best to the worst. What is Poor she is told.
const (
	Unrated Grade = iota
	Good
	Fair
	Poor
)

// Score is the worse of the two directions, 0 while neither is known.
func (q Quality) Score() float64 {
	if q.Heard == 0 || q.Sent == 0 {
		return max(q.Heard, q.Sent)
	}
	return min(q.Heard, q.Sent)
}

// Grade sorts a score as G.107 Annex B does: from 3.6 on some users are dissatisfied
// at most, from 3.1 on many, and under it nearly all.
func (q Quality) Grade() Grade {
	switch s := q.Score(); {
	case s == 0:
		return Unrated
	case s >= 3.6:
		return Good
	case s >= 3.1:
		return Fair
	}
	return Poor
}

// QualityChanged reports the quality of the last seconds of a call when its grade or
// its side has changed, at most every five seconds.
type QualityChanged struct {
	Call    CallID
	Quality Quality
	At      time.Time
}

func (QualityChanged) phoneEvent() {}
