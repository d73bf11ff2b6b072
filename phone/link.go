package phone

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
)

// Why a link is not taken.
var (
	ErrLinkScheme  = errors.New("phone: not a telephone link")
	ErrLinkHostile = errors.New("phone: a link that does more than call")
	ErrLinkForeign = errors.New("phone: a number that is valid in another network only")
)

// Link is whom a link asks to call, freed of all else that it asks.
type Link struct {
	Target    string // a number, an extension or a plain sip: URI
	Extension string // digits to be dialled once somebody answers; "" for none
}

// maxLink bounds a link, in bytes.
const maxLink = 512

// ParseLink reads a number as it is typed, or a tel: (RFC 3966), sip:, sips:
// (RFC 3261 §19.1) or callto: link. Links come from web pages and mails, so only
// the address is kept: no headers, which would write into the request, no
// passwords, no keys to be pressed, and none of * and #, with which a page
// could switch forwards at the operator.
func ParseLink(s string) (Link, error) {
	s = strings.TrimSpace(s)
	if len(s) > maxLink || !printable(s) {
		return Link{}, ErrLinkHostile
	}
	scheme, rest, found := strings.Cut(s, ":")
	if !found {
		return plainLink(s)
	}
	rest = strings.TrimPrefix(rest, "//") // as many pages write it
	switch scheme = strings.ToLower(scheme); scheme {
	case "tel", "callto":
		return telLink(rest)
	case "sip", "sips":
		return sipLink(scheme, rest)
	}
	return Link{}, ErrLinkScheme
}

// printable reports whether s has printable ASCII and separating spaces only, as a
// link must (RFC 3986 §2); people also type the no-break spaces of France.
func printable(s string) bool {
	for _, r := range s {
		if (r < ' ' || r >= 0x7f) && r != '\u00a0' && r != '\u202f' {
			return false
		}
	}
	return true
}

// plainLink reads a number without a scheme.
func plainLink(s string) (Link, error) {
	if strings.ContainsAny(s, ";@%?") {
		return Link{}, ErrLinkHostile
	}
	return numberLink(s)
}

// numberLink reads a number once all around it is gone.
func numberLink(s string) (Link, error) {
	switch n := ParseNumber(s); {
	case strings.ContainsAny(s, "*#"):
		return Link{}, ErrLinkHostile
	case n != "":
		return Link{Target: string(n)}, nil
	case len(s) >= 2 && len(s) <= 6 && strings.Trim(s, "0123456789") == "":
		return Link{Target: s}, nil
	}
	return Link{}, ErrBadNumber
}

// telLink reads what follows "tel:" (RFC 3966 §3).
func telLink(rest string) (Link, error) {
	number, params, _ := strings.Cut(rest, ";")
	number, err := unescaped(number)
	if err != nil {
		return Link{}, err
	}
	link, err := numberLink(number)
	if err != nil {
		return link, err
	}
	for param := range strings.SplitSeq(params, ";") {
		key, value, _ := strings.Cut(param, "=")
		switch strings.ToLower(key) {
		case "ext": // RFC 3966 §5.3
			if link.Extension, err = extensionOf(value); err != nil {
				return Link{}, err
			}
		case "phone-context": // RFC 3966 §5.1.5
			if !ourContext(number, value) {
				return Link{}, ErrLinkForeign
			}
		}
	}
	return link, nil
}

// ourContext reports whether a local number means the same here as where its link
// says that it is valid: it is global after all, within France, or the extension of
// some company, which only people can tell from another's.
func ourContext(number, context string) bool {
	if strings.HasPrefix(number, "+") || !strings.HasPrefix(context, "+") {
		return true
	}
	digits, _ := dialable(context)
	return digits == "33"
}

// extensionOf reads the digits of an extension; * and # among them could do more.
func extensionOf(s string) (string, error) {
	s, err := unescaped(s)
	if err != nil {
		return "", err
	}
	digits, plus := dialable(s)
	if digits == "" || plus || len(digits) > 12 {
		return "", ErrLinkHostile
	}
	return digits, nil
}

// unescaped undoes %-escapes, once: what they hide must be harmless as well.
func unescaped(s string) (string, error) {
	plain, err := url.PathUnescape(s)
	if err != nil || !printable(plain) || strings.ContainsAny(plain, "%;@?") {
		return "", ErrLinkHostile
	}
	return plain, nil
}

// sipLink keeps scheme, user, host, port and transport of a SIP URI.
func sipLink(scheme, rest string) (Link, error) {
	rest, _, _ = strings.Cut(rest, "?") // headers
	address, params, _ := strings.Cut(rest, ";")
	user, host, withUser := strings.Cut(address, "@")
	if !withUser {
		user, host = "", address
	}
	user, _, _ = strings.Cut(user, ":") // a password
	user, err := unescaped(user)
	if err != nil || withUser && !plainUser(user) || !plainHost(host) {
		return Link{}, ErrLinkHostile
	}
	target := scheme + ":"
	if withUser {
		target += user + "@"
	}
	return Link{Target: target + strings.ToLower(host) + transportOf(params)}, nil
}

// transportOf is the parameter that decides how the host is reached, "" without a
// known one.
func transportOf(params string) string {
	for param := range strings.SplitSeq(strings.ToLower(params), ";") {
		switch param {
		case "transport=udp", "transport=tcp", "transport=tls":
			return ";" + param
		}
	}
	return ""
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

func plainUser(s string) bool {
	return s != "" && len(s) <= 64 && strings.Trim(s, letters+"._~+-=") == ""
}

// plainHost reports whether s is a name or an address, with or without a port.
func plainHost(s string) bool {
	if end := strings.LastIndexByte(s, ']'); strings.HasPrefix(s, "[") && end > 0 {
		a, err := netip.ParseAddr(s[1:end])
		return err == nil && a.Is6() && a.Zone() == "" && plainPort(s[end+1:])
	}
	name, port := s, ""
	if i := strings.IndexByte(s, ':'); i >= 0 {
		name, port = s[:i], s[i:]
	}
	return len(name) <= 253 && strings.Trim(name, ".-") != "" && strings.Trim(name, letters+".-") == "" && plainPort(port)
}

// plainPort reports whether s is "" or a port with its colon.
func plainPort(s string) bool {
	digits, colon := strings.CutPrefix(s, ":")
	return s == "" || colon && digits != "" && len(digits) <= 5 && strings.Trim(digits, "0123456789") == ""
}

// Delicate reports whether a person must agree before this is called, whoever
// asks: an emergency service, or a number that costs.
func (l Link) Delicate() bool {
	target := l.Target
	if _, address, sip := strings.Cut(target, ":"); sip {
		target, _, _ = strings.Cut(address, "@")
	}
	n := ParseNumber(target)
	return n.Emergency() || n.Surcharged()
}

// Surcharged reports whether a call to n may cost more than a call: the short
// numbers and the numbers in 08 of the French plan but the free ones, directory
// services, and the services and satellites of the ITU.
func (n Number) Surcharged() bool {
	s := string(n)
	for _, prefix := range []string{"+3381", "+3382", "+3389", "+979", "+87", "+881", "+882", "+883", "118"} {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return len(s) == 4 && s[0] == '3'
}
