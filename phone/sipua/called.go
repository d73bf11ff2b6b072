package sipua

import (
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// maxHints bounds what a request can make the desk look up.
const maxHints = 16

// calledHints reads which number was called, from the headers and in the order
// that the line names. Within a header the diversion nearest to us comes first:
// the topmost Diversion (RFC 7544 §4), the last History-Info entry (RFC 7044 §5.1).
func calledHints(req *sip.Request, order []phone.CalledSource) []phone.CalledHint {
	if order == nil {
		order = phone.DefaultCalledOrder
	}
	var hints []phone.CalledHint
	for _, source := range order {
		for _, n := range calledNumbers(req, source) {
			h := phone.CalledHint{Source: source, Number: n}
			if n != "" && !slices.Contains(hints, h) && len(hints) < maxHints {
				hints = append(hints, h)
			}
		}
	}
	return hints
}

func calledNumbers(req *sip.Request, source phone.CalledSource) []phone.Number {
	switch source {
	case phone.FromRequestURI:
		return []phone.Number{numberOf(req.Recipient)}
	case phone.FromTo:
		return []phone.Number{numberOf(req.To().Address)}
	case phone.FromCalledPartyID:
		return addressNumbers(req, "p-called-party-id")
	case phone.FromDiversion:
		return addressNumbers(req, "diversion")
	case phone.FromHistoryInfo:
		numbers := addressNumbers(req, "history-info")
		slices.Reverse(numbers)
		return numbers
	}
	return nil
}

// addressNumbers reads the numbers of a header that is a list of addresses.
func addressNumbers(req *sip.Request, name string) []phone.Number {
	var all []phone.Number
	for _, h := range req.GetHeaders(name) {
		for _, entry := range splitList(h.Value()) {
			if n, _ := addressOf(entry); n != "" {
				all = append(all, n)
			}
		}
	}
	return all
}

// splitList splits a comma list that may hold quoted names and bracketed URIs.
func splitList(s string) []string {
	var all []string
	quoted, bracketed, escaped, start := false, false, false, 0
	for i, r := range s {
		switch {
		case escaped:
			escaped = false
		case r == '\\' && quoted:
			escaped = true
		case r == '"' && !bracketed:
			quoted = !quoted
		case r == '<' && !quoted:
			bracketed = true
		case r == '>' && !quoted:
			bracketed = false
		case r == ',' && !quoted && !bracketed:
			all = append(all, s[start:i])
			start = i + 1
		}
	}
	return append(all, s[start:])
}

// addressOf reads a name-addr or an addr-spec: its number, and its display name.
func addressOf(entry string) (phone.Number, string) {
	entry = strings.TrimSpace(entry)
	unquoted := afterName(entry)
	more, rest, ok := strings.Cut(unquoted, "<")
	if !ok {
		return numberInURI(entry), ""
	}
	name := strings.TrimSuffix(entry, unquoted) + more
	uri, _, _ := strings.Cut(rest, ">")
	return numberInURI(uri), displayName(name)
}

// numberInURI reads the number in the user part of a sip: URI, or in a tel: URI.
func numberInURI(uri string) phone.Number {
	scheme, rest, ok := strings.Cut(strings.TrimSpace(uri), ":")
	if !ok {
		return ""
	}
	switch strings.ToLower(scheme) {
	case "tel":
		return phone.ParseNumber(rest)
	case "sip", "sips":
		user, _, ok := strings.Cut(rest, "@")
		if !ok {
			return ""
		}
		return phone.ParseNumber(unescape(user))
	}
	return ""
}

func numberOf(u sip.Uri) phone.Number {
	if strings.EqualFold(u.Scheme, "tel") {
		return phone.ParseNumber(u.Raw())
	}
	return phone.ParseNumber(unescape(u.User))
}
