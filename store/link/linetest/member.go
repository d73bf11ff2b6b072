package linetest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"time"

	"permanence/clients"
	"permanence/store/link"
)

// Member is a desk's membership, with the secrets that belong to it: its key, and the
// Session of somebody who has logged in.
func Member(bureau string, desk clients.ID) (link.Membership, *Secrets, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return link.Membership{}, nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, NotAfter: time.Now().AddDate(1, 0, 0)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return link.Membership{}, nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	s := &Secrets{all: map[string]string{
		"office.key": base64.StdEncoding.EncodeToString(der), "office.session": Session,
	}}
	return link.Membership{
		Address: "office:7443", Bureau: bureau, BureauName: "Bureau " + bureau, Desk: desk, DeskName: "Poste " + string(desk),
		CA: cert, Certificate: cert,
	}, s, err
}
