package sipua

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"

	"permanence/phone"
)

const (
	// naptrPatience is short: many home routers never answer for NAPTR.
	naptrPatience = time.Second
	// maxHops bounds what the DNS can make us try.
	maxHops = 16
)

// names looks up where a host's SIP is (RFC 3263). The zero value asks the
// system's servers.
type names struct {
	server string // a DNS server, host:port, to ask instead
}

// hosts is Go's own resolver, which knows the hosts file; NAPTR it does not know.
func (n *names) hosts() *net.Resolver {
	if n.server == "" {
		return net.DefaultResolver
	}
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, n.server)
	}}
}

// resolve finds where a place can be reached, best first (RFC 3263 §4). The
// transport is the line's own: records for others are not ours to follow.
func (n *names) resolve(ctx context.Context, network phone.Transport, p place) ([]hop, error) {
	if a, err := netip.ParseAddr(p.host); err == nil {
		return []hop{{at: netip.AddrPortFrom(a.Unmap(), p.portOr(network)), network: network, name: p.host}}, nil
	}
	if p.port == 0 {
		if hops := n.services(ctx, network, p.host); len(hops) > 0 {
			return hops, nil
		}
	}
	addrs, err := n.addresses(ctx, p.host)
	if err != nil {
		return nil, err
	}
	var hops []hop
	for _, a := range addrs {
		hops = append(hops, hop{at: netip.AddrPortFrom(a, p.portOr(network)), network: network, name: p.host, target: p.host})
	}
	return hops[:min(len(hops), maxHops)], nil
}

// services follows NAPTR records to SRV records, or asks for SRV directly when
// there are none for this transport (RFC 3263 §4.1).
func (n *names) services(ctx context.Context, network phone.Transport, host string) []hop {
	var hops []hop
	for _, name := range n.replacements(ctx, network, host) {
		hops = n.service(ctx, network, host, name, hops)
	}
	if len(hops) == 0 {
		hops = n.service(ctx, network, host, directService(network, host), nil)
	}
	return hops
}

// directService is the SRV name of a transport.
func directService(network phone.Transport, host string) string {
	switch network {
	case phone.TLS:
		return "_sips._tcp." + host
	case phone.TCP:
		return "_sip._tcp." + host
	}
	return "_sip._udp." + host
}

// naptrService is what a NAPTR record for a transport offers (RFC 3263 §4.1).
func naptrService(network phone.Transport) string {
	switch network {
	case phone.TLS:
		return "SIPS+D2T"
	case phone.TCP:
		return "SIP+D2T"
	}
	return "SIP+D2U"
}

// service adds the addresses of an SRV name, which the resolver has put into the
// order of RFC 2782: each priority is a tier, weighted chance decides within it.
func (n *names) service(ctx context.Context, network phone.Transport, host, name string, hops []hop) []hop {
	_, records, _ := n.hosts().LookupSRV(ctx, "", "", name) // some may be good beside an error
	tier, priority := -1, -1
	if len(hops) > 0 {
		tier = hops[len(hops)-1].tier
	}
	for _, r := range records {
		target := strings.TrimSuffix(r.Target, ".")
		addrs, err := n.addresses(ctx, target)
		if err != nil || r.Port == 0 {
			continue
		}
		if int(r.Priority) != priority {
			tier, priority = tier+1, int(r.Priority)
		}
		for _, a := range addrs {
			if len(hops) < maxHops {
				hops = append(hops, hop{netip.AddrPortFrom(a, r.Port), network, host, target, tier})
			}
		}
	}
	return hops
}

// addresses are those of a host, IPv4 before IPv6: few trunks speak the latter.
func (n *names) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a.Unmap()}, nil
	}
	addrs, err := n.hosts().LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, fmt.Errorf("looking up %s: %w", host, err)
	}
	for i := range addrs {
		addrs[i] = addrs[i].Unmap()
	}
	slices.SortStableFunc(addrs, func(a, b netip.Addr) int { return cmp.Compare(a.BitLen(), b.BitLen()) })
	return addrs, nil
}

// replacements are the SRV names that a host's NAPTR records give for a
// transport, best first (RFC 3403 §4.1). None is no error: most hosts have none.
func (n *names) replacements(ctx context.Context, network phone.Transport, host string) []string {
	ctx, cancel := context.WithTimeout(ctx, naptrPatience)
	defer cancel()
	var found []*dns.NAPTR
	for _, rr := range n.ask(ctx, host, dns.TypeNAPTR) {
		r, ok := rr.(*dns.NAPTR)
		if ok && strings.EqualFold(r.Flags, "s") && strings.EqualFold(r.Service, naptrService(network)) {
			found = append(found, r)
		}
	}
	slices.SortStableFunc(found, func(a, b *dns.NAPTR) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Preference, b.Preference))
	})
	var all []string
	for _, r := range found[:min(len(found), maxHops)] {
		all = append(all, strings.TrimSuffix(r.Replacement, "."))
	}
	return all
}

// ask puts one question to the DNS, again over TCP if the answer was cut.
func (n *names) ask(ctx context.Context, host string, kind uint16) []dns.RR {
	for _, server := range n.servers() {
		q := new(dns.Msg).SetQuestion(dns.Fqdn(host), kind)
		c := dns.Client{UDPSize: 1232}
		res, _, err := c.ExchangeContext(ctx, q, server)
		if err == nil && res.Truncated {
			c.Net = "tcp"
			res, _, err = c.ExchangeContext(ctx, q, server)
		}
		if err == nil {
			return res.Answer
		}
	}
	return nil
}

// servers are the system's DNS servers. The file is read each time: another
// network has others.
func (n *names) servers() []string {
	if n.server != "" {
		return []string{n.server}
	}
	cfg, err := dns.ClientConfigFromFile("/etc/resolv.conf")
	if err != nil {
		return nil // not this system's way; SRV and addresses are asked otherwise
	}
	var all []string
	for _, s := range cfg.Servers {
		all = append(all, net.JoinHostPort(s, cfg.Port))
	}
	return all
}
