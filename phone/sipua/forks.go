package sipua

import (
	"fmt"
	"slices"

	"github.com/emiago/sipgo/sip"
)

// maxForks bounds the early dialogs of one INVITE.
const maxForks = 16

// fork is one of the telephones that an INVITE of ours rings: an early dialog
// (RFC 3261 §12.1) with its own numbers, and its own answer to our one offer.
type fork struct {
	dialog  dialog
	neg     *negotiation
	rseq    uint32 // of its last reliable response; 0 before (RFC 3262 §4)
	heard   bool   // it has described its media
	settled bool   // and in a reliable response: that answer is final (RFC 3262 §5)
}

// fork finds the early dialog that a response to our INVITE belongs to, or opens it.
func (c *call) fork(res *sip.Response) *fork {
	tag := tagOf(res.To().Params)
	f := c.forks[tag]
	if f != nil {
		f.dialog.refresh(res.Contact())
		return f
	}
	if c.forks == nil {
		c.forks, c.offered = make(map[string]*fork), c.neg
	}
	neg := *c.offered
	f = &fork{dialog: c.dialog.confirmed(res, c.out.way), neg: &neg}
	c.forks[tag] = f
	return f
}

// forkAgain forgets the early dialogs of an INVITE that is sent anew.
func (c *call) forkAgain() {
	if c.forks != nil {
		c.forks, c.neg = nil, c.offered
	}
}

// crowded tells whether a response would open one early dialog too many.
func (c *call) crowded(res *sip.Response) bool {
	return c.forks[tagOf(res.To().Params)] == nil && len(c.forks) >= maxForks
}

// confirmEarly confirms a reliable provisional response (RFC 3262 §4). It is false
// for one that was seen before or came out of order: such are ignored, since the
// other side repeats what we lack.
func (c *call) confirmEarly(f *fork, res *sip.Response) bool {
	if !requires(res, "100rel") || f.dialog.remote.tag == "" {
		return true
	}
	seq, ok := number(res, "rseq")
	if !ok || seq == 0 || f.rseq != 0 && uint32(seq) != f.rseq+1 {
		return false
	}
	f.rseq = uint32(seq)
	way, err := f.dialog.way(c.ep)
	if err != nil {
		c.agent.cfg.Log.Warn("PRACK not sent", "error", err)
		return true
	}
	req := f.dialog.request(sip.PRACK, f.dialog.next(), way)
	req.AppendHeader(header("RAck", fmt.Sprintf("%d %d INVITE", seq, res.CSeq().SeqNo)))
	c.ask(req, way, func(*sip.Response, error) {}) // who misses it repeats its response, and gives up in the end
	return true
}

func requires(msg interface{ GetHeaders(string) []sip.Header }, tag string) bool {
	return slices.Contains(tokens(msg, "require"), tag)
}

// hearEarly takes the answer in a provisional response: voice follows the newest.
func (c *call) hearEarly(f *fork, res *sip.Response) bool {
	if f.settled {
		return false
	}
	d, err := bodyOf(res)
	if err != nil || d == nil || f.neg.accept(d) != nil {
		return false
	}
	f.heard, f.settled = true, requires(res, "100rel")
	c.neg = f.neg
	return c.apply() == nil
}

// finalAnswer takes the answer of the 2xx, or the one that came before it. A
// server that changes the tag and describes nothing means what it said last.
func (c *call) finalAnswer(f *fork, res *sip.Response) error {
	if f.settled {
		c.neg = f.neg
		return c.apply()
	}
	d, err := bodyOf(res)
	switch {
	case err != nil:
		return err
	case d == nil && c.early && !f.heard:
		return c.apply()
	}
	c.neg = f.neg
	if d == nil && f.heard {
		return c.apply()
	}
	return c.takeAnswer(res)
}

// party is the dialog of a request from the other side, nil if we have none: the
// answered one, or before there is one any that was opened.
func (c *call) party(r *request) *dialog {
	return c.dialogWith(tagOf(r.From().Params))
}

func (c *call) dialogWith(tag string) *dialog {
	if tag == c.dialog.remote.tag {
		return &c.dialog
	}
	if f := c.forks[tag]; f != nil && c.stage == calling {
		return &f.dialog
	}
	return nil
}

// numbers is the dialog that numbers a request of ours: a fork's while it is one.
func (c *call) numbers(req *sip.Request) *dialog {
	tag := tagOf(req.To().Params)
	if f := c.forks[tag]; f != nil && tag != c.dialog.remote.tag {
		return &f.dialog
	}
	return &c.dialog
}
