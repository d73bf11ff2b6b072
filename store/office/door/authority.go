package door

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"permanence/clients"
)

// The files of the authority in the office's folder.
const (
	caFile  = "ca.crt"
	keyFile = "ca.key"
)

// How long certificates hold. A desk's holds as long as the authority: what ends it is
// the list of desks, which is asked on every request.
const (
	authorityYears = 10
	skew           = time.Hour // a desk's clock may be slow
)

// Authority is the bureau's own certificate authority.
type Authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// OpenAuthority reads the authority in a folder, and makes it when there is none.
func OpenAuthority(dir string, now time.Time) (*Authority, error) {
	a, err := ReadAuthority(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if a, err = foundAuthority(dir, now); err != nil {
			err = unopened(err)
		}
	}
	return a, err
}

// ReadAuthority reads the authority in a folder; fs.ErrNotExist when it is not whole.
func ReadAuthority(dir string) (*Authority, error) {
	a, err := readAuthority(dir)
	if err != nil {
		return nil, unopened(err)
	}
	return a, nil
}

func unopened(err error) error { return fmt.Errorf("door: the authority: %w", err) }

func readAuthority(dir string) (*Authority, error) {
	der, err := readPEM(filepath.Join(dir, caFile), "CERTIFICATE")
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	if der, err = readPEM(filepath.Join(dir, keyFile), "EC PRIVATE KEY"); err != nil {
		return nil, err
	}
	key, err := x509.ParseECPrivateKey(der)
	if err != nil {
		return nil, err
	}
	if !cert.IsCA || len(cert.Subject.Organization) != 1 || !key.PublicKey.Equal(cert.PublicKey) {
		return nil, fmt.Errorf("%s and %s do not belong together", caFile, keyFile)
	}
	return &Authority{cert, key}, nil
}

// foundAuthority makes an authority, and with it the bureau's ID. The key is written
// first: a certificate without one is never left behind.
func foundAuthority(dir string, now time.Time) (*Authority, error) {
	if _, err := os.Stat(filepath.Join(dir, caFile)); err == nil {
		return nil, fmt.Errorf("%s is there without %s", caFile, keyFile)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Permanence", Organization: []string{rand.Text()}},
		NotBefore: now.Add(-skew), NotAfter: now.AddDate(authorityYears, 0, 0),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	if err := writePEM(filepath.Join(dir, keyFile), "EC PRIVATE KEY", secret); err != nil {
		return nil, err
	}
	if err := writePEM(filepath.Join(dir, caFile), "CERTIFICATE", der); err != nil {
		return nil, err
	}
	return readAuthority(dir)
}

// Bureau is the ID of the bureau whose authority this is.
func (a *Authority) Bureau() string { return a.cert.Subject.Organization[0] }

// Certificate is the authority's own.
func (a *Authority) Certificate() *x509.Certificate { return a.cert }

// certifyDesk gives a desk its certificate.
func (a *Authority) certifyDesk(desk clients.ID, public *ecdsa.PublicKey, now time.Time) ([]byte, error) {
	return x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{CommonName: string(desk), Organization: []string{a.Bureau()}},
		NotBefore:    now.Add(-skew), NotAfter: a.cert.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, a.cert, public, a.key)
}

// serial is a number that no other certificate has (RFC 5280 §4.1.2.2).
func serial() *big.Int {
	n := make([]byte, 16)
	_, _ = rand.Read(n)
	return new(big.Int).SetBytes(n)
}

func readPEM(path, kind string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil || block.Type != kind {
		return nil, fmt.Errorf("%s holds no %s", path, kind)
	}
	return block.Bytes, nil
}

// writePEM writes a file that only its owner can read, whole or not at all.
func writePEM(path, kind string, der []byte) error {
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(pem.Encode(f, &pem.Block{Type: kind, Bytes: der}), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(part, path)
	}
	return err
}
