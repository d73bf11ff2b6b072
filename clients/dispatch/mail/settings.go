package mail

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"

	"permanence/clients"
)

// How the connection to the server is protected.
const (
	StartTLS = "starttls" // plain at first, then TLS, or nothing is sent (RFC 3207)
	TLS      = "tls"      // from the first byte (RFC 8314)
	Plain    = "none"     // to this very machine only
)

// Settings say how mails leave.
type Settings struct {
	Host     string
	Port     int // 0 is the usual one: 587 for STARTTLS, 465 for TLS, 25 for none
	Security string
	User     string // "" sends without authentication
	From     string // the bureau's address
	FromName string
	CA       string // PEM file of a private CA, trusted beside the system's; optional
}

// check refuses settings with which nothing must be sent.
func (s Settings) check() error {
	switch {
	case s.Host == "":
		return newError(CodeUnconfigured, errors.New("no mail server is set"))
	case !clients.ValidEmail(s.From):
		return newError(CodeUnconfigured, fmt.Errorf("%q is no address to send from", s.From))
	case s.Security != StartTLS && s.Security != TLS && s.Security != Plain:
		return newError(CodeUnconfigured, fmt.Errorf("unknown security %q", s.Security))
	case s.Security == Plain && !loopback(s.Host):
		return newError(CodeInsecure, fmt.Errorf("without encryption only to this machine, not to %s", s.Host))
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (s Settings) port() int {
	switch {
	case s.Port != 0:
		return s.Port
	case s.Security == TLS:
		return 465
	case s.Security == Plain:
		return 25
	}
	return 587
}

func (s Settings) tls() (*tls.Config, error) {
	config := &tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12}
	if s.CA == "" {
		return config, nil
	}
	pem, err := os.ReadFile(s.CA)
	if err != nil {
		return nil, newError(CodeTLS, err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, newError(CodeTLS, fmt.Errorf("%s holds no certificate", s.CA))
	}
	config.RootCAs = pool
	return config, nil
}
