package store_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/store"
)

// soundID is the n-th sound of a test.
func soundID(n int) phone.SoundID {
	return phone.SoundID("019aa000-0000-7000-8000-00000000000" + string(rune('0'+n)))
}

func soundPath(s *store.Store, id phone.SoundID) string {
	return filepath.Join(s.Dir(), "sounds", string(id)+".opus")
}

func writeSound(t *testing.T, s *store.Store, id phone.SoundID, text string) {
	t.Helper()
	w, err := s.CreateSound(id)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(w, text)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
}

// keepMessage makes a sound that is to be deleted an hour after now.
func keepMessage(t *testing.T, s *store.Store, id phone.SoundID) clients.Sound {
	t.Helper()
	writeSound(t, s, id, "un message")
	sound := clients.Sound{ID: id, Kind: clients.SoundMessage, Call: "c", Made: now, DeleteOn: now.Add(time.Hour)}
	if err := s.KeepSound(t.Context(), sound); err != nil {
		t.Fatal(err)
	}
	return sound
}

func missing(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is there still: %v", path, err)
	}
}

func TestSoundFilesArePrivate(t *testing.T) {
	s := open(t, t.TempDir())
	writeSound(t, s, soundID(1), "x")
	for path, mode := range map[string]os.FileMode{filepath.Join(s.Dir(), "sounds"): 0o700, soundPath(s, soundID(1)): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v; want mode %v", path, info.Mode(), err, mode)
		}
	}
}

// TestNothingOfASoundRemains looks for a caller's words and name in every file.
func TestNothingOfASoundRemains(t *testing.T) {
	s := open(t, t.TempDir())
	sound := keepMessage(t, s, soundID(1))
	sound.Title = "Mme Quéméneur-Barthélémy"
	if err := s.KeepSound(t.Context(), sound); err != nil {
		t.Fatal(err)
	}
	if err := s.DropSound(t.Context(), sound.ID); err != nil {
		t.Fatal(err)
	}
	if list, err := os.ReadDir(filepath.Join(s.Dir(), "sounds")); err != nil || len(list) != 0 {
		t.Errorf("the folder holds %v, %v", list, err)
	}
	if _, err := s.Writer().Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(filepath.Join(s.Dir(), store.FileName))
	if err != nil || bytes.Contains(body, []byte("Quéméneur")) || strings.Contains(string(body), string(sound.ID)) {
		t.Errorf("the database still speaks of the sound, %v", err)
	}
}

