package sipua

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/pion/rtp"

	"permanence/phone"
)

// rtpOf is where the desk wants to hear, by the description in a message.
func rtpOf(t *testing.T, msg sip.Message) netip.AddrPort {
	t.Helper()
	m := described(t, msg)
	return m.at()
}

func described(t *testing.T, msg sip.Message) mediaLine {
	t.Helper()
	d, err := parseSDP(msg.Body())
	if err != nil {
		t.Fatalf("%v in\n%s", err, msg.Body())
	}
	return d.lines[0]
}

func TestHoldByTheOtherSide(t *testing.T) {
	hold2543 := strings.Replace(voiceAt(10000, ""), "c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0", 1)
	for name, c := range map[string]struct {
		offer string
		ours  phone.Flow // our answer
		flow  phone.Flow
	}{
		"sendonly":  {voiceAt(10000, "a=sendonly\n"), phone.FlowReceive, phone.FlowReceive},
		"inactive":  {voiceAt(10000, "a=inactive\n"), phone.FlowNone, phone.FlowNone},
		"c=0.0.0.0": {hold2543, phone.FlowReceive, phone.FlowReceive},
		"both":      {strings.Replace(hold2543, "m=audio", "a=inactive\r\nm=audio", 1), phone.FlowNone, phone.FlowNone},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			p := newPeer(t, d.at)
			id, _ := p.talk(d, "", voiceAt(10000, ""))
			expect[phone.MediaChanged](d.recorder, nil)
			p.request("INVITE", "", sdpType, c.offer)
			res := p.response("INVITE", 200)
			p.request("ACK", "", "", "")
			if got := described(t, res).flow; got != c.ours {
				t.Errorf("answered %s, want %s", got, c.ours)
			}
			if e := expect[phone.MediaChanged](d.recorder, nil); e.Flow != c.flow {
				t.Errorf("flow is %s, want %s", e.Flow, c.flow)
			}
			if e := expect[phone.HoldChanged](d.recorder, nil); !e.There || e.Here {
				t.Errorf("hold is %+v", e)
			}
			p.request("INVITE", "", sdpType, voiceAt(10000, "a=sendrecv\n"))
			p.response("INVITE", 200)
			p.request("ACK", "", "", "")
			if e := expect[phone.HoldChanged](d.recorder, nil); e.There {
				t.Error("still held after the other side resumed")
			}
			hangUp(t, d, p, id)
		})
	}
}

// TestHeldCallersNeverHearTheRoom is the promise: from the key on, not one packet
// has the microphone in it, whatever the other side answers.
func TestHeldCallersNeverHearTheRoom(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p, e := newPeer(t, d.at), newEar(t)
	id, _ := p.talk(d, "", voiceAt(e.port(), ""))
	e.until(loud)
	if err := d.Hold(id); err != nil {
		t.Fatal(err)
	}
	reinvite := p.asked("INVITE") // on the wire after the microphone was cut off
	if got := described(t, reinvite).flow; got != phone.FlowSend {
		t.Errorf("hold is offered as %s", got)
	}
	e.until(func(p *rtp.Packet) bool { return !loud(p) })
	for range 20 {
		if loud(e.packet(0)) {
			t.Fatal("a held caller heard the room")
		}
	}
	p.reply(reinvite, 200, "", "", sdpType, voiceAt(e.port(), "a=recvonly\n"))
	p.asked("ACK")
	expect(d.recorder, func(e phone.HoldChanged) bool { return e.Here })
	for range 20 {
		if loud(e.packet(0)) {
			t.Fatal("a held caller heard the room")
		}
	}
	if err := d.Resume(id); err != nil {
		t.Fatal(err)
	}
	p.reply(p.asked("INVITE"), 200, "", "", sdpType, voiceAt(e.port(), ""))
	p.asked("ACK")
	e.until(loud)
	hangUp(t, d, p, id)
}

