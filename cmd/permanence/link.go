//go:build !office

package main

import (
	"context"
	"time"

	"permanence/clients"
	"permanence/store"
	"permanence/store/link"
)

// openLink starts what keeps this desk in step with its office, or says that it stands
// alone.
func (s *station) openLink(ctx context.Context) {
	s.link = link.New(link.Config{
		Store: s.store, Secrets: s.secrets, Sounds: s.store.SharedSounds(), Log: s.log, Send: s.core.Send,
	})
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.link.Run(ctx)
	}()
	s.closeLink = func() { stop(); <-done }
}

// linkedStore is the store with a word to the link after whatever the office is to
// know at once.
type linkedStore struct {
	*store.Store
	link *link.Link
}

// Apply carries out a mutation.
func (s linkedStore) Apply(ctx context.Context, m clients.Mutation) error {
	err := s.Store.Apply(ctx, m)
	if err == nil {
		s.link.Sync()
	}
	return err
}

// Retry puts a failed delivery back to waiting.
func (s linkedStore) Retry(ctx context.Context, delivery clients.ID, now time.Time) error {
	err := s.Store.Retry(ctx, delivery, now)
	if err == nil {
		s.link.Sync()
	}
	return err
}
