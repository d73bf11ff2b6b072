package sipua

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
)

var errHeadersMissing = errors.New("a request without the headers that every request has")

// What the library has no names for (RFC 3261 §21.4.14, §21.5.6).
const (
	statusUnsupportedScheme  = 416
	statusUnsupportedVersion = 505
)

// mend puts right what the parser gets wrong: it writes methods in capitals, and
// keeps the spaces around parameters (RFC 3261 §7.1, §7.3.1).
func mend(msg sip.Message, raw []byte) {
	if req, ok := msg.(*sip.Request); ok {
		method, _, _ := bytes.Cut(raw, []byte(" "))
		req.Method = sip.RequestMethod(method)
	}
	if h := msg.From(); h != nil {
		mendAddress(&h.Address, h.Params)
	}
	if h := msg.To(); h != nil {
		mendAddress(&h.Address, h.Params)
	}
	for _, h := range msg.GetHeaders("via") {
		if via, ok := h.(*sip.ViaHeader); ok {
			via.Host = strings.TrimSpace(via.Host)
			mendParams(via.Params)
		}
	}
}

func mendAddress(u *sip.Uri, params sip.HeaderParams) {
	u.Host = strings.TrimSpace(u.Host)
	mendParams(params)
}

func mendParams(params sip.HeaderParams) {
	for i, p := range params {
		params[i].K, params[i].V = strings.ToLower(strings.TrimSpace(p.K)), strings.TrimSpace(p.V)
	}
}

// judge tells with which status a request is refused for its form alone, 0 if it
// is not.
func judge(req *sip.Request, raw []byte) (int, []sip.Header) {
	switch {
	case req.SipVersion != "SIP/2.0":
		return statusUnsupportedVersion, nil
	case contradicts(raw):
		return sip.StatusBadRequest, nil
	case !knownScheme(req.Recipient.Scheme):
		return statusUnsupportedScheme, nil
	case len(req.Body()) > 0 && encoded(req): // §8.2.3
		return sip.StatusUnsupportedMediaType, []sip.Header{header("Accept-Encoding", "identity")}
	}
	return 0, nil
}

// single are the headers that a request has once; with two nobody knows which one
// those before us have read.
var single = map[string]string{
	"from": "from", "f": "from", "to": "to", "t": "to", "call-id": "call-id", "i": "call-id", "cseq": "cseq",
	"max-forwards": "max-forwards", "content-type": "content-type", "c": "content-type",
	"content-length": "content-length", "l": "content-length",
}

// contradicts tells whether such a header is there twice, and differs.
func contradicts(raw []byte) bool {
	seen := map[string]string{}
	for _, h := range headersIn(string(raw)) {
		name := single[h.name]
		if name == "" {
			continue
		}
		if before, twice := seen[name]; twice && before != h.value {
			return true
		}
		seen[name] = h.value
	}
	return false
}

func encoded(req *sip.Request) bool {
	return slices.ContainsFunc(tokens(req, "content-encoding", "e"), func(t string) bool { return t != "identity" })
}

// schemeOf is the scheme of the Request-URI as it stands in a request line.
func schemeOf(raw []byte) string {
	line, _, _ := bytes.Cut(raw, []byte("\r\n"))
	_, uri, _ := bytes.Cut(line, []byte(" "))
	scheme, _, _ := bytes.Cut(bytes.TrimLeft(uri, " <"), []byte(":"))
	return strings.ToLower(string(scheme))
}

// knownScheme tells whether we know what a Request-URI of this scheme names.
func knownScheme(scheme string) bool { return scheme == "sip" || scheme == "sips" || scheme == "tel" }
