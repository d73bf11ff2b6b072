package relay

import (
	"slices"
	"time"
)

// waiting is a packet on its way.
type waiting struct {
	due    time.Time
	packet []byte
}

// queue holds packets in the order in which they are due; those of one moment stay
// in the order in which they came.
type queue []waiting

func (q *queue) push(w waiting) {
	at, _ := slices.BinarySearchFunc(*q, w, func(a, b waiting) int {
		if a.due.After(b.due) {
			return 1
		}
		return -1
	})
	*q = slices.Insert(*q, at, w)
}

// due takes out the first packet if its time has come, and says how long the next
// one has to wait.
func (q *queue) due(now time.Time) (packet []byte, wait time.Duration, ok bool) {
	if len(*q) == 0 {
		return nil, 0, false
	}
	first := (*q)[0]
	if wait = first.due.Sub(now); wait > 0 {
		return nil, wait, true
	}
	*q = slices.Delete(*q, 0, 1)
	return first.packet, 0, true
}