// TestHoldRefused: who does not agree to be held hears silence all the same, and is
// taken back without being asked.
func TestHoldRefused(t *testing.T) {
	t.Parallel()
	for _, status := range []int{403, 488, 500} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			d := newDesk(t)
			p, e := newPeer(t, d.at), newEar(t)
			id, res := p.talk(d, "", voiceAt(e.port(), ""))
			e.until(loud)
			if err := d.Hold(id); err != nil {
				t.Fatal(err)
			}
			p.reply(p.asked("INVITE"), status, "", "", "", "")
			p.asked("ACK")
			if h := expect[phone.HoldChanged](d.recorder, nil); !h.Here || h.There {
				t.Errorf("told %+v", h)
			}
			e.until(func(p *rtp.Packet) bool { return !loud(p) })
			for range 20 {
				if loud(e.packet(0)) {
					t.Fatal("a held caller heard the room")
				}
			}
			if v := callOf(d, id).sound.Load(); !deaf(v) {
				t.Error("a held caller is heard")
			}
			if err := d.Resume(id); err != nil {
				t.Fatal(err)
			}
			if h := expect[phone.HoldChanged](d.recorder, nil); h.Here {
				t.Errorf("told %+v", h)
			}
			e.until(loud)
			e.speak(rtpOf(t, res), 1000)
			hangUp(t, d, p, id) // and the next request of ours is a BYE, no re-INVITE
			for _, m := range p.held {
				if r, ok := m.(*sip.Request); ok && r.Method == sip.INVITE {
					t.Error("asked to be taken back, though it was never held")
				}
			}
		})
	}
}

func deaf(v *voice) bool {
	v.hearer.mu.Lock()
	defer v.hearer.mu.Unlock()
	return v.hearer.deaf
}

// TestRefusedHoldIsAgreedLater: the other side's own re-INVITE is answered as held,
// and then taking it back needs one of ours.
func TestRefusedHoldIsAgreedLater(t *testing.T) {
	d := newDesk(t)
	p, e := newPeer(t, d.at), newEar(t)
	id, _ := p.talk(d, "", voiceAt(e.port(), ""))
	if err := d.Hold(id); err != nil {
		t.Fatal(err)
	}
	p.reply(p.asked("INVITE"), 488, "", "", "", "")
	p.asked("ACK")
	expect(d.recorder, func(e phone.HoldChanged) bool { return e.Here })
	p.request("INVITE", "", sdpType, voiceAt(e.port(), ""))
	if got := described(t, p.response("INVITE", 200)).flow; got != phone.FlowSend {
		t.Errorf("answered %s", got)
	}
	p.request("ACK", "", "", "")
	expect(d.recorder, func(e phone.MediaChanged) bool { return e.Flow == phone.FlowSend })
	if err := d.Resume(id); err != nil {
		t.Fatal(err)
	}
	if again := p.asked("INVITE"); described(t, again).flow != phone.FlowBoth {
		t.Error("not taken back")
	} else {
		p.reply(again, 200, "", "", sdpType, voiceAt(e.port(), ""))
	}
	p.asked("ACK")
	e.until(loud)
	hangUp(t, d, p, id)
}

func TestReinviteInADeadDialogEndsTheCall(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	if err := d.Hold(id); err != nil {
		t.Fatal(err)
	}
	p.reply(p.asked("INVITE"), 481, "", "", "", "")
	p.reply(p.asked("BYE"), 481, "", "", "", "")
	wantEnd(d, id, phone.HungUpThere)
}

func TestGlare(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	if err := d.Hold(id); err != nil {
		t.Fatal(err)
	}
	ours := p.asked("INVITE")
	branch := p.request("INVITE", "", sdpType, voiceAt(10000, ""))
	p.response("INVITE", 491) // theirs, while ours is under way
	p.requestAs("ACK", branch, "", "", "")
	p.reply(ours, 491, "", "", "", "") // and ours
	p.asked("ACK")
	again := p.asked("INVITE") // tried again after a pause
	if again.CSeq().SeqNo <= ours.CSeq().SeqNo {
		t.Error("the second try has an old number")
	}
	p.reply(again, 200, "", "", sdpType, voiceAt(10000, "a=recvonly\n"))
	p.asked("ACK")
	expect(d.recorder, func(e phone.HoldChanged) bool { return e.Here })
	hangUp(t, d, p, id)
}

