package clients

import (
	"strings"
	"time"

	"permanence/phone"
)

// ForwardWhen says in which situation calls go elsewhere.
type ForwardWhen string

// The situations, as a telephone exchange knows them.
const (
	ForwardAlways   ForwardWhen = "always"
	ForwardBusy     ForwardWhen = "busy"      // the operator is in another call
	ForwardNoAnswer ForwardWhen = "no-answer" // nobody has answered for After seconds
)

// How long a call may ring before it goes elsewhere: less is no chance to answer
// it, more is longer than networks let a call ring.
const (
	MinForwardAfter = 5
	MaxForwardAfter = 180
)

// Forward is one rule by which calls of a client or a line go elsewhere while the
// operator is away.
type Forward struct {
	When  ForwardWhen `json:"when"`
	After int         `json:"after,omitempty"` // seconds, for ForwardNoAnswer
	To    string      `json:"to"`              // number or sip: URI
	Name  string      `json:"name,omitempty"`  // who is there: "Sophie (binôme)"
	Hours Week        `json:"hours,omitzero"`  // only then; at any time when empty
	Off   bool        `json:"off,omitempty"`   // kept, but not in use
}

// Applies reports whether the rule is in use and meant for this situation at now,
// which is on the wall clock of the client, or of the desk for a line's rule.
func (f Forward) Applies(now time.Time, when ForwardWhen) bool {
	return !f.Off && f.When == when && (f.Hours.Empty() || f.Hours.Open(now))
}

// Choose finds the rule for a situation: the first that applies, so that one with
// hours stands before the general one.
func Choose(forwards []Forward, when ForwardWhen, now time.Time) (Forward, bool) {
	for _, f := range forwards {
		if f.Applies(now, when) {
			return f, true
		}
	}
	return Forward{}, false
}

// CallerID is a client's written agreement that its number is shown on calls made
// in its name (French law on caller identification: without it the call is cut).
type CallerID struct {
	Number   string `json:"number,omitempty"`    // E.164, one of the client's own
	AgreedOn string `json:"agreed_on,omitempty"` // date of the agreement, "2026-11-02"
	By       string `json:"by,omitempty"`        // who signed it
	Document string `json:"document,omitempty"`  // where it is filed
}

// OnFile reports whether the number may be shown at now: it is one that networks
// take, and the agreement is dated, today at the latest. Who signed and where it
// is filed are for people to find it again, and not asked for here. That the number
// is the client's is what the agreement says: it need not be one of its DIDs, which
// are the service's own numbers as often as not.
func (c CallerID) OnFile(now time.Time) bool {
	agreed, err := time.ParseInLocation(time.DateOnly, c.AgreedOn, now.Location())
	return err == nil && !agreed.After(now) && validShown(c.Number)
}

// ForwardProblems lists what is wrong with a list of rules that stands at path.
func ForwardProblems(path string, list []Forward) []Problem {
	v := &validator{}
	v.forwards(path, list)
	return v.found
}

// ValidTarget reports whether s is something a call can be sent to: a telephone
// number, an extension, or a plain sip: URI.
func ValidTarget(s string) bool {
	if rest, ok := sipURI(s); ok {
		return validSIP(rest)
	}
	// ParseNumber reads no further than parameters or a host; here there are none.
	return phone.IsExtension(s) || phone.ParseNumber(s) != "" && !strings.ContainsAny(s, ";@")
}

// emergencyTarget reports whether s would ring at an emergency service.
func emergencyTarget(s string) bool {
	if rest, ok := sipURI(s); ok {
		s, _, _ = strings.Cut(rest, "@")
	}
	return phone.ParseNumber(s).Emergency()
}

func sipURI(s string) (rest string, ok bool) {
	scheme, rest, found := strings.Cut(s, ":")
	scheme = strings.ToLower(scheme)
	return rest, found && (scheme == "sip" || scheme == "sips")
}

// validSIP takes user@host or host, with parameters, but no headers, which would
// write into the request of whoever calls it (RFC 3261 §19.1.5), and nothing
// that would end the URI early.
func validSIP(rest string) bool {
	if len(rest) > 256 || strings.ContainsAny(rest, "?<>\"\\, ") || strings.Count(rest, "@") > 1 {
		return false
	}
	for _, r := range rest {
		if r < ' ' || r >= 0x7f {
			return false
		}
	}
	user, host, withUser := strings.Cut(rest, "@")
	if !withUser {
		host = user
	}
	return (user != "" || !withUser) && strings.Trim(host, ":;.") != "" && host[0] != ';'
}
