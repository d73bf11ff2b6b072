package sipua

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"permanence/phone"
	"permanence/phone/phonetest"
)

// sippCalls has SIPp call the desk as a script says.
func sippCalls(t *testing.T, d *desk, s script) (done chan error) {
	t.Helper()
	program(t, "sipp")
	done = make(chan error, 1)
	sipp(t, done, "-sf", s.write(t), "-s", "desk", "-m", "1", d.at.String())
	return done
}

// sippIsCalled has SIPp wait for a call of the desk's, and react as a script says.
func sippIsCalled(t *testing.T, s script) (address string, done chan error) {
	t.Helper()
	program(t, "sipp")
	port := phonetest.FreePort(t)
	done = make(chan error, 1)
	sipp(t, done, "-sf", s.write(t), "-m", "1", "-p", strconv.Itoa(port))
	return fmt.Sprintf("sip:sipp@127.0.0.1:%d", port), done
}

// dials has the desk call.
func dials(t *testing.T, d *desk, id phone.CallID, address string) {
	t.Helper()
	if err := d.Dial(id, d.line(), phone.Outbound{Target: address}); err != nil {
		t.Fatal(err)
	}
}

// line is the only one of the desk.
func (d *desk) line() phone.LineID {
	d.Agent.mu.Lock()
	defer d.Agent.mu.Unlock()
	for id := range d.lines {
		return id
	}
	return ""
}

// answers has the desk take the next call that comes.
func answers(t *testing.T, d *desk) phone.CallID {
	t.Helper()
	e := expect[phone.CallArrived](d.recorder, nil)
	if err := d.Answer(e.Call, phone.Reception{}); err != nil {
		t.Fatal(err)
	}
	return e.Call
}

// What most scripts begin and end with.
const (
	sippTalks script = `
		> INVITE voice
		< 180
		< 200
		> ACK
`
	sippListens script = `
		< INVITE
		> 180
		> 200 INVITE voice
		< INVITE optional
		< ACK
`
	sippHangsUp script = `
		> BYE
		< 200
		    CSeq: BYE
`
	deskHangsUp script = `
		< BYE
		> 200
`
)

// lines are the lines of a body in a script.
func lines(body string) script {
	return script("| " + strings.ReplaceAll(strings.TrimSuffix(body, "\n"), "\n", "\n| ") + "\n")
}

// TestSIPpOffers: whatever a caller offers beside voice or around it, voice is
// answered, and every other line refused in its place.
func TestSIPpOffers(t *testing.T) {
	voice := "m=audio [media_port] RTP/AVP 8"
	for name, c := range map[string]struct {
		offer string
		want  string // in our answer
		flow  phone.Flow
	}{
		"no rtpmap for static types": {offerOf("m=audio [media_port] RTP/AVP 18 8 0"), `m=audio [1-9][0-9]+ RTP/AVP 8.*sendrecv`, phone.FlowBoth},
		"two voices":                 {offerOf(voice, "m=audio 7000 RTP/AVP 0"), `m=audio [1-9].*m=audio 0 RTP/AVP 0`, phone.FlowBoth},
		"the second voice":           {offerOf("m=audio 7000 RTP/AVP 18", voice), `m=audio 0 RTP/AVP 18.*m=audio [1-9]`, phone.FlowBoth},
		"video":                      {offerOf(voice, "m=video 7000 RTP/AVP 96", "a=rtpmap:96 VP8/90000"), `m=audio [1-9].*m=video 0 RTP/AVP 96`, phone.FlowBoth},
		"video first":                {offerOf("m=video 7000 RTP/AVP 96", "a=rtpmap:96 VP8/90000", voice), `m=video 0 .*m=audio [1-9]`, phone.FlowBoth},
		"fax":                        {offerOf(voice, "m=image 7000 udptl t38", "a=T38FaxVersion:0"), `m=audio [1-9].*m=image 0 udptl t38`, phone.FlowBoth},
		"opus on 111":                {offerOf("m=audio [media_port] RTP/AVP 111 8", "a=rtpmap:111 opus/48000/2"), `m=audio [1-9][0-9]+ RTP/AVP 8.*sendrecv`, phone.FlowBoth},
		"telephone-event on 96":      {offerOf("m=audio [media_port] RTP/AVP 8 96", "a=rtpmap:96 telephone-event/8000"), `RTP/AVP 8 96.*rtpmap:96 telephone-event`, phone.FlowBoth},
		"c= of the media":            {"v=0\no=- 1 1 IN IP4 198.51.100.1\ns=-\nt=0 0\n" + voice + "\nc=IN IP4 [media_ip]\n", `m=audio [1-9]`, phone.FlowBoth},
		"two c=":                     {offerOf(voice, "c=IN IP4 [media_ip]"), `m=audio [1-9]`, phone.FlowBoth},
		"held by c=0.0.0.0":          {offerOf(voice, "c=IN IP4 0.0.0.0"), `a=recvonly`, phone.FlowReceive},
		"inactive":                   {offerOf(voice, "a=inactive"), `a=inactive`, phone.FlowNone},
		"lines end in LF alone":      {strings.ReplaceAll(offerOf(voice), "\n", `\x0a`), `m=audio [1-9]`, phone.FlowBoth},
		"unknown attributes":         {offerOf(voice, "a=ice-ufrag:x", "a=candidate:1 1 UDP 1 192.0.2.1 9 typ host", "a=rtcp-mux", "a=ssrc:1 cname:x"), `m=audio [1-9]`, phone.FlowBoth},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			done := sippCalls(t, d, "> INVITE\n"+lines(c.offer)+script(`
				< 180
				< 200
				    body `+c.want+`
				> ACK
			`)+sippHangsUp)
			id := answers(t, d)
			if e := expect[phone.MediaChanged](d.recorder, nil); e.Codec != "PCMA" || e.Flow != c.flow {
				t.Errorf("agreed on %+v", e)
			}
			wantEnd(d, id, phone.HungUpThere)
			waitFor(t, done)
		})
	}
}

