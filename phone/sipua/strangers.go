package sipua

import (
	"net/netip"
	"sync"
	"time"
)

// tellEvery is how often a line tells of strangers at most.
const tellEvery = 10 * time.Second

// strangers counts those whom a line turned away. They are told of at most every
// tellEvery, the first at once, and the last of a wave in the end.
type strangers struct {
	now  func() time.Time
	tell func(total uint64, from netip.Addr)

	mu     sync.Mutex
	total  uint64
	from   netip.Addr
	last   time.Time
	due    *time.Timer // set while a report waits for its time
	closed bool
}

func (s *strangers) turnedAway(from netip.Addr) {
	s.mu.Lock()
	s.total++
	s.from = from
	wait := tellEvery - s.now().Sub(s.last)
	switch {
	case s.closed || s.due != nil:
	case s.last.IsZero() || wait <= 0:
		s.last = s.now()
		total := s.total
		s.mu.Unlock()
		s.tell(total, from)
		return
	default:
		s.due = time.AfterFunc(wait, s.tellNow)
	}
	s.mu.Unlock()
}

func (s *strangers) tellNow() {
	s.mu.Lock()
	s.due, s.last = nil, s.now()
	total, from, closed := s.total, s.from, s.closed
	s.mu.Unlock()
	if !closed {
		s.tell(total, from)
	}
}

// stop ends the telling.
func (s *strangers) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.due != nil {
		s.due.Stop()
	}
}
