package sipua

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"permanence/phone"
)

func TestSIPpNeverSendsACK(t *testing.T) {
	d := newDesk(t)
	done := sippCalls(t, d, `
		> INVITE voice
		< 180
		< 200
		`+deskHangsUp)
	wantEnd(d, answers(t, d), phone.Failed)
	waitFor(t, done)
}

func TestSIPpRingsTwelveTimes(t *testing.T) {
	d := newDesk(t)
	address, done := sippIsCalled(t, "< INVITE\n"+script(strings.Repeat("> 180\n", 12))+`
		> 200 voice
		< ACK
		`+deskHangsUp)
	dials(t, d, "x", address)
	expect[phone.CallRinging](d.recorder, nil)
	expect[phone.MediaChanged](d.recorder, nil)
	hangsUp(t, d, "x")
	waitFor(t, done)
}

// hangsUp has the desk end a call.
func hangsUp(t *testing.T, d *desk, id phone.CallID) {
	t.Helper()
	if err := d.Hangup(id); err != nil {
		t.Fatal(err)
	}
	wantEnd(d, id, phone.HungUpHere)
}

// TestSIPpAnswersACancelledCall: a 200 that crosses our CANCEL gets its ACK, and a
// BYE.
func TestSIPpAnswersACancelledCall(t *testing.T) {
	d := newDesk(t)
	address, done := sippIsCalled(t, `
		< INVITE
		> 180
		< CANCEL
		> 200
		> 200 INVITE voice
		< CANCEL optional
		< ACK
		`+deskHangsUp)
	dials(t, d, "x", address)
	expect[phone.CallRinging](d.recorder, nil)
	hangsUp(t, d, "x")
	waitFor(t, done)
}

// TestSIPpGivesUp: a call taken back is missed, unless somebody else has it.
func TestSIPpGivesUp(t *testing.T) {
	for name, c := range map[string]struct {
		reason string
		want   phone.EndCause
	}{
		"without a word":     {"Max-Forwards: 69", phone.CallerGaveUp},
		"answered elsewhere": {`Reason: SIP;cause=200;text="Call completed elsewhere"`, phone.AnsweredElsewhere},
		"busy elsewhere":     {"Reason: Q.850;cause=17, SIP ;cause=600", phone.CallerGaveUp},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			done := sippCalls(t, d, script(`
				> INVITE voice
				< 180
				> CANCEL
				    `+c.reason+`
				< 200
				    CSeq: CANCEL
				< 487
				> ACK`))
			wantEnd(d, expect[phone.CallArrived](d.recorder, nil).Call, c.want)
			waitFor(t, done)
		})
	}
}

// TestSIPpKeepsTheSession: session timers (RFC 4028), by whoever refreshes and however.
func TestSIPpKeepsTheSession(t *testing.T) {
	for name, c := range map[string]struct {
		script script
		want   phone.EndCause
	}{
		"we refresh": {`
			> 200 INVITE voice
			    Session-Expires: 1;refresher=uac
			< ACK
			< INVITE
			    Session-Expires: ^ *1;refresher=uac
			> 200 voice
			    Session-Expires: 1;refresher=uac
			< ACK
			< INVITE
			> 200 voice
			< ACK` + sippHangsUp, phone.HungUpThere},
		"it refreshes by UPDATE": {`
			> 200 INVITE voice
			    Session-Expires: 1;refresher=uas
			< ACK
			> UPDATE
			    Supported: timer
			    Session-Expires: 90;refresher=uac
			< 200
			    Session-Expires: ^ *90;refresher=uac
			    Require: timer
			pause 1100` + sippHangsUp, phone.HungUpThere},
		"it refreshes by re-INVITE": {`
			> 200 INVITE voice
			    Session-Expires: 1;refresher=uas
			< ACK
			> INVITE voice
			    Supported: timer
			    Session-Expires: 90;refresher=uac
			< 200
			    Session-Expires: ^ *90;refresher=uac
			> ACK
			pause 1100` + sippHangsUp, phone.HungUpThere},
		"it does not refresh": {`
			> 200 INVITE voice
			    Session-Expires: 1;refresher=uas
			< ACK` + deskHangsUp, phone.HungUpThere},
		"it does not know our refresh": {`
			> 200 INVITE voice
			    Session-Expires: 1;refresher=uac
			< ACK
			< INVITE
			> 481
			< ACK` + deskHangsUp, phone.HungUpThere},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			address, done := sippIsCalled(t, "< INVITE\n Supported: timer\n > 180\n"+c.script)
			dials(t, d, "x", address)
			wantEnd(d, "x", c.want)
			waitFor(t, done)
		})
	}
}

