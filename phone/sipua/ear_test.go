package sipua

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"permanence/audio"
	"permanence/audio/codec"
)

// ear is the RTP side of a peer: it hears what the desk sends, and can speak.
type ear struct {
	t    testing.TB
	conn *net.UDPConn
	from netip.AddrPort // where the last packet came from
	seq  uint16
	ts   uint32
	seal *sealer // of an encrypted call; nil of one in the clear
	keys *opener
}

func newEar(t testing.TB) *ear {
	for {
		c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		if portOf(c)%2 == 0 {
			t.Cleanup(func() { _ = c.Close() })
			return &ear{t: t, conn: c}
		}
		_ = c.Close()
	}
}

func (e *ear) port() int { return int(portOf(e.conn)) }

func (e *ear) at() netip.AddrPort { return netip.AddrPortFrom(loopback, portOf(e.conn)) }

// packet waits for the n-th packet from now.
func (e *ear) packet(n int) *rtp.Packet {
	e.t.Helper()
	buf := make([]byte, 2048)
	for i := 0; ; i++ {
		_ = e.conn.SetReadDeadline(time.Now().Add(patience))
		k, from, err := e.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			e.t.Fatalf("no RTP came: %v", err)
		}
		e.from = plain(from)
		if i < n {
			continue
		}
		b, ok := e.keys.openRTP(buf[:k])
		if !ok {
			e.t.Fatalf("packet %x is not sealed with the key agreed on", buf[:k])
		}
		p := &rtp.Packet{}
		if err := p.Unmarshal(append([]byte(nil), b...)); err != nil {
			e.t.Fatal(err)
		}
		return p
	}
}

// until waits for a packet that fits.
func (e *ear) until(fits func(*rtp.Packet) bool) *rtp.Packet {
	e.t.Helper()
	for range 500 {
		if p := e.packet(0); fits(p) {
			return p
		}
	}
	e.t.Fatal("no such packet came")
	return nil
}

// catchUp passes over what was sent until now, and a packet that was being sent.
func (e *ear) catchUp() {
	e.t.Helper()
	buf := make([]byte, 2048)
	for {
		_ = e.conn.SetReadDeadline(time.Now().Add(time.Millisecond))
		if _, err := e.conn.Read(buf); err != nil {
			break
		}
	}
	e.packet(0)
}

// silentFor tells whether nothing comes for a while. What was under way before
// is read first.
func (e *ear) silentFor(d time.Duration) bool {
	buf := make([]byte, 2048)
	_ = e.conn.SetReadDeadline(time.Now().Add(d))
	_, _, err := e.conn.ReadFromUDPAddrPort(buf)
	return err != nil
}

// speak sends one 20 ms packet of PCMA.
func (e *ear) speak(to netip.AddrPort, sample int16) {
	e.t.Helper()
	enc, err := codec.PCMA.NewEncoder()
	if err != nil {
		e.t.Fatal(err)
	}
	pcm := make([]int16, 2*audio.FrameSize)
	for i := range pcm {
		pcm[i] = sample
	}
	payload, err := enc.Encode(nil, pcm)
	if err != nil {
		e.t.Fatal(err)
	}
	e.send(to, 8, false, payload)
	e.ts += 160
}

func (e *ear) send(to netip.AddrPort, pt uint8, marker bool, payload []byte) {
	e.t.Helper()
	e.seq++
	p := rtp.Packet{
		Header:  rtp.Header{Version: 2, PayloadType: pt, Marker: marker, SequenceNumber: e.seq, Timestamp: e.ts, SSRC: 4711},
		Payload: payload,
	}
	b, err := p.Marshal()
	if err == nil {
		b, err = e.seal.sealRTP(b)
	}
	if err != nil {
		e.t.Fatal(err)
	}
	if _, err := e.conn.WriteToUDPAddrPort(b, to); err != nil {
		e.t.Fatal(err)
	}
}

// reports sends RTCP to where a voice is heard.
func (e *ear) reports(to netip.AddrPort, packets ...rtcp.Packet) {
	e.t.Helper()
	b, err := rtcp.Marshal(packets)
	if err != nil {
		e.t.Fatal(err)
	}
	if _, err := e.conn.WriteToUDPAddrPort(b, netip.AddrPortFrom(to.Addr(), to.Port()+1)); err != nil {
		e.t.Fatal(err)
	}
}

// loud tells whether a packet of PCMA is anything but silence.
func loud(p *rtp.Packet) bool {
	if p.PayloadType != 8 {
		return false
	}
	dec, err := codec.PCMA.NewDecoder()
	if err != nil {
		return false
	}
	pcm, err := dec.Decode(nil, p.Payload)
	if err != nil {
		return false
	}
	for _, s := range pcm {
		if s > 200 || s < -200 {
			return true
		}
	}
	return false
}
