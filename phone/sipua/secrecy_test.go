package sipua

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"permanence/audio/audiotest"
	"permanence/phone"
)

// encrypting sets what a desk's line wants of encryption.
func encrypting(d *desk, policy phone.Encryption) *desk {
	d.t.Helper()
	if policy == "" {
		return d // as it is
	}
	setLines(d.t, d.Agent, phone.Line{ID: "direct", Direct: true, Bind: "127.0.0.1:0", User: "desk", Encryption: policy})
	expect(d.recorder, state(phone.LineListening))
	return d
}

// TestEncryptionOfTwoLines has every kind of line call every other.
func TestEncryptionOfTwoLines(t *testing.T) {
	t.Parallel()
	const takes, refuses, offers, requires = "", phone.EncryptionRefused, phone.EncryptionOffered, phone.EncryptionRequired
	const failed phone.Security = "failed"
	for _, c := range []struct {
		caller, called phone.Encryption
		want           phone.Security
	}{
		{takes, takes, phone.Clear},
		{takes, refuses, phone.Clear},
		{takes, offers, phone.Clear},
		{takes, requires, failed},
		{refuses, takes, phone.Clear},
		{refuses, refuses, phone.Clear},
		{refuses, offers, phone.Clear},
		{refuses, requires, failed},
		{offers, takes, phone.Encrypted},
		{offers, refuses, phone.Clear},
		{offers, offers, phone.Encrypted},
		{offers, requires, phone.Encrypted},
		{requires, takes, phone.Encrypted},
		{requires, refuses, failed},
		{requires, offers, phone.Encrypted},
		{requires, requires, phone.Encrypted},
	} {
		t.Run(fmt.Sprintf("%q calls %q", c.caller, c.called), func(t *testing.T) {
			a, b := encrypting(newDesk(t), c.caller), encrypting(newDesk(t), c.called)
			if err := a.Dial("x", "direct", phone.Outbound{Target: "sip:desk@" + b.at.String()}); err != nil {
				t.Fatal(err)
			}
			if c.want == failed {
				if e := wantEnd(a, "x", phone.Failed); e.Status != 488 || c.caller == requires && !strings.Contains(e.Detail, "encrypt") {
					t.Errorf("ended with %d %q", e.Status, e.Detail)
				}
				closeAgent(t, a.Agent) // or its transaction waits for repetitions for half a minute
				return
			}
			there := expect[phone.CallArrived](b.recorder, nil).Call
			if err := b.Answer(there, phone.Reception{}); err != nil {
				t.Fatal(err)
			}
			for _, d := range []*desk{a, b} {
				if m := expect[phone.MediaChanged](d.recorder, nil); m.Security != c.want {
					t.Errorf("security is %q, want %q", m.Security, c.want)
				}
			}
			eventually(t, func() bool {
				here, _ := a.Stats("x")
				far, _ := b.Stats(there)
				return here.PacketsHeard > 0 && far.PacketsHeard > 0
			})
		})
	}
}

// TestEncryptedVoicesAreHeard speaks in tones under each suite, over a hold, and
// presses keys.
func TestEncryptedVoicesAreHeard(t *testing.T) {
	const low, high = 440, 1000
	all := suites
	t.Cleanup(func() { suites = all })
	for i := range all {
		suites = all[i : i+1]
		t.Run(all[i].name, func(t *testing.T) {
			alice, bob := audiotest.NewPerson(low), audiotest.NewPerson(high)
			a := encrypting(newDesk(t, func(c *Config) { c.Patch = conversation{alice} }), phone.EncryptionRequired)
			b := newDesk(t, func(c *Config) { c.Patch = conversation{bob} })
			if err := a.Dial("x", "direct", phone.Outbound{Target: "sip:desk@" + b.at.String()}); err != nil {
				t.Fatal(err)
			}
			if err := b.Answer(expect[phone.CallArrived](b.recorder, nil).Call, phone.Reception{}); err != nil {
				t.Fatal(err)
			}
			expect(a.recorder, func(m phone.MediaChanged) bool { return m.Security == phone.Encrypted })
			hears(t, alice, high)
			hears(t, bob, low)
			if err := a.Hold("x"); err != nil {
				t.Fatal(err)
			}
			expect(b.recorder, func(m phone.MediaChanged) bool { return m.Flow == phone.FlowReceive && m.Security == phone.Encrypted })
			expect(a.recorder, func(e phone.HoldChanged) bool { return e.Here })
			if err := a.Resume("x"); err != nil {
				t.Fatal(err)
			}
			expect(b.recorder, func(m phone.MediaChanged) bool { return m.Flow == phone.FlowBoth && m.Security == phone.Encrypted })
			expect(a.recorder, func(e phone.HoldChanged) bool { return !e.Here })
			hears(t, alice, high)
			if err := a.SendDTMF("x", "42#"); err != nil {
				t.Fatal(err)
			}
			for _, key := range "42#" {
				if e := expect[phone.DTMFReceived](b.recorder, nil); e.Digit != key {
					t.Errorf("heard key %c, want %c", e.Digit, key)
				}
			}
		})
	}
}

