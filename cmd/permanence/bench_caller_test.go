package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"
	"github.com/zaf/g711"
)

// rawCaller is a telephone made of two sockets and text, so that nothing of what
// is measured runs on the caller's side. It speaks PCMA (G.711) in frames of 20 ms.
type rawCaller struct {
	b    *testing.B
	desk *net.UDPAddr
	sip  *net.UDPConn
	rtp  *net.UDPConn
	call rawDialog
}

// rawDialog is the call a rawCaller is in.
type rawDialog struct {
	id, number, branch string
	to                 string       // with the desk's tag, once it answered
	media              *net.UDPAddr // where the desk hears
}

func newRawCaller(b *testing.B, desk string) *rawCaller {
	b.Helper()
	at, err := net.ResolveUDPAddr("udp", desk)
	if err != nil {
		b.Fatal(err)
	}
	return &rawCaller{b: b, desk: at, sip: openUDP(b), rtp: openUDP(b)}
}

func openUDP(b *testing.B) *net.UDPConn {
	b.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	return conn
}

// invite calls a number, and tells when the request left.
func (c *rawCaller) invite(number string) time.Time {
	c.b.Helper()
	c.call = rawDialog{
		id: uuid.NewString(), number: number, branch: "z9hG4bK" + uuid.NewString(),
		to: fmt.Sprintf("<sip:%s@%s>", number, c.desk),
	}
	text := c.request("INVITE", c.offer())
	began := time.Now()
	c.send(text)
	return began
}

func (c *rawCaller) offer() string {
	port := c.rtp.LocalAddr().(*net.UDPAddr).Port
	return crlf(fmt.Sprintf("v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\n"+
		"m=audio %d RTP/AVP 8\na=rtpmap:8 PCMA/8000\na=ptime:20\na=sendrecv\n", port))
}

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

// request writes a request of the present call. An ACK of a 2xx and a BYE are
// transactions of their own (RFC 3261 §13.2.2.4, §15.1.1); a CANCEL and the ACK of
// a refusal repeat the INVITE's branch (§9.1, §17.1.1.3).
func (c *rawCaller) request(method, body string) string {
	seq, kind := 1, ""
	if method == "BYE" {
		seq = 2
	}
	if body != "" {
		kind = "Content-Type: application/sdp\n"
	}
	me := c.sip.LocalAddr()
	return crlf(fmt.Sprintf("%s sip:%s@%s SIP/2.0\nVia: SIP/2.0/UDP %s;branch=%s;rport\nMax-Forwards: 70\n"+
		"From: \"Mme Lefèvre\" <sip:0639981122@%s>;tag=%s\nTo: %s\nCall-ID: %s\nCSeq: %d %s\nContact: <sip:caller@%s>\n"+
		"%sContent-Length: %d\n\n", method, c.call.number, c.desk, me, c.call.branch,
		me, c.call.id[:8], c.call.to, c.call.id, seq, method, me, kind, len(body))) + body
}

func (c *rawCaller) send(text string) {
	c.b.Helper()
	if _, err := c.sip.WriteToUDP([]byte(text), c.desk); err != nil {
		c.b.Fatal(err)
	}
}

// final waits for the final response to a request of the present call.
func (c *rawCaller) final(method sip.RequestMethod) *sip.Response {
	c.b.Helper()
	_ = c.sip.SetReadDeadline(time.Now().Add(benchPatience))
	packet := make([]byte, 65536)
	for {
		n, _, err := c.sip.ReadFromUDP(packet)
		if err != nil {
			c.b.Fatalf("no answer to %s: %v", method, err)
		}
		m, err := sip.ParseMessage(bytes.Clone(packet[:n]))
		if err != nil {
			continue // a keep-alive
		}
		r, ok := m.(*sip.Response)
		if ok && r.StatusCode >= 200 && r.CSeq().MethodName == method && r.CallID().Value() == c.call.id {
			return r
		}
	}
}

// answered waits until the desk takes the call, and acknowledges.
func (c *rawCaller) answered() {
	c.b.Helper()
	r := c.final(sip.INVITE)
	if r.StatusCode != 200 {
		c.b.Fatalf("the call was answered with %s", r.StartLine())
	}
	c.call.to = r.To().Value()
	c.call.media = mediaOf(c.b, string(r.Body()))
	c.call.branch = "z9hG4bK" + uuid.NewString()
	c.send(c.request("ACK", ""))
}

func mediaOf(b *testing.B, sdp string) *net.UDPAddr {
	b.Helper()
	var port int
	_, after, _ := strings.Cut(sdp, "m=audio ")
	if _, err := fmt.Sscan(after, &port); err != nil {
		b.Fatalf("no voice in the answer:\n%s", sdp)
	}
	return &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}
}

// giveUp cancels a call that still rings.
func (c *rawCaller) giveUp() {
	c.b.Helper()
	c.send(c.request("CANCEL", ""))
	r := c.final(sip.INVITE)
	c.call.to = r.To().Value()
	c.send(c.request("ACK", ""))
}

