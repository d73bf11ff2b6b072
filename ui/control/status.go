package control

import (
	"time"

	"permanence/phone"
	"permanence/ui/desk"
)

// Status is the running desk as `permanence ctl status` prints it. Times are
// RFC 3339, durations are seconds, numbers are E.164.
type Status struct {
	Ready    bool       `json:"ready"` // the store has been read
	Operator string     `json:"operator"`
	Lines    []Line     `json:"lines"`
	Calls    []Call     `json:"calls"`
	Missed   Missed     `json:"missed"`
	Unsent   Unsent     `json:"unsent"`
	Front    Front      `json:"front"` // what the window shows
	Sound    Sound      `json:"sound"`
	Notices  []string   `json:"notices"` // codes of what the window says
	History  []PastCall `json:"history"` // the last ten, newest first

	Transfer     *Transfer         `json:"transfer,omitempty"`  // the panel of F4, while it is open
	Emergency    *Emergency        `json:"emergency,omitempty"` // while an emergency service is called
	Offered      string            `json:"offered,omitempty"`   // a number that waits for the operator's key
	DoNotDisturb bool              `json:"do_not_disturb"`
	Forwards     []Forward         `json:"forwards"` // those in use, of lines and clients
	Lamps        map[string]string `json:"lamps"`    // extensions: "free", "ringing", "busy", "unknown"
	Office       *Office           `json:"office,omitempty"`
}

// Line is a line with its registration.
type Line struct {
	ID         string     `json:"id"`
	Label      string     `json:"label"`
	State      string     `json:"state"` // "registered", "listening", "refused", …
	Registered bool       `json:"registered"`
	Detail     string     `json:"detail,omitempty"`
	Until      *time.Time `json:"until,omitempty"`
	Voicemail  Voicemail  `json:"voicemail"`
	Strangers  uint64     `json:"strangers"` // requests turned away since the start
}

// Voicemail counts the messages that wait at a line's server.
type Voicemail struct {
	New int `json:"new"`
	Old int `json:"old"`
}

// Call is a live call.
type Call struct {
	ID        string     `json:"id"`
	Line      string     `json:"line"`
	State     string     `json:"state"` // "ringing", "dialing", "talking", "held", "back", "machine"
	Direction string     `json:"direction"`
	Client    string     `json:"client"` // name, "" when unknown
	ClientID  string     `json:"client_id,omitempty"`
	Caller    Party      `json:"caller"`
	Called    Called     `json:"called"`
	Hold      Hold       `json:"hold"`
	Media     *Media     `json:"media,omitempty"`
	DTMF      string     `json:"dtmf"` // received
	ArrivedAt time.Time  `json:"arrived_at"`
	Answered  *time.Time `json:"answered_at,omitempty"`
	Waited    float64    `json:"waited_s"` // until answered, or until now
	Talked    float64    `json:"talked_s"` // since answered

	Security   string      `json:"security"` // "clear", "encrypted", "protected"
	Diversions []Diversion `json:"diversions,omitempty"`
	Shown      string      `json:"shown,omitempty"` // the number an outgoing call shows
	Private    bool        `json:"private,omitempty"`
	Consults   string      `json:"consults,omitempty"` // the waiting call for which a third is asked
	Passing    *Passing    `json:"passing,omitempty"`  // while the other side is put through
	Conference bool        `json:"conference"`
	Alone      bool        `json:"alone,omitempty"` // the conference goes on without the operator

	Aside      bool     `json:"aside,omitempty"`      // answered without the operator
	Announcing string   `json:"announcing,omitempty"` // what the other side hears: "greeting", "wait", "machine", "notice"
	Recording  string   `json:"recording,omitempty"`  // "on", "paused"; what a caller leaves on the machine as well
	Quality    *Quality `json:"quality,omitempty"`    // once it is known
}

// Quality is how well a call is heard: mean opinion scores, 1 to 4.5.
type Quality struct {
	Heard float64 `json:"heard,omitempty"`
	Sent  float64 `json:"sent,omitempty"`
	Side  string  `json:"side,omitempty"` // where it is spoilt: "here", "there"
}

func qualityOf(q phone.Quality) *Quality {
	if q.Grade() == phone.Unrated {
		return nil
	}
	return &Quality{Heard: q.Heard, Sent: q.Sent, Side: string(q.Side)}
}

func recordingOf(r *desk.Recording) string {
	switch {
	case r == nil || r.Since.IsZero():
		return ""
	case r.Paused:
		return "paused"
	}
	return "on"
}

func announcingOf(a *desk.Announcing) string {
	if a == nil {
		return ""
	}
	return string(a.Kind)
}

// Party is the other side of a call.
type Party struct {
	Name     string `json:"name"`
	Number   string `json:"number"`
	Withheld bool   `json:"withheld,omitempty"`
}

