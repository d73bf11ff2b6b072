//go:build !office

package main_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"permanence/phone/phonetest"
)

// account is somebody Kamailio lets in.
type account struct{ User, Password string }

// forward sends the calls for a client's number to the desk's account.
type forward struct{ Number, To string }

// operator is the SIP server between callers and the desk.
type operator struct {
	Addr       string // host:port for UDP and TCP
	Realm      string
	Algorithm  string // of the digest: "" is MD5, or "SHA-256"
	MaxExpires int    // seconds granted to a registration at most
	Trunk      string // host:port of the way to the world, "" for none
	Accounts   []account
	Forwards   []forward
	TLS        *secured // where it listens for TLS too, nil for nowhere
}

// secured is where a server speaks TLS, and the files of the certificate it shows,
// which is its own authority.
type secured struct{ Addr, Certificate, Key string }

// newSecured makes a certificate for a host.
func newSecured(t *testing.T, host string) *secured {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Operator"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	if ip := net.ParseIP(host); ip != nil {
		c.IPAddresses = []net.IP{ip}
	} else {
		c.DNSNames = []string{host}
	}
	cert, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return &secured{loopback(phonetest.FreePort(t)), writePEM(t, "CERTIFICATE", cert), writePEM(t, "PRIVATE KEY", secret)}
}

func writePEM(t *testing.T, kind string, der []byte) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "file.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// startKamailio fills in what is not set, and returns when the server answers.
func startKamailio(t *testing.T, o operator) operator {
	t.Helper()
	needPrograms(t, "kamailio")
	o.Realm = "operator.test"
	if o.Addr == "" {
		o.Addr = loopback(phonetest.FreePort(t))
	}
	if o.MaxExpires == 0 {
		o.MaxExpires = 3600
	}
	dir := t.TempDir()
	config := filepath.Join(dir, "kamailio.cfg")
	if err := os.WriteFile(config, []byte(fill(t, "testdata/kamailio.cfg", o)), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "kamailio", exec.Command("kamailio", "-DD", "-E", "-f", config, "-Y", dir))
	eventually(t, "Kamailio answers OPTIONS", func() bool {
		if !p.alive() {
			printed, _ := p.output.read()
			t.Fatalf("Kamailio ended:\n%s", tail(printed))
		}
		return answersOptions(o.Addr)
	})
	return o
}

// answersOptions asks a SIP server over UDP whether it is there.
func answersOptions(addr string) bool {
	conn, err := net.Dial("udp", addr)
	if err != nil {
		return false
	}
	defer conn.Close()
	own := conn.LocalAddr().String()
	fmt.Fprintf(conn, "OPTIONS sip:%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%d\r\n"+
		"From: <sip:ping@%s>;tag=1\r\nTo: <sip:%s>\r\nCall-ID: %s\r\nCSeq: 1 OPTIONS\r\n"+
		"Max-Forwards: 1\r\nContent-Length: 0\r\n\r\n", addr, own, time.Now().UnixNano(), own, addr, own)
	_ = conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	answer := make([]byte, 1500)
	n, err := conn.Read(answer)
	return err == nil && strings.HasPrefix(string(answer[:n]), "SIP/2.0 200")
}
