package sipua

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"permanence/phone"
)

func TestFramer(t *testing.T) {
	short := "OPTIONS sip:a SIP/2.0\r\nl:0\r\n\r\n"
	long := "MESSAGE sip:a SIP/2.0\r\nContent-Length  :\r\n 5\r\nX: y\r\n\r\nhello"
	for name, c := range map[string]struct {
		stream string
		want   []string
		err    error
	}{
		"one":                       {stream: short, want: []string{short}},
		"two, with keep-alives":     {stream: "\r\n\r\n" + long + "\r\n\r\n" + short + "\r\n", want: []string{long, short}},
		"a part":                    {stream: short + long[:len(long)-1], want: []string{short}},
		"no length":                 {stream: "OPTIONS sip:a SIP/2.0\r\n\r\n", err: errNoFraming},
		"a negative length":         {stream: "OPTIONS sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n", err: errNoFraming},
		"two lengths":               {stream: "OPTIONS sip:a SIP/2.0\r\nl: 0\r\nContent-Length: 1\r\n\r\n", err: errNoFraming},
		"twice the same":            {stream: "A b SIP/2.0\r\nl: 0\r\nl: 0\r\n\r\n", want: []string{"A b SIP/2.0\r\nl: 0\r\nl: 0\r\n\r\n"}},
		"a gigabyte to come":        {stream: "OPTIONS sip:a SIP/2.0\r\nl: 1073741824\r\n\r\n", err: errTooLarge},
		"more than a number holds":  {stream: "OPTIONS sip:a SIP/2.0\r\nl: 99999999999999999999\r\n\r\n", err: errNoFraming},
		"headers without end":       {stream: "OPTIONS sip:a SIP/2.0\r\n" + strings.Repeat("X: y\r\n", maxHead/6), err: errTooLarge},
		"one line without end":      {stream: strings.Repeat("x", maxHead+1), err: errTooLarge},
		"headers that are too long": {stream: "A b SIP/2.0\r\nX: " + strings.Repeat("x", maxHead) + "\r\nl: 0\r\n\r\n", err: errTooLarge},
	} {
		for _, step := range []int{1, 7, len(c.stream)} {
			got, held, err := framed(c.stream, step)
			if fmt.Sprint(got) != fmt.Sprint(c.want) || !errors.Is(err, c.err) {
				t.Errorf("%s, %d at a time: %q, %v", name, step, got, err)
			}
			if held > maxMessage+step {
				t.Errorf("%s: %d bytes held", name, held)
			}
		}
	}
}

// framed cuts a stream that comes so many bytes at a time.
func framed(stream string, step int) (all []string, held int, err error) {
	var f framer
	for b := []byte(stream); len(b) > 0; {
		n := min(step, len(b))
		f.add(b[:n], time.Now())
		b = b[n:]
		for {
			m, err := f.next()
			if err != nil {
				return all, held, err
			}
			if m == nil {
				break
			}
			all = append(all, string(m))
		}
		held = max(held, len(f.buf))
	}
	return all, held, nil
}

// FuzzFramer checks that a stream is cut the same however it comes, and that
// nothing is lost or held beyond the bound.
func FuzzFramer(f *testing.F) {
	for _, s := range seeds(netip.MustParseAddrPort("127.0.0.1:5060")) {
		f.Add([]byte(s+s), 7)
	}
	f.Add([]byte("A b SIP/2.0\r\nl\r\n: 1\r\n\r\nx\r\n\r\n"), 1)
	f.Fuzz(func(t *testing.T, stream []byte, step int) {
		if len(stream) == 0 || len(stream) > 4*maxMessage {
			return
		}
		step = max(1, min(step, len(stream)))
		whole, _, err := framed(string(stream), len(stream))
		parts, held, partErr := framed(string(stream), step)
		if strings.Join(whole, "|") != strings.Join(parts, "|") || (err == nil) != (partErr == nil) {
			t.Errorf("%q, %v at once; %q, %v by %d", whole, err, parts, partErr, step)
		}
		if held > maxMessage+step {
			t.Errorf("%d bytes held", held)
		}
		for _, m := range parts {
			if !bytes.Contains(stream, []byte(m)) {
				t.Errorf("%q did not come", m)
			}
		}
	})
}