// Called says which number was called and how the client was found by it.
type Called struct {
	Number  string   `json:"number"`
	Found   string   `json:"found"` // "found.did-diversion", "found.none", …
	Sources []string `json:"sources,omitempty"`
}

// Hold says who holds whom.
type Hold struct {
	Here  bool `json:"here"`
	There bool `json:"there"`
}

// Media is the call's voice.
type Media struct {
	Codec     string  `json:"codec"`
	Flow      string  `json:"flow"`
	Sent      uint64  `json:"packets_sent"`
	Received  uint64  `json:"packets_received"`
	Lost      uint64  `json:"packets_lost"`
	JitterMS  float64 `json:"jitter_ms"`
	DelayMS   float64 `json:"playout_delay_ms"`
	RoundTrip float64 `json:"round_trip_ms"`
	LevelDBFS float64 `json:"level_dbfs"`
	Concealed float64 `json:"concealed_ms"` // voice invented for what was missing, since the answer
}

// Missed counts missed calls not looked at, and names the newest ones.
type Missed struct {
	Count int        `json:"count"`
	Calls []PastCall `json:"calls"`
}

// Unsent counts what has not left this desk.
type Unsent struct {
	Drafts  int `json:"drafts"`  // typed and not yet on disk
	Waiting int `json:"waiting"` // messages on their way
	Failed  int `json:"failed"`  // messages that need a person
	Office  int `json:"office"`  // changes that the office does not have
}

// Front is the ticket on screen.
type Front struct {
	Ticket     string            `json:"ticket,omitempty"`
	Client     string            `json:"client,omitempty"`
	Call       string            `json:"call,omitempty"`
	Name       string            `json:"name,omitempty"`
	Number     string            `json:"number,omitempty"`
	Fields     map[string]string `json:"fields,omitempty"`
	Text       string            `json:"text,omitempty"`
	Sound      string            `json:"sound,omitempty"` // what the caller left on the answering machine
	SoundS     float64           `json:"sound_s,omitempty"`
	DraftSaved bool              `json:"draft_saved"`
	NextFree   *time.Time        `json:"next_free,omitempty"`
	Booking    *time.Time        `json:"booking,omitempty"`  // the slot being given
	Booked     string            `json:"booked,omitempty"`   // the appointment set from this ticket
	From       string            `json:"from,omitempty"`     // from whose lost desk it was taken over
	Return     string            `json:"return,omitempty"`   // that desk is there again: "back", "talking" (with the caller), "sent"
	TakenBy    string            `json:"taken_by,omitempty"` // who took it over from here
}

// Sound says which devices are in use.
type Sound struct {
	Microphone string `json:"microphone"`
	Earpiece   string `json:"earpiece"`
	Ringer     string `json:"ringer"`
	Silent     bool   `json:"silent"` // there is no sound card
	Muted      bool   `json:"muted"`
	Headset    string `json:"headset,omitempty"` // whose buttons work
	Faults     Faults `json:"faults"`
}

// Faults count what good sound devices and a quick machine never do, since the
// start. The gaps are the longest times between two calls of a device.
type Faults struct {
	Underruns uint64  `json:"underruns"` // an earpiece asked, and too little was ready
	Overruns  uint64  `json:"overruns"`  // what the microphone brought was dropped
	LateEar   uint64  `json:"late_ear"`  // times the earpiece asked more than 10 ms late
	LateMic   uint64  `json:"late_mic"`  // times the microphone brought more than 10 ms late
	EarGap    float64 `json:"ear_gap_ms"`
	MicGap    float64 `json:"mic_gap_ms"`
}

// StatsOf reads a call's voice counters; phone.UserAgent.Stats is one.
type StatsOf func(phone.CallID) (phone.MediaStats, bool)

// historyShown bounds the past calls in a status.
const historyShown = 10

// StatusOf describes a state.
func StatusOf(s desk.State, stats StatsOf) Status {
	st := Status{
		Ready: s.Ready, Operator: s.Operator.Name, Unsent: unsentOf(&s), Front: frontOf(&s),
		Lines: []Line{}, Calls: []Call{}, Notices: []string{}, History: []PastCall{},
		Missed: Missed{Count: s.Missed, Calls: []PastCall{}}, Sound: soundOf(s.Sound),
		Transfer: transferOf(&s), Emergency: emergencyOf(&s), Offered: s.Offered,
		DoNotDisturb: s.Settings.DoNotDisturb, Forwards: forwardsOf(&s), Lamps: lampsOf(&s), Office: officeOf(&s),
	}
	for _, l := range s.Lines {
		st.Lines = append(st.Lines, lineOf(l))
	}
	for _, c := range s.Calls {
		st.Calls = append(st.Calls, callOf(&s, c, stats))
	}
	for _, n := range s.Notices {
		st.Notices = append(st.Notices, n.Code)
	}
	for _, e := range s.History {
		if len(st.History) < historyShown {
			st.History = append(st.History, pastOf(e))
		}
		if e.Missed && len(st.Missed.Calls) < min(s.Missed, historyShown) {
			st.Missed.Calls = append(st.Missed.Calls, pastOf(e))
		}
	}
	return st
}

