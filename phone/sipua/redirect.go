package sipua

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// maxRedirects is how often a 3xx may send one call of ours on: two desks may point
// at each other.
const maxRedirects = 5

// Redirect implements phone.UserAgent.
func (a *Agent) Redirect(id phone.CallID, target string) error {
	return a.command(id, func(c *call) (func(), error) {
		to, err := targetOf(c.line.cfg, target)
		if err != nil {
			return nil, err
		}
		return func() { c.redirect(to) }, c.mustBe(ringing)
	})
}

// redirect sends a ringing call elsewhere, and tells who did (RFC 5806).
func (c *call) redirect(to sip.Uri) {
	if c.stage != ringing {
		return
	}
	to.Headers = nil
	us := c.ownURI(c.invite.via)
	c.end(phone.Forwarded, sip.StatusMovedTemporarily, "")
	c.invite.reply(sip.StatusMovedTemporarily,
		header("Contact", "<"+to.String()+">"),
		header("Diversion", "<"+us.String()+">;reason=deflection;counter=1"))
}

// detour is where 3xx responses sent a call of ours (RFC 3261 §8.1.3.4).
type detour struct {
	left     []sip.Uri // not yet tried, best first
	known    []string  // every one that was named, and whom we called first
	taken    int
	diverted []string // by whom, the last first
}

// sentElsewhere goes where a 3xx says; false when there is nowhere to go. A refusal
// there leads to the next.
func (c *call) sentElsewhere(res *sip.Response) bool {
	if res.StatusCode >= 400 {
		return false
	}
	d := &c.out.detour
	d.learn(c.out.req.Recipient.String(), c.waysIn(res))
	d.diverted = append(values(res, "diversion"), d.diverted...)
	return c.takeDetour()
}

// takeDetour invites the next one that was named, if any can be reached.
func (c *call) takeDetour() bool {
	d := &c.out.detour
	for c.stage == calling && !c.out.giveUp && len(d.left) > 0 && d.taken < maxRedirects {
		to := d.left[0]
		d.left = d.left[1:]
		d.taken++
		if way, onward, err := c.line.waysTo(c.ep, to); err == nil {
			c.out.way, c.out.onward = way, onward
			c.inviteElsewhere(to)
			return true
		}
	}
	return false
}

// learn adds ways that were not named before.
func (d *detour) learn(from string, ways []sip.Uri) {
	d.known = append(d.known, from)
	var fresh []sip.Uri
	for _, u := range ways {
		if s := u.String(); !slices.Contains(d.known, s) && len(d.known) < 4*maxRedirects {
			d.known = append(d.known, s)
			fresh = append(fresh, u)
		}
	}
	d.left = append(fresh, d.left...)
}

// waysIn are the Contacts of a 3xx that may be called, in their order of
// preference. Only an emergency call may be sent on to an emergency number.
func (c *call) waysIn(res *sip.Response) []sip.Uri {
	type way struct {
		to sip.Uri
		q  float64
	}
	var all []way
	for _, h := range res.GetHeaders("contact") {
		contact, ok := h.(*sip.ContactHeader)
		if !ok {
			continue
		}
		uri, _, _ := strings.Cut(contact.Address.String(), "?")
		to, err := calledFor(c.line.cfg, uri)
		if c.isEmergency() {
			to, err = targetOf(c.line.cfg, uri)
		}
		if err == nil {
			all = append(all, way{to, preference(contact)})
		}
	}
	slices.SortStableFunc(all, func(a, b way) int { return cmp.Compare(b.q, a.q) })
	var ways []sip.Uri
	for _, w := range all {
		ways = append(ways, w.to)
	}
	return ways
}

// preference is a Contact's q, 1 when it has none (RFC 3261 §20.10).
func preference(h *sip.ContactHeader) float64 {
	v, ok := h.Params.Get("q")
	q, err := strconv.ParseFloat(v, 64)
	if !ok || err != nil || !(q >= 0 && q <= 1) {
		return 1
	}
	return q
}

// inviteElsewhere sends the INVITE to somebody else: the same call, a new
// transaction. It takes along who diverted it (RFC 5806).
func (c *call) inviteElsewhere(to sip.Uri) {
	c.dialog.target, c.dialog.source = to, c.out.way
	next := renewed(c.out.req, c.dialog.next(), c.out.way)
	next.Recipient = to
	next.ReplaceHeader(c.contact(c.out.way))
	for _, name := range []string{"Authorization", "Proxy-Authorization"} { // for another URI
		next.RemoveHeader(name)
	}
	for next.RemoveHeader("Diversion") {
	}
	for _, v := range c.out.detour.diverted[:min(len(c.out.detour.diverted), maxDiversions)] {
		next.AppendHeader(header("Diversion", v))
	}
	c.out.answered, c.rang, c.early = 0, false, false
	c.sendInvite(next)
}

// values are the values of all headers of a name.
func values(res *sip.Response, name string) []string {
	var all []string
	for _, h := range res.GetHeaders(name) {
		all = append(all, h.Value())
	}
	return all
}
