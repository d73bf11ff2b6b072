package sipua

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"

	"permanence/phone"
)

var errNoChallenge = errors.New("no challenge that can be answered (MD5 and SHA-256 can)")

// account answers challenges for one line (RFC 3261 §22, RFC 8760). The password
// is asked for at each, so that one typed in the settings is used at once.
type account struct {
	line  phone.Line
	store phone.Credentials
}

func challenged(res *sip.Response) bool {
	return res.StatusCode == sip.StatusUnauthorized || res.StatusCode == sip.StatusProxyAuthRequired
}

// answerable tells whether a challenge to req deserves an answer: the first of a
// realm does, for a proxy and the called may both ask (RFC 3261 §22.3), and a later
// one only if merely the nonce was too old. Otherwise the password is wrong, and
// asking again would lock the account.
func answerable(req *sip.Request, res *sip.Response, answered int) bool {
	if !challenged(res) || answered >= 3 {
		return false
	}
	if answered == 0 {
		return true
	}
	ch, name, err := challengeOf(res)
	return err == nil && (ch.Stale || !slices.ContainsFunc(req.GetHeaders(name), provesIn(ch.Realm)))
}

// provesIn tells whether credentials are for a realm.
func provesIn(realm string) func(sip.Header) bool {
	return func(h sip.Header) bool {
		cred, err := digest.ParseCredentials(h.Value())
		return err == nil && cred.Realm == realm
	}
}

// challengeOf is the topmost challenge that we can answer, and the name of the
// header that answers it.
func challengeOf(res *sip.Response) (*digest.Challenge, string, error) {
	ask, answer := "www-authenticate", "Authorization"
	if res.StatusCode == sip.StatusProxyAuthRequired {
		ask, answer = "proxy-authenticate", "Proxy-Authorization"
	}
	for _, h := range res.GetHeaders(ask) {
		ch, err := digest.ParseChallenge(h.Value())
		if err != nil {
			continue
		}
		for i, q := range ch.QOP {
			ch.QOP[i] = strings.ToLower(strings.TrimSpace(q))
		}
		if digest.CanDigest(ch) && (len(ch.QOP) == 0 || ch.SupportsQOP("auth")) {
			return ch, answer, nil
		}
	}
	return nil, "", errNoChallenge
}

// answer puts credentials for the challenge into req.
func (a account) answer(req *sip.Request, res *sip.Response) error {
	ch, name, err := challengeOf(res)
	if err != nil {
		return err
	}
	password, err := a.store.Password(a.line.ID)
	if err != nil {
		return fmt.Errorf("password: %w", err)
	}
	user := a.line.AuthUser
	if user == "" {
		user = a.line.User
	}
	cred, err := digest.Digest(ch, digest.Options{
		Method: req.Method.String(), URI: req.Recipient.String(), Username: user, Password: password,
	})
	if err != nil {
		return fmt.Errorf("digest: %w", err)
	}
	others := slices.DeleteFunc(req.GetHeaders(name), provesIn(ch.Realm))
	for req.RemoveHeader(name) { // one at a time
	}
	for _, h := range append(others, header(name, cred.String())) {
		req.AppendHeader(h)
	}
	return nil
}
