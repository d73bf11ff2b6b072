package link

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"

	"permanence/store/secret"
	"permanence/store/wire/pairing"
)

// The names under which the secrets of a membership are kept.
const (
	secretKey     = "office.key"
	secretSession = "office.session"
)

// secret reads a secret; "" when there is none.
func (l *Link) secret(name string) (string, error) {
	s, err := l.cfg.Secrets.Get(name)
	if errors.Is(err, secret.ErrNotFound) {
		return "", nil
	}
	return s, err
}

// writeKey is a desk's key as it is kept: PKCS #8, in base 64.
func writeKey(key *ecdsa.PrivateKey) (string, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return base64.StdEncoding.EncodeToString(der), err
}

// readKey reads what writeKey wrote.
func readKey(text string) (any, error) {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	return x509.ParsePKCS8PrivateKey(der)
}

// trust is how the desk speaks to its office and to nobody else. Without its key, which
// is not in a backup of the folder, it can be no desk: it must be paired again.
func (l *Link) trust(m Membership, hosts func() []string) (*tls.Config, error) {
	ca, err := x509.ParseCertificate(m.CA)
	if err != nil {
		return nil, noKey(err)
	}
	text, err := l.secret(secretKey)
	if err != nil {
		return nil, err
	}
	key, err := readKey(text)
	if err != nil {
		return nil, noKey(err)
	}
	return pairing.Trust(ca, hosts, tls.Certificate{Certificate: [][]byte{m.Certificate}, PrivateKey: key}, l.cfg.Now), nil
}

func noKey(err error) error {
	return &Error{code: "office.key-missing", text: "the desk's key or certificate is not there", err: err}
}
