package link

import (
	"errors"
	"time"

	"permanence/ui/desk"
)

// tellEvery is how often progress is told: a first copy has hundreds of pages.
const tellEvery = 250 * time.Millisecond

// teller tells a status when it has changed. It belongs to one goroutine.
type teller struct {
	send func(desk.Event)
	now  func() time.Time
	last desk.OfficeLink
	at   time.Time
	any  bool
}

// tell tells a status, if it says something new.
func (t *teller) tell(s desk.OfficeLink) {
	if t.any && s == t.last {
		return
	}
	t.any, t.last, t.at = true, s, t.now()
	t.send(desk.OfficeChanged{Link: s})
}

// progress tells a status that will soon be followed by another: not every one is told.
func (t *teller) progress(s desk.OfficeLink) {
	if t.any && s.Phase == t.last.Phase && t.now().Sub(t.at).Abs() < tellEvery {
		return
	}
	t.tell(s)
}

// problemOf is what the window says of an error.
func problemOf(err error) desk.Problem {
	if err == nil {
		return desk.Problem{}
	}
	p := desk.Problem{Code: "office.failed", Detail: err.Error()}
	var coded interface{ Code() string }
	if errors.As(err, &coded) {
		p.Code = coded.Code()
	}
	return p
}

// news is what a page changed, for the window; nil when nothing.
func news(c Changed) desk.Event {
	e := desk.SharedChanged{
		Clients: c.Clients, Agendas: c.Agendas, Messages: c.Messages, Outbox: c.Outbox, Conflicts: c.Conflicts,
		Operators: c.Operators, Reset: c.Reset,
	}
	flags := c.Outbox || c.Conflicts || c.Operators || c.Reset
	if !flags && len(c.Clients)+len(c.Agendas)+len(c.Messages) == 0 {
		return nil
	}
	return e
}
