package sipua

import (
	"crypto/rand"
	"encoding/hex"
	"mime"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// What we understand, told in Allow, Accept and Supported (RFC 3261 §20).
const (
	allowed   = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, REFER, NOTIFY"
	accepted  = "application/sdp, application/dtmf-relay, message/sipfrag"
	supported = "timer, 100rel, replaces, norefersub"
)

// newTag is unguessable: a stranger who can guess it can end the call.
func newTag() string {
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

func newBranch() string { return sip.RFC3261BranchMagicCookie + newTag() }

// viaFor is the Via header of a new transaction over way.
func viaFor(way flow) *sip.ViaHeader {
	h := &sip.ViaHeader{
		ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: way.transport(),
		Host: uriHost(way.self().Addr()), Port: int(way.self().Port()),
	}
	h.Params.Add("branch", newBranch())
	h.Params.Add("rport", "")
	return h
}

// contactFor is our own address as a Contact, under the given user part.
func contactFor(user string, way flow) *sip.ContactHeader {
	c := &sip.ContactHeader{Address: sip.Uri{
		Scheme: "sip", User: user, Host: uriHost(way.self().Addr()), Port: int(way.self().Port()),
	}}
	if t := way.transport(); t != "UDP" {
		c.Address.UriParams.Add("transport", strings.ToLower(t))
	}
	return c
}

func uriHost(a netip.Addr) string {
	if a.Is6() {
		return "[" + a.WithZone("").String() + "]"
	}
	return a.String()
}

// renewed is the same request as a new transaction: what a challenge or a 423
// asks for. The first one still belongs to its own transaction.
func renewed(req *sip.Request, seq uint32, way flow) *sip.Request {
	next := req.Clone()
	next.CSeq().SeqNo = seq
	next.ReplaceHeader(viaFor(way))
	return next
}

// cancelOf is the CANCEL of an INVITE that was sent (RFC 3261 §9.1).
func cancelOf(invite *sip.Request) *sip.Request {
	req := sip.NewRequest(sip.CANCEL, invite.Recipient)
	req.AppendHeader(invite.Via().Clone())
	sip.CopyHeaders("Route", invite, req)
	req.AppendHeader(maxForwards())
	req.AppendHeader(sip.HeaderClone(invite.From()))
	req.AppendHeader(sip.HeaderClone(invite.To()))
	req.AppendHeader(invite.CallID())
	req.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.CANCEL})
	req.SetBody(nil)
	return req
}

func maxForwards() sip.Header {
	h := sip.MaxForwardsHeader(70)
	return &h
}

// phrase is the reason phrase of a status that we send.
func phrase(status int) string {
	if p, ok := phrases[status]; ok {
		return p
	}
	if p := http.StatusText(status); p != "" {
		return p
	}
	return "Refused"
}

var phrases = map[int]string{
	100: "Trying", 180: "Ringing", 200: "OK", 202: "Accepted", 302: "Moved Temporarily", 404: "Not Found", 405: "Method Not Allowed",
	415: "Unsupported Media Type", 416: "Unsupported URI Scheme", 420: "Bad Extension", 422: "Session Interval Too Small",
	480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist", 482: "Loop Detected",
	486: "Busy Here", 489: "Bad Event", 487: "Request Terminated", 488: "Not Acceptable Here",
	491: "Request Pending", 500: "Server Internal Error", 505: "Version Not Supported", 603: "Decline",
}

// number reads a header that is one decimal number, perhaps with parameters or a
// comment behind it: Expires, Min-Expires, Retry-After.
func number(msg interface{ GetHeaders(string) []sip.Header }, name string) (int, bool) {
	for _, h := range msg.GetHeaders(name) {
		digits := strings.TrimSpace(h.Value())
		if i := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
			digits = digits[:i]
		}
		if n, err := strconv.Atoi(digits); err == nil && n <= 1<<31-1 {
			return n, true
		}
	}
	return 0, false
}

// tokens reads a comma list that may stand in several headers, under the full or
// the compact name.
func tokens(msg interface{ GetHeaders(string) []sip.Header }, names ...string) []string {
	var all []string
	for _, name := range names {
		for _, h := range msg.GetHeaders(name) {
			for t := range strings.SplitSeq(h.Value(), ",") {
				if t = strings.ToLower(strings.TrimSpace(t)); t != "" {
					all = append(all, t)
				}
			}
		}
	}
	return all
}

// retryAfter is how long a refusal asks us to wait, within reason.
func retryAfter(res *sip.Response) time.Duration {
	n, _ := number(res, "retry-after")
	return min(time.Duration(n)*time.Second, 10*time.Minute)
}

// contentType is the media type of a body, without parameters.
func contentType(msg interface{ ContentType() *sip.ContentTypeHeader }) (kind string, params map[string]string) {
	h := msg.ContentType()
	if h == nil {
		return "", nil
	}
	kind, params, err := mime.ParseMediaType(h.Value())
	if err != nil {
		kind, _, _ = strings.Cut(h.Value(), ";")
	}
	return strings.ToLower(strings.TrimSpace(kind)), params
}
