package editor

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"permanence/clients"
	"permanence/ui/sheet"
	"permanence/ui/words"
)

// Describe writes the JSON value of a client's field in the operator's words,
// one line an entry. A field of a newer desk is shown as it is stored.
func Describe(w *words.Book, field, value string) []string {
	if value == "" || value == "null" {
		return nil
	}
	c, err := withFields(clients.Client{}, map[string]json.RawMessage{field: json.RawMessage(value)})
	known, ok := fieldLines[field]
	if err != nil || !ok {
		return []string{value}
	}
	return known(w, &c)
}

var fieldLines = map[string]func(w *words.Book, c *clients.Client) []string{
	"name":         func(_ *words.Book, c *clients.Client) []string { return single(c.Name) },
	"trade":        func(_ *words.Book, c *clients.Client) []string { return single(c.Trade) },
	"color":        func(_ *words.Book, c *clients.Client) []string { return single(c.Color) },
	"language":     func(_ *words.Book, c *clients.Client) []string { return single(c.Language) },
	"instructions": func(_ *words.Book, c *clients.Client) []string { return lines(c.Instructions) },
	"dids":         func(_ *words.Book, c *clients.Client) []string { return lines(formatNumbers(c.DIDs)) },
	"archived":     func(w *words.Book, c *clients.Client) []string { return []string{yesNo(w, c.Archived)} },
	"greetings":    func(w *words.Book, c *clients.Client) []string { return each(w, c.Greetings, greetingLine) },
	"call_types":   func(w *words.Book, c *clients.Client) []string { return each(w, c.CallTypes, callTypeLine) },
	"fields":       func(w *words.Book, c *clients.Client) []string { return each(w, c.Fields, fieldLine) },
	"faq":          func(w *words.Book, c *clients.Client) []string { return each(w, c.FAQ, faqLine) },
	"contacts":     func(w *words.Book, c *clients.Client) []string { return each(w, c.Contacts, contactLine) },
	"recipients":   func(w *words.Book, c *clients.Client) []string { return each(w, c.Recipients, recipientLine) },
	"hours":        func(w *words.Book, c *clients.Client) []string { return weekLines(w, c.Hours) },
	"agenda":       agendaLines,
	"address":      func(_ *words.Book, c *clients.Client) []string { return lines(c.Address) },
	"caller_id":    agreementLine,
	"forwards":     func(w *words.Book, c *clients.Client) []string { return each(w, c.Forwards, forwardLine) },
	"voice":        voiceLines,
	"health":       func(w *words.Book, c *clients.Client) []string { return []string{yesNo(w, c.Health)} },
	"auto_answer":  func(w *words.Book, c *clients.Client) []string { return []string{yesNo(w, c.AutoAnswer)} },
}

func each[T any](w *words.Book, list []T, line func(*words.Book, T) string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = line(w, v)
	}
	return out
}

func single(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func yesNo(w *words.Book, yes bool) string {
	if yes {
		return w.T("editor.yes")
	}
	return w.T("editor.no")
}

// joined puts together what there is, with the dot that the window uses.
func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

func when(condition bool, s string) string {
	if condition {
		return s
	}
	return ""
}

func greetingLine(w *words.Book, g clients.Greeting) string {
	hours := ""
	if g.From != g.To {
		hours = g.From.String() + "-" + g.To.String()
	}
	return joined(w.T("editor.quoted", g.Text), hours, g.Language, when(g.Closed, w.T("editor.greeting.closed")))
}

func callTypeLine(w *words.Book, t clients.CallType) string {
	return joined(t.Label, when(t.Urgent, w.T("editor.type.urgent")), when(t.Unwanted, w.T("editor.type.unwanted")),
		strings.Join(t.Questions, " / "))
}

func fieldLine(w *words.Book, f clients.Field) string {
	return joined(f.Label, when(f.Required, w.T("editor.field.required")))
}

func faqLine(_ *words.Book, f clients.FAQ) string { return joined(f.Question, f.Answer) }

func contactLine(_ *words.Book, c clients.Contact) string {
	return joined(c.Name, c.Role, formatNumber(c.Number), c.Email, c.When, when(c.Key != "", "F4 "+c.Key))
}

func recipientLine(w *words.Book, r clients.Recipient) string {
	types := w.T("editor.recipient.all")
	if len(r.CallTypes) > 0 {
		types = strings.Join(r.CallTypes, ", ")
	}
	return joined(r.Name, r.Address, types)
}

func weekLines(w *words.Book, week clients.Week) []string {
	var out []string
	for _, d := range sheet.Weekdays {
		if len(week[d]) > 0 {
			out = append(out, w.T("weekday."+strconv.Itoa(int(d)))+" "+sheet.FormatRanges(week[d]))
		}
	}
	return out
}

func agendaLines(w *words.Book, c *clients.Client) []string {
	a := c.Agenda
	out := single(when(a.Duration > 0, w.T("editor.agenda.line.duration", a.Duration)))
	out = append(out, weekLines(w, a.Hours)...)
	out = append(out, single(when(len(a.Emergency) > 0, w.T("editor.agenda.line.emergency", sheet.FormatRanges(a.Emergency))))...)
	out = append(out, single(when(a.MinNotice > 0, w.T("editor.agenda.line.notice", a.MinNotice)))...)
	return append(out, single(a.Zone)...)
}

// contrast keeps of two lists of lines what differs between them, so that one
// changed greeting among six is seen at once.
func contrast(before, after []string) (gone, come []string) {
	return without(before, after), without(after, before)
}

func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}
