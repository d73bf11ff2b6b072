package pairing

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"

	"golang.org/x/crypto/argon2"
)

// The derivation's cost is part of the protocol (RFC 9106 §4, second recommendation):
// both sides must do the same.
const (
	passes  = 3
	memory  = 64 << 10 // KiB
	lanes   = 4
	keySize = 32
)

// SaltSize and NonceSize are how many bytes those of an invitation have.
const (
	SaltSize  = 16
	NonceSize = 16
)

// Key is what a code and an invitation's salt give. It takes a tenth of a second.
type Key []byte

// DeriveKey derives the key.
func DeriveKey(code Code, salt []byte) Key {
	return argon2.IDKey([]byte(code), salt, passes, memory, lanes, keySize)
}

// DeskProof is the desk's proof: it covers the authority that the desk was shown, the
// nonce and the request for a certificate, all as they travel.
func (k Key) DeskProof(ca, nonce, csr []byte) []byte { return k.proof("desk", ca, nonce, csr) }

// OfficeProof is the office's: it covers its authority and the certificate it gives.
func (k Key) OfficeProof(ca, certificate []byte) []byte { return k.proof("office", ca, certificate) }

// proof is HMAC-SHA-256 over the side's name and the parts, each with its length in
// eight bytes before it, so that no other division into parts gives the same.
func (k Key) proof(side string, parts ...[]byte) []byte {
	mac := hmac.New(sha256.New, k)
	for _, part := range append([][]byte{[]byte(side)}, parts...) {
		mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		mac.Write(part)
	}
	return mac.Sum(nil)
}

// Equal compares proofs in a time that tells nothing.
func Equal(a, b []byte) bool { return hmac.Equal(a, b) }