func lineOf(l desk.Line) Line {
	return Line{
		ID: string(l.ID), Label: l.Label, State: string(l.State),
		Registered: l.State == phone.LineRegistered, Detail: l.Detail, Until: moment(l.Until),
		Voicemail: Voicemail{New: l.Voicemail[0], Old: l.Voicemail[1]}, Strangers: l.Strangers,
	}
}

func callOf(s *desk.State, c desk.Call, stats StatsOf) Call {
	out := Call{
		ID: string(c.ID), Line: string(c.Line), State: string(c.Phase), Direction: c.Direction.String(),
		ClientID: string(c.Client), Client: clientName(s, c.Client),
		Caller:    Party{Name: or(c.KnownAs, c.Caller.Name), Number: string(c.Caller.Number), Withheld: c.Caller.Withheld},
		Called:    Called{Number: string(c.Found.Number), Found: c.Found.Code},
		Hold:      Hold{Here: c.Phase == desk.Held || c.Phase == desk.Back, There: c.HeldThere},
		DTMF:      c.DTMF,
		ArrivedAt: c.ArrivedAt, Answered: moment(c.AnsweredAt),

		Security: or(string(c.Security), "clear"), Diversions: diversionsOf(c.Diversions), Shown: string(c.Shown),
		Private: c.Private, Consults: string(c.Consults), Passing: passingOf(c), Conference: c.Conference, Alone: c.Alone,
		Aside: c.Aside, Announcing: announcingOf(c.Announcing), Recording: recordingOf(c.Recording), Quality: qualityOf(c.Quality),
	}
	for _, src := range c.Found.Sources {
		out.Called.Sources = append(out.Called.Sources, string(src))
	}
	out.Waited, out.Talked = durations(c, s.Now)
	if m, ok := stats(c.ID); ok && !c.AnsweredAt.IsZero() {
		out.Media = mediaOf(c, m)
	}
	return out
}

func durations(c desk.Call, now time.Time) (waited, talked float64) {
	if c.AnsweredAt.IsZero() {
		return max(0, now.Sub(c.ArrivedAt).Seconds()), 0
	}
	return c.AnsweredAt.Sub(c.ArrivedAt).Seconds(), max(0, now.Sub(c.AnsweredAt).Seconds())
}

func mediaOf(c desk.Call, m phone.MediaStats) *Media {
	return &Media{
		Codec: c.Codec, Flow: string(c.Flow), Sent: m.PacketsSent, Received: m.PacketsHeard, Lost: m.PacketsLost,
		JitterMS: ms(m.Jitter), DelayMS: ms(m.PlayoutDelay), RoundTrip: ms(m.RoundTrip), LevelDBFS: m.LevelHeardDBF, Concealed: ms(m.Concealed),
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func unsentOf(s *desk.State) Unsent {
	u := Unsent{Office: s.Office.Unsent}
	for i := range s.Tickets {
		if s.Tickets[i].Draft.Dirty {
			u.Drafts++
		}
	}
	for i := range s.Outbox {
		if s.Outbox[i].State == "failed" {
			u.Failed++
		} else {
			u.Waiting++
		}
	}
	return u
}

func frontOf(s *desk.State) Front {
	t := s.FrontTicket()
	if t == nil {
		return Front{}
	}
	m := t.Draft.Message
	f := Front{
		Ticket: string(t.ID), Call: string(t.Call), Name: m.Name, Number: m.Number, Fields: m.Fields,
		Text: m.Text, Sound: string(m.Sound), SoundS: m.SoundLength.Seconds(), DraftSaved: !t.Draft.Dirty && !t.Draft.SavedAt.IsZero(), Booked: string(t.Booked),
		From: t.From.Name, Return: string(t.Return), TakenBy: t.TakenBy,
	}
	if c := s.FrontClient(); c != nil {
		f.Client = c.Name
	}
	if n := s.Agenda.Next; n != nil {
		f.NextFree = moment(n.Start)
	}
	if b := s.Agenda.Booking; b != nil {
		f.Booking = moment(b.Slot.Start)
	}
	return f
}

func soundOf(s desk.SoundState) Sound {
	return Sound{
		Microphone: s.Devices[desk.Microphone].Using, Earpiece: s.Devices[desk.Earpiece].Using,
		Ringer: s.Devices[desk.Ringer].Using, Silent: s.Silent, Muted: s.Muted, Headset: s.Headset,
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