// TestSIPpUpdatesEarly: UPDATE (RFC 3311) before the call is answered.
func TestSIPpUpdatesEarly(t *testing.T) {
	d := newDesk(t)
	address, done := sippIsCalled(t, `
		< INVITE
		    Supported: 100rel
		> 183 INVITE voice
		    Require: 100rel
		    RSeq: 1
		< PRACK
		    RAck: ^ *1 [0-9]+ INVITE
		> 200
		> UPDATE held
		< 200
		    body m=audio [1-9].*recvonly
		> UPDATE voice
		< 200
		    body m=audio [1-9].*sendrecv
		> 200 INVITE
		< ACK
		`+deskHangsUp)
	dials(t, d, "x", address)
	expect(d.recorder, func(e phone.CallRinging) bool { return e.Early })
	expect[phone.CallAnswered](d.recorder, nil)
	hangsUp(t, d, "x")
	waitFor(t, done)
}

// TestSIPpMeetsOurReinvite: glare (RFC 3261 §14.1), whoever called. Both are
// refused, and ours is tried again.
func TestSIPpMeetsOurReinvite(t *testing.T) {
	const meeting script = `
		< INVITE
		    body sendonly
		> INVITE held once
		< 491
		> ACK
		> 491 INVITE
		< ACK
		< INVITE
		    body sendonly
		> 200 listens
		< ACK
	`
	t.Run("called", func(t *testing.T) {
		d := newDesk(t)
		done := sippCalls(t, d, sippTalks+meeting+sippHangsUp)
		id := answers(t, d)
		holdsAgainst(t, d, id)
		waitFor(t, done)
	})
	t.Run("calling", func(t *testing.T) {
		d := newDesk(t)
		address, done := sippIsCalled(t, sippListens+meeting+sippHangsUp)
		dials(t, d, "x", address)
		holdsAgainst(t, d, "x")
		waitFor(t, done)
	})
}

func holdsAgainst(t *testing.T, d *desk, id phone.CallID) {
	t.Helper()
	expect[phone.MediaChanged](d.recorder, nil)
	if err := d.Hold(id); err != nil {
		t.Fatal(err)
	}
	expect(d.recorder, func(e phone.HoldChanged) bool { return e.Here })
	wantEnd(d, id, phone.HungUpThere)
}

// count tells how many events of a kind a desk was told.
func count[E phone.Event](d *desk) (n int) {
	for _, e := range d.all() {
		if _, ok := e.(E); ok {
			n++
		}
	}
	return n
}

// TestSIPpFloods: two hundred calls, forty a second, and nothing is left of them.
func TestSIPpFloods(t *testing.T) {
	d := newDesk(t)
	const calls = 200
	before, heap := runtime.NumGoroutine(), heapInUse()
	done := make(chan error, 1)
	program(t, "sipp")
	sipp(t, done, "-sf", (sippTalks + deskHangsUp).write(t), "-s", "desk", "-m", fmt.Sprint(calls), "-r", "40", d.at.String())
	seen := 0
	eventually(t, func() bool {
		news := d.all()[seen:]
		seen += len(news)
		for _, e := range news {
			switch e := e.(type) {
			case phone.CallArrived:
				_ = d.Answer(e.Call, phone.Reception{})
			case phone.MediaChanged:
				_ = d.Hangup(e.Call)
			}
		}
		return count[phone.CallEnded](d) == calls
	})
	waitFor(t, done)
	eventually(t, func() bool { return runtime.NumGoroutine() <= before })
	if after := heapInUse(); after > heap+8<<20 {
		t.Errorf("%d bytes in use before, %d after", heap, after)
	}
}
