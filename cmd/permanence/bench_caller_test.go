//go:build !office

package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"permanence/audio"
	"permanence/audio/codec"
)

// rawCaller is a telephone made of two sockets and text, so that nothing of what
// is measured runs on the caller's side. It speaks one codec, PCMA (G.711) unless
// another is set, in frames of 20 ms.
type rawCaller struct {
	b     testing.TB
	desk  *net.UDPAddr
	sip   *net.UDPConn
	rtp   *net.UDPConn
	codec audio.Codec
	media *net.UDPAddr // where it says that it hears
	call  rawDialog
}

// rawDialog is the call a rawCaller is in.
type rawDialog struct {
	id, number, branch string
	to                 string       // with the desk's tag, once it answered
	media              *net.UDPAddr // where the desk hears
	payloadType        uint8        // what the desk hears
}

func newRawCaller(b testing.TB, desk string) *rawCaller {
	b.Helper()
	at, err := net.ResolveUDPAddr("udp", desk)
	if err != nil {
		b.Fatal(err)
	}
	c := &rawCaller{b: b, desk: at, sip: openUDP(b), rtp: openUDP(b), codec: codec.PCMA}
	c.media = c.rtp.LocalAddr().(*net.UDPAddr)
	return c
}

func openUDP(b testing.TB) *net.UDPConn {
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
	kind, format := c.codec.PayloadType(), fmt.Sprintf("%s/%d", c.codec.Name(), c.codec.ClockRate())
	if c.codec.Name() == "opus" {
		format += "/2" // whatever is coded (RFC 7587 §7)
	}
	return crlf(fmt.Sprintf("v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\n"+
		"m=audio %d RTP/AVP %d\na=rtpmap:%[2]d %s\na=ptime:20\na=sendrecv\n", c.media.Port, kind, format))
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
	c.call.media, c.call.payloadType = mediaOf(c.b, string(r.Body()))
	c.call.branch = "z9hG4bK" + uuid.NewString()
	c.send(c.request("ACK", ""))
}

// mediaOf reads the first codec of an answer and where it is heard.
func mediaOf(b testing.TB, sdp string) (at *net.UDPAddr, payloadType uint8) {
	b.Helper()
	var port int
	var profile string
	_, after, _ := strings.Cut(sdp, "m=audio ")
	if _, err := fmt.Sscan(after, &port, &profile, &payloadType); err != nil {
		b.Fatalf("no voice in the answer:\n%s", sdp)
	}
	return &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}, payloadType
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

// packetTime is how long the voice in a packet lasts.
const packetTime = 20 * time.Millisecond

// speech is a voice on its way to the desk.
type speech struct {
	began time.Time // when its first packet was due
	quit  chan struct{}
	done  chan struct{}
}

// say sends payloads to an address, each in its time, again and again until the
// speech is ended.
func (c *rawCaller) say(payloads [][]byte, to *net.UDPAddr) *speech {
	s := &speech{began: time.Now(), quit: make(chan struct{}), done: make(chan struct{})}
	go s.run(c, payloads, to)
	return s
}

func (s *speech) end() { close(s.quit); <-s.done }

func (s *speech) run(c *rawCaller, payloads [][]byte, to *net.UDPAddr) {
	defer close(s.done)
	step := uint32(c.codec.ClockRate() / 50)
	for i := 0; ; i++ {
		select {
		case <-s.quit:
			return
		case <-time.After(time.Until(s.began.Add(time.Duration(i) * packetTime))):
		}
		p := rtpPacket(c.call.payloadType, uint16(i), uint32(i)*step, payloads[i%len(payloads)])
		_, _ = c.rtp.WriteToUDP(p, to) // it may be gone already
	}
}

func rtpPacket(payloadType uint8, seq uint16, timestamp uint32, payload []byte) []byte {
	p := make([]byte, rtpHeader, rtpHeader+len(payload))
	p[0], p[1] = 0x80, payloadType // version 2
	binary.BigEndian.PutUint16(p[2:], seq)
	binary.BigEndian.PutUint32(p[4:], timestamp)
	binary.BigEndian.PutUint32(p[8:], 0x12345678)
	return append(p, payload...)
}

// encoded is a voice of 48 kHz in packets, for a network that loses a share.
func encoded(b testing.TB, c audio.Codec, pcm []int16, loss float64) (payloads [][]byte) {
	b.Helper()
	enc, err := c.NewEncoder()
	if err != nil {
		b.Fatal(err)
	}
	enc.Expect(loss)
	const packet = 2 * audio.FrameSize
	for ; len(pcm) >= packet; pcm = pcm[packet:] {
		payload, err := enc.Encode(nil, pcm[:packet])
		if err != nil {
			b.Fatal(err)
		}
		payloads = append(payloads, payload)
	}
	return payloads
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