func TestHeadersAreBounded(t *testing.T) {
	ep := &endpoint{}
	for name, b := range map[string][]byte{
		"many":  []byte("OPTIONS sip:a SIP/2.0\r\n" + strings.Repeat("X: y\r\n", maxHeaders+1) + "\r\n"),
		"long":  []byte("OPTIONS sip:a SIP/2.0\r\nX: " + strings.Repeat("x", maxHead) + "\r\n\r\n"),
		"large": append([]byte("OPTIONS sip:a SIP/2.0\r\n\r\n"), make([]byte, maxMessage)...),
	} {
		if _, err := ep.parse(b); !errors.Is(err, errTooLarge) && !errors.Is(err, errTooManyHeaders) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// tcpFortress is a fortress that listens on TCP.
func tcpFortress(t *testing.T) *desk {
	d := newDesk(t)
	line := phone.Line{
		ID: "direct", Direct: true, Bind: "127.0.0.1:0", User: "desk", Transport: phone.TCP, Peers: []string{"127.0.0.1"},
	}
	if err := d.SetLines([]phone.Line{line}); err != nil {
		t.Fatal(err)
	}
	expect(d.recorder, func(e phone.LineChanged) bool { return e.State == phone.LineListening })
	d.at, _ = d.Address("direct")
	return d
}

func connect(t *testing.T, from string, at netip.AddrPort) net.Conn {
	t.Helper()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c, err := dialer.Dial("tcp", at.String())
	if err != nil {
		t.Skipf("no connection from %s: %v", from, err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// TestStrangersConnectionsLeaveRoom: however many connections strangers open, a
// peer gets his, and strangers have a few for a short time.
func TestStrangersConnectionsLeaveRoom(t *testing.T) {
	d := tcpFortress(t)
	ep := lineOf(d, "direct").ep.Load()
	for range 2 * maxStreams {
		connect(t, "127.0.0.2", d.at)
	}
	c := connect(t, "127.0.0.1", d.at)
	if _, err := io.WriteString(c, crlf(options("127.0.0.1", "tcp"))); err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadDeadline(time.Now().Add(patience))
	buf := make([]byte, 4096)
	if n, err := c.Read(buf); err != nil || !bytes.HasPrefix(buf[:n], []byte("SIP/2.0 200 ")) {
		t.Fatalf("%q, %v", buf[:n], err)
	}
	ep.mu.Lock()
	defer ep.mu.Unlock()
	if n := len(ep.streams); n > maxStrangers+1 {
		t.Errorf("%d connections are open", n)
	}
	for _, s := range ep.streams {
		if left := time.Until(s.deadline(time.Time{})); s.to.at.Addr() != loopback && left > strangerTime {
			t.Errorf("a stranger may stay %v", left)
		}
	}
}

// options is an OPTIONS as a server sends it to see whether we are there.
func options(from, transport string) string {
	return fmt.Sprintf(`OPTIONS sip:desk@here SIP/2.0
Via: SIP/2.0/%s %s;branch=z9hG4bK%s;rport
Max-Forwards: 70
From: <sip:peer@here>;tag=1
To: <sip:desk@here>
Call-ID: %s
CSeq: 1 OPTIONS
Content-Length: 0

`, strings.ToUpper(transport), from, newTag(), newTag())
}

// TestSlowMessagesAreGivenUp: a message must be complete in time.
func TestSlowMessagesAreGivenUp(t *testing.T) {
	now := time.Now()
	for name, c := range map[string]struct {
		s     *stream
		begun time.Time
		want  time.Duration // 0: no deadline
	}{
		"a registrar that says nothing":      {s: &stream{ep: &endpoint{}}},
		"a registrar in a message":           {s: &stream{ep: &endpoint{}}, begun: now, want: messageTime},
		"a peer that says nothing":           {s: &stream{ep: &endpoint{tcp: &net.TCPListener{}}}, want: idleTimeout},
		"a peer in a message":                {s: &stream{ep: &endpoint{tcp: &net.TCPListener{}}}, begun: now, want: messageTime},
		"a stranger":                         {s: &stream{ep: &endpoint{tcp: &net.TCPListener{}}, until: now.Add(3 * time.Second)}, want: 3 * time.Second},
		"a stranger in a message that lasts": {s: &stream{ep: &endpoint{tcp: &net.TCPListener{}}, until: now.Add(3 * time.Second)}, begun: now, want: 3 * time.Second},
	} {
		at := c.s.deadline(c.begun)
		if c.want == 0 != at.IsZero() || (c.want != 0 && at.Sub(now).Round(time.Second) != c.want) {
			t.Errorf("%s: %v, want %v", name, at.Sub(now), c.want)
		}
	}
}

func TestTalkersLeaveRoomForCalls(t *testing.T) {
	var table transactions[int]
	for i := range maxTransactions {
		table.put(fmt.Sprint("chatter", i), i, roomFor("INFO"))
	}
	if len(table.m) != maxChatter {
		t.Errorf("%d are kept, want %d", len(table.m), maxChatter)
	}
	for i := range maxTransactions {
		table.put(fmt.Sprint("call", i), i, roomFor("INVITE"))
	}
	if len(table.m) != maxTransactions {
		t.Errorf("%d are kept, want %d", len(table.m), maxTransactions)
	}
}