// securely is a description of a peer that encrypts: its key is for suite by.
func securely(port int, proto string, by *suite, k masterKey, more string) string {
	line := cryptoLine{tag: 5, suite: by, keys: []masterKey{k}}
	return strings.Replace(voiceAt(port, "a=crypto:"+line.String()+"\n"+more), "RTP/AVP", proto, 1)
}

// listensTo has the ear speak under k and hear under the desk's key in an answer.
func (e *ear) listensTo(answer []byte, by *suite, k masterKey) {
	e.t.Helper()
	d, err := parseSDP(answer)
	if err != nil || len(d.lines[0].crypto) != 1 {
		e.t.Fatalf("no key in the answer: %v\n%s", err, answer)
	}
	p := &protection{suite: by, local: k, remote: d.lines[0].crypto[0].keys}
	if e.seal, err = newSealer(p); err == nil {
		e.keys, err = newOpener(p, e.keys)
	}
	if err != nil {
		e.t.Fatal(err)
	}
}

// safeTalk is an encrypted call of a peer to a desk.
func safeTalk(t *testing.T, d *desk) (*peer, *ear, phone.CallID, masterKey) {
	t.Helper()
	p, e := newPeer(t, d.at), newEar(t)
	k := suites[2].newMasterKey()
	id, res := p.talk(d, "", securely(e.port(), "RTP/SAVP", suites[2], k, ""))
	e.listensTo(res.Body(), suites[2], k)
	if m := expect[phone.MediaChanged](d.recorder, nil); m.Security != phone.Encrypted {
		t.Errorf("security is %q", m.Security)
	}
	return p, e, id, k
}

