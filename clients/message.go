package clients

import (
	"time"

	"permanence/phone"
)

// Message is what a caller leaves for a client.
type Message struct {
	ID       ID                `json:"id"`
	Client   ID                `json:"client"` // "" for an unknown called number
	Call     string            `json:"call,omitempty"`
	Called   string            `json:"called,omitempty"` // the number that was called
	CallType string            `json:"call_type,omitempty"`
	Urgent   bool              `json:"urgent,omitempty"`
	Name     string            `json:"name,omitempty"`   // the caller's
	Number   string            `json:"number,omitempty"` // as typed; E.164 in the search index
	Fields   map[string]string `json:"fields,omitempty"` // by Field.Key
	Text     string            `json:"text,omitempty"`
	TakenBy  ID                `json:"taken_by,omitempty"`
	TakenAt  time.Time         `json:"taken_at"`
	Version  int64             `json:"version,omitempty"`

	Sound       phone.SoundID `json:"sound,omitempty"`        // what the caller left on the answering machine
	SoundLength time.Duration `json:"sound_length,omitempty"` // nanoseconds
}

// Empty reports whether nothing was written that could be lost.
func (m Message) Empty() bool {
	if m.Name != "" || m.Text != "" || m.Sound != "" {
		return false
	}
	for _, v := range m.Fields {
		if v != "" {
			return false
		}
	}
	return true
}

// Missing lists the labels of the fields the client requires and that are blank.
func (m Message) Missing(c *Client) []string {
	var labels []string
	for _, f := range c.Fields {
		if f.Required && m.Fields[f.Key] == "" {
			labels = append(labels, f.Label)
		}
	}
	return labels
}

// DeliveryState is where a message's delivery to one recipient stands.
type DeliveryState string

// A delivery waits until the recipient's server accepted it. Failed means that
// it will not be tried again without a person; a passing fault stays Waiting.
const (
	Waiting DeliveryState = "waiting"
	Sent    DeliveryState = "sent"
	Failed  DeliveryState = "failed"
)

// Delivery is one message on its way to one recipient.
type Delivery struct {
	ID        ID            `json:"id"`
	Message   ID            `json:"message"`
	Client    ID            `json:"client"`
	Recipient Recipient     `json:"recipient"`
	State     DeliveryState `json:"state"`
	Attempts  int           `json:"attempts"`
	NextTry   time.Time     `json:"next_try,omitzero"` // of Waiting, by the sender's clock; zero: at once
	Error     string        `json:"error,omitempty"`   // the server's own words
	SentAt    time.Time     `json:"sent_at,omitzero"`
	MessageID string        `json:"message_id"` // RFC 5322 Message-ID, the same at each try
}
