package clients

import "time"

// AgendaRules say when appointments may be set for a client.
type AgendaRules struct {
	Hours     Week    `json:"hours,omitempty"`      // when appointments are taken
	Duration  int     `json:"duration,omitempty"`   // minutes; 0: this client has no agenda
	Emergency []Range `json:"emergency,omitempty"`  // each open day, kept for urgent callers
	Zone      string  `json:"zone,omitempty"`       // IANA name; Europe/Paris when empty
	MinNotice int     `json:"min_notice,omitempty"` // minutes between now and the first slot offered
}

// Enabled reports whether this client has an agenda.
func (r AgendaRules) Enabled() bool { return r.Duration > 0 && !r.Hours.Empty() }

// Appointment is a slot of a client's agenda given to somebody.
type Appointment struct {
	ID        ID        `json:"id"`
	Client    ID        `json:"client"`
	Start     time.Time `json:"start"`
	End       time.Time `json:"end"`
	Name      string    `json:"name"`
	Number    string    `json:"number,omitempty"`
	Note      string    `json:"note,omitempty"`
	Urgent    bool      `json:"urgent,omitempty"` // may stand in the emergency range
	Contested bool      `json:"contested,omitempty"`
	Cancelled bool      `json:"cancelled,omitempty"`
	// Unconfirmed is what a cut-off desk promised without a lease: to be confirmed. The
	// office confirms it when it takes it in, or contests it.
	Unconfirmed bool  `json:"unconfirmed,omitempty"`
	TakenBy     ID    `json:"taken_by,omitempty"`
	Version     int64 `json:"version,omitempty"`
}

// Overlaps reports whether two appointments of one agenda share a moment.
func (a Appointment) Overlaps(b Appointment) bool {
	return a.Client == b.Client && a.ID != b.ID && !a.Cancelled && !b.Cancelled &&
		a.Start.Before(b.End) && b.Start.Before(a.End)
}