func TestOffersWithKeys(t *testing.T) {
	crypto := func(tag int, by *suite) string {
		return "a=crypto:" + cryptoLine{tag: tag, suite: by, keys: []masterKey{by.newMasterKey()}}.String() + "\n"
	}
	gcm, cm := suites[0], suites[2]
	savp := "m=audio 5000 RTP/SAVP 8\n" + crypto(3, cm)
	for name, c := range map[string]struct {
		policy phone.Encryption
		offer  string
		lines  string // "" is a refusal
		crypto string // beginning of our line
	}{
		"encrypted":                      {"", savp, "m=audio 4000 RTP/SAVP 8", "3 AES_CM_128_HMAC_SHA1_80 inline:"},
		"encrypted, refused":             {phone.EncryptionRefused, savp, "", ""},
		"the first suite that we know":   {"", "m=audio 5000 RTP/SAVP 8\na=crypto:1 SECRET inline:x\n" + crypto(2, cm) + crypto(3, gcm), "m=audio 4000 RTP/SAVP 8", "2 AES_CM"},
		"with feedback":                  {"", "m=audio 5000 RTP/SAVPF 8\n" + crypto(1, gcm), "m=audio 4000 RTP/SAVPF 8", "1 AEAD_AES_256_GCM"},
		"encrypted, no suite of ours":    {"", "m=audio 5000 RTP/SAVP 8\na=crypto:1 SECRET inline:x\n", "", ""},
		"encrypted, no keys at all":      {"", "m=audio 5000 RTP/SAVP 8\n", "", ""},
		"opportunistic":                  {"", "m=audio 5000 RTP/AVP 8\n" + crypto(9, gcm), "m=audio 4000 RTP/AVP 8", "9 AEAD"},
		"opportunistic, refused":         {phone.EncryptionRefused, "m=audio 5000 RTP/AVP 8\n" + crypto(9, gcm), "m=audio 4000 RTP/AVP 8", ""},
		"opportunistic, required":        {phone.EncryptionRequired, "m=audio 5000 RTP/AVP 8\n" + crypto(9, gcm), "m=audio 4000 RTP/AVP 8", "9 AEAD"},
		"opportunistic, no suite":        {"", "m=audio 5000 RTP/AVP 8\na=crypto:1 SECRET inline:x\n", "m=audio 4000 RTP/AVP 8", ""},
		"plain, required":                {phone.EncryptionRequired, "m=audio 5000 RTP/AVP 8\n", "", ""},
		"two lines, the second is safe":  {"", "m=audio 5002 RTP/AVP 8\n" + savp, "m=audio 0 RTP/AVP 8|m=audio 4000 RTP/SAVP 8", "3 AES_CM"},
		"two lines, the first is safe":   {"", savp + "m=audio 5002 RTP/AVP 8\n", "m=audio 4000 RTP/SAVP 8|m=audio 0 RTP/AVP 8", "3 AES_CM"},
		"two lines, refused":             {phone.EncryptionRefused, savp + "m=audio 5002 RTP/AVP 8\n", "m=audio 0 RTP/SAVP 8|m=audio 4000 RTP/AVP 8", ""},
		"two lines, no codec on one":     {"", "m=audio 5000 RTP/SAVP 3\n" + crypto(3, cm) + "m=audio 5002 RTP/AVP 8\n", "m=audio 0 RTP/SAVP 3|m=audio 4000 RTP/AVP 8", ""},
		"keys by DTLS, which we do not ": {"", "m=audio 5000 UDP/TLS/RTP/SAVP 8\na=fingerprint:x\n", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			offer, err := parseSDP([]byte("v=0\no=- 1 1 IN IP4 192.0.2.9\ns=-\nc=IN IP4 192.0.2.9\nt=0 0\n" + c.offer))
			if err != nil {
				t.Fatal(err)
			}
			n := negotiationFor()
			n.policy, n.way = c.policy, phone.Encrypted
			answer, err := n.answer(offer, false)
			if c.lines == "" {
				if err == nil {
					t.Errorf("answered\n%s", answer)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			_, ours, _ := strings.Cut(string(answer), "a=crypto:")
			if got := mediaLines(answer); got != c.lines || !strings.HasPrefix(ours, c.crypto) || (ours != "") != (c.crypto != "") {
				t.Errorf("answered\n%s", answer)
			}
		})
	}
}

// TestOurOffersWithKeys looks at the profile of each kind of line, and at what
// becomes of it when the other side does not encrypt.
func TestOurOffersWithKeys(t *testing.T) {
	for policy, want := range map[phone.Encryption]struct {
		proto string
		keys  int
		cause phone.EndCause // after a plain answer
	}{
		"":                       {"RTP/AVP", 0, phone.HungUpHere},
		phone.EncryptionRefused:  {"RTP/AVP", 0, phone.HungUpHere},
		phone.EncryptionOffered:  {"RTP/AVP", len(suites), phone.HungUpHere},
		phone.EncryptionRequired: {"RTP/SAVP", len(suites), phone.Failed},
	} {
		t.Run(string(policy), func(t *testing.T) {
			d := encrypting(newDesk(t), policy)
			p, e := newPeer(t, d.at), newEar(t)
			id, invite := p.called(d)
			if m := described(t, invite); m.proto != want.proto || len(m.crypto) != want.keys {
				t.Errorf("offered %s with %d keys", m.proto, len(m.crypto))
			}
			p.reply(invite, 200, "x", "", sdpType, voiceAt(e.port(), ""))
			p.asked("ACK")
			if want.cause == phone.Failed {
				if end := wantEnd(d, id, phone.Failed); !strings.Contains(end.Detail, "encrypt") {
					t.Errorf("ended with %q", end.Detail)
				}
				p.reply(p.asked("BYE"), 200, "", "", "", "")
				return
			}
			if m := expect[phone.MediaChanged](d.recorder, nil); m.Security != phone.Clear {
				t.Errorf("security is %q", m.Security)
			}
			e.packet(0)
			if err := d.Hangup(id); err != nil {
				t.Fatal(err)
			}
			p.reply(p.asked("BYE"), 200, "", "", "", "")
		})
	}
}

// TestNeverWeaker is the promise: whatever the other side asks of an encrypted
// call, it stays encrypted, and goes on.
func TestNeverWeaker(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p, e, id, k := safeTalk(t, d)
	plain := voiceAt(e.port(), "")
	for name, body := range map[string]string{
		"plain RTP": plain, "plain RTP on hold": voiceAt(e.port(), "a=sendonly\n"),
		"encrypted without a key": strings.Replace(plain, "RTP/AVP", "RTP/SAVP", 1),
		"a key nobody can use":    strings.Replace(plain, "RTP/AVP", "RTP/SAVP", 1) + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n",
	} {
		for _, method := range []string{"INVITE", "UPDATE"} {
			p.request(method, "", sdpType, body)
			p.response(method, 488)
			if method == "INVITE" {
				p.requestAs("ACK", "z9hG4bK"+newTag(), "", "", "")
			}
			if e.packet(0); t.Failed() {
				t.Fatalf("%s by %s", name, method)
			}
		}
	}
	// An offer asked of us, and our own hold, keep the key.
	p.request("INVITE", "", "", "")
	late := p.response("INVITE", 200)
	if m := described(t, late); m.proto != "RTP/SAVP" || len(m.crypto) != 1 || m.crypto[0].suite != suites[2] {
		t.Errorf("our offer is %s with %v", m.proto, m.crypto)
	}
	p.request("ACK", "", sdpType, securely(e.port(), "RTP/SAVP", suites[2], k, ""))
	if err := d.Hold(id); err != nil {
		t.Fatal(err)
	}
	p.reply(p.asked("INVITE"), 200, "", "", sdpType, voiceAt(e.port(), "a=recvonly\n"))
	p.asked("ACK")
	expect(d.recorder, func(h phone.HoldChanged) bool { return h.Here })
	e.until(func(p *rtp.Packet) bool { return !loud(p) }) // held, and still sealed
	if err := d.Resume(id); err != nil {
		t.Fatal(err)
	}
	e.until(loud)
	hangUp(t, d, p, id)
}

// TestPeerChangesItsKey lets a peer take a new key and a new suite in mid-call.
func TestPeerChangesItsKey(t *testing.T) {
	d := newDesk(t)
	p, e, id, _ := safeTalk(t, d)
	at := callOf(d, id).sound.Load()
	to := at.at
	e.speak(to, 3000)
	for n, by := range []*suite{suites[2], suites[0]} {
		k, before := by.newMasterKey(), at.keyed()
		p.request("INVITE", "", sdpType, securely(e.port(), "RTP/SAVP", by, k, ""))
		res := p.response("INVITE", 200)
		p.request("ACK", "", "", "")
		eventually(t, func() bool { return at.keyed() != before })
		e.speak(to, 3000) // under the old key, on its way
		e.listensTo(res.Body(), by, k)
		e.speak(to, 3000)
		want := uint64(3 + 2*n)
		eventually(t, func() bool { s, _ := d.Stats(id); return s.PacketsHeard == want })
		e.until(loud)
	}
	hangUp(t, d, p, id)
}

// TestWhatIsNotSealedIsNotHeard sends an encrypted call what anybody could: it is
// neither counted nor followed, and does not keep a dead call alive.
func TestWhatIsNotSealedIsNotHeard(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(c *Config) { c.MediaTimeout = 1500 * time.Millisecond })
	p, e, id, _ := safeTalk(t, d)
	v := callOf(d, id).sound.Load()
	e.speak(v.at, 3000)
	eventually(t, func() bool { s, _ := d.Stats(id); return s.PacketsHeard == 1 })
	life := v.heard()

	stranger, tampered := newEar(t), newEar(t)
	report, err := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: 4711}})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for n := range uint16(20) {
		clear := rtpPacket(t, 4711, e.seq+n)
		v.packet(clear, e.at(), now)
		for _, from := range []*ear{stranger, tampered} {
			v.packet(clear, from.at(), now.Add(time.Minute))
		}
		v.takeReports(report, now)
	}
	if s, _ := d.Stats(id); s.PacketsHeard != 1 || v.peer().Port() != uint16(e.port()) || v.heard() != life {
		t.Errorf("%d packets heard, voice goes to %v", s.PacketsHeard, v.peer())
	}
	p.reply(p.asked("BYE"), 200, "", "", "", "")
	wantEnd(d, id, phone.MediaLost)
}