func TestReinviteChangesCodecAndAddress(t *testing.T) {
	d := newDesk(t)
	p, before, after := newPeer(t, d.at), newEar(t), newEar(t)
	id, res := p.talk(d, "", voiceAt(before.port(), ""))
	to := rtpOf(t, res)
	first := before.until(loud)
	before.speak(to, 3000)
	p.request("INVITE", "", sdpType, strings.ReplaceAll(voiceAt(after.port(), ""), "RTP/AVP 8", "RTP/AVP 0"))
	p.response("INVITE", 200)
	p.request("ACK", "", "", "")
	next := after.until(func(p *rtp.Packet) bool { return p.PayloadType == 0 })
	if next.SSRC == first.SSRC {
		t.Error("another clock under the same source")
	}
	expect(d.recorder, func(e phone.MediaChanged) bool { return e.Codec == "PCMU" })
	if s, _ := d.Stats(id); s.Codec != "PCMU" {
		t.Errorf("counters name %s", s.Codec)
	}
	heard := func() uint64 { s, _ := d.Stats(id); return s.PacketsHeard }
	was := heard()
	for range 3 {
		after.speak(to, 3000)                       // still on its way in the old codec
		after.send(to, 0, false, make([]byte, 160)) // G.711 µ
		after.ts += 160
	}
	eventually(t, func() bool { return heard() == was+3 })
	hangUp(t, d, p, id)
}

func TestReinviteWithoutOffer(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	p.request("INVITE", "", "", "")
	if got := described(t, p.response("INVITE", 200)).flow; got != phone.FlowBoth {
		t.Errorf("offered %s", got)
	}
	p.request("ACK", "", sdpType, voiceAt(10000, "a=sendonly\n"))
	expect(d.recorder, func(e phone.HoldChanged) bool { return e.There })
	hangUp(t, d, p, id)
}

func TestReinviteThatCannotBeAnsweredChangesNothing(t *testing.T) {
	d := newDesk(t)
	p, e := newPeer(t, d.at), newEar(t)
	id, _ := p.talk(d, "", voiceAt(e.port(), ""))
	branch := p.request("INVITE", "", sdpType, strings.ReplaceAll(voiceAt(10000, ""), "PCMA", "GSM"))
	p.response("INVITE", 488)
	p.requestAs("ACK", branch, "", "", "")
	e.until(loud)
	hangUp(t, d, p, id)
}

func TestUPDATE(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	p.request("UPDATE", "", "", "")
	p.response("UPDATE", 200)
	p.request("UPDATE", "", sdpType, voiceAt(10000, "a=sendonly\n"))
	if got := described(t, p.response("UPDATE", 200)).flow; got != phone.FlowReceive {
		t.Errorf("answered %s", got)
	}
	expect(d.recorder, func(e phone.HoldChanged) bool { return e.There })
	hangUp(t, d, p, id)
}

func TestINFO(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	for _, c := range []struct {
		kind, body string
		want       rune
	}{
		{"application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", '5'},
		{"application/dtmf-relay", "Duration= 160\nSignal= *\n", '*'},
		{"application/dtmf-relay", "Signal=11", '#'},
		{"application/dtmf", "7", '7'},
		{"Application/DTMF", " d ", 'D'},
	} {
		p.request("INFO", "", c.kind, c.body)
		p.response("INFO", 200)
		if e := expect[phone.DTMFReceived](d.recorder, nil); e.Digit != c.want {
			t.Errorf("%q is heard as %c", c.body, e.Digit)
		}
	}
	p.request("INFO", "", "", "")
	p.response("INFO", 200)
	p.request("INFO", "", "application/dtmf-relay", "Signal=flash")
	p.response("INFO", 200)
	p.request("INFO", "", "text/html", "<p>")
	p.response("INFO", 415)
	hangUp(t, d, p, id)
}

func TestOldRequestsAreRefused(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	p.seq -= 2
	p.request("INFO", "", "", "")
	p.response("INFO", 500)
	p.seq += 5
	p.request("PUBLISH", "", "", "")
	p.response("PUBLISH", 405)
	mine := p.tag
	p.tag = "another"
	p.request("BYE", "", "", "")
	p.response("BYE", 481)
	p.tag = mine
	hangUp(t, d, p, id)
}

