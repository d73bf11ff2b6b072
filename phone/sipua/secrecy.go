package sipua

import (
	"errors"
	"slices"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

var (
	errAnswersPlain = errors.New("the other side does not encrypt, and this call must")
	errWeaker       = errors.New("the other side's keys came over a way that is less safe than before")
)

// secrecy is what a call wants of encryption, and what it has reached. It only
// ever grows: what was said under a padlock must not go on without.
type secrecy struct {
	policy   phone.Encryption // "" takes what is offered, and offers nothing
	way      phone.Security   // what keys are worth that go where the session goes
	reached  phone.Security   // what the desk was told
	ours     map[*suite]masterKey
	offering []cryptoLine // of our last offer
}

func secrecyOf(l phone.Line, way flow) secrecy {
	s := secrecy{policy: l.Encryption}
	if s.policy == "" && l.Transport == phone.TLS {
		s.policy = phone.EncryptionOffered
	}
	s.carriedBy(way)
	return s
}

// carriedBy notes the way on which keys come and go.
func (s *secrecy) carriedBy(way flow) {
	s.way = phone.Encrypted
	if way.transport() == "TLS" {
		s.way = phone.Protected
	}
}

// secure is how safe an agreement is; once told, the call keeps to it.
func (s *secrecy) secure(a agreement) phone.Security {
	if a.crypto == nil {
		return phone.Clear
	}
	s.reached = a.crypto.way
	return s.reached
}

// must tells whether nothing may go in the clear, any more or at all.
func (s *secrecy) must() bool {
	return s.policy == phone.EncryptionRequired || s.reached != phone.Clear
}

// weaker tells whether new keys would be known to more people than the old ones.
func (s *secrecy) weaker() bool { return s.reached == phone.Protected && s.way != phone.Protected }

// wanted are the kinds of media line to look for in an offer, the best first.
func (s *secrecy) wanted() (encrypted []bool) {
	switch {
	case s.must():
		return []bool{true}
	case s.policy == phone.EncryptionRefused:
		return []bool{false}
	}
	return []bool{true, false}
}

// profile is that of our first offer. Plain RTP with keys lets a peer that knows
// none of them fall back (RFC 8643 §3.1).
func (s *secrecy) profile() string {
	if s.policy == phone.EncryptionRequired {
		return "RTP/SAVP"
	}
	return "RTP/AVP"
}

// keyFor is the key under which we send in a suite, the same for the whole call.
func (s *secrecy) keyFor(by *suite) masterKey {
	k, made := s.ours[by]
	if !made {
		if s.ours == nil {
			s.ours = make(map[*suite]masterKey)
		}
		k = by.newMasterKey()
		s.ours[by] = k
	}
	return k
}

// cryptoOffer are the keys of an offer: within a session those that are in use.
func (s *secrecy) cryptoOffer(agreed agreement) []cryptoLine {
	switch {
	case agreed.codec != nil:
		return agreed.crypto.lines()
	case s.policy != phone.EncryptionOffered && s.policy != phone.EncryptionRequired:
		return nil
	}
	var all []cryptoLine
	for i, by := range suites {
		all = append(all, cryptoLine{tag: i + 1, suite: by, keys: []masterKey{s.keyFor(by)}})
	}
	return all
}

// lines are our keys in a description, of an answer or a further offer.
func (p *protection) lines() []cryptoLine {
	if p == nil {
		return nil
	}
	return []cryptoLine{{tag: p.tag, suite: p.suite, keys: []masterKey{p.local}}}
}

// protect completes an agreement on a line of an offer, encrypted or not, if the
// line can be taken so. Of several suites the one in use stays; otherwise the
// offerer's order counts (RFC 4568 §5.1.2).
func (n *negotiation) protect(a *agreement, l *mediaLine, encrypted bool) bool {
	switch {
	case !encrypted:
		return isPlain(l.proto)
	case len(l.crypto) == 0 || n.weaker():
		return false
	}
	theirs := l.crypto[0]
	if now := n.agreed.crypto; now != nil {
		if i := slices.IndexFunc(l.crypto, func(o cryptoLine) bool { return o.suite == now.suite }); i >= 0 {
			theirs = l.crypto[i]
		}
	}
	a.crypto = n.protection(theirs, n.keyFor(theirs.suite))
	return true
}

func (s *secrecy) protection(theirs cryptoLine, ours masterKey) *protection {
	return &protection{tag: theirs.tag, suite: theirs.suite, local: ours, remote: theirs.keys, way: s.way}
}

// acceptKeys completes an agreement by the keys of an answer. They are for one of
// the lines that we offered (RFC 4568 §5.1.3).
func (n *negotiation) acceptKeys(a *agreement, l *mediaLine) error {
	for _, theirs := range l.crypto {
		i := slices.IndexFunc(n.offering, func(o cryptoLine) bool { return o.tag == theirs.tag && o.suite == theirs.suite })
		if i >= 0 {
			a.crypto = n.protection(theirs, n.offering[i].keys[0])
			break
		}
	}
	switch {
	case a.crypto == nil && (n.must() || !isPlain(l.proto)):
		return errAnswersPlain
	case a.crypto != nil && n.weaker():
		return errWeaker
	}
	return nil
}

// refusal is why a call was refused, in the other side's words, or in ours when it
// is likely that it cannot encrypt.
func (n *negotiation) refusal(res *sip.Response) string {
	if res.StatusCode == sip.StatusNotAcceptableHere && n.policy == phone.EncryptionRequired {
		return errAnswersPlain.Error() + ": " + res.Reason
	}
	return res.Reason
}