// TestReportsAreEncrypted reads ours with the key of the call.
func TestReportsAreEncrypted(t *testing.T) {
	d := newDesk(t)
	p, e, id, _ := safeTalk(t, d)
	v := callOf(d, id).sound.Load()
	e.until(loud)
	e.speak(v.at, 3000)
	v.setReports(e.at())
	eventually(t, func() bool { return !v.heard().IsZero() })
	v.sendReport(time.Now())
	buf := make([]byte, 2048)
	for range 200 {
		_ = e.conn.SetReadDeadline(time.Now().Add(patience))
		n, err := e.conn.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		if buf[1] != 200 && buf[1] != 201 {
			continue
		}
		b, ok := e.keys.openRTCP(buf[:n])
		if !ok {
			t.Fatal("our report is not sealed")
		}
		if _, err := rtcp.Unmarshal(b); err != nil {
			t.Fatal(err)
		}
		hangUp(t, d, p, id)
		return
	}
	t.Fatal("no report came")
}

// TestSequenceNumbersWrapInACall speaks past the wrap in both directions.
func TestSequenceNumbersWrapInACall(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p, e, id, _ := safeTalk(t, d)
	v := callOf(d, id).sound.Load()
	e.seq = 65530
	for range 12 {
		e.speak(v.at, 3000)
	}
	eventually(t, func() bool { s, _ := d.Stats(id); return s.PacketsHeard == 12 })
	v.speaker.mu.Lock()
	v.sequence = 65530
	v.speaker.mu.Unlock()
	wrapped := false
	e.until(func(p *rtp.Packet) bool {
		wrapped = wrapped || p.SequenceNumber == 65535
		return wrapped && p.SequenceNumber == 5
	})
	hangUp(t, d, p, id)
}

