package sipua

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

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
	if host == "" || strings.ContainsAny(host, " @<>;/\"") {
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

// resolve finds where a place can be reached, best first.
func resolve(ctx context.Context, network phone.Transport, p place) ([]netip.AddrPort, error) {
	if a, err := netip.ParseAddr(p.host); err == nil {
		return []netip.AddrPort{netip.AddrPortFrom(a.Unmap(), p.portOr(sip.DefaultUdpPort))}, nil
	}
	if p.port == 0 {
		if hops := resolveSRV(ctx, network, p.host); len(hops) > 0 {
			return hops, nil
		}
	}
	return resolveHost(ctx, p.host, p.portOr(sip.DefaultUdpPort))
}

func (p place) portOr(port int) uint16 {
	if p.port != 0 {
		return p.port
	}
	return uint16(port)
}

func resolveHost(ctx context.Context, host string, port uint16) ([]netip.AddrPort, error) {
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, fmt.Errorf("looking up %s: %w", host, err)
	}
	var v4, v6 []netip.AddrPort
	for _, a := range addrs {
		if a = a.Unmap(); a.Is4() {
			v4 = append(v4, netip.AddrPortFrom(a, port))
		} else {
			v6 = append(v6, netip.AddrPortFrom(a, port))
		}
	}
	return append(v4, v6...), nil
}

func resolveSRV(ctx context.Context, network phone.Transport, host string) []netip.AddrPort {
	_, records, err := net.DefaultResolver.LookupSRV(ctx, "sip", string(network), host)
	if err != nil {
		return nil // most domains have none
	}
	var hops []netip.AddrPort
	for _, r := range records {
		if at, err := resolveHost(ctx, strings.TrimSuffix(r.Target, "."), r.Port); err == nil {
			hops = append(hops, at...)
		}
	}
	return hops
}
