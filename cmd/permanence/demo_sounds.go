package main

import (
	"bytes"
	"context"
	"errors"
	"time"

	"permanence/assets"
	"permanence/audio/sound"
	"permanence/clients"
	"permanence/store"
)

// fillSounds keeps what the answering machines of the demo's clients say. What a
// folder that was used before has already stays as it is.
func fillSounds(ctx context.Context, s *store.Store, list []clients.Client, now time.Time) error {
	for _, c := range list {
		for _, m := range c.Voice.Machines {
			kept := clients.Sound{ID: m.Greeting, Kind: clients.SoundMachine, Client: c.ID, Title: c.Name, Made: now}
			if err := fillSound(ctx, s, kept); err != nil {
				return err
			}
		}
	}
	return nil
}

func fillSound(ctx context.Context, s *store.Store, kept clients.Sound) error {
	file, err := assets.DemoSound(string(kept.ID))
	if err != nil {
		return nil // her own, recorded in this folder
	}
	if r, err := s.OpenSound(kept.ID); err == nil {
		return r.Close()
	}
	player, err := sound.Open(bytes.NewReader(file))
	if err != nil {
		return err
	}
	kept.Length = player.Length()
	w, err := s.CreateSound(kept.ID)
	if err != nil {
		return err
	}
	_, err = w.Write(file)
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	return s.KeepSound(ctx, kept)
}
