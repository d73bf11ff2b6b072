package phone

import "time"

// CallID names one call on this desk. It is ours (a UUID), never the SIP Call-ID,
// which a stranger chooses.
type CallID string

// Direction says who began the call.
type Direction int

// The two directions of a call.
const (
	Incoming Direction = iota
	Outgoing
)

// String is the direction's word in `ctl status` and in the journal.
func (d Direction) String() string {
	if d == Outgoing {
		return "outgoing"
	}
	return "incoming"
}

// Identity is a party as the network presents it.
type Identity struct {
	Number   Number // "" when withheld or not a telephone number
	Name     string // display name, already freed of control characters
	URI      string // the SIP URI shown when there is no number
	Withheld bool   // RFC 3323 Privacy: id, or an anonymous From
}

// CalledSource names the header in which a called number was found.
type CalledSource string

// The places where a French trunk or PBX may say which number was called,
// in the order a line reads them unless it is configured otherwise.
const (
	FromRequestURI    CalledSource = "request-uri"
	FromTo            CalledSource = "to"
	FromCalledPartyID CalledSource = "p-called-party-id" // RFC 7315 §4.2
	FromDiversion     CalledSource = "diversion"         // RFC 5806, topmost is the last diverter
	FromHistoryInfo   CalledSource = "history-info"      // RFC 7044, a comma list may be one header
)

// DefaultCalledOrder is the order in which a line looks for the called number.
var DefaultCalledOrder = []CalledSource{FromRequestURI, FromTo, FromCalledPartyID, FromDiversion, FromHistoryInfo}

// CalledHint is one number that may be the called client's, and where it stood.
// Hints come in the line's order; the desk compares them with the clients' DIDs.
type CalledHint struct {
	Source CalledSource
	Number Number
}

// Diversion is one forwarding that a call went through before it came here.
type Diversion struct {
	Source CalledSource // FromDiversion or FromHistoryInfo
	From   Identity     // who forwarded it
	Reason string       // "unconditional", "no-answer", "user-busy", … as RFC 5806 names them; "" unknown
}

// Invite is what the first request of an incoming call told.
type Invite struct {
	Caller     Identity
	Called     []CalledHint
	Diversions []Diversion // the last diverter first
	AutoAnswer bool        // the network asks that it answers itself, and the line allows it
	Raw        []byte      // the request as received, for diagnosis; bounded at 16 KiB
}

// Outbound says whom to call, and how to appear there.
type Outbound struct {
	Target  string // a number as people write it, an extension, or a sip: URI
	Show    Number // the number to show; "" is the line's own. Who may show which is the desk's to decide
	Private bool   // ask the network to show none (RFC 3323, Privacy: id)
}

// EndCause says why a call is over.
type EndCause string

// Why a call ended. CallerGaveUp and NoAnswer on an incoming call make it a
// missed call; AnsweredElsewhere never does (RFC 3326, Reason: SIP;cause=200).
const (
	HungUpHere        EndCause = "hung-up"            // we ended or cancelled it
	HungUpThere       EndCause = "remote-hung-up"     // the other party ended it
	CallerGaveUp      EndCause = "caller-gave-up"     // CANCEL before we answered
	AnsweredElsewhere EndCause = "answered-elsewhere" // another phone took it
	RejectedHere      EndCause = "rejected"           // we refused it
	Busy              EndCause = "busy"               // 486, 600
	Declined          EndCause = "declined"           // 603 and 403
	NoAnswer          EndCause = "no-answer"          // 408, 480, or nobody answered in time
	UnknownNumber     EndCause = "unknown-number"     // 404, 484, 410
	Failed            EndCause = "failed"             // any other refusal; Detail has the status
	MediaLost         EndCause = "media-lost"         // no RTP for the line's time-out
	Shutdown          EndCause = "shutdown"           // the program is closing
	Transferred       EndCause = "transferred"        // we put them through to somebody else
	Forwarded         EndCause = "forwarded"          // we sent them elsewhere before answering: 302
	Replaced          EndCause = "replaced"           // another call took its place (RFC 3891)
)

// Missed reports whether an incoming call that ended so, unanswered, is a missed call.
func (c EndCause) Missed() bool {
	switch c {
	case AnsweredElsewhere, RejectedHere, Forwarded, Replaced:
		return false
	}
	return true
}

// Flow says which way voice passes now, as negotiated (RFC 3264 §5.1 attributes).
type Flow string

// The four directions of a media stream, seen from this desk.
const (
	FlowBoth    Flow = "sendrecv"
	FlowSend    Flow = "sendonly"
	FlowReceive Flow = "recvonly"
	FlowNone    Flow = "inactive"
)

// Security says what somebody on the way can hear of a call.
type Security string

// From everything to nothing. Only Protected deserves a closed padlock.
const (
	Clear     Security = ""          // RTP as it is
	Encrypted Security = "encrypted" // SRTP, but its keys went over the network in the clear
	Protected Security = "protected" // SRTP, its keys under TLS to the server
)

// MediaStats are counters of one call's voice. The window reads them at 10 Hz.
type MediaStats struct {
	Codec         string
	PacketsSent   uint64
	PacketsHeard  uint64 // received and accepted
	PacketsLost   uint64 // by RTP sequence numbers (RFC 3550 A.3)
	Concealed     time.Duration
	Jitter        time.Duration // RFC 3550 A.8
	RoundTrip     time.Duration // from RTCP, 0 until known
	PlayoutDelay  time.Duration // depth of the jitter buffer now
	RemoteLoss    float64       // share 0..1 that the other side reports losing
	FirstSentAt   time.Time     // zero until the first RTP packet left
	FirstHeardAt  time.Time     // zero until the first RTP packet came
	LevelHeardDBF float64       // dBFS of the other party, -96 for silence
	Quality       Quality       // of the last seconds
}
