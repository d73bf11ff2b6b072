package sipua

import (
	"fmt"
	"log/slog"
	"testing"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// FuzzNOTIFY tells anything to a mailbox and a lamp, with any headers.
func FuzzNOTIFY(f *testing.F) {
	for _, s := range []string{
		"Event: dialog\r\nSubscription-State: active;expires=1\r\n\r\n" + aboutDialogs(0, "full", "a - early"),
		"Event: dialog\r\nContent-Type: application/dialog-info+xml\r\n\r\n" + aboutDialogs(1, "partial", "a - terminated"),
		"o: message-summary;id=1\r\nc: application/simple-message-summary\r\n\r\nVoice-Message: 1/2",
		"Event: dialog\r\nSubscription-State: terminated;reason=\"x\";retry-after=99999999999\r\n\r\n",
		"Event: dialog\r\nContact: *\r\nContent-Type: ;;\r\n\r\n", "\r\n",
	} {
		f.Add(s)
	}
	cfg := testConfig(func(phone.Event) {})
	cfg.Log = slog.New(alarm{f})
	a, err := New(cfg)
	if err != nil {
		f.Fatal(err)
	}
	l := newLine(a, phone.Line{ID: "l", User: "u", Domain: "d", Mailbox: true, Watch: []string{"201"}})
	f.Fuzz(func(t *testing.T, s string) {
		raw := fmt.Sprintf("NOTIFY sip:u@d SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 NOTIFY\r\n%s", s)
		m, err := sip.ParseMessage([]byte(raw))
		r, ok := m.(*sip.Request)
		if err != nil || !ok || !wellFormed(r) {
			return
		}
		for _, sub := range l.news.subscriptions {
			sub.end, sub.failures = nil, 1
			sub.notified(&request{Request: r})
			if sub.end != nil && sub.backoff(errOver) < 0 {
				t.Error("a pause below nothing")
			}
		}
	})
}
