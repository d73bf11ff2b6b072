package exchange

import (
	"io"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// Write writes a document. Passwords are never written.
func Write(w io.Writer, doc Document) error {
	top := object{{"permanence", format}}
	if doc.Operator != nil {
		top = append(top, pair{"operator", operatorObject(*doc.Operator)})
	}
	top = append(top, pair{"lines", objects(doc.Lines, lineObject)})
	if doc.Mail != nil {
		top = append(top, pair{"mail", mailObject(*doc.Mail)})
	}
	if doc.Desk != nil {
		top = append(top, pair{"desk", deskObject(*doc.Desk)})
	}
	top = append(top, pair{"clients", objects(doc.Clients, func(c Card) object { return clientObject(c.Client) })})
	var e emitter
	e.object(top, "")
	_, err := io.WriteString(w, e.String())
	return err
}

func objects[T any](list []T, make func(T) object) []object {
	var out []object
	for _, v := range list {
		out = append(out, make(v))
	}
	return out
}

func operatorObject(o clients.Operator) object {
	return object{{"id", string(o.ID)}, {"name", o.Name}, {"email", o.Email}}
}

func lineObject(l phone.Line) object {
	return object{
		{"id", string(l.ID)},
		{"label", l.Label},
		{"user", l.User},
		{"domain", l.Domain},
		{"auth_user", l.AuthUser},
		{"proxy", l.Proxy},
		{"backups", l.Backups},
		{"transport", string(l.Transport)},
		{"ca", l.CA},
		{"expires", durationText(l.Expires)},
		{"direct", l.Direct},
		{"bind", l.Bind},
		{"order", words(l.Order)},
		{"codecs", l.Codecs},
		{"encryption", string(l.Encryption)},
		{"stun", l.STUN},
		{"numbers", numbers(words(l.Numbers))},
		{"caller_in", string(l.CallerIn)},
		{"auto_answer", l.AutoAnswer},
		{"mailbox", l.Mailbox},
		{"watch", l.Watch},
		{"peers", l.Peers},
		{"disabled", l.Disabled},
	}
}

func words[T ~string](list []T) []string {
	var out []string
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}

// durationText is whole minutes, or a duration with its units.
func durationText(d time.Duration) any {
	if d%time.Minute == 0 {
		return int(d / time.Minute)
	}
	return d.String()
}

func mailObject(m desk.MailSettings) object {
	return object{
		{"host", m.Host},
		{"port", m.Port},
		{"security", m.Security},
		{"user", m.User},
		{"from", m.From},
		{"from_name", m.FromName},
		{"ca", m.CA},
	}
}

func clientObject(c clients.Client) object {
	return object{
		{"id", string(c.ID)},
		{"name", c.Name},
		{"trade", c.Trade},
		{"color", c.Color},
		{"language", c.Language},
		{"dids", numbers(c.DIDs)},
		{"greetings", objects(c.Greetings, greetingObject)},
		{"instructions", c.Instructions},
		{"faq", objects(c.FAQ, func(f clients.FAQ) object {
			return object{{"question", f.Question}, {"answer", f.Answer}}
		})},
		{"call_types", objects(c.CallTypes, callTypeObject)},
		{"fields", objects(c.Fields, func(f clients.Field) object {
			return object{{"key", f.Key}, {"label", f.Label}, {"required", f.Required}}
		})},
		{"contacts", objects(c.Contacts, contactObject)},
		{"hours", weekObject(c.Hours)},
		{"recipients", objects(c.Recipients, func(r clients.Recipient) object {
			return object{{"name", r.Name}, {"channel", r.Channel}, {"address", r.Address}, {"call_types", r.CallTypes}}
		})},
		{"agenda", agendaObject(c.Agenda)},
		{"address", c.Address},
		{"caller_id", callerIDObject(c.CallerID)},
		{"forwards", objects(c.Forwards, forwardObject)},
		{"auto_answer", c.AutoAnswer},
		{"voice", voiceObject(c.Voice)},
		{"health", c.Health},
		{"archived", c.Archived},
	}
}

// numbers writes telephone numbers as they are read in France, where that can be
// read back.
func numbers(dids []string) []string {
	var list []string
	for _, did := range dids {
		if shown := phone.Number(did).Display(); string(phone.ParseNumber(shown)) == did {
			did = shown
		}
		list = append(list, did)
	}
	return list
}

func greetingObject(g clients.Greeting) object {
	hours := ""
	if g.From != 0 || g.To != 0 {
		hours = formatRange(clients.Range{From: g.From, To: g.To})
	}
	return object{{"text", g.Text}, {"language", g.Language}, {"hours", hours}, {"closed", g.Closed}}
}

func callTypeObject(t clients.CallType) object {
	return object{
		{"key", t.Key},
		{"label", t.Label},
		{"questions", t.Questions},
		{"urgent", t.Urgent},
		{"unwanted", t.Unwanted},
	}
}

func contactObject(c clients.Contact) object {
	return object{
		{"name", c.Name},
		{"role", c.Role},
		{"number", c.Number},
		{"email", c.Email},
		{"key", c.Key},
		{"when", c.When},
	}
}

func weekObject(w clients.Week) object {
	var o object
	for _, d := range days {
		o = append(o, pair{d.names[0], formatRanges(w[d.day])})
	}
	return o
}

func agendaObject(a clients.AgendaRules) object {
	return object{
		{"duration", a.Duration},
		{"hours", weekObject(a.Hours)},
		{"emergency", formatRanges(a.Emergency)},
		{"zone", a.Zone},
		{"min_notice", a.MinNotice},
	}
}
