package pairing

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"time"
)

// ServerName stands in the certificate that an office gives itself, whatever address
// it is reached at. Nobody else can be given it: ".internal" is kept for private use.
const ServerName = "office.permanence.internal"

// ErrNotTheOffice is a server that the office's authority does not vouch for.
var ErrNotTheOffice = errors.New("pairing: this server is not the office")

// Blind is how a machine that has no authority yet asks for an invitation and brings
// its request. Nothing that comes over such a connection is to be believed but what
// Finish has proven.
func Blind() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true}
}

// Trust is how a desk speaks to its office ever after: with its certificate, and to
// nobody that ca does not vouch for under ServerName, or under one of the hosts where the
// bureau's offices are when they have certificates of its own making. now is the clock
// by which certificates end. Whom to call is left to who dials.
func Trust(ca *x509.Certificate, hosts func() []string, desk tls.Certificate, now func() time.Time) *tls.Config {
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{desk}, Time: now,
		// The usual check knows one name only. VerifyConnection does the same with several, on
		// resumed sessions too.
		InsecureSkipVerify: true,
		VerifyConnection:   func(s tls.ConnectionState) error { return verify(s, roots, hosts(), now()) },
	}
}

func verify(s tls.ConnectionState, roots *x509.CertPool, hosts []string, now time.Time) error {
	between := x509.NewCertPool()
	for _, c := range s.PeerCertificates[1:] {
		between.AddCert(c)
	}
	err := ErrNotTheOffice
	for _, name := range append([]string{ServerName}, hosts...) {
		_, e := s.PeerCertificates[0].Verify(x509.VerifyOptions{
			Roots: roots, Intermediates: between, DNSName: name, CurrentTime: now,
			KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		})
		if e == nil {
			return nil
		}
		err = errors.Join(err, e)
	}
	return err
}
