package secret

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/zalando/go-keyring"

	"permanence/ui/desk"
)

// fakeRing is a keyring in memory that can refuse.
type fakeRing struct {
	entries map[string]string
	refuses error
	asked   int
}

func (r *fakeRing) Set(name, secret string) error {
	if r.refuses != nil {
		return r.refuses
	}
	r.entries[name] = secret
	return nil
}

func (r *fakeRing) Get(name string) (string, error) {
	r.asked++
	if r.refuses != nil {
		return "", r.refuses
	}
	if s, ok := r.entries[name]; ok {
		return s, nil
	}
	return "", keyring.ErrNotFound
}

func (r *fakeRing) Delete(name string) error {
	if r.refuses != nil {
		return r.refuses
	}
	if _, ok := r.entries[name]; !ok {
		return keyring.ErrNotFound
	}
	delete(r.entries, name)
	return nil
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantSecret(t *testing.T, k *Keep, name, want string) {
	t.Helper()
	got, err := k.Get(name)
	if want == "" {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("Get(%q) = %q, %v; want not found", name, got, err)
		}
		return
	}
	if err != nil || got != want {
		t.Errorf("Get(%q) = %q, %v; want %q", name, got, err, want)
	}
}

func TestKeep(t *testing.T) {
	for place, r := range map[string]ring{"keyring": &fakeRing{entries: map[string]string{}}, "file": nil} {
		t.Run(place, func(t *testing.T) {
			dir := t.TempDir()
			k := open(dir, r)
			if k.Place() != place {
				t.Fatalf("secrets go to the %s; want the %s", k.Place(), place)
			}
			wantSecret(t, k, "mail", "")
			ok(t, k.Set("mail", "p4ss é\n\x00"))
			ok(t, k.Set("mail", "p4ss é\n\x01"))
			ok(t, k.Set(desk.SecretOfLine("l1"), "autre"))
			k = open(dir, r)
			wantSecret(t, k, desk.SecretOfMail, "p4ss é\n\x01")
			if p, err := k.Password("l1"); err != nil || p != "autre" {
				t.Errorf("password of the line is %q, %v", p, err)
			}
			if p, err := k.Password("l2"); err != nil || p != "" {
				t.Errorf("password of a line without one is %q, %v", p, err)
			}
			ok(t, k.Delete("mail"))
			ok(t, k.Delete("mail"))
			ok(t, k.Set(desk.SecretOfLine("l1"), ""))
			wantSecret(t, k, "mail", "")
			wantSecret(t, open(dir, r), desk.SecretOfLine("l1"), "")
			if list, err := os.ReadDir(dir); err != nil || len(list) != 0 {
				t.Errorf("left behind: %v, %v", list, err)
			}
		})
	}
}

func TestFileIsPrivate(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, fileName)
	ok(t, os.WriteFile(path+".part", []byte("left by a crash"), 0o644))
	ok(t, open(dir, nil).Set("mail", "x"))
	info, err := os.Stat(path)
	ok(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode is %v", info.Mode())
	}
}

func TestDamagedFile(t *testing.T) {
	dir := t.TempDir()
	ok(t, os.WriteFile(filepath.Join(dir, fileName), []byte(`{"mail": "s3cr3t`), 0o600))
	k := open(dir, nil)
	_, err := k.Get("mail")
	if err == nil || errors.Is(err, ErrNotFound) || strings.Contains(err.Error(), "s3cr3t") {
		t.Errorf("got %v; want that the file is damaged, without its content", err)
	}
	if err := k.Set("mail", "new"); err == nil {
		t.Error("a damaged file was overwritten")
	}
}

// TestRingThatStops: a keyring that worked and then refuses costs no password.
func TestRingThatStops(t *testing.T) {
	dir := t.TempDir()
	r := &fakeRing{entries: map[string]string{}}
	k := open(dir, r)
	ok(t, k.Set("a", "1"))
	r.refuses = errors.New("locked")
	ok(t, k.Set("b", "2"))
	wantSecret(t, k, "a", "1") // from memory
	wantSecret(t, k, "b", "2")
	again := open(dir, r)
	wantSecret(t, again, "b", "2")
	if err := k.Delete("a"); err == nil {
		t.Error("nothing said that a deleted secret is still in the keyring")
	}
	r.refuses = nil
	again = open(dir, r)
	wantSecret(t, again, "a", "1")
	ok(t, again.Set("b", "3"))
	if r.entries["b"] != "3" {
		t.Error("the keyring did not get the secret back")
	}
	wantSecret(t, open(dir, nil), "b", "")
}

func TestAskedOnce(t *testing.T) {
	r := &fakeRing{entries: map[string]string{"line:l1": "x"}}
	k := open(t.TempDir(), r)
	asked := r.asked
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if p, err := k.Password("l1"); err != nil || p != "x" {
				t.Errorf("password is %q, %v", p, err)
			}
		})
	}
	wg.Wait()
	if r.asked != asked+1 {
		t.Errorf("the keyring was asked %d times; want once", r.asked-asked)
	}
}

// deafRing never answers.
type deafRing struct {
	ring
	stop chan struct{}
}

func (r deafRing) Get(string) (string, error) {
	<-r.stop
	return "", errors.New("stopped")
}

func TestDeafRing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := deafRing{stop: make(chan struct{})}
		k := open(t.TempDir(), r)
		if k.Place() != "file" {
			t.Errorf("secrets go to the %s; want the file", k.Place())
		}
		close(r.stop)
	})
}

// TestNoBus opens the real keyring as in a container, where there is none.
func TestNoBus(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	k, err := Open(t.TempDir())
	ok(t, err)
	if k.Place() != "file" {
		t.Errorf("secrets go to the %s; want the file", k.Place())
	}
	ok(t, k.Set("mail", "x"))
	wantSecret(t, k, "mail", "x")
}

// TestDeadBus has an address at which nobody listens.
func TestDeadBus(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "nobody"))
	k, err := Open(t.TempDir())
	ok(t, err)
	if k.Place() != "file" {
		t.Errorf("secrets go to the %s; want the file", k.Place())
	}
}

func TestNeverPrinted(t *testing.T) {
	k := open(t.TempDir(), nil)
	ok(t, k.Set("mail", "s3cr3t"))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if s := fmt.Sprintf(verb, k); strings.Contains(s, "s3cr3t") {
			t.Errorf("%s prints %s", verb, s)
		}
	}
}
