package sipua

import (
	"testing"

	"permanence/phone"
)

// TestSIPpIsWatched: a direct line watches a telephone at its address.
func TestSIPpIsWatched(t *testing.T) {
	address, done := sippIsCalled(t, `
		< SUBSCRIBE
		    Event: dialog
		> 200
		    Expires: 600
		> NOTIFY
		    Event: dialog
		    Subscription-State: active;expires=600
		    Content-Type: application/dialog-info+xml
		    | <?xml version="1.0"?>
		    | <dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="0" state="full" entity="sip:alice@[local_ip]"/>
		< 200
		> NOTIFY
		    Event: dialog
		    Subscription-State: active;expires=590
		    Content-Type: application/dialog-info+xml
		    | <?xml version="1.0"?>
		    | <dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="1" state="partial" entity="sip:alice@[local_ip]">
		    | <dialog id="1" direction="recipient"><state>confirmed</state></dialog>
		    | </dialog-info>
		< 200
		< SUBSCRIBE
		    Expires: ^ *0 *$
		> 200
		    Expires: 0`)
	a, rec := newAgent(t, "")
	setLines(t, a, phone.Line{ID: "line", Direct: true, Bind: "127.0.0.1:0", User: "desk", Watch: []string{address}})
	for _, want := range []phone.LampState{phone.LampFree, phone.LampBusy} {
		if e := expect[phone.LampChanged](rec, nil); e.State != want || e.Target != address {
			t.Errorf("told %+v, want %s", e, want)
		}
	}
	closeAgent(t, a)
	waitFor(t, done)
	expect(rec, func(e phone.LampChanged) bool { return e.State == phone.LampUnknown })
}