func TestSessionTimer(t *testing.T) {
	for name, c := range map[string]struct{ asked, want string }{
		"the peer can":         {"Supported: timer\nSession-Expires: 120\n", "120;refresher=uac"},
		"the peer asks us":     {"Supported: timer\nSession-Expires: 120;refresher=uas\n", "120;refresher=uas"},
		"the peer cannot":      {"x: 1800\n", "1800;refresher=uas"},
		"the peer requires it": {"Require: timer\nSession-Expires: 90 ; refresher=uac\n", "90;refresher=uac"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			p := newPeer(t, d.at)
			id, res := p.talk(d, c.asked, voiceAt(10000, ""))
			if h := res.GetHeader("session-expires"); h == nil || h.Value() != c.want {
				t.Errorf("Session-Expires is %v, want %s", h, c.want)
			}
			if h := res.GetHeader("require"); (h != nil) != strings.HasSuffix(c.want, "uac") {
				t.Errorf("Require is %v", h)
			}
			hangUp(t, d, p, id)
		})
	}
}

func TestSessionIsRefreshedAndRunsOut(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, invite := p.called(d)
	p.reply(invite, 200, "a", "Session-Expires: 1;refresher=uac\n", sdpType, voiceAt(10000, ""))
	p.asked("ACK")
	refresh := p.asked("INVITE")
	if h := refresh.GetHeader("session-expires"); h == nil || h.Value() != "1;refresher=uac" {
		t.Errorf("Session-Expires is %v", h)
	}
	p.reply(refresh, 200, "", "Session-Expires: 1;refresher=uas\n", sdpType, voiceAt(10000, ""))
	p.asked("ACK") // from here on the peer should refresh, and does not
	p.reply(p.asked("BYE"), 200, "", "", "", "")
	wantEnd(d, id, phone.HungUpThere)
}

func TestKeysShareTheVoicesSequence(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p, e := newPeer(t, d.at), newEar(t)
	id, _ := p.talk(d, "", voiceAt(e.port(), ""))
	last := e.packet(0)
	if err := d.SendDTMF(id, "4711"); err != nil {
		t.Fatal(err)
	}
	var keys []byte
	var begin uint32
	ends := 0
	for ends < 12 {
		p := e.packet(0)
		if p.SequenceNumber != last.SequenceNumber+1 || p.SSRC != last.SSRC {
			t.Fatalf("packet %d of %d follows %d of %d", p.SequenceNumber, p.SSRC, last.SequenceNumber, last.SSRC)
		}
		last = p
		if p.PayloadType != 101 {
			continue
		}
		if p.Marker {
			keys, begin = append(keys, p.Payload[0]), p.Timestamp
		}
		if p.Timestamp != begin {
			t.Error("the timestamp moved within a key")
		}
		if p.Payload[1]&0x80 != 0 {
			ends++
			if got := int(p.Payload[2])<<8 | int(p.Payload[3]); got != 800 {
				t.Errorf("a key of %d samples, want 800", got)
			}
		}
	}
	if fmt.Sprint(keys) != "[4 7 1 1]" {
		t.Errorf("sent %v", keys)
	}
	if after := e.until(loud); after.Timestamp != begin+7*160 {
		t.Errorf("voice goes on at +%d, want +%d", after.Timestamp-begin, 7*160)
	}
	hangUp(t, d, p, id)
}

func TestKeysWithoutAFormatGoAsINFO(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", strings.ReplaceAll(voiceAt(10000, ""), "telephone-event", "nothing"))
	if err := d.SendDTMF(id, "4#9"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Signal=4", "Signal=#"} {
		info := p.asked("INFO")
		if !strings.HasPrefix(string(info.Body()), want+"\r\n") {
			t.Errorf("sent %q, want %s", info.Body(), want)
		}
		p.reply(info, 200, "", "", "", "")
	}
	p.reply(p.asked("INFO"), 415, "", "", "", "")
	if f := expect[phone.CommandFailed](d.recorder, nil); f.Command != "dtmf" {
		t.Errorf("told %+v", f)
	}
	for _, bad := range []string{"", "x", "1 2", "🙂"} {
		if d.SendDTMF(id, bad) == nil {
			t.Errorf("keys %q were accepted", bad)
		}
	}
	hangUp(t, d, p, id)
}

func TestKeysHeardOnceEach(t *testing.T) {
	d := newDesk(t)
	p, e := newPeer(t, d.at), newEar(t)
	id, res := p.talk(d, "", voiceAt(e.port(), ""))
	to := rtpOf(t, res)
	for _, key := range []byte{1, 1, 10, 16, 3} {
		for i := range 6 {
			end := byte(0)
			if i > 3 {
				end = 0x80
			}
			e.send(to, 101, i == 0, []byte{key, end | 10, 0, byte(160 * min(i, 4) >> 1)})
		}
		e.send(to, 101, false, []byte{1}) // too short
		e.ts += 1600
	}
	got := ""
	for range 4 {
		got += string(expect[phone.DTMFReceived](d.recorder, nil).Digit)
	}
	if got != "11*3" {
		t.Errorf("heard %q", got)
	}
	hangUp(t, d, p, id)
}

