package sipua

import (
	"testing"

	"permanence/phone"
)

// TestSIPpRefersUs: the other side has us call a third, and is told how it goes.
//
// The third lets it ring for a while: news that comes before the answer to the news
// before takes the place of what waits.
func TestSIPpRefersUs(t *testing.T) {
	d := newDesk(t)
	third, called := sippIsCalled(t, `
		< INVITE
		    Referred-By: <sip:sipp@
		> 180
		pause 1500
		> 200 voice
		< ACK
		`+deskHangsUp)
	done := sippCalls(t, d, sippTalks+script(`
		> REFER
		    Refer-To: <`+third+`>
		    Referred-By: <sip:sipp@127.0.0.1>
		< 202
		< NOTIFY
		    Event: refer
		    Subscription-State: active
		    Content-Type: message/sipfrag
		    body SIP/2.0 100
		> 200
		< NOTIFY
		    body SIP/2.0 180
		> 200
		< NOTIFY
		    Subscription-State: terminated
		    body SIP/2.0 200
		> 200
		`)+sippHangsUp)
	first := answers(t, d)
	next := expect[phone.CallReferred](d.recorder, nil).New
	wantEnd(d, first, phone.HungUpThere)
	hangsUp(t, d, next)
	waitFor(t, done)
	waitFor(t, called)
}

// TestSIPpRefersUsToNobody: a third that refuses leaves the call as it was. SIPp ends it,
// when it has been told: our BYE could overtake the last NOTIFY, which waits for the
// answer to the one before.
func TestSIPpRefersUsToNobody(t *testing.T) {
	d := newDesk(t)
	third, called := sippIsCalled(t, "< INVITE\n > 486\n < ACK")
	done := sippCalls(t, d, sippTalks+script(`
		> REFER
		    Refer-To: <`+third+`>
		< 202
		< NOTIFY
		> 200
		< NOTIFY
		    Subscription-State: terminated
		    body SIP/2.0 486
		> 200
		`)+sippHangsUp)
	first := answers(t, d)
	wantEnd(d, expect[phone.CallReferred](d.recorder, nil).New, phone.Busy)
	wantEnd(d, first, phone.HungUpThere)
	waitFor(t, done)
	waitFor(t, called)
}

// TestSIPpIsReferred: what SIPp tells of a transfer, in whatever order, is one
// story with one end.
func TestSIPpIsReferred(t *testing.T) {
	const news = `
		> NOTIFY
		    Event: refer
		    Content-Type: message/sipfrag;version=2.0
		    Subscription-State: `
	for name, c := range map[string]struct {
		tells script
		step  phone.TransferStep
		end   phone.EndCause
	}{
		"as it should": {
			"> 202\n" + news + "active\n| SIP/2.0 100 Trying\n< 200\n" + news + "active\n| SIP/2.0 180 Ringing\n< 200\n" +
				news + "terminated;reason=noresource\n| SIP/2.0 200 OK\n< 200\n" + deskHangsUp,
			phone.TransferDone, phone.Transferred,
		},
		"200 before 100": {
			"> 202\n" + news + "active\n| SIP/2.0 200 OK\n< 200\n" + news + "active\n| SIP/2.0 100 Trying\n< 200 optional\n < 481 optional\n" + deskHangsUp,
			phone.TransferDone, phone.Transferred,
		},
		"news before the 202": {
			news + "active\n| SIP/2.0 100 Trying\n< 200\n> 202 REFER\n" + news + "terminated\n| SIP/2.0 200 OK\n< 200\n" + deskHangsUp,
			phone.TransferDone, phone.Transferred,
		},
		"hangs up at once":     {"> 202\n" + sippHangsUp, phone.TransferDone, phone.Transferred},
		"refuses to call":      {"> 603\n" + sippHangsUp, phone.TransferFailed, phone.HungUpThere},
		"the third is busy":    {"> 202\n" + news + "terminated\n| SIP/2.0 486 Busy Here\n< 200\n" + sippHangsUp, phone.TransferFailed, phone.HungUpThere},
		"news without a word":  {"> 202\n" + news + "terminated\n< 200\n pause 300\n" + sippHangsUp, phone.TransferFailed, phone.HungUpThere},
		"does not know REFER":  {"> 501\n" + sippHangsUp, phone.TransferFailed, phone.HungUpThere},
		"does not know a call": {"> 481\n" + deskHangsUp, "", phone.HungUpThere},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			address, done := sippIsCalled(t, sippListens+"< REFER\n Refer-To: <sip:third@127.0.0.1>\n Referred-By: <sip:\n"+c.tells)
			dials(t, d, "x", address)
			expect[phone.MediaChanged](d.recorder, nil)
			if err := d.Transfer("x", "sip:third@127.0.0.1"); err != nil {
				t.Fatal(err)
			}
			if c.step != "" {
				expect(d.recorder, func(e phone.TransferProgressed) bool { return e.Step == c.step })
			}
			wantEnd(d, "x", c.end)
			waitFor(t, done)
		})
	}
}

// TestSIPpReplacesACall: a third takes the place of the first, as after an
// attended transfer.
func TestSIPpReplacesACall(t *testing.T) {
	d := newDesk(t)
	first := sippCalls(t, d, sippTalks+deskHangsUp)
	id := answers(t, d)
	expect[phone.MediaChanged](d.recorder, nil)
	second := sippCalls(t, d, script(`
		> INVITE voice
		    Replaces: `+placeOfCall(d, id)+`
		    Require: replaces
		< 200
		> ACK
		`)+sippHangsUp)
	next := expect[phone.CallReplaced](d.recorder, nil)
	if next.Call != id {
		t.Errorf("replaced %s, not %s", next.Call, id)
	}
	wantEnd(d, id, phone.Replaced)
	waitFor(t, first)
	wantEnd(d, next.New, phone.HungUpThere)
	waitFor(t, second)
}

// TestSIPpSendsUsElsewhere: a 302 is followed.
func TestSIPpSendsUsElsewhere(t *testing.T) {
	d := newDesk(t)
	there, answered := sippIsCalled(t, sippListens+deskHangsUp)
	here, done := sippIsCalled(t, script(`
		< INVITE
		> 302
		    Contact: <`+there+`>
		< ACK`))
	dials(t, d, "x", here)
	expect[phone.CallAnswered](d.recorder, nil)
	hangsUp(t, d, "x")
	waitFor(t, done)
	waitFor(t, answered)
}

// TestSIPpIsSentElsewhere: and so is ours.
func TestSIPpIsSentElsewhere(t *testing.T) {
	d := newDesk(t)
	done := sippCalls(t, d, `
		> INVITE voice
		< 180
		< 302
		    Contact: sip:colleague@127.0.0.1
		> ACK`)
	id := expect[phone.CallArrived](d.recorder, nil).Call
	if err := d.Redirect(id, "sip:colleague@127.0.0.1"); err != nil {
		t.Fatal(err)
	}
	wantEnd(d, id, phone.Forwarded)
	waitFor(t, done)
}

// placeOfCall names a call's dialog as a Replaces to us does (RFC 3891).
func placeOfCall(d *desk, id phone.CallID) string {
	answer := make(chan string, 1)
	c := callOf(d, id)
	c.must(func() {
		answer <- replaces{callID: c.dialog.id, to: c.dialog.local.tag, from: c.dialog.remote.tag}.String()
	})
	return <-answer
}
