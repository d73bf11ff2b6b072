package secret

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/zalando/go-keyring"
)

// ring is a keyring with the entries of one data folder.
type ring interface {
	Set(name, secret string) error
	Get(name string) (string, error)
	Delete(name string) error
}

// patience is how long a keyring may take. One that asks the person for its
// master password takes long; one without a service behind it may never answer.
const patience = 15 * time.Second

// probePatience is how long the first question may take, at the program's start.
const probePatience = 2 * time.Second

// errSlow says that the keyring did not answer in time.
var errSlow = errors.New("secret: the keyring does not answer")

// systemRing is the operating system's keyring, nil where there can be none.
func systemRing(service string) ring {
	if !hasBus() {
		return nil
	}
	return system{service}
}

// hasBus reports whether there is a session bus to reach a keyring on. Without
// this question the library would start a bus of its own and leave it running.
func hasBus() bool {
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		return true
	}
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	dir := os.Getenv("XDG_RUNTIME_DIR")
	if dir == "" {
		return false
	}
	_, err := os.Stat(filepath.Join(dir, "bus"))
	return err == nil
}

// works asks a keyring for something that it cannot have: the right answer is no.
func works(r ring) bool {
	if r == nil {
		return false
	}
	_, err := within(probePatience, func() (string, error) { return r.Get("probe") })
	return err == nil || errors.Is(err, keyring.ErrNotFound)
}

// system is the operating system's keyring.
type system struct{ service string }

func (s system) Set(name, secret string) error {
	_, err := within(patience, func() (string, error) { return "", keyring.Set(s.service, name, secret) })
	return err
}

func (s system) Get(name string) (string, error) {
	return within(patience, func() (string, error) { return keyring.Get(s.service, name) })
}

func (s system) Delete(name string) error {
	_, err := within(patience, func() (string, error) { return "", keyring.Delete(s.service, name) })
	return err
}

// within gives up waiting for f after a while. f itself cannot be stopped: it
// ends when the keyring answers after all, or with the program.
func within(limit time.Duration, f func() (string, error)) (string, error) {
	type answer struct {
		secret string
		err    error
	}
	answers := make(chan answer, 1)
	go func() {
		s, err := f()
		answers <- answer{s, err}
	}()
	late := time.NewTimer(limit)
	defer late.Stop()
	select {
	case a := <-answers:
		return a.secret, a.err
	case <-late.C:
		return "", errSlow
	}
}
