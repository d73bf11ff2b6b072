package desk

import (
	"maps"
	"slices"
	"time"

	"permanence/clients"
	"permanence/clients/agenda"
	"permanence/phone"
)

// maxDiversions is after how many forwardings a call is not forwarded again: two
// desks that forward to each other must not send it round for ever.
const maxDiversions = 5

// chimeFor is how long the chime of a call that answered itself sounds.
const chimeFor = time.Second

// turnAway does with an arriving call what the operator wants while she is away,
// and reports whether that was something.
func (t *turn) turnAway(c *Call) bool {
	if t.Settings.DoNotDisturb {
		if t.machineTakes(c, clients.ForwardAlways) || t.machineTakes(c, clients.ForwardBusy) {
			return true
		}
		c.Pending, c.Silenced = "reject", true
		t.do(Reject{Call: c.ID})
		return true
	}
	f, ok := t.forwardOf(c, clients.ForwardAlways)
	if !ok && t.talks(c.ID) {
		f, ok = t.forwardOf(c, clients.ForwardBusy)
	}
	if ok {
		t.redirect(c, f)
		return true
	}
	return t.machineTakes(c, clients.ForwardAlways) || t.talks(c.ID) && t.machineTakes(c, clients.ForwardBusy)
}

// forwardOf finds the rule for a call: its client's, else its line's, else the one
// for every line. A rule that leads back to this desk is none.
func (t *turn) forwardOf(c *Call, when clients.ForwardWhen) (clients.Forward, bool) {
	if len(c.Diversions) >= maxDiversions {
		return clients.Forward{}, false
	}
	f, ok := clients.Forward{}, false
	if cl := t.Directory.Client(c.Client); cl != nil {
		f, ok = clients.Choose(cl.Forwards, when, t.At.In(agenda.Zone(cl.Agenda)))
	}
	for _, line := range []phone.LineID{c.Line, ""} {
		if !ok {
			f, ok = clients.Choose(t.Settings.Forwards[line], when, t.At)
		}
	}
	return f, ok && t.Directory.ByDID(phone.ParseNumber(f.To)) == nil
}

func (t *turn) redirect(c *Call, f clients.Forward) {
	who, _ := dialTarget(f.To)
	who.Name = f.Name
	t.sendOn(c, who)
}

// sendOn has a ringing call ring at somebody else's.
func (t *turn) sendOn(c *Call, who phone.Identity) {
	c.Pending, c.PassingTo = "redirect", namedOrShown(who)
	t.do(Redirect{Call: c.ID, Target: dialled(who)})
}

// takeUnanswered sends on the calls that nobody took in time, or gives them to the
// answering machine.
func (t *turn) takeUnanswered() {
	for i := range t.Calls {
		c := &t.Calls[i]
		if c.Phase != Ringing || c.Pending != "" {
			continue
		}
		f, ok := t.forwardOf(c, clients.ForwardNoAnswer)
		if ok && t.At.Sub(c.ArrivedAt) >= time.Duration(f.After)*time.Second {
			t.redirect(t.call(c.ID), f)
		} else if c.Direction == phone.Incoming {
			t.machineTakes(t.call(c.ID), clients.ForwardNoAnswer)
		}
	}
}

// busy reports whether a call takes the operator's voice.
func (c *Call) busy() bool { return (c.Phase == Talking && !c.Alone) || c.Phase == Dialing }

// answered reports whether somebody is there, talking or waiting.
func (c *Call) answered() bool { return c.Phase == Talking || c.Phase == Held || c.Phase == Back }

// talks reports whether the operator is in another call than this one.
func (t *turn) talks(except phone.CallID) bool {
	return slices.ContainsFunc(t.Calls, func(c Call) bool {
		return c.ID != except && (c.busy() || c.Pending == "answer" && !c.Aside)
	})
}

// isFree reports whether a call may answer itself: nobody is talked to, and
// nothing is being typed that it would cover.
func (t *turn) isFree() bool { return !t.talks("") && !t.frontIsBusy() }

func (t *turn) answersItself(c *Call, invite phone.Invite) bool {
	cl := t.Directory.Client(c.Client)
	return invite.AutoAnswer || (cl != nil && cl.AutoAnswer)
}

// answerItself takes a call without a key, and says so in the ear and on screen:
// the microphone is open.
func (t *turn) answerItself(c *Call) {
	t.ChimeUntil = t.At.Add(chimeFor)
	t.remark("auto-answer", "call.answered-itself", shown(c.Caller))
	AnswerPressed{Call: c.ID}.apply(t)
}

func (e DoNotDisturbSet) apply(t *turn) {
	s := t.Settings
	s.DoNotDisturb = e.On
	t.do(KeepSettings{Settings: s})
}

func (e ForwardsPaused) apply(t *turn) {
	if e.Client != "" {
		t.pauseClient(e.Client, e.Off)
		return
	}
	s := t.Settings
	s.Forwards = maps.Clone(s.Forwards)
	if s.Forwards != nil {
		s.Forwards[e.Line] = paused(s.Forwards[e.Line], e.Off)
	}
	t.do(KeepSettings{Settings: s})
}

func (t *turn) pauseClient(id clients.ID, off bool) {
	if cl := t.Directory.Client(id); cl != nil {
		c := *cl
		c.Forwards = paused(c.Forwards, off)
		ClientSaved{Client: c, Saw: c.Version}.apply(t)
	}
}

func paused(rules []clients.Forward, off bool) []clients.Forward {
	rules = slices.Clone(rules)
	for i := range rules {
		rules[i].Off = off
	}
	return rules
}

func (t *turn) lampChanged(p phone.LampChanged) {
	t.Lamps = maps.Clone(t.Lamps)
	if t.Lamps == nil {
		t.Lamps = map[string]phone.LampState{}
	}
	t.Lamps[p.Target] = p.State
	if panel := t.panel(); panel != nil {
		panel.Targets = t.targets(panel.Call, panel.Typed)
	}
}
