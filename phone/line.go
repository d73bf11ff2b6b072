package phone

import "time"

// LineID names a line on this desk; it is chosen once and never changes.
type LineID string

// Transport carries a line's SIP messages (RFC 3261 §18).
type Transport string

// The transports a line may use.
const (
	UDP Transport = "udp"
	TCP Transport = "tcp"
	TLS Transport = "tls" // the server's certificate is checked against its name
)

// Encryption says whether a line's voice is encrypted (SDES SRTP, RFC 4568).
type Encryption string

// What a line asks of its calls. The zero value offers encryption over TLS and
// only takes it elsewhere.
const (
	EncryptionRefused  Encryption = "refused"
	EncryptionOffered  Encryption = "offered"  // with plain RTP to fall back to (RFC 8643)
	EncryptionRequired Encryption = "required" // or no call
)

// CallerHeader names where a line writes the number that is to be shown.
type CallerHeader string

// The places where operators read it. From is what most French trunks want.
const (
	CallerInFrom      CallerHeader = "from"
	CallerInPreferred CallerHeader = "p-preferred-identity" // RFC 3325 §9.2
	CallerInAsserted  CallerHeader = "p-asserted-identity"  // RFC 3325 §9.1, between trusted servers
)

// Line is the configuration of one line. The password is not in it: it is asked
// from Credentials when a server challenges.
type Line struct {
	ID        LineID
	Label     string         // shown on screen, e.g. "05 61 12 34 56"
	User      string         // the user part of the address of record
	Domain    string         // host, or host:port, of the address of record
	AuthUser  string         // digest user name when it differs from User
	Proxy     string         // host:port to send to instead of Domain, optional
	Backups   []string       // further registrars, host[:port]: used in order while those before do not answer
	Transport Transport      // UDP when empty
	CA        string         // PEM file of a private certificate authority, for TLS
	Expires   time.Duration  // asked at REGISTER; the granted value is used. 5 min when 0
	Direct    bool           // no registrar: calls come straight to Bind
	Bind      string         // host:port to listen on; ":0" picks a port. Needed when Direct
	Order     []CalledSource // where the called number is looked for; DefaultCalledOrder when nil
	Codecs    []string       // preference; "opus","G722","PCMA","PCMU" when nil
	Disabled  bool           // kept in the settings but not used

	Encryption Encryption
	STUN       string       // host[:port] of a server that tells our address for voice (RFC 8489), optional
	Numbers    []Number     // what this line owns and may show besides its own number
	CallerIn   CallerHeader // CallerInFrom when empty
	AutoAnswer bool         // obey the network's wish that a call answers itself
	Mailbox    bool         // ask the server for waiting messages (RFC 3842)
	Watch      []string     // extensions or sip: URIs whose state is shown (RFC 4235)

	// Peers are who may ring besides the registrars and the Proxy: hosts, addresses,
	// or networks as "192.0.2.0/24". A direct line without any takes calls from
	// private networks and this computer, never from the open Internet.
	Peers []string
}

// Credentials gives a line's password. It is asked at each challenge, so that a
// password typed in the settings is used at once.
type Credentials interface {
	Password(line LineID) (string, error)
}

// LineState is where a line's registration stands.
type LineState string

// The states of a line. A direct line is Listening; it is never Registered.
const (
	LineOff         LineState = "off"
	LineRegistering LineState = "registering"
	LineRegistered  LineState = "registered"
	LineListening   LineState = "listening"
	LineRefused     LineState = "refused"     // the registrar said no: wrong password, unknown user
	LineUnreachable LineState = "unreachable" // no answer; tried again with back-off
	LineFailed      LineState = "failed"      // cannot work as configured, e.g. the port is taken
)

// Ready reports whether calls can come and go on a line in this state.
func (s LineState) Ready() bool { return s == LineRegistered || s == LineListening }
