package door_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"permanence/store/office/door"
	"permanence/store/wire/pairing"
)

// shown is the certificate that the office shows.
func (b *bureau) shown() *x509.Certificate {
	b.t.Helper()
	c, err := tls.Dial("tcp", b.address, pairing.Blind())
	ok(b.t, err)
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0]
}

// TestRenewal: the server's certificate is renewed by itself a month before it ends,
// and desks go on believing it.
func TestRenewal(t *testing.T) {
	b := newBureau(t)
	m := b.desk()
	first := b.shown()
	b.clock.pass(59 * 24 * time.Hour)
	if !b.shown().Equal(first) {
		t.Error("renewed too early")
	}
	b.clock.pass(2 * 24 * time.Hour)
	second := b.shown()
	if second.Equal(first) || second.NotAfter.Before(b.clock.Now().Add(80*24*time.Hour)) {
		t.Errorf("shown until %v", second.NotAfter)
	}
	m.client.CloseIdleConnections()
	m.want(http.StatusOK, "GET", "/v1/hello", nil, nil)
}

// TestFilesOfItsOwn: a bureau brings its server's certificate, and renews it itself.
func TestFilesOfItsOwn(t *testing.T) {
	theirs, dir := t.TempDir(), t.TempDir()
	_, err := door.OpenAuthority(theirs, time.Now())
	ok(t, err)
	ca, key := authorityIn(t, theirs)
	files := door.Files{Cert: filepath.Join(dir, "s.crt"), Key: filepath.Join(dir, "s.key"), CA: filepath.Join(theirs, "ca.crt")}
	writePair(t, files, leaf(t, ca, key, "127.0.0.1"))
	b := open(t, t.TempDir(), func(c *door.Config) { c.Files = files })
	m := b.desk()
	m.want(http.StatusOK, "GET", "/v1/hello", nil, nil)

	first := b.shown()
	writePair(t, files, leaf(t, ca, key, "127.0.0.1"))
	ok(t, os.Chtimes(files.Cert, time.Now(), time.Now().Add(time.Minute)))
	if b.shown().Equal(first) {
		t.Error("the new files were not read")
	}
	ok(t, os.WriteFile(files.Cert, []byte("half wri"), 0o600))
	m.client.CloseIdleConnections()
	m.want(http.StatusOK, "GET", "/v1/hello", nil, nil)
}

func TestFilesThatAreNone(t *testing.T) {
	a, err := door.OpenAuthority(t.TempDir(), time.Now())
	ok(t, err)
	for _, files := range []door.Files{{Cert: "x"}, {Cert: "x", Key: "y", CA: "z"}} {
		if _, err := door.New(door.Config{Authority: a, Files: files, Now: time.Now}); err == nil {
			t.Errorf("%+v was taken", files)
		}
	}
}

func TestAuthority(t *testing.T) {
	dir := t.TempDir()
	a, err := door.OpenAuthority(dir, time.Now())
	ok(t, err)
	info, err := os.Stat(filepath.Join(dir, "ca.key"))
	ok(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the key has mode %v", info.Mode())
	}
	if years := time.Until(a.Certificate().NotAfter).Hours() / 24 / 365; years < 9.9 || years > 10.1 {
		t.Errorf("it holds for %.1f years", years)
	}
	again, err := door.OpenAuthority(dir, time.Now())
	ok(t, err)
	if again.Bureau() != a.Bureau() {
		t.Error("another bureau after a restart")
	}
	// A key that got lost is never replaced: the desks would not believe the new one.
	ok(t, os.Remove(filepath.Join(dir, "ca.key")))
	if _, err := door.OpenAuthority(dir, time.Now()); err == nil {
		t.Error("a new key was made for an old authority")
	}
}

func writePair(t *testing.T, files door.Files, c tls.Certificate) {
	t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	ok(t, err)
	ok(t, os.WriteFile(files.Key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o600))
	ok(t, os.WriteFile(files.Cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]}), 0o600))
}
