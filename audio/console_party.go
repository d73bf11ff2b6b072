package audio

import (
	"slices"
	"sync"

	"permanence/audio/treat"
)

// partySet is the list of joined parties. The voice goroutines hold it for
// reading during a round, so that whoever removes a party has waited for it.
type partySet struct {
	mu   sync.RWMutex
	list []*member
}

// member tells two joins of the same party apart.
type member struct {
	Party
	gain *treat.Gain // of the ear goroutine
}

func (s *partySet) join(p Party) (leave func()) {
	m := &member{p, treat.NewGain()}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, m)
	return func() { s.remove(m) }
}

func (s *partySet) remove(m *member) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = slices.DeleteFunc(s.list, func(o *member) bool { return o == m })
}

func (s *partySet) count() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.list)
}

// hear gives a frame of the microphone to every party.
func (s *partySet) hear(f Frame) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, m := range s.list {
		m.Hear(f)
	}
}

// speak adds every party's voice to the mix, the quiet ones raised if they are to
// be; scratch holds one at a time.
func (s *partySet) speak(mix *mixer, scratch Frame, raised bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, m := range s.list {
		clear(scratch)
		m.Speak(scratch)
		if raised {
			m.gain.Process(scratch, nil)
		}
		mix.add(scratch)
	}
}
