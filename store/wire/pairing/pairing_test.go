package pairing_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"testing"
	"time"

	"permanence/store/wire"
	"permanence/store/wire/pairing"
)

const (
	code   = pairing.Code("K7QF3M2P9X")
	bureau = "bureau-1"
	salon  = "Poste du salon"
)

// ca is somebody's authority.
type ca struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newCA(t *testing.T) ca {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, IsCA: true, BasicConstraintsValid: true,
		NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	ok(t, err)
	cert, err := x509.ParseCertificate(der)
	ok(t, err)
	return ca{cert, key}
}

// certify gives a desk its certificate.
func (c ca) certify(t *testing.T, public any, desk, org string) []byte {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: desk, Organization: []string{org}},
		NotAfter: time.Now().Add(time.Hour),
	}, c.cert, public, c.key)
	ok(t, err)
	return der
}

// office is the other side, with the code it shows.
type office struct {
	ca
	invitation wire.Invitation
	key        pairing.Key
}

func newOffice(t *testing.T) office {
	t.Helper()
	salt, nonce := make([]byte, pairing.SaltSize), make([]byte, pairing.NonceSize)
	_, _ = rand.Read(salt)
	_, _ = rand.Read(nonce)
	o := office{ca: newCA(t), key: pairing.DeriveKey(code, salt)}
	o.invitation = wire.Invitation{CA: o.cert.Raw, Salt: salt, Nonce: nonce}
	return o
}

func (o office) answer(t *testing.T, r wire.PairRequest) (wire.PairAnswer, error) {
	t.Helper()
	public, err := pairing.Check(r, o.key, o.cert.Raw)
	if err != nil {
		return wire.PairAnswer{}, err
	}
	der := o.certify(t, public, "desk-1", bureau)
	return wire.PairAnswer{Bureau: bureau, Desk: "desk-1", Certificate: der, Proof: o.key.OfficeProof(o.cert.Raw, der)}, nil
}

func TestPairing(t *testing.T) {
	o := newOffice(t)
	a, err := pairing.Begin(o.invitation, code, salon)
	ok(t, err)
	answer, err := o.answer(t, a.Request)
	ok(t, err)
	cert, err := a.Finish(answer)
	ok(t, err)
	if cert.Subject.CommonName != "desk-1" || !bytes.Equal(a.CA().Raw, o.cert.Raw) {
		t.Errorf("certified %v by %v", cert.Subject, a.CA().Subject)
	}
}

func TestWrongCode(t *testing.T) {
	o := newOffice(t)
	a, err := pairing.Begin(o.invitation, "0000000000", salon)
	ok(t, err)
	if _, err := o.answer(t, a.Request); !errors.Is(err, pairing.ErrProof) {
		t.Errorf("the office said %v", err)
	}
}

// TestManInTheMiddle has an authority of his own and everything that passes by, but
// not the code: neither side believes him.
func TestManInTheMiddle(t *testing.T) {
	o, mallory := newOffice(t), newCA(t)
	shown := o.invitation
	shown.CA = mallory.cert.Raw
	a, err := pairing.Begin(shown, code, salon)
	ok(t, err)

	if _, err := o.answer(t, a.Request); !errors.Is(err, pairing.ErrProof) {
		t.Errorf("the office took a proof made for another authority: %v", err)
	}
	theirs := mallory.certify(t, a.Key.Public(), "desk-1", bureau)
	overheard := honestAnswer(t, o)
	for name, proof := range map[string][]byte{
		"none": nil, "the desk's own": a.Request.Proof, "the office's, of another pairing": overheard.Proof,
	} {
		_, err := a.Finish(wire.PairAnswer{Bureau: bureau, Desk: "desk-1", Certificate: theirs, Proof: proof})
		if !errors.Is(err, pairing.ErrStranger) {
			t.Errorf("proof %s: the desk said %v", name, err)
		}
	}
}

