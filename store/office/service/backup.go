package service

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"permanence/store/office"
	"permanence/store/office/door"
	"permanence/store/shared"
)

// The files of putting a back-up back.
const (
	markName   = "restored"                 // the database was exchanged, and the office has not yet drawn the consequences
	beforeName = databaseName + ".before"   // what the back-up replaced
	copyName   = databaseName + ".restored" // the back-up on its way
)

// ErrOtherBureau is a back-up of another bureau.
var ErrOtherBureau = errors.New("service: the back-up is of another bureau")

// Backup tells of the last back-up.
type Backup struct {
	At    time.Time `json:"at"`
	Path  string    `json:"path"`
	Bytes int64     `json:"bytes"`
}

// backup copies the database while the office goes on.
func (s *Service) backup(ctx context.Context, in *opened, path string) (Backup, error) {
	if err := in.ledger.keep(ctx, in); err != nil {
		return Backup{}, err
	}
	b := Backup{At: s.o.Now(), Path: path}
	if err := in.db.Backup(ctx, path); err != nil {
		return b, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return b, err
	}
	b.Bytes = info.Size()
	return b, s.set(ctx, in.db, settingBackup, b)
}

// restore puts a back-up in the database's place. Without a path PostgreSQL has done so
// with its own tools, and what is left are the consequences.
func (s *Service) restore(ctx context.Context, path string) error {
	if (s.o.Database == "") != (path != "") {
		return office.ErrElsewhere
	}
	s.restoring.Lock() // there is one copy on its way at a time
	defer s.restoring.Unlock()
	if path != "" {
		if err := s.fetch(ctx, path); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.in == nil {
		return ErrNotRunning
	}
	// What the present database knows goes into the ledger as it is closed. One that is
	// broken is what people restore for.
	if err := s.in.close(); err != nil {
		s.o.Log.Error("service: closing what is replaced", "err", err)
	}
	s.in = nil
	err := s.exchange(path)
	if err == nil {
		if s.in, err = s.open(ctx); err == nil {
			return nil
		}
		err = errors.Join(err, s.exchangeBack(path))
	}
	var again error
	if s.in, again = s.open(ctx); again != nil {
		s.giveUp(again)
	}
	return errors.Join(err, again)
}

// fetch looks a back-up through and copies it beside the database.
func (s *Service) fetch(ctx context.Context, path string) error {
	bureaus, err := office.CheckBackup(ctx, path)
	if err != nil {
		return err
	}
	if !slices.Contains(bureaus, s.authority.Bureau()) {
		return ErrOtherBureau
	}
	return copyFile(path, filepath.Join(s.o.Dir, copyName))
}

func copyFile(from, to string) error {
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	if err = errors.Join(err, w.Sync(), w.Close()); err != nil {
		return errors.Join(err, os.Remove(to)) // a full disk is not left fuller
	}
	return nil
}

// MarkRestored says that the database of a folder in which no office runs came from a
// back-up: the next opening draws the consequences before anybody is served.
func MarkRestored(dir string) error {
	if _, err := door.ReadAuthority(dir); err != nil {
		return err
	}
	held, err := lock(filepath.Join(dir, lockName))
	if err != nil {
		return err
	}
	return errors.Join(mark(filepath.Join(dir, markName)), held.Close())
}

func mark(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// exchange puts the copy in the database's place. The mark comes first: whatever
// happens from here on, the next opening draws the consequences.
func (s *Service) exchange(path string) error {
	if err := mark(s.file(markName)); err != nil || path == "" {
		return err
	}
	if err := s.move(databaseName, beforeName); err != nil {
		return err
	}
	if err := s.move(copyName, databaseName); err != nil {
		return errors.Join(err, s.move(beforeName, databaseName))
	}
	return nil
}

// exchangeBack takes a database back that was exchanged in vain.
func (s *Service) exchangeBack(path string) error {
	if path == "" {
		return nil
	}
	return s.move(beforeName, databaseName)
}

// move renames a database with what SQLite keeps beside it: a WAL that was left belongs
// to its database and to no other, and stays with a database that cannot be renamed.
func (s *Service) move(from, to string) error {
	for _, end := range []string{"", "-wal", "-shm"} {
		err := os.Rename(s.file(from+end), s.file(to+end))
		if end != "" && errors.Is(err, fs.ErrNotExist) {
			err = os.Remove(s.file(to + end))
			if errors.Is(err, fs.ErrNotExist) {
				err = nil
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) file(name string) string { return filepath.Join(s.o.Dir, name) }

// afterRestore draws the consequences of a back-up that was put back, or of a database
// that began another life, before anybody is served: sessions and codes of then are void,
// what was erased is erased again, and who was revoked is revoked again.
func (s *Service) afterRestore(ctx context.Context, in *opened) error {
	reborn, err := in.office.Reborn(ctx)
	if err == nil && reborn {
		err = mark(s.file(markName)) // the office forgets that it was with the first of the consequences
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(s.file(markName)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := s.voidSessions(ctx, in.db); err != nil {
		return err
	}
	if err := s.repeat(ctx, in); err != nil {
		return err
	}
	if err := os.Remove(s.file(markName)); err != nil {
		return fmt.Errorf("service: %w", err)
	}
	return nil
}

// repeat erases and revokes again.
func (s *Service) repeat(ctx context.Context, in *opened) error {
	kept, err := in.ledger.read()
	if err != nil {
		return err
	}
	var past office.Past
	for _, e := range kept {
		switch e.Kind {
		case shared.Desk:
		case paired:
			past.Paired = append(past.Paired, e.ID)
		default:
			past.Erased = append(past.Erased, e)
		}
	}
	if err := in.office.Restored(ctx, past); err != nil {
		return err
	}
	for _, e := range kept {
		if e.Kind != shared.Desk {
			continue
		}
		if err := in.door.Revoke(ctx, e.ID); err != nil && !errors.Is(err, door.ErrNoDesk) {
			return err
		}
	}
	return nil
}

func (s *Service) voidSessions(ctx context.Context, db *office.Database) error {
	return db.Write(ctx, func(tx *sql.Tx) error {
		for _, table := range []string{"session", "invitation"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE bureau = $1`, s.authority.Bureau()); err != nil {
				return err
			}
		}
		return nil
	})
}