// TestSIPpLeavesTheOfferToUs: an INVITE without a description.
func TestSIPpLeavesTheOfferToUs(t *testing.T) {
	d := newDesk(t)
	done := sippCalls(t, d, `
		> INVITE
		< 180
		    ! Content-Type: .
		< 200
		    body m=audio [1-9][0-9]+ RTP/AVP 9 8 0 .*101
		> ACK voice
		`+sippHangsUp)
	id := answers(t, d)
	expect(d.recorder, func(e phone.MediaChanged) bool { return e.Codec == "PCMA" })
	wantEnd(d, id, phone.HungUpThere)
	waitFor(t, done)
}

func TestSIPpSendsISUPBesideItsOffer(t *testing.T) {
	d := newDesk(t)
	done := sippCalls(t, d, `
		> INVITE
		    Content-Type: multipart/mixed;boundary=part
		    MIME-Version: 1.0
		`+lines("--part\nContent-Type: application/ISUP;version=itu-t92+\nContent-Disposition: signal;handling=optional\n\n"+
		"\\x01\\x00\\x49\\x00\n--part\nContent-Type: application/sdp\n\n"+bodies["voice"]+"--part--\n")+`
		< 180
		< 200
		    body m=audio [1-9]
		> ACK
		`+sippHangsUp)
	wantEnd(d, answers(t, d), phone.HungUpThere)
	waitFor(t, done)
}

// TestSIPpIsRefused: what cannot be a call does not ring.
func TestSIPpIsRefused(t *testing.T) {
	d := newDesk(t)
	for name, s := range map[string]script{
		"no voice that we speak": "> INVITE\n" + lines(offerOf("m=audio 7000 RTP/AVP 18")) + `
			< 488
			    Warning: 305
			> ACK`,
		"fax alone": "> INVITE\n" + lines(offerOf("m=image 7000 udptl t38")) + `
			< 488
			    Warning: 304
			> ACK`,
		"an unknown extension": `
			> INVITE voice
			    Require: timer, tomorrow
			< 420
			    Unsupported: ^ *tomorrow *$
			> ACK`,
		"too short an interval": `
			> INVITE voice
			    Supported: timer
			    Session-Expires: 30
			< 422
			    Min-SE: 90
			> ACK`,
		"a body that is no description": `
			> INVITE
			    Content-Type: text/plain
			    | hello
			< 415
			    Accept: application/sdp
			> ACK`,
		"a place that nobody has": `
			> INVITE voice
			    Replaces: nobody@nowhere;to-tag=a;from-tag=b
			< 481
			> ACK`,
	} {
		t.Run(name, func(t *testing.T) { waitFor(t, sippCalls(t, d, s)) })
	}
	for _, e := range d.all() {
		if e, rang := e.(phone.CallArrived); rang {
			t.Errorf("it rang: %+v", e)
		}
	}
}

