package sipua

import (
	"slices"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// maxDiversions bounds what a request can make the desk show.
const maxDiversions = 16

// diversionsOf reads the forwardings that brought a call here, the last first:
// Diversion has them in that order (RFC 5806), History-Info in the other
// (RFC 7044). Whoever stands in both is named once.
func diversionsOf(req *sip.Request) []phone.Diversion {
	var all []phone.Diversion
	for _, d := range append(inDiversion(req), inHistory(req)...) {
		there := slices.ContainsFunc(all, func(o phone.Diversion) bool { return sameParty(o.From, d.From) })
		if !there && len(all) < maxDiversions {
			all = append(all, d)
		}
	}
	return all
}

func sameParty(a, b phone.Identity) bool {
	if a.Number != "" || b.Number != "" {
		return a.Number == b.Number
	}
	return a.URI == b.URI
}

// entries splits the headers of a name into their list's entries.
func entries(req *sip.Request, name string) []string {
	var all []string
	for _, h := range req.GetHeaders(name) {
		for _, e := range splitList(h.Value()) {
			if e = strings.TrimSpace(e); e != "" && len(all) < 4*maxDiversions {
				all = append(all, e)
			}
		}
	}
	return all
}

func inDiversion(req *sip.Request) []phone.Diversion {
	var all []phone.Diversion
	for _, e := range entries(req, "diversion") {
		_, params := splitEntry(e)
		reason, _ := param(params, "reason")
		all = append(all, phone.Diversion{
			Source: phone.FromDiversion, From: partyOf(e), Reason: printable(strings.ToLower(reason)),
		})
	}
	return all
}

// splitEntry parts an address from the header parameters behind it.
func splitEntry(e string) (uri, params string) {
	if _, rest, ok := strings.Cut(afterName(e), "<"); ok {
		uri, params, _ = strings.Cut(rest, ">")
		return strings.TrimSpace(uri), strings.TrimPrefix(strings.TrimSpace(params), ";")
	}
	uri, params, _ = strings.Cut(e, ";")
	return strings.TrimSpace(uri), params
}

// afterName skips a quoted display name, in which a bracket means nothing.
func afterName(e string) string {
	if !strings.HasPrefix(e, `"`) {
		return e
	}
	for i := 1; i < len(e); i++ {
		switch e[i] {
		case '\\':
			i++
		case '"':
			return e[i+1:]
		}
	}
	return e
}

// partyOf is who stands in an entry.
func partyOf(e string) phone.Identity {
	uri, _ := splitEntry(e)
	uri, _, _ = strings.Cut(uri, "?")
	_, name := addressOf(e)
	bare, _, _ := strings.Cut(uri, ";")
	return phone.Identity{Number: numberInURI(uri), Name: name, URI: printable(bare)}
}

// inHistory reads who forwarded a call from the history of its targets: the one
// before a target with a cause (RFC 4458), or the one whose own entry tells why
// it did not take the call (RFC 7044 §5).
func inHistory(req *sip.Request) []phone.Diversion {
	all := entries(req, "history-info")
	var out []phone.Diversion
	for i, e := range all {
		reason := reasonIn(e)
		if reason == "" && i+1 < len(all) {
			reason = causeIn(all[i+1])
		}
		if reason != "" {
			out = append(out, phone.Diversion{Source: phone.FromHistoryInfo, From: partyOf(e), Reason: reason})
		}
	}
	slices.Reverse(out)
	return out
}

// causeIn reads why a call was sent on to an entry's URI.
func causeIn(e string) string {
	uri, _ := splitEntry(e)
	uri, _, _ = strings.Cut(uri, "?")
	cause, _ := param(uri, "cause")
	return reasons[cause]
}

// reasonIn reads an escaped Reason header in an entry's URI.
func reasonIn(e string) string {
	uri, _ := splitEntry(e)
	_, headers, _ := strings.Cut(uri, "?")
	for h := range strings.SplitSeq(headers, "&") {
		name, value, _ := strings.Cut(h, "=")
		protocol, params, _ := strings.Cut(unescape(value), ";")
		if strings.EqualFold(name, "reason") && strings.EqualFold(strings.TrimSpace(protocol), "SIP") {
			cause, _ := param(params, "cause")
			return reasons[cause]
		}
	}
	return ""
}

// reasons are the causes of a forwarding (RFC 4458 §2, RFC 7544 §5), as
// RFC 5806 names them.
var reasons = map[string]string{
	"302": "unconditional", "404": "unknown", "408": "no-answer", "480": "deflection",
	"486": "user-busy", "487": "deflection", "503": "unavailable",
}

// autoAnswerAsked tells whether the network wants a call to answer itself: by one
// of the ways of PBXs, or as RFC 5373 has it.
func autoAnswerAsked(req *sip.Request) bool {
	for _, h := range req.GetHeaders("answer-mode") {
		mode, _, _ := strings.Cut(h.Value(), ";")
		if strings.EqualFold(strings.TrimSpace(mode), "auto") {
			return true
		}
	}
	for _, e := range entries(req, "call-info") {
		_, params := splitEntry(e)
		v, _ := param(params, "answer-after")
		if n, err := strconv.Atoi(v); err == nil && n == 0 {
			return true
		}
	}
	for _, e := range entries(req, "alert-info") {
		e = strings.ToLower(e)
		for _, word := range []string{"auto-answer", "autoanswer", "auto answer", "ring-answer"} {
			if strings.Contains(e, word) {
				return true
			}
		}
	}
	return false
}