// TestOrphans: files that were never listed go after a day, and only those that
// are ours.
func TestOrphans(t *testing.T) {
	s := open(t, t.TempDir())
	listed := keepMessage(t, s, soundID(1))
	listed.DeleteOn = time.Time{}
	if err := s.KeepSound(t.Context(), listed); err != nil {
		t.Fatal(err)
	}
	for _, id := range []phone.SoundID{soundID(2), soundID(3)} {
		writeSound(t, s, id, "jamais listé")
	}
	half, err := s.CreateSound(soundID(4))
	if err != nil {
		t.Fatal(err)
	}
	defer half.Close()
	stranger := filepath.Join(s.Dir(), "sounds", "lisez-moi.opus")
	if err := os.WriteFile(stranger, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	part := soundPath(s, soundID(4)) + ".part"
	for _, path := range []string{soundPath(s, listed.ID), soundPath(s, soundID(2)), part, stranger} {
		if err := os.Chtimes(path, now, now.Add(-25*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(soundPath(s, soundID(3)), now, now.Add(-23*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if gone, err := s.ExpireSounds(t.Context(), now); err != nil || len(gone) != 0 {
		t.Fatalf("expired %v, %v; orphans were never listed", gone, err)
	}
	missing(t, soundPath(s, soundID(2)))
	missing(t, part)
	for _, path := range []string{soundPath(s, listed.ID), soundPath(s, soundID(3)), stranger} {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

// stick puts something in the place of a sound's file that cannot be deleted.
func stick(t *testing.T, path string) (loosen func()) {
	t.Helper()
	if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o700), os.Mkdir(filepath.Join(path, "x"), 0o700)); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(filepath.Join(path, "x")); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFileThatCannotBeDeleted stays listed while others go, and goes later.
func TestFileThatCannotBeDeleted(t *testing.T) {
	s := open(t, t.TempDir())
	stuck, free := keepMessage(t, s, soundID(1)), keepMessage(t, s, soundID(2))
	loosen := stick(t, soundPath(s, stuck.ID))
	gone, err := s.ExpireSounds(t.Context(), now.Add(time.Hour))
	wantCode(t, err, "store.failed")
	if len(gone) != 1 || gone[0].ID != free.ID {
		t.Fatalf("gone is %+v; want the other sound", gone)
	}
	wantCode(t, s.DropSound(t.Context(), stuck.ID), "store.failed")
	if list, err := s.CallSounds(t.Context(), "c"); err != nil || len(list) != 1 {
		t.Fatalf("listed are %+v, %v; want the one that is there still", list, err)
	}
	loosen()
	gone, err = s.ExpireSounds(t.Context(), now.Add(time.Hour))
	if err != nil || len(gone) != 1 || gone[0].ID != stuck.ID {
		t.Fatalf("gone is %+v, %v; want what was stuck", gone, err)
	}
	missing(t, soundPath(s, stuck.ID))
}

// TestRowThatCannotBeDeleted: the voice goes all the same, and the row next time.
func TestRowThatCannotBeDeleted(t *testing.T) {
	s := open(t, t.TempDir())
	sound := keepMessage(t, s, soundID(1))
	exec(t, s, `CREATE TRIGGER stuck BEFORE DELETE ON sound BEGIN SELECT RAISE(ABORT, 'stuck'); END`)
	gone, err := s.ExpireSounds(t.Context(), now.Add(time.Hour))
	wantCode(t, err, "store.failed")
	if len(gone) != 0 {
		t.Errorf("gone is %+v, of which a row is there still", gone)
	}
	missing(t, soundPath(s, sound.ID))
	exec(t, s, `DROP TRIGGER stuck`)
	if gone, err := s.ExpireSounds(t.Context(), now.Add(time.Hour)); err != nil || len(gone) != 1 {
		t.Errorf("gone is %+v, %v; want the row", gone, err)
	}
}

// TestSoundOnFullDisk: what a caller said until the disk was full is kept, and
// with room again everything works.
func TestSoundOnFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=2m"); err != nil {
		t.Skip("no file system can be mounted here:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	s, err := store.Open(t.Context(), filepath.Join(dir, "data"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	w, err := s.CreateSound(soundID(1))
	if err != nil {
		t.Fatal(err)
	}
	page := bytes.Repeat([]byte("0123456789"), 1000)
	written := 0
	for err == nil {
		if _, err = w.Write(page); err == nil {
			written += len(page)
		}
	}
	wantCode(t, err, "store.disk-full")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(soundPath(s, soundID(1))); err != nil || written == 0 || info.Size() != int64(written) {
		t.Fatalf("the sound is %v, %v; want the %d bytes that were written whole", info, err, written)
	}
	if err := s.DropSound(t.Context(), soundID(1)); err != nil {
		t.Fatal(err)
	}
	keepMessage(t, s, soundID(2))
}

func TestSoundsInReadOnlyFolder(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write anywhere")
	}
	s := open(t, t.TempDir())
	sound := keepMessage(t, s, soundID(1))
	folder := filepath.Join(s.Dir(), "sounds")
	if err := os.Chmod(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(folder, 0o700) })
	_, err := s.CreateSound(soundID(2))
	wantCode(t, err, "store.read-only")
	wantCode(t, s.DropSound(t.Context(), sound.ID), "store.read-only")
	if list, err := s.CallSounds(t.Context(), "c"); err != nil || len(list) != 1 {
		t.Errorf("listed are %+v, %v; want the sound that is there still", list, err)
	}
}
