package sipua

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// dialog is the SIP side of one call (RFC 3261 §12): who the two ends are, how
// they number their requests, and which way these go. It belongs to its call.
type dialog struct {
	id        string // Call-ID
	local     address
	remote    address
	localSeq  uint32
	remoteSeq uint32
	target    sip.Uri   // the peer's Contact
	routes    []sip.Uri // the route set, nearest first
	hop       hop
	source    flow // over which the dialog began
	placeless bool // the peer says that it knows no Replaces
}

// address is one end of a dialog as From and To write it, without the display
// name: only URI and tag mean something within a dialog.
type address struct {
	uri sip.Uri
	tag string
}

func (a address) from() *sip.FromHeader {
	h := &sip.FromHeader{Address: a.uri}
	h.Params.Add("tag", a.tag)
	return h
}

func (a address) to() *sip.ToHeader {
	h := &sip.ToHeader{Address: a.uri}
	if a.tag != "" {
		h.Params.Add("tag", a.tag)
	}
	return h
}

// calledDialog is the dialog that an INVITE to us opens (§12.1.1).
func calledDialog(r *request) dialog {
	from, to := r.From(), r.To()
	d := dialog{
		id:       r.CallID().Value(),
		local:    address{to.Address, r.localTag()},
		remote:   address{from.Address, tagOf(from.Params)},
		localSeq: rand.Uint32N(1 << 16), remoteSeq: r.seq(), source: r.via,
		placeless: deniesReplaces(r),
	}
	for _, h := range r.GetHeaders("record-route") {
		if rr, ok := h.(*sip.RecordRouteHeader); ok {
			d.routes = append(d.routes, rr.Address)
		}
	}
	d.refresh(r.Contact())
	return d
}

// confirmed is the dialog that a 2xx to our INVITE opens: the route set is the
// Record-Route, reversed (§12.1.2).
func (d dialog) confirmed(res *sip.Response, way flow) dialog {
	d.remote.tag = tagOf(res.To().Params)
	d.source, d.hop = way, hop{}
	d.routes, d.placeless = nil, deniesReplaces(res)
	headers := res.GetHeaders("record-route")
	for i := range headers {
		if rr, ok := headers[len(headers)-1-i].(*sip.RecordRouteHeader); ok {
			d.routes = append(d.routes, rr.Address)
		}
	}
	d.refresh(res.Contact())
	return d
}

// refresh follows the peer to a new Contact (§12.2.1.2).
func (d *dialog) refresh(c *sip.ContactHeader) {
	if c == nil || c.Address.Host == "" || c.Address.Wildcard {
		return
	}
	if c.Address.String() != d.target.String() {
		d.target, d.hop = *c.Address.Clone(), hop{}
	}
}

// next numbers a new request of ours.
func (d *dialog) next() uint32 {
	d.localSeq++
	return d.localSeq
}

// request builds a request within the dialog. A first route without ";lr" is a
// strict router of RFC 2543: it becomes the Request-URI, and the target the last
// route (§12.2.1.1).
func (d *dialog) request(method sip.RequestMethod, seq uint32, way flow) *sip.Request {
	uri, routes := d.target, d.routes
	if len(routes) > 0 && !routes[0].UriParams.Has("lr") {
		uri, routes = routes[0], append(append([]sip.Uri{}, routes[1:]...), d.target)
	}
	req := sip.NewRequest(method, uri)
	id := sip.CallIDHeader(d.id)
	for _, h := range []sip.Header{
		viaFor(way), maxForwards(), d.local.from(), d.remote.to(), &id,
		&sip.CSeqHeader{SeqNo: seq, MethodName: method},
	} {
		req.AppendHeader(h)
	}
	for _, r := range routes {
		req.AppendHeader(&sip.RouteHeader{Address: r})
	}
	req.SetBody(nil)
	return req
}

// nextHop is the URI whose host gets the request.
func (d *dialog) nextHop() sip.Uri {
	if len(d.routes) > 0 {
		return d.routes[0]
	}
	return d.target
}

// way finds the way to the next hop. Over TCP or TLS it is the connection on which
// the dialog began, as long as that is open.
func (d *dialog) way(ep *endpoint) (flow, error) {
	if s, ok := d.source.(*stream); ok && ep.connected(s) {
		return s, nil
	}
	if !d.hop.at.IsValid() {
		if err := d.find(ep); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), dialTimeout)
	defer cancel()
	return ep.flowTo(ctx, d.hop)
}

// find looks the next hop up. Over UDP a private address in Contact is replaced
// by the public one that its request came from: no router was told. A server that
// names itself by its address in the route is still the one whose name was checked
// when its connection was opened.
func (d *dialog) find(ep *endpoint) error {
	p, err := placeOfURI(d.nextHop())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	hops, err := ep.names.resolve(ctx, ep.network, p)
	if err != nil {
		return err
	}
	d.hop = hops[0]
	from := d.source.remote()
	switch s, connected := d.source.(*stream); {
	case connected && s.to.at == d.hop.at:
		d.hop = s.to
	case len(d.routes) == 0 && ep.network == phone.UDP &&
		d.hop.at.Addr().IsPrivate() && !from.Addr().IsPrivate() && !from.Addr().IsLoopback():
		d.hop.at = from
	}
	return nil
}
