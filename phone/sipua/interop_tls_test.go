package sipua

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"permanence/phone"
	"permanence/phone/phonetest"
)

// files writes a certificate and its key as PEM.
func files(t testing.TB, c tls.Certificate) (cert, key string) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return writePEM(t, "cert.pem", "CERTIFICATE", c.Certificate[0]), writePEM(t, "key.pem", "PRIVATE KEY", der)
}

// kamailioTLS starts a registrar that speaks TLS with a certificate, and gives the
// port.
func kamailioTLS(t testing.TB, c tls.Certificate) int {
	t.Helper()
	cert, key := files(t, c)
	port := phonetest.FreePort(t)
	kamailioWith(t, "SHA-256", fmt.Sprintf(`enable_tls=yes
listen=tls:127.0.0.1:%d
loadmodule "tls.so"
modparam("tls", "tls_method", "TLSv1.2+")
modparam("tls", "certificate", %q)
modparam("tls", "private_key", %q)
modparam("tls", "verify_certificate", 0)
modparam("tls", "require_certificate", 0)`, port, cert, key))
	return port
}

// TestKamailioOverTLS runs the whole suite against a real server with a certificate
// of a private authority.
func TestKamailioOverTLS(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	port := kamailioTLS(t, ca.issue(func(c *x509.Certificate) {
		c.DNSNames, c.IPAddresses = []string{"sip.test"}, []net.IP{net.IPv4(127, 0, 0, 1)}
	}))
	at := fmt.Sprintf("127.0.0.1:%d", port)
	phonetest.Run(t, func(testing.TB) phonetest.Network {
		return office{registrar: at, transport: phone.TLS, ca: ca.file}
	})
}

func TestKamailioWithACertificateThatIsRefused(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	for name, c := range map[string]struct {
		be   func(*x509.Certificate)
		code string
		says string
	}{
		"another name": {forHost("other.test"), CodeCertificateName, "not for 127.0.0.1 but for other.test"},
		"expired": {func(c *x509.Certificate) {
			c.IPAddresses, c.NotBefore, c.NotAfter = []net.IP{net.IPv4(127, 0, 0, 1)}, time.Unix(0, 0), time.Unix(1700000000, 0)
		}, CodeCertificateDates, "expired on 2023-11-14"},
	} {
		t.Run(name, func(t *testing.T) {
			port := kamailioTLS(t, ca.issue(c.be))
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			line := phone.Line{ID: "line", User: "A", Domain: fmt.Sprintf("127.0.0.1:%d", port), Transport: phone.TLS, CA: ca.file}
			err := Test(ctx, line, "secret")
			if le, ok := err.(*LineError); !ok || le.Code() != c.code || !strings.Contains(le.Error(), c.says) {
				t.Errorf("told %v, want %q", err, c.says)
			}
		})
	}
}
