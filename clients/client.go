package clients

// ID names a client, message, appointment or operator: a UUID, made on a desk.
type ID string

// Client is one customer of the service with everything needed to answer for it.
// The JSON form is the body of its row in the store; unknown fields of a newer
// desk are kept by the store, not here.
type Client struct {
	ID           ID          `json:"id"`
	Name         string      `json:"name"`               // "Maître Durand"
	Trade        string      `json:"trade,omitempty"`    // "avocat · Toulouse"
	Color        string      `json:"color,omitempty"`    // "#7a2c39"; the client's own colour on screen
	Language     string      `json:"language,omitempty"` // BCP 47, "fr" when empty
	DIDs         []string    `json:"dids,omitempty"`     // numbers callers reach, E.164
	Greetings    []Greeting  `json:"greetings,omitempty"`
	Instructions string      `json:"instructions,omitempty"` // Markdown
	FAQ          []FAQ       `json:"faq,omitempty"`
	CallTypes    []CallType  `json:"call_types,omitempty"`
	Fields       []Field     `json:"fields,omitempty"`
	Contacts     []Contact   `json:"contacts,omitempty"`
	Hours        Week        `json:"hours,omitempty"` // opening hours of the client itself
	Recipients   []Recipient `json:"recipients,omitempty"`
	Agenda       AgendaRules `json:"agenda,omitzero"`
	Address      string      `json:"address,omitempty"` // where the client is, as an ambulance must be told
	CallerID     CallerID    `json:"caller_id,omitzero"`
	Forwards     []Forward   `json:"forwards,omitempty"`    // the first that applies counts
	AutoAnswer   bool        `json:"auto_answer,omitempty"` // its calls answer themselves when the operator is free
	Voice        Voice       `json:"voice,omitzero"`
	Health       bool        `json:"health,omitempty"` // of the health sector: nothing is ever recorded
	Archived     bool        `json:"archived,omitempty"`
	Version      int64       `json:"version,omitempty"` // sequence of the last change, set by the store
}

// FAQ is one answer the client gives its callers through us.
type FAQ struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

// CallType qualifies a call, and says what to ask then.
type CallType struct {
	Key       string   `json:"key"`   // "client", "prospect", "urgent", "demarchage"
	Label     string   `json:"label"` // on the button
	Questions []string `json:"questions,omitempty"`
	Urgent    bool     `json:"urgent,omitempty"` // its messages are marked urgent
	Unwanted  bool     `json:"unwanted,omitempty"`
}

// Field is one entry of the client's message form, beyond caller, number and text.
type Field struct {
	Key      string `json:"key"`
	Label    string `json:"label"`
	Required bool   `json:"required,omitempty"`
}

// Contact is somebody at the client's to whom calls may be transferred.
type Contact struct {
	Name   string `json:"name"`
	Role   string `json:"role,omitempty"`
	Number string `json:"number,omitempty"`
	Email  string `json:"email,omitempty"`
	Key    string `json:"key,omitempty"` // one digit, for F4 then this key
	When   string `json:"when,omitempty"`
}

// Recipient receives this client's messages.
type Recipient struct {
	Name      string   `json:"name"`
	Channel   string   `json:"channel"` // "mail"
	Address   string   `json:"address"`
	CallTypes []string `json:"call_types,omitempty"` // only these; all when empty
}

// Operator is a télésecrétaire.
type Operator struct {
	ID    ID     `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`

	Role    Role `json:"role,omitempty"`    // Secretary when empty
	Clients []ID `json:"clients,omitempty"` // for whom she answers; all when empty
	Left    bool `json:"left,omitempty"`    // no longer with the bureau: may not log in
}

// CallType finds a call type by its key.
func (c *Client) CallType(key string) (CallType, bool) {
	for _, t := range c.CallTypes {
		if t.Key == key {
			return t, true
		}
	}
	return CallType{}, false
}

// RecipientsFor lists who receives a message of the given call type.
func (c *Client) RecipientsFor(callType string) []Recipient {
	var to []Recipient
	for _, r := range c.Recipients {
		if len(r.CallTypes) == 0 || contains(r.CallTypes, callType) {
			to = append(to, r)
		}
	}
	return to
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
