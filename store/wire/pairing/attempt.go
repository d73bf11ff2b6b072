package pairing

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"strings"

	"permanence/store/wire"
)

// ErrStranger says that who answered does not know the code: the code was mistyped, or
// somebody stands in the middle.
var ErrStranger = errors.New("pairing: the other side does not know the code")

// ErrInvitation is an invitation that no office of ours would write.
var ErrInvitation = errors.New("pairing: not an invitation")

// Attempt is one machine's attempt to become a desk. The same attempt may be sent
// again when the answer got lost: the office gives the same certificate.
type Attempt struct {
	Request wire.PairRequest
	Key     *ecdsa.PrivateKey // the desk's own; it never leaves the machine

	secret Key
	ca     *x509.Certificate
}

// Begin answers an invitation: it makes the desk's key and proves that the code is
// known. name is the machine's, as others will see it.
func Begin(in wire.Invitation, code Code, name string) (*Attempt, error) {
	ca, err := authority(in)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("pairing: %w", err)
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		Subject: pkix.Name{CommonName: name},
	}, key)
	if err != nil {
		return nil, fmt.Errorf("pairing: %w", err)
	}
	a := &Attempt{Key: key, secret: DeriveKey(code, in.Salt), ca: ca}
	a.Request = wire.PairRequest{
		Nonce: in.Nonce, Name: name, CSR: csr, Proof: a.secret.DeskProof(in.CA, in.Nonce, csr),
	}
	return a, nil
}

// authority reads an invitation. What it holds is a stranger's until it is proven.
func authority(in wire.Invitation) (*x509.Certificate, error) {
	if len(in.Salt) != SaltSize || len(in.Nonce) != NonceSize {
		return nil, ErrInvitation
	}
	ca, err := x509.ParseCertificate(in.CA)
	if err != nil || !ca.IsCA {
		return nil, ErrInvitation
	}
	return ca, nil
}

// Finish checks what the office answered: that it knew the code, and that the
// certificate is this machine's, for the desk and the bureau that are named. Only
// then may the authority of the invitation be believed. Who signed the certificate is
// the office's own affair: the proof covers it.
func (a *Attempt) Finish(answer wire.PairAnswer) (*x509.Certificate, error) {
	if !Equal(answer.Proof, a.secret.OfficeProof(a.ca.Raw, answer.Certificate)) {
		return nil, ErrStranger
	}
	cert, err := x509.ParseCertificate(answer.Certificate)
	if err != nil {
		return nil, fmt.Errorf("pairing: the certificate: %w", err)
	}
	if !a.fits(cert, answer) {
		return nil, errors.New("pairing: the certificate is not this machine's")
	}
	return cert, nil
}

func (a *Attempt) fits(cert *x509.Certificate, answer wire.PairAnswer) bool {
	public, ok := cert.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(a.Key.Public()) &&
		cert.Subject.CommonName == string(answer.Desk) && answer.Desk != "" &&
		strings.Join(cert.Subject.Organization, "\n") == answer.Bureau && answer.Bureau != ""
}

// CA is the office's authority. It is a stranger's until Finish has succeeded.
func (a *Attempt) CA() *x509.Certificate { return a.ca }