func TestOnlyThePeerIsHeard(t *testing.T) {
	d := newDesk(t)
	p, e, stranger := newPeer(t, d.at), newEar(t), newEar(t)
	id, res := p.talk(d, "", voiceAt(e.port(), ""))
	to := rtpOf(t, res)
	for range 3 {
		e.speak(to, 3000)
	}
	heard := func() uint64 { s, _ := d.Stats(id); return s.PacketsHeard }
	eventually(t, func() bool { return heard() == 3 })
	for range 20 {
		stranger.speak(to, 3000)
	}
	e.speak(to, 3000)
	eventually(t, func() bool { return heard() == 4 })
	if e.packet(0); stranger.silentFor(100*time.Millisecond) != true {
		t.Error("a stranger gets the room")
	}
	hangUp(t, d, p, id)
}

// TestUnofferedPayloadTypes: voice in formats that nobody agreed on is not heard and
// counts for nothing, broken packets neither, and the call goes on undisturbed.
func TestUnofferedPayloadTypes(t *testing.T) {
	d := newDesk(t)
	p, e := newPeer(t, d.at), newEar(t)
	id, res := p.talk(d, "", voiceAt(e.port(), ""))
	to := rtpOf(t, res)
	e.speak(to, 3000)
	heard := func() uint64 { s, _ := d.Stats(id); return s.PacketsHeard }
	eventually(t, func() bool { return heard() == 1 })
	before := e.seq
	for pt := range uint8(128) {
		if pt != 8 && pt != 101 && pt != comfortNoise && (pt < 72 || pt > 76) { // those are RTCP (RFC 5761 §4)
			e.seq = before // they take no number from the voice
			e.send(to, pt, true, make([]byte, 160))
		}
	}
	for _, junk := range [][]byte{{}, {0x80}, make([]byte, 1400), []byte("GET / HTTP/1.1\r\n\r\n")} {
		if _, err := e.conn.WriteToUDPAddrPort(junk, to); err != nil {
			t.Fatal(err)
		}
	}
	e.seq = before
	for range 5 {
		e.speak(to, 3000)
	}
	eventually(t, func() bool { return heard() == 6 })
	if s, _ := d.Stats(id); s.PacketsLost != 0 || s.Codec != "PCMA" {
		t.Errorf("the counters are %+v", s)
	}
	e.until(loud) // and the operator is heard
	hangUp(t, d, p, id)
}

func TestSymmetricRTP(t *testing.T) {
	d := newDesk(t)
	p, real := newPeer(t, d.at), newEar(t)
	id, res := p.talk(d, "", voiceAt(9, "")) // the address a router hides
	for range strangerPackets {
		real.speak(rtpOf(t, res), 3000)
	}
	real.until(loud)
	if real.from != rtpOf(t, res) {
		t.Errorf("RTP leaves from %s, not from where it is expected", real.from)
	}
	hangUp(t, d, p, id)
}

func TestMediaTimeout(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(c *Config) { c.MediaTimeout = 1500 * time.Millisecond })
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	p.reply(p.asked("BYE"), 200, "", "", "", "")
	wantEnd(d, id, phone.MediaLost)
}

func TestNoMediaTimeoutWhileHeld(t *testing.T) {
	d := newDesk(t, func(c *Config) { c.MediaTimeout = 1500 * time.Millisecond })
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, "a=inactive\n"))
	v := callOf(d, id).sound.Load()
	if v.lost(time.Now().Add(time.Hour)) {
		t.Error("nothing is expected to be heard, yet it is missed")
	}
	hangUp(t, d, p, id)
}

func callOf(d *desk, id phone.CallID) *call {
	d.Agent.mu.Lock()
	defer d.Agent.mu.Unlock()
	return d.calls[id]
}

// eventually waits until something is true.
func eventually(t *testing.T, is func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !is() {
		if time.Now().After(deadline) {
			t.Fatal("it never came true")
		}
		<-time.After(time.Millisecond)
	}
}
