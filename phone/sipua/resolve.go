package sipua

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// hop is one address at which a server or a peer can be reached, and how: what
// RFC 3263 makes of a host.
type hop struct {
	at      netip.AddrPort
	network phone.Transport
	name    string // the host as it was given: a certificate must carry it (RFC 5922 §4)
	target  string // the host that the DNS named for it
	tier    int    // hops of a lower tier are to be preferred; within one they are equals
}

// same tells whether two hops are one way, whatever lookup found them.
func (h hop) same(o hop) bool { return h.key() == o.key() }

// hopKey is what makes two hops one: a connection is kept for each.
type hopKey struct {
	at      netip.AddrPort
	network phone.Transport
	name    string
}

func (h hop) key() hopKey { return hopKey{h.at, h.network, strings.ToLower(h.name)} }

// String names a hop for a person.
func (h hop) String() string {
	if h.target == "" || h.target == h.at.Addr().String() {
		return h.at.String()
	}
	return fmt.Sprintf("%s (%s)", printable(h.target), h.at)
}

// place is a host and perhaps a port, as an address of record or a URI has them.
type place struct {
	host string
	port uint16 // 0 when not given: SRV records may then tell (RFC 3263 §4.2)
}

// placeOf reads "host", "host:port", "[v6]" and "[v6]:port".
func placeOf(s string) (place, error) {
	s = strings.TrimSpace(s)
	host, port := s, ""
	if h, p, err := net.SplitHostPort(s); err == nil {
		host, port = h, p
	}
	host = strings.Trim(host, "[]")
	if host == "" || strings.ContainsAny(host, "@[];/") || !oneWord(host) {
		return place{}, fmt.Errorf("%q is not a host", s)
	}
	if port == "" {
		return place{host: host}, nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return place{}, fmt.Errorf("%q has no valid port", s)
	}
	return place{host: host, port: uint16(n)}, nil
}

func placeOfURI(u sip.Uri) (place, error) {
	if u.Host == "" || u.Port < 0 || u.Port > 65535 {
		return place{}, fmt.Errorf("no host in %q", u.String())
	}
	return place{host: strings.Trim(u.Host, "[]"), port: uint16(u.Port)}, nil
}

// portOr is the port, or the one that a transport has by default (RFC 3261 §19.1.2).
func (p place) portOr(network phone.Transport) uint16 {
	switch {
	case p.port != 0:
		return p.port
	case network == phone.TLS:
		return uint16(sip.DefaultTlsPort)
	}
	return uint16(sip.DefaultUdpPort)
}
