package sipua

import "time"

// pongPatience is how long a peer that answers pings may take to answer one
// (RFC 5626 §4.4.1).
const pongPatience = 10 * time.Second

// keptAlive takes the empty lines that came: two ask whether we are alive, one
// answers that question of ours. Strangers are not answered.
func (s *stream) keptAlive(lines int) {
	switch {
	case lines == 1:
		s.ponged()
	case lines > 1 && s.until.IsZero():
		_ = s.write([]byte("\r\n")) // however many asked at once
	}
}

// ping asks whether the peer is alive. One that has answered before and does not
// now is gone, or the way to it: the connection is closed, and the line notices.
// Others never answer, for RFC 3261 knows no such question.
func (s *stream) ping() {
	s.alive.Lock()
	s.alive.asked = true
	if s.alive.answers && s.alive.waiting == nil {
		s.alive.waiting = time.AfterFunc(s.ep.pongs, func() { _ = s.conn.Close() })
		s.ep.access.ask(time.Now())
	}
	s.alive.Unlock()
	_ = s.write([]byte("\r\n\r\n"))
}

// ponged takes the answer.
func (s *stream) ponged() {
	s.alive.Lock()
	defer s.alive.Unlock()
	s.alive.answers = s.alive.answers || s.alive.asked
	s.settle()
}

// settle ends the waiting for an answer. s.alive must be locked.
func (s *stream) settle() {
	s.alive.asked = false
	if s.alive.waiting != nil {
		s.alive.waiting.Stop()
		s.alive.waiting = nil
		s.ep.access.answered(time.Now())
	}
}
