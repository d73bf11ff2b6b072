package sipua

import (
	"slices"
	"testing"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// TestRealms: each realm is answered once, beside the others, and its answer
// replaced when the nonce was old.
func TestRealms(t *testing.T) {
	who := account{line: phone.Line{ID: "line", User: "user"}, store: passwords{"line": "secret"}}
	req := sip.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", Host: "here"})
	for i, c := range []struct {
		challenge string
		deserves  bool
	}{
		{`Digest realm="outer", nonce="1"`, true},
		{`Digest realm="inner", nonce="2"`, true},
		{`Digest realm="outer", nonce="3", stale=true`, true},
		{`Digest realm="outer", nonce="4"`, false},
		{`Basic realm="other"`, false},
	} {
		res := challengedWith(407, c.challenge)
		if got := answerable(req, res, min(i, 2)); got != c.deserves {
			t.Errorf("%s deserves an answer: %v", c.challenge, got)
		}
		if !c.deserves {
			continue
		}
		if err := who.answer(req, res); err != nil {
			t.Fatal(err)
		}
	}
	all := req.GetHeaders("Proxy-Authorization")
	for _, realm := range []string{"inner", "outer"} {
		if !slices.ContainsFunc(all, provesIn(realm)) {
			t.Errorf("nothing proves us in %s: %v", realm, all)
		}
	}
	if len(all) != 2 {
		t.Errorf("answers are %v", all)
	}
	if answerable(req, challengedWith(407, `Digest realm="third", nonce="5"`), 3) {
		t.Error("somebody may ask for ever")
	}
}
