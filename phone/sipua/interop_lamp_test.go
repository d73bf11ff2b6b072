package sipua

import (
	"testing"

	"permanence/phone"
)

// TestSIPpIsWatched: a direct line watches a telephone at its address.
func TestSIPpIsWatched(t *testing.T) {
	address, done := answering(t, "testdata/sipp-notifier.xml")
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
