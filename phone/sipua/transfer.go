package sipua

import (
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// transfer is a REFER of ours: the other side is asked to call somebody else, and
// tells by NOTIFY what comes of it (RFC 3515). It belongs to its call.
type transfer struct {
	with     *call              // whose place is to be taken (RFC 5589 §7.1); nil when blind
	first    uint32             // CSeq of the REFER before any challenge; its NOTIFYs name it
	named    bool               // and they do
	asking   bool               // the REFER was not answered yet
	accepted bool               // by 202, or by a NOTIFY that overtook it
	taken    bool               // with's other side has left: its place was taken
	over     bool               // no NOTIFY will follow, though none told the end
	step     phone.TransferStep // the last told
	timer    *time.Timer
}

// Transfer implements phone.UserAgent.
func (a *Agent) Transfer(id phone.CallID, target string) error {
	return a.command(id, func(c *call) (func(), error) {
		uri, err := targetOf(c.line.cfg, target)
		if err != nil {
			return nil, err
		}
		if c.mustBe(up) != nil || !c.passing.CompareAndSwap(false, true) {
			return nil, phone.ErrWrongState
		}
		return func() {
			c.transfer = &transfer{}
			c.refer(c.transfer, referTo(uri, ""))
		}, nil
	})
}

// Connect implements phone.UserAgent.
func (a *Agent) Connect(id, with phone.CallID) error {
	a.mu.Lock()
	other := a.calls[with]
	a.mu.Unlock()
	return a.command(id, func(c *call) (func(), error) {
		switch {
		case other == nil:
			return nil, phone.ErrUnknownCall
		case other == c || c.mustBe(up) != nil || other.mustBe(up) != nil:
			return nil, phone.ErrWrongState
		case !c.passing.CompareAndSwap(false, true):
			return nil, phone.ErrWrongState
		case !other.passing.CompareAndSwap(false, true):
			c.passing.Store(false)
			return nil, phone.ErrWrongState
		}
		return func() { c.connect(other) }, nil
	})
}

// connect asks the other call how its place is named. Calls never wait for each
// other: each is a message to the other's goroutine.
func (c *call) connect(with *call) {
	t := &transfer{with: with}
	c.transfer = t
	if c.dialog.placeless {
		c.placeUnknown(t)
		return
	}
	if !with.post(func() { with.lend(c, t) }) {
		c.transferFailed(t, 0, "the other call does not react")
	}
}

// lend tells the call to whose name this one's place is given.
func (c *call) lend(to *call, t *transfer) {
	switch {
	case c.stage != up:
		to.post(func() { to.transferFailed(t, sip.StatusCallTransactionDoesNotExists, "the other call is over") })
		return
	case c.dialog.placeless:
		to.post(func() { to.placeUnknown(t) })
		return
	}
	c.lent = to
	place := referTo(c.dialog.target, c.dialog.place())
	to.post(func() { to.refer(t, place) })
}

// placeUnknown gives up before anything is asked: a peer without Replaces would call
// the third a second time, who speaks with us (RFC 5589 §7.1).
func (c *call) placeUnknown(t *transfer) {
	c.transferFailed(t, sip.StatusBadExtension, "one side knows no Replaces")
}

// refer sends the REFER of a transfer that was not given up meanwhile.
func (c *call) refer(t *transfer, target string) {
	if c.stage != up || c.transfer != t {
		return
	}
	way, err := c.dialog.way(c.ep)
	if err != nil {
		c.transferFailed(t, 0, err.Error())
		return
	}
	req := c.dialog.request(sip.REFER, c.dialog.next(), way)
	for _, h := range []sip.Header{
		c.line.contact(way), header("Refer-To", target),
		header("Referred-By", "<"+c.dialog.local.uri.String()+">"), // RFC 3892
		header("Allow", allowed), header("Supported", supported),
	} {
		req.AppendHeader(h)
	}
	t.first, t.asking = req.CSeq().SeqNo, true
	c.referred = true
	c.awaitWord(t, c.agent.cfg.TransferTimeout)
	c.ask(req, way, func(res *sip.Response, err error) { c.referAnswered(t, res, err) })
}

// referAnswered takes the final answer to our REFER.
func (c *call) referAnswered(t *transfer, res *sip.Response, err error) {
	t.asking = false
	switch {
	case c.transfer != t: // given up, or a NOTIFY was faster
	case err != nil:
		c.transferFailed(t, 0, err.Error())
	case res.IsSuccess():
		t.accepted = true
		c.transferIs(t, phone.TransferAsked, 0, "")
	case res.StatusCode == sip.StatusCallTransactionDoesNotExists:
		c.end(phone.HungUpThere, 0, "the other side does not know the call any more")
		c.bye()
	default:
		c.transferFailed(t, res.StatusCode, res.Reason)
	}
}

// awaitWord gives a transfer up when nothing is heard of it for so long.
func (c *call) awaitWord(t *transfer, d time.Duration) {
	if t.timer != nil {
		t.timer.Stop()
	}
	t.timer = c.after(d, func() {
		switch {
		case c.transfer != t:
		case t.taken:
			c.transferred(t, 0, "")
		default:
			c.transferFailed(t, 0, "nothing was heard of the transfer")
		}
	})
}

// notified takes a NOTIFY within the dialog. One on a transfer that is over
// changes nothing: a 100 may come after the 200.
func (c *call) notified(r *request) {
	switch event, id := eventOf(r.Request); {
	case event != "refer" && event != "":
		badEvent(r)
	case !c.referred:
		r.reply(sip.StatusCallTransactionDoesNotExists)
	default:
		r.reply(sip.StatusOK)
		if t := c.transfer; t != nil && t.isNamed(id) {
			status, words := statusIn(r.Body())
			c.transferTold(t, status, words, subscriptionOver(r.Request))
		}
	}
}

// isNamed tells whether a NOTIFY with this id speaks of the transfer: a second
// REFER of a dialog is told from the first by its CSeq (RFC 3515 §2.4.6). A
// challenge makes that a later number than the first; older ones are of earlier
// transfers.
func (t *transfer) isNamed(id uint32) bool {
	if id == 0 {
		return !t.named
	}
	t.named = t.named || id >= t.first
	return id >= t.first
}

// transferTold takes the third party's status; 0 if the NOTIFY had none.
func (c *call) transferTold(t *transfer, status int, words string, over bool) {
	t.accepted = true
	switch {
	case status >= 300:
		c.transferFailed(t, status, words)
	case status >= 200:
		c.transferred(t, status, words)
	case status >= 180:
		c.transferIs(t, phone.TransferRinging, status, words)
	default:
		c.transferIs(t, phone.TransferAsked, 0, "")
	}
	if over && c.transfer == t && !t.over {
		// Who tells no more may still hang up, which means that it has worked.
		t.over = true
		c.awaitWord(t, c.agent.parted)
	}
}

// transferIs tells a step, unless it was told or the transfer is further.
func (c *call) transferIs(t *transfer, step phone.TransferStep, status int, words string) {
	if t.step == step || t.step == phone.TransferRinging {
		return
	}
	t.step = step
	wait := c.agent.cfg.TransferTimeout
	if step == phone.TransferRinging {
		wait *= 3 // a telephone may ring for minutes (RFC 3261 §16.6, timer C)
	}
	c.awaitWord(t, wait)
	c.tellTransfer(step, status, words)
}

func (c *call) tellTransfer(step phone.TransferStep, status int, words string) {
	c.agent.report(phone.TransferProgressed{
		Call: c.id, Step: step, Status: status, Detail: printable(words), At: c.agent.cfg.Now(),
	})
}

// transferred ends the call: its other side talks with somebody else now.
func (c *call) transferred(t *transfer, status int, words string) {
	c.transfer = nil
	if with := t.with; with != nil {
		with.post(with.placeGiven)
	}
	c.tellTransfer(phone.TransferDone, status, words)
	c.end(phone.Transferred, 0, "")
	c.bye()
}

// transferFailed leaves the call as it was.
func (c *call) transferFailed(t *transfer, status int, words string) {
	if c.transfer != t || c.stage != up {
		return
	}
	c.dropTransfer()
	c.tellTransfer(phone.TransferFailed, status, words)
}

// dropTransfer forgets a transfer; the other call of an attended one is as before.
func (c *call) dropTransfer() {
	t := c.transfer
	if t == nil {
		return
	}
	if t.timer != nil {
		t.timer.Stop()
	}
	c.transfer = nil
	c.passing.Store(false)
	if with := t.with; with != nil {
		with.post(func() { with.lent = nil; with.passing.Store(false) })
	}
}

// takeBack gives a transfer up because the operator wants the other party back.
func (c *call) takeBack() {
	if t := c.transfer; t != nil {
		c.transferFailed(t, sip.StatusRequestTerminated, "taken back")
	}
}

// placeGiven ends a call whose other side was put through. That one hangs up by
// itself (RFC 3891 §3); if it does not, we do.
func (c *call) placeGiven() {
	if c.stage == up {
		c.after(4*sip.T1, func() {
			if c.stage == up {
				c.end(phone.Transferred, 0, "")
				c.bye()
			}
		})
	}
}

// left ends a call whose other side hung up.
func (c *call) left(words string) { c.end(c.leftBecause(), 0, words) }

// leftBecause is why the other side of an answered call hung up. Who was asked to
// call somebody else and tells nothing has done so.
func (c *call) leftBecause() phone.EndCause {
	if to := c.lent; to != nil {
		to.post(func() {
			if to.transfer != nil {
				to.transfer.taken = true
			}
		})
		return phone.Transferred
	}
	if t := c.transfer; t != nil && t.accepted && (t.taken || t.step != phone.TransferRinging) {
		if t.with != nil {
			t.with.post(t.with.placeGiven)
			t.with = nil
		}
		c.tellTransfer(phone.TransferDone, 0, "")
		return phone.Transferred
	}
	return phone.HungUpThere
}
