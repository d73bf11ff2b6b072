package phonetest

import (
	"errors"
	"slices"
	"testing"

	"permanence/phone"
)

// transfers are the scenarios in which a call goes on with somebody else.
var transfers = []scenario{
	{"blind transfer by the called", func(t *testing.T, n Network) { blindTransfer(t, n, false) }},
	{"blind transfer by the caller", func(t *testing.T, n Network) { blindTransfer(t, n, true) }},
	{"blind transfer to nobody", transferToNobody},
	{"blind transfer to somebody busy", transferToBusy},
	{"attended transfer", func(t *testing.T, n Network) { attendedTransfer(t, n, true, false) }},
	{"attended transfer of two callers", func(t *testing.T, n Network) { attendedTransfer(t, n, false, false) }},
	{"attended transfer to one who holds", func(t *testing.T, n Network) { attendedTransfer(t, n, true, true) }},
	{"attended transfer after the consulted left", consultedLeft},
	{"the caller hangs up during a transfer", hangUpDuringTransfer},
	{"a transfer taken back", transferTakenBack},
	{"redirect", redirect},
	{"redirect to nobody", redirectToNobody},
	{"transfers out of place", transferOutOfPlace},
}

// passed waits for a step of a transfer.
func passed(d *desk, id phone.CallID, step phone.TransferStep) phone.TransferProgressed {
	d.t.Helper()
	return expect(d, func(e phone.TransferProgressed) bool { return e.Call == id && e.Step == step })
}

// told tells whether a step of a transfer was told already: the two calls of an
// attended one have no order between them.
func told(d *desk, id phone.CallID, step phone.TransferStep) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.ContainsFunc(d.events, func(e phone.Event) bool {
		p, ok := e.(phone.TransferProgressed)
		return ok && p.Call == id && p.Step == step
	})
}

// blindTransfer: one of the two puts the other through to C.
func blindTransfer(t *testing.T, n Network, byCaller bool) {
	a, b, c := newDesk(t, n, "A"), newDesk(t, n, "B"), newDesk(t, n, "C")
	caller, there := talk(a, b)
	from, id, who, whose := b, there, a, caller
	if byCaller {
		from, id, who, whose = a, caller, b, there
	}
	from.must(from.UA.Transfer(id, c.Address))
	passed(from, id, phone.TransferAsked)
	r := of[phone.CallReferred](who, whose)
	atC := expect[phone.CallArrived](c, nil).Call
	passed(from, id, phone.TransferRinging)
	of[phone.CallRinging](who, r.New)
	c.must(c.UA.Answer(atC, phone.Reception{}))
	of[phone.CallAnswered](who, r.New)
	passed(from, id, phone.TransferDone)
	wantCause(t, of[phone.CallEnded](from, id), phone.Transferred)
	wantCause(t, of[phone.CallEnded](who, whose), phone.HungUpThere)
	who.must(who.UA.Hangup(r.New))
	wantCause(t, of[phone.CallEnded](c, atC), phone.HungUpThere)
	if n := count[phone.TransferProgressed](from); n != 3 {
		t.Errorf("%d steps told, want 3", n)
	}
}

func transferToNobody(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	caller, id := talk(a, b)
	b.must(b.UA.Transfer(id, n.Nobody(t, b.Member)))
	r := of[phone.CallReferred](a, caller)
	wantCause(t, of[phone.CallEnded](a, r.New), phone.UnknownNumber)
	if e := passed(b, id, phone.TransferFailed); e.Status != 404 {
		t.Errorf("told %+v", e)
	}
	b.must(b.UA.SendDTMF(id, "5")) // they still talk
	of[phone.DTMFReceived](a, caller)
	a.must(a.UA.Hangup(caller))
	wantCause(t, of[phone.CallEnded](b, id), phone.HungUpThere)
}

