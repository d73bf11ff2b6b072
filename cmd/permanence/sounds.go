//go:build !office

package main

import (
	"bytes"
	"context"
	"io"
	"os"

	"permanence/audio"
	"permanence/audio/sound"
	"permanence/clients"
	"permanence/phone"
	"permanence/store"
	"permanence/ui/desk"
)

// soundLibrary is the store's files of sounds, as the telephone, the operator's ear
// and the core use them.
type soundLibrary struct{ store *store.Store }

var (
	_ audio.Library = soundLibrary{}
	_ desk.Sounds   = soundLibrary{}
)

// Open implements audio.Library.
func (l soundLibrary) Open(name string) (audio.Source, error) {
	if phone.SoundID(name) == phone.Beep {
		return sound.NewBeep(), nil
	}
	file, err := l.store.OpenSound(phone.SoundID(name))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return sound.Open(file)
}

// Create implements audio.Library.
func (l soundLibrary) Create(name string) (audio.Sink, error) {
	file, err := l.store.CreateSound(phone.SoundID(name))
	if err != nil {
		return nil, err
	}
	return sound.Record(file)
}

// Import implements desk.Sounds.
func (l soundLibrary) Import(ctx context.Context, path string, as clients.Sound, told func(float64)) (clients.Sound, error) {
	file, err := os.Open(path)
	if err != nil {
		return as, err
	}
	defer file.Close()
	return l.take(ctx, file, as, told)
}

// take levels a sound and keeps it. It is written when it is whole: a sound that was
// refused halfway leaves nothing behind.
func (l soundLibrary) take(ctx context.Context, src io.ReadSeeker, as clients.Sound, told func(float64)) (clients.Sound, error) {
	var kept bytes.Buffer
	made, err := sound.Import(ctx, &kept, src, useOf(as.Kind), told)
	if err != nil {
		return as, err
	}
	as.Length = made.Length
	return as, l.put(as.ID, kept.Bytes())
}

// put writes the file of a sound, whole or not at all.
func (l soundLibrary) put(id phone.SoundID, whole []byte) error {
	file, err := l.store.CreateSound(id)
	if err != nil {
		return err
	}
	if _, err := file.Write(whole); err != nil {
		_ = file.Close() // nothing was written: it keeps nothing
		return err
	}
	return file.Close()
}

func useOf(kind clients.SoundKind) sound.Use {
	if kind == clients.SoundMusic {
		return sound.Music
	}
	return sound.Spoken
}
