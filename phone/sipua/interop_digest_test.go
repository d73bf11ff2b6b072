package sipua

import (
	"testing"

	"permanence/phone"
)

// TestSIPpChallenges: an INVITE of ours that has to prove who it is, in the ways
// servers ask.
func TestSIPpChallenges(t *testing.T) {
	const md5 = `Digest realm="test", nonce="n1", algorithm=MD5, qop="auth"`
	for name, s := range map[string]script{
		"by a proxy": `
			> 407
			    Proxy-Authenticate: ` + md5 + `
			< ACK
			< INVITE
			    Proxy-Authorization: username="desk".*realm="test".*nonce="n1".*qop=auth`,
		"by the called": `
			> 401
			    WWW-Authenticate: ` + md5 + `
			< ACK
			< INVITE
			    Authorization: username="desk".*nonce="n1".*response="[0-9a-f]{32}"
			    ! Proxy-Authorization: .`,
		"by both, one after the other": `
			> 407
			    Proxy-Authenticate: ` + md5 + `
			< ACK
			< INVITE
			    Proxy-Authorization: nonce="n1"
			> 401
			    WWW-Authenticate: Digest realm="inside", nonce="n2", qop="auth"
			< ACK
			< INVITE
			    Proxy-Authorization: nonce="n1"`, // SIPp finds no Authorization behind it
		"by two proxies": `
			> 407
			    Proxy-Authenticate: ` + md5 + `
			< ACK
			< INVITE
			> 407
			    Proxy-Authenticate: Digest realm="inside", nonce="n2", qop="auth"
			< ACK
			< INVITE
			    Proxy-Authorization: realm="test"`,
		"again, because the nonce is old": `
			> 401
			    WWW-Authenticate: ` + md5 + `
			< ACK
			< INVITE
			    Authorization: nonce="n1"
			> 401
			    WWW-Authenticate: Digest realm="test", nonce="n2", algorithm=MD5, qop="auth", stale=true
			< ACK
			< INVITE
			    Authorization: nonce="n2"`,
		"SHA-256 before MD5": `
			> 401
			    WWW-Authenticate: Digest realm="test", nonce="n1", algorithm=SHA-256, qop="auth"
			    www-authenticate: ` + md5 + `
			< ACK
			< INVITE
			    Authorization: algorithm=SHA-256.*|response="[0-9a-f]{64}"`,
		"MD5 after what nobody knows": `
			> 401
			    WWW-Authenticate: Digest realm="test", nonce="n1", algorithm=TOMORROW, qop="auth"
			    www-authenticate: ` + md5 + `
			< ACK
			< INVITE
			    Authorization: response="[0-9a-f]{32}"`,
		"without a quality of protection": `
			> 401
			    WWW-Authenticate: Digest realm="test", nonce="n1", opaque="seven"
			< ACK
			< INVITE
			    Authorization: opaque="seven"
			    ! Authorization: qop=`,
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, func(c *Config) { c.Credentials = passwords{"direct": "secret"} })
			address, done := sippIsCalled(t, "< INVITE\n! Authorization: .\n! Proxy-Authorization: .\n"+s+`
				> 200 voice
				< ACK
				`+deskHangsUp)
			dials(t, d, "x", address)
			expect[phone.CallAnswered](d.recorder, nil)
			hangsUp(t, d, "x")
			waitFor(t, done)
		})
	}
}

// TestSIPpRefusesOurPassword: it is not tried for ever.
func TestSIPpRefusesOurPassword(t *testing.T) {
	d := newDesk(t, func(c *Config) { c.Credentials = passwords{"direct": "wrong"} })
	const challenge = "> 401\n WWW-Authenticate: Digest realm=\"test\", nonce=\"n\", qop=\"auth\"\n < ACK\n"
	address, done := sippIsCalled(t, "< INVITE\n"+challenge+"< INVITE\n"+challenge)
	dials(t, d, "x", address)
	if e := wantEnd(d, "x", phone.Failed); e.Status != 401 {
		t.Errorf("told %d", e.Status)
	}
	waitFor(t, done)
}
