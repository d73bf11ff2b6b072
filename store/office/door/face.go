package door

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"permanence/store/wire/pairing"
)

// The server's certificate is short-lived, and renewed long before it ends.
const (
	faceHolds = 90 * 24 * time.Hour
	faceRenew = 30 * 24 * time.Hour
)

// Files name a server certificate that the bureau brings itself, its key, and the
// authority that vouches for it; all three, in PEM.
type Files struct{ Cert, Key, CA string }

// face is what the office shows of itself: a server certificate.
type face interface {
	// show gives the certificate to answer with.
	show(now time.Time) (*tls.Certificate, error)
	// vouchedBy is the authority that desks are told to believe.
	vouchedBy() *x509.Certificate
}

// ownFace is certified by the bureau's own authority. The key is in memory only.
type ownFace struct {
	authority *Authority

	mu   sync.Mutex
	cert *tls.Certificate
}

func (f *ownFace) vouchedBy() *x509.Certificate { return f.authority.cert }

func (f *ownFace) show(now time.Time) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.cert != nil && now.After(f.cert.Leaf.NotBefore) && now.Add(faceRenew).Before(f.cert.Leaf.NotAfter) {
		return f.cert, nil
	}
	cert, err := f.authority.certifyServer(now)
	if err == nil {
		f.cert = cert
	}
	return cert, err
}

func (a *Authority) certifyServer(now time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{CommonName: pairing.ServerName, Organization: []string{a.Bureau()}},
		DNSNames:     []string{pairing.ServerName},
		NotBefore:    now.Add(-skew), NotAfter: now.Add(faceHolds),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, a.cert, key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}

// fileFace is a certificate in files, which somebody else renews: they are read again
// when they have changed.
type fileFace struct {
	files Files
	ca    *x509.Certificate

	mu   sync.Mutex
	read time.Time // the file's time when it was read
	cert *tls.Certificate
}

func openFileFace(files Files) (*fileFace, error) {
	if files.Cert == "" || files.Key == "" || files.CA == "" {
		return nil, errors.New("door: a certificate of one's own needs its key and its authority too")
	}
	der, err := readPEM(files.CA, "CERTIFICATE")
	if err != nil {
		return nil, fmt.Errorf("door: %w", err)
	}
	f := &fileFace{files: files}
	if f.ca, err = x509.ParseCertificate(der); err != nil {
		return nil, fmt.Errorf("door: %s: %w", files.CA, err)
	}
	_, err = f.show(time.Time{})
	return f, err
}

func (f *fileFace) vouchedBy() *x509.Certificate { return f.ca }

// show reads the files anew when they have changed. While they are being written they
// may not fit together: then the old certificate serves on.
func (f *fileFace) show(time.Time) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := os.Stat(f.files.Cert)
	if err == nil && f.cert != nil && info.ModTime().Equal(f.read) {
		return f.cert, nil
	}
	if err == nil {
		var cert tls.Certificate
		if cert, err = tls.LoadX509KeyPair(f.files.Cert, f.files.Key); err == nil {
			f.cert, f.read = &cert, info.ModTime()
		}
	}
	if f.cert == nil {
		return nil, fmt.Errorf("door: the server's certificate: %w", err)
	}
	return f.cert, nil
}

// faceOf chooses what the office shows.
func faceOf(a *Authority, files Files) (face, error) {
	if files == (Files{}) {
		return &ownFace{authority: a}, nil
	}
	return openFileFace(files)
}
