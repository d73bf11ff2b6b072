package sipua

import (
	"bytes"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// standing is what an endpoint makes of an address before it reads a message.
type standing int

const (
	stranger standing = iota // read at a bounded rate, and never rings
	met                      // we called it: it is read, and does not ring either
	trusted                  // the line's registrar, or one of its peers
)

// gate keeps strangers from costing more than a bounded part of this computer.
// Only peers may begin anything. Others are heard when they speak of a dialog that
// is open, whose tags nobody can guess.
type gate struct {
	read     bucket
	refuse   bucket
	complain bucket // to peers, of what cannot be read
	tag      string // in To of our refusals, which are not remembered (RFC 3261 §8.2.7)

	mu  sync.Mutex
	met map[netip.Addr]time.Time
}

func newGate() *gate {
	return &gate{
		read: bucket{rate: strangersRead}, refuse: bucket{rate: strangersRefused},
		complain: bucket{rate: complaints},
		tag:      newTag(), met: make(map[netip.Addr]time.Time),
	}
}

// meet remembers an address that we send a request to, instead of the one longest
// not heard of when there are too many.
func (g *gate) meet(a netip.Addr, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, known := g.met[a]; !known && len(g.met) >= maxMet {
		oldest, since := a, now
		for b, at := range g.met {
			if !at.After(since) {
				oldest, since = b, at
			}
		}
		delete(g.met, oldest)
	}
	g.met[a] = now
}

// meet makes what comes over way be read, since a request of ours goes there.
func (ep *endpoint) meet(way flow) {
	if a := way.remote().Addr(); ep.standing(a) != trusted {
		ep.gate.meet(a, time.Now())
	}
}

func (g *gate) hasMet(a netip.Addr) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, known := g.met[a]
	return known
}

// standing looks an address up. An endpoint without a line has nobody to protect.
func (ep *endpoint) standing(a netip.Addr) standing {
	switch l := ep.owner.Load(); {
	case l == nil || l.knows(a):
		return trusted
	case ep.gate.hasMet(a):
		return met
	}
	return stranger
}

// admits tells whether a message is read, which costs more than all that is done
// before. Strangers must look like SIP, and share a rate.
func (ep *endpoint) admits(b []byte, from netip.Addr) bool {
	if ep.standing(from) != stranger {
		return true
	}
	if looksLikeSIP(b) && ep.gate.read.take(time.Now()) {
		return true
	}
	ep.turnedAway(from)
	return false
}

// looksLikeSIP tells whether the first line is one of a response, or of a request
// with a method that we know.
func looksLikeSIP(b []byte) bool {
	line, _, ok := bytes.Cut(b, []byte("\r\n"))
	if !ok {
		return false
	}
	if bytes.HasPrefix(line, []byte("SIP/2.0 ")) {
		return true
	}
	method, rest, _ := bytes.Cut(line, []byte(" "))
	return bytes.HasSuffix(rest, []byte(" SIP/2.0")) && methods[string(method)]
}

var methods = map[string]bool{
	"INVITE": true, "ACK": true, "CANCEL": true, "BYE": true, "OPTIONS": true, "INFO": true, "UPDATE": true,
	"PRACK": true, "REFER": true, "NOTIFY": true, "SUBSCRIBE": true, "MESSAGE": true, "REGISTER": true, "PUBLISH": true,
}

// mayAsk tells whether a request is taken: from a peer, or about what is open.
func (ep *endpoint) mayAsk(req *sip.Request, from netip.Addr) bool {
	if ep.standing(from) == trusted {
		return true
	}
	if req.Method == sip.CANCEL {
		_, there := ep.invited(&request{Request: req})
		return there
	}
	l, tag := ep.owner.Load(), tagOf(req.To().Params)
	switch {
	case l == nil:
		return false
	case tag == "" && req.Method == sip.INVITE: // somebody whom a caller was put through to
		want, err := parseReplaces(firstValue(req, "replaces"))
		return err == nil && l.agent.open(want.callID, want.to)
	}
	return tag != "" && l.agent.open(req.CallID().Value(), tag)
}

// turnAway refuses a stranger's INVITE without remembering it, so that one who
// should be among the peers learns why he is not heard. The rest gets no answer:
// scanners live on answers.
func (ep *endpoint) turnAway(req *sip.Request, via flow) {
	ep.turnedAway(via.remote().Addr())
	if req.Method != sip.INVITE || !ep.gate.refuse.take(time.Now()) {
		return
	}
	if tagOf(req.To().Params) == "" {
		req.To().Params.Add("tag", ep.gate.tag)
	}
	res := sip.NewResponseFromRequest(req, sip.StatusForbidden, phrase(sip.StatusForbidden), nil)
	_ = replyFlow(req, via).WriteMsg(res)
}

func (ep *endpoint) turnedAway(from netip.Addr) {
	if l := ep.owner.Load(); l != nil {
		l.strangers.turnedAway(from)
	}
}

// open tells whether a dialog with our tag is there.
func (a *Agent) open(callID, tag string) bool {
	_, there := a.find(a.dialogs, callID, tag)
	_, watched := a.watched(callID, tag)
	return there || watched
}

// tellStrangers reports whom a line turned away.
func (l *line) tellStrangers(total uint64, from netip.Addr) {
	l.agent.report(phone.StrangersTurnedAway{
		Line: l.cfg.ID, Total: total, From: from.String(), At: l.agent.cfg.Now(),
	})
}
