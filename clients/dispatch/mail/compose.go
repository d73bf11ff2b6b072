package mail

import (
	_ "embed" // the HTML template
	"fmt"
	"html/template"
	netmail "net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"permanence/clients"
	"permanence/clients/dispatch"
)

//go:embed message.html.tmpl
var messageHTML string

var htmlTemplate = template.Must(template.New("message").Parse(messageHTML))

// compose writes the mail of a job. At each try it is the same but for the MIME
// boundary: its Date is when the message was taken.
func compose(s Settings, job dispatch.Job, left voicemail) (*gomail.Msg, error) {
	l := newLetter(job)
	l.Voicemail = left.announce(l, job.Message)
	var html strings.Builder
	if err := htmlTemplate.Execute(&html, l); err != nil {
		return nil, fmt.Errorf("mail: composing: %w", err)
	}
	r := job.Delivery.Recipient
	m := envelope(s, &netmail.Address{Name: oneLine(r.Name), Address: r.Address})
	m.ReplyToMailAddress(replyTo(s, job.Operator))
	m.SetMessageIDWithValue(messageID(job.Delivery))
	if !job.Message.TakenAt.IsZero() {
		m.SetDateWithValue(job.Message.TakenAt)
	}
	if l.Urgent {
		m.SetImportance(gomail.ImportanceHigh)
	}
	m.Subject(l.subject())
	m.SetBodyString(gomail.TypeTextPlain, crlf(l.text()))
	m.AddAlternativeString(gomail.TypeTextHTML, crlf(html.String()))
	return m, left.attach(m, job)
}

// composeTest writes the mail of the test button.
func composeTest(s Settings, to string) *gomail.Msg {
	m := envelope(s, &netmail.Address{Address: to})
	m.Subject("Permanence : essai d’envoi")
	m.SetBodyString(gomail.TypeTextPlain, crlf(testText))
	return m
}

const testText = `Cet essai est bien arrivé.

Les messages pris pour vos clients partiront de la même façon.
`

func envelope(s Settings, to *netmail.Address) *gomail.Msg {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(&netmail.Address{Name: oneLine(s.FromName), Address: s.From})
	m.ToMailAddress(to)
	m.SetGenHeader(gomail.HeaderContentLang, "fr")
	return m
}

// replyTo is the operator where she has an address, and the bureau otherwise.
func replyTo(s Settings, o clients.Operator) *netmail.Address {
	if clients.ValidEmail(o.Email) {
		return &netmail.Address{Name: oneLine(o.Name), Address: o.Email}
	}
	return &netmail.Address{Name: oneLine(s.FromName), Address: s.From}
}

// messageID is the delivery's, without its angle brackets. One that could not
// stand in a header is replaced by one made of the delivery's identifier, the
// same at each try.
func messageID(d clients.Delivery) string {
	id := strings.TrimSuffix(strings.TrimPrefix(d.MessageID, "<"), ">")
	if left, right, ok := strings.Cut(id, "@"); ok && dotAtom(left) && dotAtom(right) {
		return id
	}
	return fmt.Sprintf("%x@permanence.invalid", string(d.ID))
}

// dotAtom reports whether s can stand on a side of a Message-ID without quoting
// (RFC 5322 section 3.2.3, less the characters that nobody needs).
func dotAtom(s string) bool {
	if s == "" || len(s) > 200 {
		return false
	}
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._+", r)) {
			return false
		}
	}
	return true
}

// crlf ends lines as the mail needs them (RFC 5322 section 2.3).
func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