// TestSIPpAsksOutOfTheBlue: requests that belong to no call.
func TestSIPpAsksOutOfTheBlue(t *testing.T) {
	d := newDesk(t)
	for name, s := range map[string]script{
		"OPTIONS":                     "> OPTIONS\n < 200\n Allow: UPDATE\n Supported: 100rel\n Accept: application/sdp",
		"MESSAGE":                     "> MESSAGE\n Content-Type: text/plain\n | hello\n < 405\n Allow: INVITE",
		"SUBSCRIBE":                   "> SUBSCRIBE\n Event: presence\n < 405\n Allow: INVITE",
		"PUBLISH":                     "> PUBLISH\n Event: presence\n < 405\n Allow: INVITE",
		"a method of tomorrow":        "> TELEPORT\n < 405\n Allow: INVITE",
		"NOTIFY of something else":    "> NOTIFY\n Event: presence\n Subscription-State: active\n < 489\n Allow-Events: dialog",
		"NOTIFY without anything":     "> NOTIFY\n < 489",
		"NOTIFY nobody subscribed to": "> NOTIFY\n Event: dialog\n Subscription-State: active\n < 481",
		"REFER":                       "> REFER\n Refer-To: <sip:somebody@127.0.0.1>\n < 603",
		"INFO":                        "> INFO\n < 481",
		"BYE":                         "> BYE\n < 481",
		"UPDATE":                      "> UPDATE\n < 481",
		"an unknown extension":        "> OPTIONS\n Require: tomorrow\n < 420\n Unsupported: tomorrow",
	} {
		t.Run(name, func(t *testing.T) { waitFor(t, sippCalls(t, d, s)) })
	}
}

// TestSIPpAsksWithinACall: the same within one, which goes on.
func TestSIPpAsksWithinACall(t *testing.T) {
	for name, asks := range map[string]script{
		"INFO without a Content-Type":   "> INFO\n < 200\n CSeq: INFO",
		"INFO with a body of its own":   "> INFO\n Content-Type: text/html\n | <p>\n < 415\n Accept: application/dtmf-relay",
		"NOTIFY without a Content-Type": "> NOTIFY\n Event: refer\n < 481",
		"NOTIFY without anything":       "> NOTIFY\n < 481",
		"OPTIONS":                       "> OPTIONS\n < 200\n Allow: INVITE",
		"MESSAGE":                       "> MESSAGE\n Content-Type: text/plain\n | hello\n < 405",
		"SUBSCRIBE":                     "> SUBSCRIBE\n Event: dialog\n < 405",
		"a method of tomorrow":          "> TELEPORT\n < 405\n Allow: INVITE",
		"an unknown extension":          "> INFO\n Require: tomorrow\n < 420\n Unsupported: tomorrow",
		"an old number":                 "> OPTIONS\n CSeq: 100 OPTIONS\n < 200\n > INFO\n CSeq: 99 INFO\n < 500\n > BYE\n CSeq: 101 BYE\n < 200",
		"REFER to no address":           "> REFER\n Refer-To: <http://example.org>\n < 603",
		"REFER to an emergency":         "> REFER\n Refer-To: <sip:112@127.0.0.1>\n < 603",
		"two Refer-To":                  "> REFER\n Refer-To: <sip:a@127.0.0.1>\n refer-to: <sip:b@127.0.0.1>\n < 400",
		"re-INVITE without an offer":    "> INVITE\n < 200\n body m=audio [1-9]\n > ACK voice",
		"re-INVITE to hold":             "> INVITE held\n < 200\n body recvonly\n > ACK\n > INVITE voice\n < 200\n body sendrecv\n > ACK",
		"re-INVITE that cannot be":      "> INVITE\n | v=0\n < 488\n > ACK",
		"UPDATE to hold":                "> UPDATE inactive\n < 200\n body inactive",
		"a fax":                         "> INVITE\n" + lines(offerOf("m=audio 0 RTP/AVP 8", "m=image 7000 udptl t38")) + " < 488\n > ACK",
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			if name != "an old number" {
				asks += sippHangsUp
			}
			done := sippCalls(t, d, sippTalks+asks)
			wantEnd(d, answers(t, d), phone.HungUpThere)
			waitFor(t, done)
		})
	}
}

// TestSIPpRefuses: how a refusal is told.
func TestSIPpRefuses(t *testing.T) {
	for status, want := range map[int]phone.EndCause{
		403: phone.Declined, 404: phone.UnknownNumber, 408: phone.NoAnswer, 410: phone.UnknownNumber,
		480: phone.NoAnswer, 484: phone.UnknownNumber, 486: phone.Busy, 488: phone.Failed, 500: phone.Failed,
		503: phone.Failed, 600: phone.Busy, 603: phone.Declined, 604: phone.UnknownNumber,
	} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			d := newDesk(t)
			address, done := sippIsCalled(t, script(fmt.Sprintf(`
				< INVITE
				> 100
				> %d
				    Retry-After: 120
				    Reason: Q.850;cause=17
				< ACK`, status)))
			dials(t, d, "x", address)
			if e := wantEnd(d, "x", want); e.Status != status {
				t.Errorf("told %d", e.Status)
			}
			waitFor(t, done)
		})
	}
}
