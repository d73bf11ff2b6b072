//go:build !office

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"permanence/audio/sound"
	"permanence/clients"
	"permanence/phone"
	"permanence/store"
)

// soundsFolder stands beside an exported file and holds the sounds that it names.
const soundsFolder = "sons"

// soundSource finds the file of a sound by its ID; fs.ErrNotExist when it has none.
type soundSource func(id phone.SoundID) (io.ReadCloser, error)

// soundsBeside finds sounds in the folder beside a file.
func soundsBeside(file string) soundSource {
	dir := os.DirFS(filepath.Dir(file))
	return func(id phone.SoundID) (io.ReadCloser, error) {
		// An fs.FS takes no name that leads out of it.
		return dir.Open(soundsFolder + "/" + string(id) + ".opus")
	}
}

// takeSounds brings in the sounds that clients' cards name and the store lacks. It
// tells how many came, and how many are nowhere; the error names those that are no
// sounds, and those that the disk does not take.
func takeSounds(ctx context.Context, s *store.Store, from soundSource, now time.Time) (taken, missing int, err error) {
	list, err := s.Clients(ctx)
	if err != nil {
		return 0, 0, err
	}
	var errs []error
	seen := map[phone.SoundID]bool{}
	for i := range list {
		for _, named := range list[i].Voice.Named() {
			if seen[named.ID] || hasSound(s, named.ID) {
				continue
			}
			seen[named.ID] = true
			named.Client, named.Made = list[i].ID, now
			switch found, err := takeSound(ctx, s, from, named); {
			case err != nil:
				errs = append(errs, fmt.Errorf("son %s : %w", named.ID, err))
			case found:
				taken++
			default:
				missing++
			}
		}
	}
	return taken, missing, errors.Join(errs...)
}

func hasSound(s *store.Store, id phone.SoundID) bool {
	r, err := s.OpenSound(id)
	return err == nil && r.Close() == nil
}

// takeSound brings one sound in, if it is found and once it is known to be one.
func takeSound(ctx context.Context, s *store.Store, from soundSource, named clients.Sound) (found bool, err error) {
	r, err := from(named.ID)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer r.Close()
	file, err := io.ReadAll(io.LimitReader(r, sound.MaxBytes+1))
	if err != nil {
		return true, err
	}
	player, err := sound.Open(bytes.NewReader(file))
	if err != nil {
		return true, err
	}
	named.Length = player.Length()
	if err := (soundLibrary{s}).put(named.ID, file); err != nil {
		return true, err
	}
	if err := s.KeepSound(ctx, named); err != nil {
		// Else the next import would find it there, and never list it.
		return true, errors.Join(err, s.DropSound(ctx, named.ID))
	}
	return true, nil
}

// giveSounds writes the sounds that clients' cards name into the folder beside a
// file. Callers' voices never leave the desk this way, whatever a card names.
func giveSounds(ctx context.Context, s *store.Store, file string) (given int, err error) {
	named, err := namedSounds(ctx, s)
	if err != nil || len(named) == 0 {
		return 0, err
	}
	dir := filepath.Join(filepath.Dir(file), soundsFolder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, err
	}
	for _, id := range named {
		r, err := s.OpenSound(id)
		if errors.Is(err, store.ErrNoSound) {
			continue
		}
		if err != nil {
			return given, err
		}
		err = writeFile(filepath.Join(dir, string(id)+".opus"), func(w io.Writer) error {
			_, err := io.Copy(w, r)
			return err
		})
		if err := errors.Join(err, r.Close()); err != nil {
			return given, err
		}
		given++
	}
	return given, nil
}

// namedSounds lists the sounds that are clients' and that a card names.
func namedSounds(ctx context.Context, s *store.Store) ([]phone.SoundID, error) {
	kept, err := s.Sounds(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.Clients(ctx)
	if err != nil {
		return nil, err
	}
	var named []phone.SoundID
	for i := range list {
		named = append(named, list[i].Voice.Sounds()...)
	}
	var ids []phone.SoundID
	for _, k := range kept {
		if slices.Contains(named, k.ID) {
			ids = append(ids, k.ID)
		}
	}
	return ids, nil
}
