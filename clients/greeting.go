package clients

import "time"

// Greeting is what is said at pick-up, when its conditions hold.
type Greeting struct {
	Text     string `json:"text"`
	Language string `json:"language,omitempty"` // the client's when empty
	From     Minute `json:"from,omitempty"`     // on the clock; 0..0 means all day
	To       Minute `json:"to,omitempty"`       // before From: through midnight
	Closed   bool   `json:"closed,omitempty"`   // only outside the client's opening hours
}

// Greet chooses the greeting for t, on the client's wall clock: the first whose
// conditions hold, so that the special ones stand before the general one.
func (c *Client) Greet(t time.Time) (Greeting, bool) {
	for _, g := range c.Greetings {
		if g.holds(MinuteOf(t)) && (!g.Closed || (!c.Hours.Empty() && !c.Hours.Open(t))) {
			return g, true
		}
	}
	return Greeting{}, false
}

func (g Greeting) holds(m Minute) bool {
	switch {
	case g.From == g.To:
		return true
	case g.From < g.To:
		return m >= g.From && m < g.To
	default:
		return m >= g.From || m < g.To
	}
}
