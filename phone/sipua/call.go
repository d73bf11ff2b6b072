package sipua

import (
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// stage is where a call stands.
type stage int32

const (
	ringing stage = iota // incoming, not answered yet
	calling              // outgoing, not answered yet
	up                   // answered
	ended                // over for the desk; SIP may still have to say goodbye
)

// call is one conversation. A goroutine of its own, run, owns everything below
// the line: each command, request, response and timer of the call is a function
// that is posted to it. So no two of them ever meet, and CANCEL cannot cross an
// answer half-way.
type call struct {
	id    phone.CallID
	dir   phone.Direction
	agent *Agent
	line  *line
	ep    *endpoint
	inbox chan func()
	gone  chan struct{}

	public   atomic.Int32 // the stage, for commands to look at
	onHold   atomic.Bool  // what Hold and Resume last asked for
	aside    atomic.Bool  // it is, or will be, without the operator: what was last asked for
	sound    atomic.Pointer[voice]
	passing  atomic.Bool // a transfer of it, or with it, was asked
	recorded atomic.Bool // a recording of it was asked for, and is not complete
	judged   atomic.Pointer[verdict]

	// ---------------------------------------------------------------- owned by run

	stage   stage
	dialog  dialog
	account account
	neg     *negotiation
	invite  *request         // of an incoming call
	out     *attempt         // of an outgoing call
	showing showing          // how it appears at the other side
	forks   map[string]*fork // those that ring, by their tags
	offered *negotiation     // as it was before any of them answered
	sure    certainty        // of an incoming call
	offer   *description
	unacked *unacked // our 2xx that waits for its ACK
	ack     *sip.Request
	byeDue  bool // a BYE must wait for the ACK (RFC 3261 §15)
	timers  []*time.Timer

	reinviting bool // our re-INVITE is under way
	refreshDue bool // and one is due for the session timer
	holding    bool // we hold the other side
	unagreed   bool // though it did not agree: it hears silence, and is not heard
	held       bool // the other side holds us
	early      bool // it sends media before it answers
	rang       bool
	told       phone.MediaChanged // the last one, but for its time
	interval   interval           // session timer
	seat       *conference        // it is in

	how     phone.Reception // how it is taken
	playing *announcement   // what the other side hears; nil when none
	tune    tune            // what it hears while it waits
	record  *recording      // nil when none

	farewell *phone.CallEnded // what is told once the recording is complete; nil until the end

	transfer *transfer    // under way; nil when none is
	referred bool         // we sent a REFER, so NOTIFYs may come
	referral *referral    // the other side's REFER under way; nil when none is
	referrer func(int)    // is told the status of this call, which somebody asked for
	more     []sip.Header // of our INVITE, beyond the usual
	lent     *call        // its other side is asked to take this call's place

	calm   calm   // what is told of its quality
	course course // and how it was all along

	looking  bool     // it is being asked where our voice is seen
	looked   bool     // and was
	whenSeen []func() // what waits for the answer

	pending int       // transactions of ours under way
	linger  time.Time // until when strays are looked after
}

func (a *Agent) newCall(id phone.CallID, dir phone.Direction, l *line, ep *endpoint) *call {
	ep.hold()
	c := &call{
		id: id, dir: dir, agent: a, line: l, ep: ep,
		account: account{line: l.cfg, store: a.cfg.Credentials},
		inbox:   make(chan func(), 256), gone: make(chan struct{}),
	}
	if dir == phone.Outgoing {
		c.enter(calling)
	}
	return c
}

func (c *call) enter(s stage) {
	c.stage = s
	c.public.Store(int32(s))
}

// run is the call's goroutine.
func (c *call) run() {
	defer c.ep.release()
	defer close(c.gone)
	defer c.agent.forget(c)
	for !c.finished() {
		select {
		case f := <-c.inbox:
			if !guard(c.agent.cfg.Log, "call", f) {
				guard(c.agent.cfg.Log, "call's end", func() { c.abandon("internal error") })
			}
		case <-c.agent.abort:
			c.end(phone.Shutdown, 0, "")
			c.dropRecording()
			return
		}
	}
}

// finished tells whether nothing is left to do, not even in SIP.
func (c *call) finished() bool {
	return c.stage == ended && c.pending == 0 && c.unacked == nil && !time.Now().Before(c.linger)
}

// post gives the call something to do, unless it is over or flooded.
func (c *call) post(f func()) bool {
	select {
	case c.inbox <- f:
		return true
	default:
		return false
	}
}

// must gives the call something to do that nobody repeats: it waits for room.
// The call's own goroutine must not use it.
func (c *call) must(f func()) {
	select {
	case c.inbox <- f:
	case <-c.gone:
	}
}

// after does something in the call's goroutine later. It is stopped by the end
// of the call if that comes first.
func (c *call) after(d time.Duration, f func()) *time.Timer {
	t := time.AfterFunc(d, func() { c.must(f) })
	c.timers = append(c.timers, t)
	return t
}

// end is the call's end as the desk sees it: voice stops, one CallEnded is told as
// soon as what was recorded is complete, and nothing after it. What SIP still owes
// goes on.
func (c *call) end(cause phone.EndCause, status int, detail string) {
	if c.stage == ended {
		return
	}
	if c.stage == calling {
		c.tellReferrer(finalStatus(cause, status))
	}
	c.enter(ended)
	c.dropTransfer()
	if v := c.sound.Load(); v != nil {
		v.stop()
	}
	c.endAnnouncement() // after: the room must not be heard in its place
	for _, t := range c.timers {
		t.Stop()
	}
	if c.dir == phone.Outgoing {
		c.linger = time.Now().Add(timerB())
		time.AfterFunc(timerB(), func() { c.must(func() {}) }) // to look at the clock again
	}
	c.agent.leave(c) // first: who is told of the end finds the call no more
	c.farewell = &phone.CallEnded{
		Call: c.id, Cause: cause, Status: status, Detail: printable(detail),
		Quality: c.course.quality(), At: c.agent.cfg.Now(),
	}
	if !c.endRecording() {
		c.tellEnd()
	}
}

// tellEnd tells the call's last event.
func (c *call) tellEnd() {
	c.agent.report(*c.farewell)
	if m := c.agent.meets(); m != nil {
		m.must(func() { m.left(c) })
	}
}

// abandon ends a call that cannot go on, telling the other side.
func (c *call) abandon(why string) {
	was := c.stage
	c.end(phone.Failed, 0, why)
	switch {
	case was == ringing:
		c.refuse(sip.StatusInternalServerError)
	case was == calling:
		c.cancel()
	case was == up:
		c.bye()
	}
}

// shutdown ends the call because the program is closing.
func (c *call) shutdown() {
	was := c.stage
	c.end(phone.Shutdown, 0, "")
	c.linger = time.Time{}
	switch was {
	case ringing:
		c.refuse(sip.StatusTemporarilyUnavailable)
	case calling:
		c.cancel()
	case up:
		c.bye()
	}
}

// hangup is the operator's wish to end the call, wherever it stands.
func (c *call) hangup() {
	switch c.stage {
	case ringing:
		c.reject()
	case calling:
		c.end(phone.HungUpHere, 0, "")
		c.cancel()
	case up:
		c.end(phone.HungUpHere, 0, "")
		c.bye()
	}
}

// bye ends the dialog, but not before its 2xx was acknowledged or given up.
func (c *call) bye() {
	if c.unacked != nil {
		c.byeDue = true
		return
	}
	c.byeDue = false
	way, err := c.dialog.way(c.ep)
	if err != nil {
		return // nobody to tell
	}
	c.ask(c.dialog.request(sip.BYE, c.dialog.next(), way), way, func(*sip.Response, error) {})
}

// ask sends a request of ours and gives the final answer to then, in the call's
// goroutine. Challenges are answered on the way.
func (c *call) ask(req *sip.Request, way flow, then func(*sip.Response, error)) {
	c.askAgain(req, way, 0, then)
}

func (c *call) askAgain(req *sip.Request, way flow, answered int, then func(*sip.Response, error)) {
	req.AppendHeader(header("User-Agent", c.agent.cfg.UserAgent))
	done := func(res *sip.Response, err error) {
		c.must(func() {
			c.pending--
			if res != nil && answerable(req, res, answered) {
				next := renewed(req, c.numbers(req).next(), way)
				next.RemoveHeader("User-Agent")
				if c.account.answer(next, res) == nil {
					c.askAgain(next, way, answered+1, then)
					return
				}
			}
			then(res, err)
		})
	}
	got := func(res *sip.Response) {
		if !res.IsProvisional() {
			done(res, nil)
		}
	}
	c.pending++
	if _, err := c.ep.begin(req, way, got, func(err error) { done(nil, err) }); err != nil {
		c.pending--
		then(nil, err)
	}
}

// failed tells that a command could not be carried out; the call goes on.
func (c *call) failed(command string, err error) {
	if c.stage == ended {
		return
	}
	c.agent.report(phone.CommandFailed{
		Call: c.id, Command: command, Detail: printable(err.Error()), At: c.agent.cfg.Now(),
	})
}
