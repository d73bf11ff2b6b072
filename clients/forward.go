package clients

// ForwardWhen says in which situation calls go elsewhere.
type ForwardWhen string

// The situations, as a telephone exchange knows them.
const (
	ForwardAlways   ForwardWhen = "always"
	ForwardBusy     ForwardWhen = "busy"      // the operator is in another call
	ForwardNoAnswer ForwardWhen = "no-answer" // nobody has answered for After seconds
)

// Forward is one rule by which calls of a client or a line go elsewhere while the
// operator is away.
type Forward struct {
	When  ForwardWhen `json:"when"`
	After int         `json:"after,omitempty"` // seconds, for ForwardNoAnswer
	To    string      `json:"to"`              // number or sip: URI
	Name  string      `json:"name,omitempty"`  // who is there: "Sophie (binôme)"
	Hours Week        `json:"hours,omitzero"`  // only then; at any time when empty
	Off   bool        `json:"off,omitempty"`   // kept, but not in use
}

// CallerID is a client's written agreement that its number is shown on calls made
// in its name (French law on caller identification: without it the call is cut).
type CallerID struct {
	Number   string `json:"number,omitempty"`    // E.164, one of the client's own
	AgreedOn string `json:"agreed_on,omitempty"` // date of the agreement, "2026-11-02"
	By       string `json:"by,omitempty"`        // who signed it
	Document string `json:"document,omitempty"`  // where it is filed
}
