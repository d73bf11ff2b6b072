package sipua

import (
	"fmt"
	"strings"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// nobody is who calls when we ask the network to show nobody (RFC 3323 §4.1.1.3).
var nobody = sip.Uri{Scheme: "sip", User: "anonymous", Host: "anonymous.invalid"}

// showing is how a call of ours appears at the other side. Who may show what is
// the desk's to decide; here it is only written down.
type showing struct {
	number  phone.Number // "" is the line's own
	private bool
}

// showingOf reads what the desk wishes. A number that is none could not be told
// from an injected header, so it is refused.
func showingOf(to phone.Outbound) (showing, error) {
	if to.Show != "" && phone.ParseNumber(string(to.Show)) != to.Show {
		return showing{}, fmt.Errorf("%w: to show %q", phone.ErrBadNumber, to.Show)
	}
	return showing{number: to.Show, private: to.Private}, nil
}

// isEmergency tells whether a call of ours is for an emergency service: it goes to
// whom it was dialled, under the line's own number, and nowhere else.
func (c *call) isEmergency() bool {
	return c.dir == phone.Outgoing && isEmergency(c.line.cfg, c.dialog.remote.uri)
}

// isEmergency tells whether a target is an emergency number. The same digits at
// another host are somebody's extension.
func isEmergency(l phone.Line, target sip.Uri) bool {
	if !phone.Number(target.User).Emergency() {
		return false
	}
	at, err := homeOf(l)
	home := aorOf(phone.Line{Domain: hostPort(at)})
	return err == nil && strings.EqualFold(target.Host, home.Host) && target.Port == home.Port
}

// homeOf is where a line's numbers are: at its domain, or at its proxy.
func homeOf(l phone.Line) (place, error) {
	if l.Domain != "" {
		return placeOf(l.Domain)
	}
	return placeOf(l.Proxy)
}

// anotherMayTake tells whether an emergency call that one server refused is sent to
// the next: all refusals but those of whoever was called.
func (c *call) anotherMayTake(res *sip.Response) bool {
	switch res.StatusCode {
	case sip.StatusBusyHere, sip.StatusRequestTerminated, sip.StatusGlobalBusyEverywhere, sip.StatusGlobalDecline:
		return false
	}
	return c.isEmergency()
}

// asks is what the call shows: nothing that anybody wished counts in an emergency.
func (c *call) asks() showing {
	if c.isEmergency() {
		return showing{}
	}
	return c.showing
}

// callerURI is who calls, as From says it: the line, unless that is where its
// operator reads the number to show.
func (c *call) callerURI(way flow) sip.Uri {
	switch s := c.asks(); {
	case s.private:
		return nobody
	case c.line.cfg.CallerIn == phone.CallerInFrom || c.line.cfg.CallerIn == "":
		return c.shownURI(way)
	}
	return c.ownURI(way)
}

// ownURI is the line's own address.
func (c *call) ownURI(way flow) sip.Uri {
	if l := c.line.cfg; l.User != "" && l.Domain != "" {
		return aorOf(l)
	}
	return c.line.contact(way).Address
}

// shownURI is the address of the number to show: in E.164, at the line's domain.
func (c *call) shownURI(way flow) sip.Uri {
	u := c.ownURI(way)
	if n := c.asks().number; n != "" {
		u.User = string(n)
	}
	return u
}

// showHeaders tell the network who calls where From does not. A private caller
// stays known to it (RFC 3325 §7).
func (c *call) showHeaders(way flow) []sip.Header {
	s := c.asks()
	name := ""
	switch in := c.line.cfg.CallerIn; {
	case in == phone.CallerInAsserted:
		name = "P-Asserted-Identity"
	case in == phone.CallerInPreferred, s.private:
		name = "P-Preferred-Identity"
	}
	var all []sip.Header
	if name != "" {
		u := c.shownURI(way)
		all = append(all, header(name, "<"+u.String()+">"))
	}
	if s.private {
		all = append(all, header("Privacy", "id"))
	}
	return all
}

// nameless is the display name that goes with nobody.
func (c *call) nameless() string {
	if c.asks().private {
		return "Anonymous"
	}
	return ""
}
