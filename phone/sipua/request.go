package sipua

import (
	"bytes"
	"strconv"

	"github.com/emiago/sipgo/sip"
)

// request is one request as it came in, with its server transaction. An ACK has
// no transaction of its own.
type request struct {
	*sip.Request
	tx    *sip.ServerTx
	via   flow
	raw   []byte // an INVITE as it came, bounded
	fresh bool   // outside any dialog: it came without a tag in To
}

// localTag is the tag in To: ours, because we set it where the peer left none.
func (r *request) localTag() string { return tagOf(r.To().Params) }

// seq is the request's CSeq number.
func (r *request) seq() uint32 { return r.CSeq().SeqNo }

// reply sends a response without a body.
func (r *request) reply(status int, headers ...sip.Header) {
	_ = r.respond(r.response(status, headers...))
}

// response builds an answer to this request; only what we must say is in it.
func (r *request) response(status int, headers ...sip.Header) *sip.Response {
	res := sip.NewResponseFromRequest(r.Request, status, phrase(status), nil)
	for _, h := range headers {
		res.AppendHeader(h)
	}
	return res
}

func (r *request) respond(res *sip.Response) error {
	if r.tx == nil {
		return nil
	}
	return r.tx.Respond(res)
}

// request matches a request to its transaction, or opens one and hands it over.
func (ep *endpoint) request(req *sip.Request, raw []byte, via flow) {
	if !wellFormed(req) {
		ep.unreadable(raw, errHeadersMissing, via)
		return
	}
	if req.Method == sip.ACK {
		ep.ack(req, via)
		return
	}
	key, err := serverKey(req, req.Method)
	if err != nil {
		return
	}
	if tx, ok := ep.servers.get(key); ok {
		_ = tx.Receive(req) // a retransmission: the same answer again
		return
	}
	if !ep.mayAsk(req, via.remote().Addr()) {
		ep.turnAway(req, via)
		return
	}
	if status, more := judge(req, raw); status != 0 {
		ep.complain(raw, status, via, more...)
		return
	}
	r := &request{Request: req, via: replyFlow(req, via)}
	if tagOf(req.To().Params) == "" {
		req.To().Params.Add("tag", newTag()) // every response carries this one
		r.fresh = true
		if req.Method == sip.INVITE {
			r.raw = bytes.Clone(raw[:min(len(raw), maxRaw)]) // for diagnosis
		}
	}
	if r.tx = ep.open(key, r); r.tx != nil {
		ep.handle(ep, r)
	}
}

// wellFormed tells whether the headers of RFC 3261 §8.1.1 are there.
func wellFormed(req *sip.Request) bool {
	seq := req.CSeq()
	return req.To() != nil && req.From() != nil && req.CallID() != nil && req.Via() != nil &&
		seq != nil && seq.MethodName == req.Method
}

func (ep *endpoint) open(key string, r *request) *sip.ServerTx {
	tx := sip.NewServerTx(key, r.Request, r.via, ep.log)
	if err := tx.Init(); err != nil {
		return nil
	}
	if !ep.servers.put(key, tx, roomFor(r.Method)) {
		tx.Terminate()
		return nil
	}
	tx.OnTerminate(func(string, error) { ep.servers.drop(key) })
	return tx
}

// roomFor is how full the table may be for a request: whoever talks much in his
// call, or asks whether we are there, leaves room for calls that begin and end.
func roomFor(method sip.RequestMethod) int {
	switch method {
	case sip.INVITE, sip.CANCEL, sip.BYE:
		return maxTransactions
	}
	return maxChatter
}

// ack goes to the transaction that was refused, or to the dialog that was
// accepted: only there does an ACK mean something (RFC 3261 §17.1.1.3, §13.3.1.4).
func (ep *endpoint) ack(req *sip.Request, via flow) {
	key, err := serverKey(req, sip.INVITE)
	if err != nil {
		return
	}
	if tx, ok := ep.servers.get(key); ok {
		_ = tx.Receive(req)
	}
	ep.handle(ep, &request{Request: req, via: via})
}

// invited finds the INVITE that a CANCEL speaks of (RFC 3261 §9.2).
func (ep *endpoint) invited(cancel *request) (*sip.ServerTx, bool) {
	key, err := serverKey(cancel.Request, sip.INVITE)
	if err != nil {
		return nil, false
	}
	return ep.servers.get(key)
}

// replyFlow is the way back for responses: the source address, with the port of
// the Via unless rport was asked for (RFC 3261 §18.2.2, RFC 3581).
func replyFlow(req *sip.Request, via flow) flow {
	d, ok := via.(*datagrams)
	if !ok || req.Via().Params.Has("rport") {
		return via
	}
	port := uint16(sip.DefaultUdpPort)
	if p := req.Via().Port; p > 0 && p < 1<<16 {
		port = uint16(p)
	}
	return d.at(port)
}

// header makes a header of a name and a number or a text.
func header(name, value string) sip.Header { return sip.NewHeader(name, value) }

func seconds(name string, n int) sip.Header { return header(name, strconv.Itoa(n)) }
