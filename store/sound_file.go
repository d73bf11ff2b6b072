package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/uuid"

	"permanence/phone"
)

// The files of the sounds: their folder inside the store's, how a whole one ends,
// and one that is still being written.
const (
	soundDir   = "sounds"
	soundExt   = ".opus"
	partialExt = ".part"
)

// ErrNoSound says that there is no file of a sound, or that it has no ID that a
// sound could have. Its code is "sound.missing", and it is an fs.ErrNotExist.
var ErrNoSound error = &Error{code: codeNoSound, text: "no such sound", err: fs.ErrNotExist}

func noSound(id phone.SoundID) error { return fmt.Errorf("%w: %q", ErrNoSound, string(id)) }

// isSoundID takes a UUID as we write them and nothing else, so that no ID leads
// out of the folder and no two name one file.
func isSoundID(id phone.SoundID) bool {
	u, err := uuid.Parse(string(id))
	return err == nil && u.String() == string(id)
}

func (s *Store) soundPath(id phone.SoundID) string {
	return filepath.Join(s.dir, soundDir, string(id)+soundExt)
}

// OpenSound opens the file of a sound, listed or not. The error is ErrNoSound when
// there is none.
func (s *Store) OpenSound(id phone.SoundID) (io.ReadCloser, error) {
	if !isSoundID(id) {
		return nil, noSound(id)
	}
	f, err := os.Open(s.soundPath(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, noSound(id)
	}
	if err != nil {
		return nil, failed("opening a sound", err)
	}
	return f, nil
}

// hasSound refuses a sound whose file is missing or empty.
func (s *Store) hasSound(id phone.SoundID) error {
	info, err := os.Stat(s.soundPath(id))
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return noSound(id)
	}
	return failed("looking for a sound", err)
}

// beingWritten reports whether there is a file of a sound that is not whole.
func (s *Store) beingWritten(id phone.SoundID) bool {
	_, err := os.Stat(s.soundPath(id) + partialExt)
	return err == nil
}

// CreateSound makes the file of a new sound; the error has the code "store.exists"
// when there is one. Until it is closed it has another name, so that a sound that
// can be opened is whole. The writer is a *SoundWriter.
func (s *Store) CreateSound(id phone.SoundID) (io.WriteCloser, error) {
	if !isSoundID(id) {
		return nil, refuse(codeBadChange, "%q is not the ID of a sound", string(id))
	}
	if err := s.makeSoundDir(); err != nil {
		return nil, failed("making the folder of sounds", err)
	}
	w := &SoundWriter{path: s.soundPath(id)}
	f, err := os.OpenFile(w.path+partialExt, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, refuse(codeExists, "sound %q is being written", string(id))
	}
	if err != nil {
		return nil, failed("creating a sound", err)
	}
	w.file = f
	// Only now, when nobody else can be about to finish it.
	if _, err := os.Stat(w.path); !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(refuse(codeExists, "sound %q exists", string(id)), w.Abort())
	}
	return w, nil
}

func (s *Store) syncSounds() error { return syncDir(filepath.Join(s.dir, soundDir)) }

func (s *Store) makeSoundDir() error {
	err := os.Mkdir(filepath.Join(s.dir, soundDir), 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncDir(s.dir)
}

// SoundWriter writes the file of one sound. It belongs to one goroutine.
type SoundWriter struct {
	path string
	file *os.File // nil once it is closed or given up
	size int64    // of what was written whole
}

// Write adds to the sound. What one call cannot write whole it does not write at
// all: on a full disk the sound ends after the last page that there was room for.
func (w *SoundWriter) Write(p []byte) (int, error) {
	if w.file == nil {
		return 0, failed("writing a sound", fs.ErrClosed)
	}
	n, err := w.file.WriteAt(p, w.size)
	if err != nil {
		return 0, failed("writing a sound", err)
	}
	w.size += int64(n)
	return n, nil
}

// Close keeps what was written, also when a later Write failed: what a caller has
// said so far is not lost with the rest. On the disk, under its name, it is only
// when the error is nil. The error is ErrNoSound when nothing was written. After
// Close or Abort it does nothing.
func (w *SoundWriter) Close() error {
	f := w.file
	if f == nil {
		return nil
	}
	if w.size == 0 {
		return errors.Join(fmt.Errorf("%w: nothing was written", ErrNoSound), w.Abort())
	}
	w.file = nil
	err := errors.Join(f.Truncate(w.size), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), w.path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(w.path))
	}
	if err != nil {
		return errors.Join(failed("keeping a sound", err), unlink(f.Name()))
	}
	return nil
}

// Abort forgets what was written. After Close or Abort it does nothing.
func (w *SoundWriter) Abort() error {
	f := w.file
	if f == nil {
		return nil
	}
	w.file = nil
	return failed("giving up a sound", errors.Join(f.Close(), unlink(f.Name())))
}

// dropSoundFile deletes the file of a sound for good. It is not overwritten first:
// flash disks and file systems that copy on write put the new bytes elsewhere, so
// that would promise what only an encrypted disk can keep.
func (s *Store) dropSoundFile(id phone.SoundID) error {
	err := s.unlinkSound(id)
	if _, there := os.Stat(filepath.Join(s.dir, soundDir)); err != nil || errors.Is(there, fs.ErrNotExist) {
		return err
	}
	return s.syncSounds()
}

// unlinkSound removes the file of a sound, also one that is not whole.
func (s *Store) unlinkSound(id phone.SoundID) error {
	return errors.Join(unlink(s.soundPath(id)+partialExt), unlink(s.soundPath(id)))
}

// unlink removes a file. That it is gone already is no error.
func unlink(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// soundOfFile finds which sound a file in the folder belongs to, whole or not.
// Files that are not ours belong to none.
func soundOfFile(name string) (phone.SoundID, bool) {
	id, ok := strings.CutSuffix(strings.TrimSuffix(name, partialExt), soundExt)
	return phone.SoundID(id), ok && isSoundID(phone.SoundID(id))
}
