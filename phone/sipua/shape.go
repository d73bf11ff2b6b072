package sipua

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

var errTooManyHeaders = errors.New("too many headers")

// parse reads a message, unless it has more headers than any honest one.
func (ep *endpoint) parse(b []byte) (sip.Message, error) {
	head, _, _ := bytes.Cut(b, []byte("\r\n\r\n"))
	switch {
	case len(b) > maxMessage || len(head) > maxHead:
		return nil, errTooLarge
	case bytes.Count(head, []byte("\r\n")) > maxHeaders:
		return nil, errTooManyHeaders
	}
	msg, err := ep.parser.ParseSIP(b)
	if err != nil {
		return nil, err
	}
	mend(msg, b)
	return msg, nil
}

// unreadable takes what is no message. A peer's request is answered 400 (RFC 3261
// §21.4.1), so that its author may find his fault; of strangers nothing is said.
func (ep *endpoint) unreadable(raw []byte, why error, via flow) {
	from := via.remote()
	if ep.standing(from.Addr()) != trusted {
		ep.turnedAway(from.Addr())
		return
	}
	ep.log.Debug("not a SIP message", "from", from, "error", why)
	status := sip.StatusBadRequest
	if !knownScheme(schemeOf(raw)) {
		status = statusUnsupportedScheme
	}
	ep.complain(raw, status, via)
}

// complain answers a peer's request that cannot be read, from the lines of it that
// a response repeats, as they are. Nothing is remembered of it.
func (ep *endpoint) complain(raw []byte, status int, via flow, more ...sip.Header) {
	line, _, _ := bytes.Cut(raw, []byte("\r\n"))
	method, _, _ := bytes.Cut(line, []byte(" "))
	if bytes.HasPrefix(line, []byte("SIP/")) || string(method) == "ACK" || !ep.gate.complain.take(time.Now()) {
		return
	}
	res := sip.NewResponse(status, phrase(status))
	if !ep.repeat(raw, res) {
		return
	}
	for _, h := range more {
		res.AppendHeader(h)
	}
	res.SetBody(nil)
	_ = backTo(res, via).WriteMsg(res)
}

// long are the full names of the headers that a response repeats.
var long = map[string]string{
	"via": "Via", "v": "Via", "from": "From", "f": "From", "to": "To", "t": "To",
	"call-id": "Call-ID", "i": "Call-ID", "cseq": "CSeq",
}

// repeat copies what a response repeats of a request; false when there is no Via,
// without which nobody would know the response.
func (ep *endpoint) repeat(raw []byte, res *sip.Response) bool {
	known := false
	for _, h := range headersIn(string(raw)) {
		name := long[h.name]
		if name == "" || len(h.value) > maxHead/16 {
			continue
		}
		if known = known || name == "Via"; name == "To" && !strings.Contains(h.value, "tag") {
			h.value += ";tag=" + ep.gate.tag
		}
		res.AppendHeader(header(name, h.value))
	}
	return known
}

// backTo is the way back of a response whose Via was not understood: to where its
// request came from, at the port of the Via if that can be told and no other was
// asked for (RFC 3581).
func backTo(res *sip.Response, via flow) flow {
	d, ok := via.(*datagrams)
	h := res.GetHeader("Via")
	if !ok || h == nil || strings.Contains(h.Value(), "rport") {
		return via
	}
	_, sentBy, _ := strings.Cut(strings.TrimSpace(h.Value()), " ")
	sentBy, _, _ = strings.Cut(sentBy, ";")
	port := uint16(sip.DefaultUdpPort)
	if i := strings.LastIndexByte(sentBy, ':'); i >= 0 {
		if n, err := strconv.ParseUint(strings.TrimSpace(sentBy[i+1:]), 10, 16); err == nil && n > 0 {
			port = uint16(n)
		}
	}
	return d.at(port)
}
