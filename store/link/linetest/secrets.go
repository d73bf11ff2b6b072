package linetest

import (
	"sync"

	"permanence/store/secret"
)

// Secrets keeps secrets in memory.
type Secrets struct {
	mu  sync.Mutex
	all map[string]string
}

// Get reads a secret.
func (s *Secrets) Get(name string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if text := s.all[name]; text != "" {
		return text, nil
	}
	return "", secret.ErrNotFound
}

// Set keeps a secret; an empty one is deleted.
func (s *Secrets) Set(name, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[string]string{}
	}
	s.all[name] = text
	return nil
}