func transferToBusy(t *testing.T, n Network) {
	a, b, c := newDesk(t, n, "A"), newDesk(t, n, "B"), newDesk(t, n, "C")
	caller, id := talk(a, b)
	b.must(b.UA.Hold(id))
	expect(a, func(e phone.HoldChanged) bool { return e.There })
	expect(b, func(e phone.HoldChanged) bool { return e.Here })
	b.must(b.UA.Transfer(id, c.Address))
	c.must(c.UA.Reject(expect[phone.CallArrived](c, nil).Call))
	if e := passed(b, id, phone.TransferFailed); e.Status != 486 {
		t.Errorf("told %+v", e)
	}
	if err := b.UA.Hold(id); !errors.Is(err, phone.ErrWrongState) {
		t.Errorf("a call whose transfer failed is not held any more: %v", err)
	}
	b.must(b.UA.Resume(id))
	expect(a, func(e phone.HoldChanged) bool { return e.Call == caller && !e.There })
	b.must(b.UA.Hangup(id))
	wantCause(t, of[phone.CallEnded](a, caller), phone.HungUpThere)
}

// attendedTransfer: B speaks with C first, then puts A through.
func attendedTransfer(t *testing.T, n Network, consults, held bool) {
	a, b, c := newDesk(t, n, "A"), newDesk(t, n, "B"), newDesk(t, n, "C")
	caller, id := talk(a, b)
	b.must(b.UA.Hold(id))
	expect(a, func(e phone.HoldChanged) bool { return e.There })
	var with, atC phone.CallID
	if consults {
		with, atC = talk(b, c)
	} else {
		atC, with = talk(c, b)
	}
	if held {
		c.must(c.UA.Hold(atC))
		expect(b, func(e phone.HoldChanged) bool { return e.Call == with && e.There })
	}
	b.must(b.UA.Connect(id, with))
	at := of[phone.CallReferred](a, caller).New
	r := of[phone.CallReplaced](c, atC)
	of[phone.CallAnswered](c, r.New)
	if held {
		expect(c, func(e phone.HoldChanged) bool { return e.Call == r.New && e.Here })
	}
	wantCause(t, of[phone.CallEnded](c, atC), phone.Replaced)
	of[phone.CallAnswered](a, at)
	wantCause(t, of[phone.CallEnded](a, caller), phone.HungUpThere)
	for range 2 { // in either order
		e := expect(b, func(e phone.CallEnded) bool { return e.Call == id || e.Call == with })
		wantCause(t, e, phone.Transferred)
	}
	if !told(b, id, phone.TransferDone) {
		t.Error("nobody told that it is done")
	}
	a.must(a.UA.Hangup(at))
	wantCause(t, of[phone.CallEnded](c, r.New), phone.HungUpThere)
	if n := count[phone.CallArrived](c); consults && n != 1 {
		t.Errorf("%d calls rang, want the first alone", n)
	}
}

func consultedLeft(t *testing.T, n Network) {
	a, b, c := newDesk(t, n, "A"), newDesk(t, n, "B"), newDesk(t, n, "C")
	caller, id := talk(a, b)
	with, atC := talk(b, c)
	c.must(c.UA.Hangup(atC))
	wantCause(t, of[phone.CallEnded](b, with), phone.HungUpThere)
	if err := b.UA.Connect(id, with); !errors.Is(err, phone.ErrUnknownCall) {
		t.Errorf("connect with a call that is over: %v", err)
	}
	a.must(a.UA.Hangup(caller))
	wantCause(t, of[phone.CallEnded](b, id), phone.HungUpThere)
}

func hangUpDuringTransfer(t *testing.T, n Network) {
	a, b, c := newDesk(t, n, "A"), newDesk(t, n, "B"), newDesk(t, n, "C")
	caller, id := talk(a, b)
	b.must(b.UA.Transfer(id, c.Address))
	at := of[phone.CallReferred](a, caller).New
	atC := expect[phone.CallArrived](c, nil).Call
	passed(b, id, phone.TransferRinging)
	a.must(a.UA.Hangup(caller))
	wantCause(t, of[phone.CallEnded](b, id), phone.HungUpThere)
	of[phone.CallRinging](a, at)
	a.must(a.UA.Hangup(at))
	wantCause(t, of[phone.CallEnded](c, atC), phone.CallerGaveUp)
}