// TestChangedOnTheWay is one who passes everything on but for one thing.
func TestChangedOnTheWay(t *testing.T) {
	o, mallory := newOffice(t), newCA(t)
	a, err := pairing.Begin(o.invitation, code, salon)
	ok(t, err)
	other, err := pairing.Begin(o.invitation, code, "Autre")
	ok(t, err)
	for name, change := range map[string]func(*wire.PairRequest){
		"the key":   func(r *wire.PairRequest) { r.CSR = other.Request.CSR },
		"the nonce": func(r *wire.PairRequest) { r.Nonce = make([]byte, pairing.NonceSize) },
		"the name":  func(r *wire.PairRequest) { r.Name = "Poste de la patronne" },
	} {
		r := a.Request
		change(&r)
		if _, err := o.answer(t, r); err == nil {
			t.Errorf("the office took a request with another's %s", name)
		}
	}
	answer, err := o.answer(t, a.Request)
	ok(t, err)
	for name, change := range map[string]func(*wire.PairAnswer){
		"certificate": func(w *wire.PairAnswer) { w.Certificate = mallory.certify(t, a.Key.Public(), "desk-1", bureau) },
		"bureau":      func(w *wire.PairAnswer) { w.Bureau = "bureau-2" },
		"desk":        func(w *wire.PairAnswer) { w.Desk = "desk-2" },
	} {
		w := answer
		change(&w)
		if _, err := a.Finish(w); err == nil {
			t.Errorf("the desk took an answer with another %s", name)
		}
	}
}

func TestBadInvitation(t *testing.T) {
	good := newOffice(t).invitation
	leaf := newCA(t)
	for name, change := range map[string]func(*wire.Invitation){
		"no salt":     func(i *wire.Invitation) { i.Salt = nil },
		"long nonce":  func(i *wire.Invitation) { i.Nonce = make([]byte, 1000) },
		"no CA":       func(i *wire.Invitation) { i.CA = []byte("CA") },
		"no CA at it": func(i *wire.Invitation) { i.CA = leaf.certify(t, leaf.key.Public(), "x", "y") },
	} {
		in := good
		change(&in)
		if _, err := pairing.Begin(in, code, salon); !errors.Is(err, pairing.ErrInvitation) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCodes(t *testing.T) {
	for _, c := range []struct {
		typed string
		want  pairing.Code
	}{
		{"K7QF3-M2P9X", code},
		{" k7qf3 m2p9x ", code},
		{"oOIl1-00000", "0011100000"},
		{"K7QF3-M2P9", ""},
		{"K7QF3-M2P9XX", ""},
		{"K7QF3-M2P9U", ""},
		{"", ""},
	} {
		if got, _ := pairing.ParseCode(c.typed); got != c.want {
			t.Errorf("ParseCode(%q) = %q, want %q", c.typed, string(got), string(c.want))
		}
	}
	made, err := pairing.NewCode(bytes.NewReader([]byte{0, 31, 32, 63, 10, 20, 255, 7, 8, 9}))
	ok(t, err)
	if made.String() != "0Z0ZA-MZ789" {
		t.Errorf("made %s", made)
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add("K7QF3-M2P9X")
	f.Add("\xff–o")
	f.Fuzz(func(t *testing.T, typed string) {
		c, err := pairing.ParseCode(typed)
		if err != nil {
			return
		}
		if again, err := pairing.ParseCode(c.String()); err != nil || again != c {
			t.Errorf("%q → %q → %q, %v", typed, string(c), string(again), err)
		}
	})
}

func FuzzCheck(f *testing.F) {
	f.Add("name", []byte{0x30, 0x82})
	key := pairing.Key("k")
	f.Fuzz(func(_ *testing.T, name string, csr []byte) {
		_, _ = pairing.Check(wire.PairRequest{Name: name, CSR: csr, Proof: key.DeskProof(nil, nil, csr)}, key, nil)
	})
}

func honestAnswer(t *testing.T, o office) wire.PairAnswer {
	t.Helper()
	a, err := pairing.Begin(o.invitation, code, salon)
	ok(t, err)
	answer, err := o.answer(t, a.Request)
	ok(t, err)
	return answer
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