// tlsFlow is a way under TLS.
type tlsFlow struct{ *datagrams }

func (tlsFlow) transport() string { return "TLS" }

// TestPadlock is closed only where the keys came under TLS, and stays so.
func TestPadlock(t *testing.T) {
	tls, udp := tlsFlow{}, &datagrams{}
	line := phone.Line{Transport: phone.TLS}
	a, b := negotiationFor(), negotiationFor()
	a.secrecy, b.secrecy = secrecyOf(line, tls), secrecyOf(phone.Line{}, tls)
	agree := func() error {
		t.Helper()
		offer, err := parseSDP(a.offer(phone.FlowBoth))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := b.answer(offer, false)
		if err != nil {
			return err
		}
		back, err := parseSDP(answer)
		if err != nil {
			t.Fatal(err)
		}
		return a.accept(back)
	}
	if err := agree(); err != nil {
		t.Fatal(err)
	}
	if a.secure(a.agreed) != phone.Protected || b.secure(b.agreed) != phone.Protected {
		t.Errorf("security is %q and %q", a.secure(a.agreed), b.secure(b.agreed))
	}
	b.carriedBy(udp)
	if err := agree(); err == nil || b.secure(b.agreed) != phone.Protected {
		t.Errorf("keys in the clear were taken: %v", err)
	}
	b.carriedBy(tls)
	a.carriedBy(udp)
	if err := agree(); err == nil || a.secure(a.agreed) != phone.Protected {
		t.Errorf("an answer in the clear was taken: %v", err)
	}
}

// TestCallsOverTLSAreProtected: a line over TLS offers keys by itself, and the
// padlock closes.
func TestCallsOverTLSAreProtected(t *testing.T) {
	ca, k := newAuthority(t), suites[0].newMasterKey()
	e := newEar(t)
	r := newRegistrar(t, phone.TCP, challenging("SHA-256"), func(r *registrar) {
		r.invite = func(q *request) {
			res := q.response(200, header("Contact", "<sip:peer@127.0.0.1>"), header("Content-Type", sdpType))
			res.SetBody([]byte(strings.Replace(securely(e.port(), "RTP/AVP", suites[0], k, ""), "crypto:5", "crypto:1", 1)))
			_ = q.respond(res)
		}
	})
	line, z := tlsLine(t, r, ca.file, ca.issue(forHost("sip.test")))
	a, rec := newAgent(t, "secret", func(a *Agent) { a.names = z })
	setLines(t, a, line)
	expect(rec, state(phone.LineRegistered))
	if err := a.Dial("x", "line", phone.Outbound{Target: "0612345678"}); err != nil {
		t.Fatal(err)
	}
	if m := expect[phone.MediaChanged](rec, nil); m.Security != phone.Protected {
		t.Errorf("security is %q, want %q", m.Security, phone.Protected)
	}
	closeAgent(t, a)
}