func transferTakenBack(t *testing.T, n Network) {
	a, b, c := newDesk(t, n, "A"), newDesk(t, n, "B"), newDesk(t, n, "C")
	caller, id := talk(a, b)
	b.must(b.UA.Hold(id))
	expect(a, func(e phone.HoldChanged) bool { return e.There })
	b.must(b.UA.Transfer(id, c.Address))
	at := of[phone.CallReferred](a, caller).New
	atC := expect[phone.CallArrived](c, nil).Call
	passed(b, id, phone.TransferRinging)
	of[phone.CallRinging](a, at)
	b.must(b.UA.Resume(id))
	if e := passed(b, id, phone.TransferFailed); e.Status != 487 {
		t.Errorf("told %+v", e)
	}
	expect(a, func(e phone.HoldChanged) bool { return e.Call == caller && !e.There })
	a.must(a.UA.Hangup(at))
	wantCause(t, of[phone.CallEnded](c, atC), phone.CallerGaveUp)
	b.must(b.UA.SendDTMF(id, "5"))
	of[phone.DTMFReceived](a, caller)
	b.must(b.UA.Hangup(id))
	wantCause(t, of[phone.CallEnded](a, caller), phone.HungUpThere)
	if n := count[phone.TransferProgressed](b); n != 3 {
		t.Errorf("%d steps told, want 3: asked, ringing, failed", n)
	}
}

func redirect(t *testing.T, n Network) {
	a, b, c := newDesk(t, n, "A"), newDesk(t, n, "B"), newDesk(t, n, "C")
	id := a.dial(b.Address)
	atB := expect[phone.CallArrived](b, nil).Call
	b.must(b.UA.Redirect(atB, c.Address))
	e := of[phone.CallEnded](b, atB)
	wantCause(t, e, phone.Forwarded)
	if e.Cause.Missed() {
		t.Error("a call that was sent on is no missed call")
	}
	arrived := expect[phone.CallArrived](c, nil)
	if len(arrived.Invite.Diversions) != 1 {
		t.Errorf("diverted by %+v", arrived.Invite.Diversions)
	}
	c.must(c.UA.Answer(arrived.Call, phone.Reception{}))
	of[phone.CallAnswered](a, id)
	a.must(a.UA.Hangup(id))
	wantCause(t, of[phone.CallEnded](c, arrived.Call), phone.HungUpThere)
}

func redirectToNobody(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	id := a.dial(b.Address)
	atB := expect[phone.CallArrived](b, nil).Call
	b.must(b.UA.Redirect(atB, n.Nobody(t, b.Member)))
	wantCause(t, of[phone.CallEnded](b, atB), phone.Forwarded)
	wantCause(t, of[phone.CallEnded](a, id), phone.UnknownNumber)
}

func transferOutOfPlace(t *testing.T, n Network) {
	a, b, c := newDesk(t, n, "A"), newDesk(t, n, "B"), newDesk(t, n, "C")
	_, id := talk(a, b)
	c.dial(b.Address)
	second := expect[phone.CallArrived](b, nil).Call
	for what, c := range map[string]struct{ got, want error }{
		"transfer of no call":      {b.UA.Transfer("none", c.Address), phone.ErrUnknownCall},
		"transfer to no number":    {b.UA.Transfer(id, "no number"), phone.ErrBadNumber},
		"transfer while it rings":  {b.UA.Transfer(second, c.Address), phone.ErrWrongState},
		"connect of no call":       {b.UA.Connect("none", id), phone.ErrUnknownCall},
		"connect with no call":     {b.UA.Connect(id, "none"), phone.ErrUnknownCall},
		"connect with itself":      {b.UA.Connect(id, id), phone.ErrWrongState},
		"connect with one ringing": {b.UA.Connect(id, second), phone.ErrWrongState},
		"redirect of no call":      {b.UA.Redirect("none", c.Address), phone.ErrUnknownCall},
		"redirect to no number":    {b.UA.Redirect(second, "no number"), phone.ErrBadNumber},
		"redirect of an answered":  {b.UA.Redirect(id, c.Address), phone.ErrWrongState},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v, want %v", what, c.got, c.want)
		}
	}
}
