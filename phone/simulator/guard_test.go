package simulator_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"permanence/phone/simulator"
)

// rawPeer speaks SIP by hand, and badly where a test wants it.
type rawPeer struct {
	t    *testing.T
	conn *net.UDPConn
}

func newRawPeer(t *testing.T) *rawPeer {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return &rawPeer{t, conn}
}

func (p *rawPeer) addr() string { return p.conn.LocalAddr().String() }

// receive waits for a message whose first line begins so, passing over others.
func (p *rawPeer) receive(begin string) (message string, from net.Addr) {
	p.t.Helper()
	buf := make([]byte, 65536)
	for {
		n, from, err := p.conn.ReadFrom(buf)
		if err != nil {
			p.t.Fatalf("no %s: %v", begin, err)
		}
		if message := string(buf[:n]); strings.HasPrefix(message, begin) {
			return message, from
		}
	}
}

func (p *rawPeer) send(message string, to net.Addr) {
	p.t.Helper()
	if _, err := p.conn.WriteTo([]byte(message), to); err != nil {
		p.t.Fatal(err)
	}
}

// reply answers a request.
func (p *rawPeer) reply(request string, to net.Addr, status, body string) {
	p.t.Helper()
	lines := []string{"SIP/2.0 " + status}
	for _, line := range strings.Split(request, "\r\n") {
		switch name, _, _ := strings.Cut(line, ":"); name {
		case "To":
			if !strings.Contains(line, ";tag=") {
				line += ";tag=raw"
			}
			lines = append(lines, line)
		case "Via", "From", "Call-ID", "CSeq":
			lines = append(lines, line)
		}
	}
	lines = append(lines, "Contact: <sip:"+p.addr()+">")
	if body != "" {
		lines = append(lines, "Content-Type: application/sdp")
	}
	lines = append(lines, fmt.Sprintf("Content-Length: %d", len(body)), "", body)
	p.send(strings.Join(lines, "\r\n"), to)
}

// request makes a request outside any call.
func (p *rawPeer) request(method, to, body string, headers ...string) string {
	lines := append([]string{
		method + " sip:" + to + " SIP/2.0",
		"Via: SIP/2.0/UDP " + p.addr() + ";branch=z9hG4bK" + method + p.t.Name(),
		"From: <sip:raw@" + p.addr() + ">;tag=1", "To: <sip:" + to + ">",
		"Call-ID: " + method + p.t.Name(), "CSeq: 1 " + method, "Contact: <sip:" + p.addr() + ">", "Max-Forwards: 70",
	}, headers...)
	return strings.Join(append(lines, fmt.Sprintf("Content-Length: %d", len(body)), "", body), "\r\n")
}

const (
	goodSDP  = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n"
	shortSDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n"
)

// The requests that ended a diago process, each at a simulator that must live on.
func TestSurvivesBadRequests(t *testing.T) {
	for _, c := range []struct {
		name, method, body string
		headers            []string
		want               string
	}{
		{name: "INFO without a type", method: "INFO", want: "SIP/2.0 415"},
		{name: "NOTIFY without a type", method: "NOTIFY", want: "SIP/2.0 415"},
		{name: "INFO of an unknown call", method: "INFO", headers: []string{"Content-Type: application/dtmf-relay"}, want: "SIP/2.0 4"},
		{name: "SDP with a short c line", method: "INVITE", body: shortSDP, headers: []string{"Content-Type: application/sdp"}, want: "SIP/2.0 "},
		{name: "SDP with bare line feeds", method: "INVITE", body: strings.ReplaceAll(goodSDP, "\r", ""), headers: []string{"Content-Type: application/sdp"}, want: "SIP/2.0 "},
		{name: "INVITE without SDP", method: "INVITE", want: "SIP/2.0 "},
	} {
		t.Run(c.name, func(t *testing.T) {
			desk, _ := newDesk(t, simulator.Reception{Part: simulator.Part{TalkFor: time.Millisecond}})
			raw := newRawPeer(t)
			to, err := net.ResolveUDPAddr("udp", desk)
			if err != nil {
				t.Fatal(err)
			}
			raw.send(raw.request(c.method, desk, c.body, c.headers...), to)
			raw.receive(c.want)

			out, err := newSimulator(t, simulator.Config{}).Call(patient(t), simulator.Plan{Target: desk, Called: "+33561000001"})
			if err != nil || !out.Answered {
				t.Errorf("a good call afterwards: %+v, %v", out, err)
			}
		})
	}
}

// call makes a call at a raw peer and gives the outcome when it is over.
func call(t *testing.T, ctx context.Context, peer *rawPeer, part simulator.Part) (over <-chan simulator.Outcome, failed <-chan error) {
	t.Helper()
	caller := newSimulator(t, simulator.Config{})
	outs, errs := make(chan simulator.Outcome, 1), make(chan error, 1)
	go func() {
		out, err := caller.Call(ctx, simulator.Plan{Target: peer.addr(), Called: "+33561000001", Part: part})
		outs <- out
		errs <- err
	}()
	return outs, errs
}

// An answer that cannot be used fails the call, and ends it at the other side too.
func TestSurvivesBadAnswers(t *testing.T) {
	for name, body := range map[string]string{
		"a short c line":    shortSDP,
		"no codec of ours":  strings.Replace(goodSDP, "RTP/AVP 8", "RTP/AVP 3", 1),
		"no description":    "",
		"no media":          "v=0\r\n",
		"not a description": "\x00\xff",
	} {
		t.Run(name, func(t *testing.T) {
			peer := newRawPeer(t)
			outs, errs := call(t, patient(t), peer, simulator.Part{})
			invite, from := peer.receive("INVITE")
			peer.reply(invite, from, "200 OK", body)
			peer.receive("ACK")
			bye, _ := peer.receive("BYE")
			peer.reply(bye, from, "200 OK", "")
			if err := next(t, errs); err == nil {
				t.Error("the call did not fail")
			}
			if out := next(t, outs); out.Ending != simulator.Failed || out.Status != 200 {
				t.Errorf("outcome %+v", out)
			}
		})
	}
}

// An answer that crosses our CANCEL makes a call that nobody wants: it must be
// acknowledged and ended (RFC 3261 §15).
func TestAnswerCrossesCancel(t *testing.T) {
	peer := newRawPeer(t)
	ctx, giveUp := context.WithCancel(patient(t))
	outs, errs := call(t, ctx, peer, simulator.Part{Watch: func(e simulator.Event) {
		if e.Kind == simulator.Ringing {
			giveUp()
		}
	}})
	invite, from := peer.receive("INVITE")
	peer.reply(invite, from, "180 Ringing", "")
	cancel, _ := peer.receive("CANCEL")
	peer.reply(invite, from, "200 OK", goodSDP)
	peer.reply(cancel, from, "200 OK", "")
	peer.receive("ACK")
	bye, _ := peer.receive("BYE")
	peer.reply(bye, from, "200 OK", "")
	if err := next(t, errs); err != nil {
		t.Error(err)
	}
	if out := next(t, outs); out.Ending != simulator.GaveUp || out.Answered {
		t.Errorf("outcome %+v", out)
	}
}
