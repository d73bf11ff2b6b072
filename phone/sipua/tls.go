package sipua

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"
)

// secure turns a connection into TLS. It is the connection's owner: after a
// failure it is closed.
func (ep *endpoint) secure(ctx context.Context, c net.Conn, to hop) (net.Conn, error) {
	check := inspection{name: to.name, now: time.Now}
	if err := check.trust(ep.ca); err != nil {
		_ = c.Close()
		return nil, err
	}
	t := tls.Client(c, check.config())
	if err := t.HandshakeContext(ctx); err != nil {
		_ = t.Close()
		if le, ok := errors.AsType[*LineError](err); ok {
			return nil, le
		}
		return nil, unreachable(0, fmt.Errorf("TLS with %s at %v: %w", to.name, to.at, err))
	}
	return t, nil
}

// inspection is the look at a server's certificate: whether somebody who is
// trusted says that it is the server we mean (RFC 5922 §7).
type inspection struct {
	name  string         // whom we mean, without a port
	roots *x509.CertPool // nil for the system's
	now   func() time.Time
}

// trust takes the authority of a PEM file in the place of the system's. The file
// is read for each connection, so that a renewed one counts.
func (i *inspection) trust(file string) error {
	if file == "" {
		return nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return badConfig("certificate authority: %w", err)
	}
	i.roots = x509.NewCertPool()
	if !i.roots.AppendCertsFromPEM(b) {
		return badConfig("certificate authority: %s holds no certificate in PEM form", file)
	}
	return nil
}

// config does the verification itself: crypto/tls knows neither SIP URIs nor
// words for a secretary.
func (i *inspection) config() *tls.Config {
	cfg := &tls.Config{
		MinVersion: tls.VersionTLS12, RootCAs: i.roots, Time: i.now,
		InsecureSkipVerify: true, VerifyConnection: i.verify,
	}
	if _, err := netip.ParseAddr(i.name); err != nil {
		cfg.ServerName = i.name // SNI has names only (RFC 6066 §3)
	}
	return cfg
}

func (i *inspection) verify(state tls.ConnectionState) error {
	leaf := state.PeerCertificates[0]
	if !i.names(leaf) {
		return certificateFault(CodeCertificateName, "the certificate is not for %s but for %s", i.name, namesIn(leaf))
	}
	between := x509.NewCertPool()
	for _, c := range state.PeerCertificates[1:] {
		between.AddCert(c)
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: i.roots, Intermediates: between, CurrentTime: i.now()})
	return i.explain(leaf, err)
}

// names tells whether a certificate carries the name: as a SIP URI, which then
// counts alone, or as a host (RFC 5922 §7.1 and §7.2). A wildcard is taken, though
// §7.2 does not, as every other use of TLS takes it and trunks have it.
func (i *inspection) names(c *x509.Certificate) bool {
	if ids := sipIdentities(c); len(ids) > 0 {
		for _, id := range ids {
			if strings.EqualFold(id, i.name) {
				return true
			}
		}
		return false
	}
	return c.VerifyHostname(i.name) == nil
}

// sipIdentities are the domains that a certificate names as "sip:domain". A URI
// with a user is a person's, not a server's.
func sipIdentities(c *x509.Certificate) []string {
	var all []string
	for _, u := range c.URIs {
		if strings.EqualFold(u.Scheme, "sip") && u.Opaque != "" && !strings.Contains(u.Opaque, "@") {
			host, _, _ := strings.Cut(u.Opaque, ";")
			all = append(all, host)
		}
	}
	return all
}

// explain says what x509 found, in words for a person, and with the dates.
func (i *inspection) explain(leaf *x509.Certificate, err error) error {
	if err == nil {
		return nil
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		c := invalid.Cert
		if now := i.now(); now.Before(c.NotBefore) {
			return certificateFault(CodeCertificateDates, "the certificate of %s is valid only from %s, and it is %s here", i.name, moment(c.NotBefore), moment(now))
		}
		return certificateFault(CodeCertificateDates, "the certificate of %s expired on %s", i.name, moment(c.NotAfter))
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return certificateFault(CodeCertificateIssuer, "the certificate of %s is from an authority unknown here: %s", i.name, printable(leaf.Issuer.String()))
	}
	return certificateFault(CodeCertificateIssuer, "the certificate of %s: %s", i.name, printable(err.Error()))
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// shownNames is how many names of a certificate a person is shown.
const shownNames = 4

// namesIn lists for whom a certificate is.
func namesIn(c *x509.Certificate) string {
	var all []string
	for _, u := range sipIdentities(c) {
		all = append(all, "sip:"+u)
	}
	all = append(all, c.DNSNames...)
	for _, a := range c.IPAddresses {
		all = append(all, a.String())
	}
	if len(all) == 0 {
		return "nobody by name (" + printable(c.Subject.String()) + ")"
	}
	more := ""
	if len(all) > shownNames {
		more = fmt.Sprintf(" and %d more", len(all)-shownNames)
		all = all[:shownNames]
	}
	for i, n := range all {
		all[i] = printable(n)
	}
	return strings.Join(all, ", ") + more
}
