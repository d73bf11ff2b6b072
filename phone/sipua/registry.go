package sipua

import (
	"slices"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// track remembers an endpoint, for Close.
func (a *Agent) track(ep *endpoint) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.endpoints = append(slices.DeleteFunc(a.endpoints, (*endpoint).isClosed), ep)
}

// enlist makes a call known, unless there are too many and it can wait.
func (a *Agent) enlist(c *call, urgent bool) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	full := len(a.calls) >= maxCalls || len(a.actors) >= maxActors
	if _, twice := a.calls[c.id]; twice || a.closed || full && !urgent {
		return false
	}
	a.calls[c.id] = c
	a.actors[c] = struct{}{}
	if c.dir == phone.Incoming {
		a.dialogs[dialogKey(c.dialog.id, c.dialog.local.tag)] = c
		a.invites[dialogKey(c.dialog.id, c.dialog.remote.tag)] = c
	}
	return true
}

// know makes an outgoing call's dialog findable.
func (a *Agent) know(c *call) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.dialogs[dialogKey(c.dialog.id, c.dialog.local.tag)] = c
}

// leave takes a call from those the desk knows.
func (a *Agent) leave(c *call) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.calls, c.id)
}

// forget takes a call from those that SIP knows.
func (a *Agent) forget(c *call) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.actors, c)
	delete(a.dialogs, dialogKey(c.dialog.id, c.dialog.local.tag))
	if c.dir == phone.Incoming {
		delete(a.invites, dialogKey(c.dialog.id, c.dialog.remote.tag))
	}
}

func dialogKey(callID, tag string) string { return callID + "\x00" + tag }

// merged tells whether an INVITE came twice, on two ways (RFC 3261 §8.2.2.2).
func (a *Agent) merged(r *request) bool {
	_, there := a.find(a.invites, r.CallID().Value(), tagOf(r.From().Params))
	return there
}

func (a *Agent) find(in map[string]*call, callID, tag string) (*call, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c, ok := in[dialogKey(callID, tag)]
	return c, ok
}

// stray takes a 2xx to an INVITE whose transaction is over.
func (a *Agent) stray(res *sip.Response, via flow) {
	if c, ok := a.find(a.dialogs, res.CallID().Value(), tagOf(res.From().Params)); ok {
		c.post(func() { c.stray2xx(res, via) })
	}
}
