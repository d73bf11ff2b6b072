package store

import (
	"context"
	"errors"
	"time"

	"permanence/clients"
	"permanence/phone"
)

var errNoSounds = errors.New("store: sounds are not kept yet")

// KeepSound implements desk.Store.
func (s *Store) KeepSound(context.Context, clients.Sound) error { return errNoSounds }

// DropSound implements desk.Store.
func (s *Store) DropSound(context.Context, phone.SoundID) error { return errNoSounds }

// ExpireSounds implements desk.Store.
func (s *Store) ExpireSounds(context.Context, time.Time) ([]clients.Sound, error) { return nil, nil }

// CallSounds implements desk.Store.
func (s *Store) CallSounds(context.Context, phone.CallID) ([]clients.Sound, error) { return nil, nil }
