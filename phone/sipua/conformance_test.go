package sipua

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"permanence/audio/audiotest"
	"permanence/phone"
	"permanence/phone/phonetest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	t.Run("udp", func(t *testing.T) {
		t.Parallel()
		phonetest.Run(t, func(testing.TB) phonetest.Network { return directLines{phone.UDP, loopback} })
	})
	t.Run("tcp", func(t *testing.T) {
		t.Parallel()
		phonetest.Run(t, func(testing.TB) phonetest.Network { return directLines{phone.TCP, loopback} })
	})
	t.Run("udp over IPv6", func(t *testing.T) {
		t.Parallel()
		if c, err := net.Listen("tcp", "[::1]:0"); err != nil {
			t.Skip("this computer has no IPv6")
		} else {
			_ = c.Close()
		}
		phonetest.Run(t, func(testing.TB) phonetest.Network { return directLines{phone.UDP, netip.IPv6Loopback()} })
	})
}

// directLines are agents that call each other over loopback without a registrar.
type directLines struct {
	transport phone.Transport
	on        netip.Addr
}

func (n directLines) Agent(t testing.TB, name string, report func(phone.Event)) phonetest.Member {
	cfg := testConfig(report)
	cfg.Bind, cfg.Sounds = n.on, library()
	a, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	line := phone.Line{ID: "direct", Direct: true, Bind: netip.AddrPortFrom(n.on, 0).String(), User: name, Transport: n.transport}
	if err := a.SetLines([]phone.Line{line}); err != nil {
		t.Fatal(err)
	}
	at := addressOfLine(t, a, line.ID)
	return phonetest.Member{UA: a, Line: line.ID, Address: fmt.Sprintf("sip:%s@%s;transport=%s", name, at, n.transport)}
}

// library has the sounds of the suite.
func library() *audiotest.Library {
	l := audiotest.NewLibrary()
	for s, d := range phonetest.Sounds {
		l.Put(string(s), d, audiotest.Tone{Hz: 1000, DBFS: audiotest.Voice})
	}
	return l
}

func addressOfLine(t testing.TB, a *Agent, id phone.LineID) netip.AddrPort {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		if at, ok := a.Address(id); ok {
			return at
		}
		<-time.After(time.Millisecond)
	}
	t.Fatal("the line does not listen")
	return netip.AddrPort{}
}

// Nobody is a server that knows nobody.
func (n directLines) Nobody(t testing.TB, _ phonetest.Member) string {
	ep, err := listen(n.transport, netip.AddrPortFrom(n.on, 0), true, quiet())
	if err != nil {
		t.Fatal(err)
	}
	ep.handle = func(_ *endpoint, r *request) { r.reply(404) }
	ep.start()
	t.Cleanup(func() { ep.release(); ep.wait() })
	return fmt.Sprintf("sip:nobody@%s", ep.listening())
}

// TakenElsewhere plays the proxy that rang two telephones.
func (n directLines) TakenElsewhere(t testing.TB, m phonetest.Member) {
	at := strings.TrimPrefix(m.Address, "sip:B@")
	at, _, _ = strings.Cut(at, ";")
	c, err := net.Dial(string(n.transport), at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	me := c.LocalAddr().String()
	say := func(method, more string) {
		_, err := fmt.Fprintf(c, strings.ReplaceAll(`%s sip:B@%s SIP/2.0
Via: SIP/2.0/%s %s;branch=z9hG4bKelse;rport
Max-Forwards: 70
From: <sip:proxy@%s>;tag=1
To: <sip:B@%s>
Call-ID: elsewhere@test
CSeq: 1 %s
Contact: <sip:proxy@%s>
%sContent-Length: 0

`, "\n", "\r\n"), method, at, strings.ToUpper(string(n.transport)), me, me, at, method, me, more)
		if err != nil {
			t.Fatal(err)
		}
	}
	say("INVITE", "")
	buf := make([]byte, 4096)
	for {
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		k, err := c.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(buf[:k]), " 180 ") {
			break
		}
	}
	say("CANCEL", "Reason: SIP ;cause=200 ;text=\"Call completed elsewhere\"\r\n")
}
