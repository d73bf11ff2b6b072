package simulator

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// Plan is one call to make.
type Plan struct {
	Target string       // where to send it: host:port, or user@host:port
	Called phone.Number // the number the caller dialled: the client's

	// Shown says in which headers the called number stands; the request URI when
	// nil. Elsewhere the request URI names the line, as a forwarded call does.
	Shown []phone.CalledSource

	CallerName   string
	CallerNumber phone.Number
	Withheld     bool // the caller hides: RFC 3323 Privacy: id

	// GiveUpAfter is how long it may take to be answered; until the context ends
	// when 0.
	GiveUpAfter time.Duration

	Part
}

// Part is what a party does once the call is answered.
type Part struct {
	Voice Voice         // said in a loop; silence when empty
	Pause time.Duration // of silence before it is said again
	DTMF  string        // keys pressed before speaking: 0-9, *, #, A-D

	// TalkFor is when this side hangs up; 0 leaves it to the other.
	TalkFor time.Duration
	// Until makes this side hang up as soon as it returns true. It is given what
	// was heard so far each 100 ms of it, and must not keep it.
	Until func(Recording) bool
	// Watch is told what happens, from the call's goroutines. It must not block.
	Watch func(Event)
}

// EventKind says what happened in a call.
type EventKind string

// What a call tells while it lives.
const (
	Ringing  EventKind = "ringing"
	Answered EventKind = "answered"
	Hearing  EventKind = "hearing" // the first voice of the other side
	OnHold   EventKind = "on-hold" // the other side sends, or lets us send, nothing
	Resumed  EventKind = "resumed"
	Pressed  EventKind = "pressed" // the other side pressed a key
	Over     EventKind = "over"
)

// Event is something that happened in a call.
type Event struct {
	Kind   EventKind
	Status int  // SIP status of Ringing
	Key    rune // of Pressed
	At     time.Time
}

func (p *Part) tell(e Event) {
	if p.Watch != nil {
		e.At = time.Now()
		p.Watch(e)
	}
}

// shows reports whether the called number stands in a header.
func (p *Plan) shows(in phone.CalledSource) bool {
	if p.Shown == nil {
		return in == phone.FromRequestURI
	}
	for _, s := range p.Shown {
		if s == in {
			return true
		}
	}
	return false
}

// recipient is the request URI.
func (p *Plan) recipient() (sip.Uri, error) {
	user, hostport, found := strings.Cut(p.Target, "@")
	if !found {
		user, hostport = "", p.Target
	}
	host, portText, err := net.SplitHostPort(hostport)
	if err != nil {
		return sip.Uri{}, fmt.Errorf("simulator: target %q: %w", p.Target, err)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return sip.Uri{}, fmt.Errorf("simulator: target %q: bad port", p.Target)
	}
	if p.shows(phone.FromRequestURI) {
		user = string(p.Called)
	}
	return sip.Uri{Scheme: "sip", User: user, Host: host, Port: int(port)}, nil
}

// headers are those of the INVITE that tell who calls whom. host is ours.
func (p *Plan) headers(host string, to sip.Uri) []sip.Header {
	called := sip.Uri{Scheme: "sip", User: string(p.Called), Host: host}
	headers := []sip.Header{p.from(host)}
	if p.Withheld {
		headers = append(headers, sip.NewHeader("Privacy", "id"))
	}
	if p.shows(phone.FromTo) {
		headers = append(headers, &sip.ToHeader{Address: called, Params: sip.NewParams()})
	}
	if p.shows(phone.FromCalledPartyID) {
		headers = append(headers, sip.NewHeader("P-Called-Party-ID", "<"+called.String()+">"))
	}
	if p.shows(phone.FromDiversion) {
		headers = append(headers, sip.NewHeader("Diversion", "<"+called.String()+">;reason=unconditional;counter=1"))
	}
	if p.shows(phone.FromHistoryInfo) {
		headers = append(headers, sip.NewHeader("History-Info",
			"<"+called.String()+">;index=1, <"+to.String()+">;index=1.1"))
	}
	return headers
}

func (p *Plan) from(host string) sip.Header {
	from := &sip.FromHeader{
		DisplayName: p.CallerName,
		Address:     sip.Uri{Scheme: "sip", User: string(p.CallerNumber), Host: host},
		Params:      sip.NewParams(),
	}
	if p.Withheld {
		from.DisplayName = "Anonymous"
		from.Address = sip.Uri{Scheme: "sip", User: "anonymous", Host: "anonymous.invalid"}
	}
	return from
}
