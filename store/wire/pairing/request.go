package pairing

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"errors"

	"permanence/store/wire"
)

// ErrProof is a request whose sender did not know the code, or knew another authority.
var ErrProof = errors.New("pairing: wrong proof")

// ErrRequest is a request that proves the code and asks for nothing an office gives.
var ErrRequest = errors.New("pairing: not a request for a desk's certificate")

// Check is the office's look at a request: under its own authority ca (DER) and the
// code's key. It returns the public key to certify.
func Check(r wire.PairRequest, k Key, ca []byte) (*ecdsa.PublicKey, error) {
	if !Equal(r.Proof, k.DeskProof(ca, r.Nonce, r.CSR)) {
		return nil, ErrProof
	}
	csr, err := x509.ParseCertificateRequest(r.CSR)
	if err != nil || csr.CheckSignature() != nil || csr.Subject.CommonName != r.Name {
		return nil, ErrRequest
	}
	public, ok := csr.PublicKey.(*ecdsa.PublicKey)
	if !ok || public.Curve != elliptic.P256() {
		return nil, ErrRequest
	}
	return public, nil
}
