package sipua

import (
	"time"

	"permanence/phone"
)

// verdict is what is thought of a call's last window. Its call's goroutine makes it,
// everybody may read it.
type verdict struct {
	phone.Quality
	at time.Time
}

// verdictLasts is how long one call's verdict is evidence about another: its window
// and the one that is being measured.
const verdictLasts = 2 * judgeEvery

// judge takes the scores of a window, and tells what of them is news.
func (c *call) judge(s scores, at time.Time) {
	if c.stage != up {
		return
	}
	q := phone.Quality{Heard: s.heard, Sent: s.sent}
	q.Side = c.evidence(q, at).side()
	c.judged.Store(&verdict{q, at})
	c.course.add(q)
	if told, news := c.calm.take(q); news {
		c.agent.report(phone.QualityChanged{Call: c.id, Quality: told, At: c.agent.cfg.Now()})
	}
}

// evidence gathers what tells where a call of this quality is spoilt.
func (c *call) evidence(q phone.Quality, at time.Time) evidence {
	e := evidence{
		heard: phone.Quality{Heard: q.Heard}.Grade(), sent: phone.Quality{Sent: q.Sent}.Grade(),
		access: c.ep.access.troubled(at) || c.line.current() == phone.LineUnreachable,
	}
	c.agent.mu.Lock()
	defer c.agent.mu.Unlock()
	for _, other := range c.agent.calls {
		v := other.judged.Load()
		if other == c || v == nil || at.Sub(v.at) > verdictLasts {
			continue
		}
		switch g := v.Grade(); {
		case g == phone.Good:
			e.othersGood++
		case spoilt(g):
			e.othersBad++
		}
	}
	return e
}

// evidence is what is known when a call is bad.
type evidence struct {
	heard, sent phone.Grade // of the two directions
	othersBad   int         // other calls that are bad now
	othersGood  int         // and that are good
	access      bool        // the way to the line's server is slow, or lost
}

// side finds where the voice is spoilt. What all calls share is here: the access, and
// the Wi-Fi before it. A call that goes well meanwhile has shown it to be sound. With
// one call alone, one direction spoilt is as far as the other's own way; both are
// rather ours, which carries them both. What is not known accuses nobody.
func (e evidence) side() phone.Side {
	heard, sent := spoilt(e.heard), spoilt(e.sent)
	switch {
	case !heard && !sent:
		return phone.NoSide
	case e.access, e.othersBad > 0:
		return phone.SideHere
	case e.othersGood > 0:
		return phone.SideThere
	case heard && sent:
		return phone.SideHere
	case e.heard == phone.Unrated, e.sent == phone.Unrated:
		return phone.NoSide
	}
	return phone.SideThere
}

func spoilt(g phone.Grade) bool { return g >= phone.Fair }

// calm keeps the indicator still: what is told changes only when two windows in a row
// are on the same side of it, and then to the nearer of the two.
type calm struct{ told, last phone.Quality }

func (c *calm) take(q phone.Quality) (told phone.Quality, news bool) {
	better, worse := c.last, q
	if better.Grade() > worse.Grade() {
		better, worse = worse, better
	}
	sameSide := c.last.Side == q.Side
	c.last = q
	next := c.told
	switch now := c.told.Grade(); {
	case better.Grade() > now:
		next = better
	case worse.Grade() < now:
		next = worse
	case better.Grade() == worse.Grade() && sameSide:
		next = q
	}
	news = next.Grade() != c.told.Grade() || next.Side != c.told.Side
	if news {
		c.told = next
	}
	return c.told, news
}

// course is the quality of a whole call.
type course struct {
	heard, sent mean
	here, there int // windows spoilt on each side
}

type mean struct {
	sum float64
	n   int
}

func (m *mean) add(v float64) {
	if v > 0 {
		m.sum += v
		m.n++
	}
}

func (m mean) value() float64 { return m.sum / float64(max(m.n, 1)) }

func (c *course) add(q phone.Quality) {
	c.heard.add(q.Heard)
	c.sent.add(q.Sent)
	switch q.Side {
	case phone.SideHere:
		c.here++
	case phone.SideThere:
		c.there++
	}
}

// quality is the mean of all windows, and the side that spoilt most of them if the
// call as a whole was.
func (c *course) quality() phone.Quality {
	q := phone.Quality{Heard: c.heard.value(), Sent: c.sent.value()}
	switch {
	case !spoilt(q.Grade()) || c.here == c.there:
	case c.here > c.there:
		q.Side = phone.SideHere
	default:
		q.Side = phone.SideThere
	}
	return q
}
