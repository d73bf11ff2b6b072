package link

import (
	"errors"
	"time"

	"permanence/clients"
	"permanence/ui/desk"
)

// Status is how a desk stands with its office.
type Status struct {
	Phase   desk.OfficePhase
	Bureau  string    // its name
	Since   time.Time // when the desk was last in step; zero when it never was
	Unsent  int       // changes that the office does not have
	Oldest  time.Time // when the oldest of them was made
	Done    int       // of OfficeCopying: rows copied
	Total   int
	Problem desk.Problem // why it is not in step

	Desk clients.ID // this desk
}

// tellEvery is how often progress is told: a first copy has hundreds of pages.
const tellEvery = 250 * time.Millisecond

// teller tells a status when it has changed. It belongs to one goroutine.
type teller struct {
	told func(Status)
	now  func() time.Time
	last Status
	at   time.Time
	any  bool
}

// tell tells a status, if it says something new.
func (t *teller) tell(s Status) {
	if t.any && s == t.last {
		return
	}
	t.any, t.last, t.at = true, s, t.now()
	t.told(s)
}

// progress tells a status that will soon be followed by another: not every one is told.
func (t *teller) progress(s Status) {
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
