package sipua

import (
	"context"
	"net"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"permanence/phone"
)

// zone is a DNS server that knows the given records, and nothing else.
func zone(t testing.TB, records ...string) *names {
	t.Helper()
	var known []dns.RR
	for _, r := range records {
		rr, err := dns.NewRR(r)
		if err != nil {
			t.Fatal(err)
		}
		known = append(known, rr)
	}
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	up := make(chan struct{})
	s := &dns.Server{PacketConn: c, NotifyStartedFunc: func() { close(up) }, Handler: dns.HandlerFunc(
		func(w dns.ResponseWriter, q *dns.Msg) { _ = w.WriteMsg(answerFrom(known, q)) })}
	gone := make(chan struct{})
	go func() { defer close(gone); _ = s.ActivateAndServe() }()
	<-up
	t.Cleanup(func() { _ = s.Shutdown(); <-gone })
	return &names{server: c.LocalAddr().String()}
}

func answerFrom(known []dns.RR, q *dns.Msg) *dns.Msg {
	res := new(dns.Msg).SetReply(q)
	res.Rcode = dns.RcodeNameError
	for _, rr := range known {
		if h := rr.Header(); strings.EqualFold(h.Name, q.Question[0].Name) {
			res.Rcode = dns.RcodeSuccess
			if h.Rrtype == q.Question[0].Qtype {
				res.Answer = append(res.Answer, rr)
			}
		}
	}
	return res
}

func TestServersAreFoundByRFC3263(t *testing.T) {
	z := zone(
		t,
		`full.test. 60 IN NAPTR 20 10 "s" "SIP+D2U" "" _sip._udp.other.test.`,
		`full.test. 60 IN NAPTR 10 20 "s" "SIP+D2T" "" _sip._tcp.other.test.`,
		`full.test. 60 IN NAPTR 10 30 "s" "SIP+D2T" "" _sip._tcp.last.test.`,
		`full.test. 60 IN NAPTR 10 10 "s" "SIPS+D2T" "" _sips._tcp.other.test.`,
		`_sip._udp.other.test. 60 IN SRV 20 0 5080 b.test.`,
		`_sip._udp.other.test. 60 IN SRV 10 0 5070 a.test.`,
		`_sip._tcp.other.test. 60 IN SRV 10 0 5090 a.test.`,
		`_sip._tcp.last.test. 60 IN SRV 10 0 5091 b.test.`,
		`_sips._tcp.other.test. 60 IN SRV 10 0 5061 b.test.`,
		`_sip._udp.plain.test. 60 IN SRV 10 0 5075 gone.test.`,
		`_sip._udp.plain.test. 60 IN SRV 10 0 5076 a.test.`,
		`plain.test. 60 IN A 192.0.2.9`,
		`refused.test. 60 IN A 192.0.2.8`, `_sip._udp.refused.test. 60 IN SRV 0 0 5060 .`,
		`a.test. 60 IN A 192.0.2.1`, `b.test. 60 IN AAAA 2001:db8::2`, `b.test. 60 IN A 192.0.2.2`,
	)
	for _, c := range []struct {
		network phone.Transport
		host    string
		want    string
	}{
		{phone.UDP, "full.test", "192.0.2.1:5070/0 192.0.2.2:5080/1 [2001:db8::2]:5080/1"},
		{phone.TCP, "full.test", "192.0.2.1:5090/0 192.0.2.2:5091/1 [2001:db8::2]:5091/1"},
		{phone.TLS, "full.test", "192.0.2.2:5061/0 [2001:db8::2]:5061/0"},
		{phone.UDP, "plain.test", "192.0.2.1:5076/0"},
		{phone.TCP, "plain.test", "192.0.2.9:5060/0"},
		{phone.TLS, "plain.test", "192.0.2.9:5061/0"},
		{phone.UDP, "plain.test:5099", "192.0.2.9:5099/0"},
		{phone.UDP, "refused.test", "192.0.2.8:5060/0"},
		{phone.TLS, "192.0.2.7", "192.0.2.7:5061/0"},
		{phone.UDP, "[2001:db8::1]", "[2001:db8::1]:5060/0"},
	} {
		t.Run(string(c.network)+" "+c.host, func(t *testing.T) {
			p, err := placeOf(c.host)
			if err != nil {
				t.Fatal(err)
			}
			hops, err := z.resolve(context.Background(), c.network, p)
			if got := written(hops); err != nil || got != c.want {
				t.Errorf("%s, %v\nwant %s", got, err, c.want)
			}
			for _, h := range hops {
				if h.name != p.host || h.network != c.network {
					t.Errorf("%+v is not %s over %s", h, p.host, c.network)
				}
			}
		})
	}
	if hops, err := z.resolve(context.Background(), phone.UDP, place{host: "nobody.test"}); err == nil {
		t.Errorf("nobody is at %v", hops)
	}
}

func written(hops []hop) string {
	var all []string
	for _, h := range hops {
		all = append(all, h.at.String()+"/"+string(rune('0'+h.tier)))
	}
	return strings.Join(all, " ")
}

func TestWeightsSpreadTheLoad(t *testing.T) {
	z := zone(
		t,
		`_sip._udp.big.test. 60 IN SRV 10 95 5060 a.test.`, `_sip._udp.big.test. 60 IN SRV 10 5 5060 b.test.`,
		`a.test. 60 IN A 192.0.2.1`, `b.test. 60 IN A 192.0.2.2`,
	)
	first := map[string]int{}
	for range 300 {
		hops, err := z.resolve(context.Background(), phone.UDP, place{host: "big.test"})
		if err != nil || len(hops) != 2 || hops[1].tier != 0 {
			t.Fatal(hops, err)
		}
		first[hops[0].target]++
	}
	if first["a.test"] < 200 || first["b.test"] == 0 {
		t.Errorf("first were %v, of weights 95 and 5", first)
	}
}

// TestDNSThatIsSilentAboutNAPTR: home routers drop what they do not know.
func TestDNSThatIsSilentAboutNAPTR(t *testing.T) {
	t.Parallel()
	z := zone(t, `_sip._udp.x.test. 60 IN SRV 1 0 5070 a.test.`, `a.test. 60 IN A 192.0.2.1`)
	dead, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = dead.Close() }()
	quiet := &names{server: dead.LocalAddr().String()}
	if got := quiet.replacements(context.Background(), phone.UDP, "x.test"); got != nil {
		t.Errorf("silence said %v", got)
	}
	hops := z.service(context.Background(), phone.UDP, "x.test", directService(phone.UDP, "x.test"), nil)
	if written(hops) != "192.0.2.1:5070/0" {
		t.Errorf("found %s", written(hops))
	}
}
