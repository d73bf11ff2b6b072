package pairing_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"testing"
	"time"

	"permanence/store/wire/pairing"
)

// server makes a server's certificate.
func (c ca) server(t *testing.T, name string, use x509.ExtKeyUsage) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(3), DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{use},
	}, c.cert, key.Public(), c.key)
	ok(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestTrust(t *testing.T) {
	ours, theirs := newCA(t), newCA(t)
	for name, c := range map[string]struct {
		server tls.Certificate
		oldest uint16
		want   bool
	}{
		"the office":              {ours.server(t, pairing.ServerName, x509.ExtKeyUsageServerAuth), 0, true},
		"by its host":             {ours.server(t, "bureau.example", x509.ExtKeyUsageServerAuth), 0, true},
		"another host":            {ours.server(t, "autre.example", x509.ExtKeyUsageServerAuth), 0, false},
		"another desk":            {ours.server(t, pairing.ServerName, x509.ExtKeyUsageClientAuth), 0, false},
		"another authority":       {theirs.server(t, pairing.ServerName, x509.ExtKeyUsageServerAuth), 0, false},
		"the office with TLS 1.2": {ours.server(t, pairing.ServerName, x509.ExtKeyUsageServerAuth), tls.VersionTLS12, false},
	} {
		config := &tls.Config{Certificates: []tls.Certificate{c.server}, MaxVersion: c.oldest}
		err := handshake(t, config, pairing.Trust(ours.cert, func() []string { return []string{"ailleurs.example", "bureau.example"} }, tls.Certificate{}, time.Now))
		if (err == nil) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// handshake is what a client with this configuration says to such a server.
func handshake(t *testing.T, server, client *tls.Config) error {
	t.Helper()
	ln, err := tls.Listen("tcp", "127.0.0.1:0", server)
	ok(t, err)
	defer ln.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if c, err := ln.Accept(); err == nil {
			_ = c.(*tls.Conn).Handshake()
			_ = c.Close()
		}
	}()
	c, err := tls.Dial("tcp", ln.Addr().String(), client)
	if err == nil {
		err = c.Close()
	}
	<-done
	return err
}