// hangUp ends a call that was answered.
func (c *rawCaller) hangUp() {
	c.b.Helper()
	c.call.branch = "z9hG4bK" + uuid.NewString()
	c.send(c.request("BYE", ""))
	c.final("BYE")
}

// rtpHeader is the length of an RTP header without extensions (RFC 3550 §5.1).
const rtpHeader = 12

// frame20 is a frame of 20 ms in samples of 8 kHz.
const frame20 = 160

// mouth sends the caller's voice: silence, and a burst of tone when asked.
type mouth struct {
	due  atomic.Bool
	said chan time.Time // when the first packet of a burst left
	quit chan struct{}
	done chan struct{}
}

// speak begins to talk to the desk, until the mouth is shut.
func (c *rawCaller) speak() *mouth {
	m := &mouth{said: make(chan time.Time, 1), quit: make(chan struct{}), done: make(chan struct{})}
	go m.run(c.rtp, c.call.media)
	return m
}

func (m *mouth) shut() { close(m.quit); <-m.done }

func (m *mouth) run(conn *net.UDPConn, to *net.UDPAddr) {
	defer close(m.done)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	silence, tone := g711.EncodeAlaw(make([]byte, 2*frame20)), g711.EncodeAlaw(pcm16(burst(8000, 40*time.Millisecond)))
	var left []byte // of a burst that was begun
	for seq := uint32(0); ; seq++ {
		select {
		case <-m.quit:
			return
		case <-tick.C:
		}
		payload, first := silence, false
		if len(left) == 0 && m.due.CompareAndSwap(true, false) {
			left, first = tone, true
		}
		if len(left) > 0 {
			payload, left = left[:frame20], left[frame20:]
		}
		if first {
			m.said <- time.Now()
		}
		_, _ = conn.WriteToUDP(rtpPacket(seq, payload), to) // it may be gone already
	}
}

func rtpPacket(seq uint32, payload []byte) []byte {
	p := make([]byte, rtpHeader, rtpHeader+len(payload))
	p[0], p[1] = 0x80, 8 // version 2, PCMA
	binary.BigEndian.PutUint16(p[2:], uint16(seq))
	binary.BigEndian.PutUint32(p[4:], seq*frame20)
	binary.BigEndian.PutUint32(p[8:], 0x12345678)
	return append(p, payload...)
}

// burst is a loud tone of 1 kHz, at a rate in Hz.
func burst(rate int, long time.Duration) []int16 {
	out := make([]int16, int(long.Seconds()*float64(rate)))
	for i := range out {
		out[i] = int16(20000 * math.Sin(2*math.Pi*1000*float64(i)/float64(rate)))
	}
	return out
}

// burstHeard is the sample from which a burst is heard, far above any noise.
const burstHeard = 5000

func pcm16(pcm []int16) []byte {
	out := make([]byte, 0, 2*len(pcm))
	for _, s := range pcm {
		out = binary.LittleEndian.AppendUint16(out, uint16(s))
	}
	return out
}

// firstRTP waits for a packet of the desk's voice, and tells when it came.
func (c *rawCaller) firstRTP() time.Time {
	c.b.Helper()
	_ = c.rtp.SetReadDeadline(time.Now().Add(benchPatience))
	packet := make([]byte, 2048)
	for {
		n, _, err := c.rtp.ReadFromUDP(packet)
		if err != nil {
			c.b.Fatalf("no voice from the desk: %v", err)
		}
		if n > rtpHeader && packet[0]>>6 == 2 {
			return time.Now()
		}
	}
}

// drain forgets the packets of a call that is over.
func (c *rawCaller) drain() {
	_ = c.rtp.SetReadDeadline(time.Now().Add(time.Millisecond))
	packet := make([]byte, 2048)
	for {
		if _, _, err := c.rtp.ReadFromUDP(packet); err != nil {
			return
		}
	}
}

// burstsHeard tells when bursts are heard in the desk's voice, until the socket
// closes or the call is quit.
func (c *rawCaller) burstsHeard(quit <-chan struct{}) <-chan time.Time {
	heard := make(chan time.Time, 1)
	go func() {
		packet := make([]byte, 2048)
		for {
			_ = c.rtp.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
			n, _, err := c.rtp.ReadFromUDP(packet)
			select {
			case <-quit:
				return
			default:
			}
			if err == nil && n > rtpHeader && packet[1]&0x7f == 8 && loud(g711.DecodeAlaw(packet[rtpHeader:n])) {
				tell(heard)
			}
		}
	}()
	return heard
}

// tell says now, unless nobody has asked since it was said last.
func tell(heard chan<- time.Time) {
	select {
	case heard <- time.Now():
	default:
	}
}

// loud reports whether a burst is in little-endian samples.
func loud(pcm []byte) bool {
	for i := 0; i+1 < len(pcm); i += 2 {
		if int16(binary.LittleEndian.Uint16(pcm[i:])) > burstHeard {
			return true
		}
	}
	return false
}
