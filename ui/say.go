package ui

import (
	"slices"
	"strings"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/widgets"
)

// callerName is who calls, by the best name there is; "" when there is none.
func callerName(known string, id phone.Identity) string {
	if known != "" {
		return known
	}
	return id.Name
}

// callerNumber is the number as it is read, or the word for a withheld one.
func (k kit) callerNumber(id phone.Identity) string {
	switch {
	case id.Number != "":
		return nb(id.Number.Display())
	case id.Withheld:
		return k.words.T("caller.withheld")
	case id.URI != "":
		return id.URI
	}
	return k.words.T("caller.unknown")
}

// caller is who calls in one line: name and number.
func (k kit) caller(known string, id phone.Identity) string {
	return joined(callerName(known, id), k.callerNumber(id))
}

// joined puts a middle dot between the words that are there.
func joined(parts ...string) string {
	kept := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " · ")
}

// nb keeps a number on one line.
func nb(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }

// quoted sets French quotation marks, or the language's own, unless there are some.
func (k kit) quoted(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "«") || strings.HasPrefix(s, "“") {
		return s
	}
	return k.words.T("quote", s)
}

// short cuts a name that a machine made too long.
func short(s string, runes int) string {
	if widgets.Runes(s) <= runes {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:runes-1])) + "…"
}

// clientName is how a client is called, or the word for none.
func (k kit) clientName(c *clients.Client) string {
	if c == nil {
		return k.words.T("client.unknown")
	}
	return c.Name
}

// ownColor is a client's own colour, "" for none.
func ownColor(c *clients.Client) string {
	if c == nil {
		return ""
	}
	return c.Color
}

// failed counts what will not be sent without a person.
func failed(s *desk.State) int {
	n := 0
	for i := range s.Outbox {
		if s.Outbox[i].State == clients.Failed {
			n++
		}
	}
	return n
}

// problem is the sentence of a code that came from outside the window.
func (k kit) problem(code string, args ...any) string {
	return k.words.Or(args, "problem."+code, "notice."+code, "problem.other")
}

// upper is a heading's way of writing.
func upper(s string) string { return strings.ToUpper(s) }

// asRead is a number as people read it, an extension or an address as it is.
func asRead(s string) string {
	if n := phone.ParseNumber(s); n != "" {
		return nb(n.Display())
	}
	return s
}

// diversionReasons are the reasons of RFC 5806 that have a word of their own.
var diversionReasons = []string{
	"unconditional", "user-busy", "no-answer", "unavailable", "time-of-day", "do-not-disturb", "deflection", "follow-me", "away", "out-of-service",
}

// chainOf is who forwarded a call, the last diverter first, unless that is plainly
// the called number, which is said already.
func chainOf(c *desk.Call) []phone.Diversion {
	if len(c.Diversions) == 1 {
		d := c.Diversions[0]
		if plain := d.Reason == "" || d.Reason == "unconditional"; plain && d.From.Number != "" && d.From.Number == c.Found.Number {
			return nil
		}
	}
	return c.Diversions
}

// diverted says who forwarded a call and why.
func (k kit) diverted(chain []phone.Diversion) string {
	parts := make([]string, len(chain))
	for i, d := range chain {
		parts[i] = firstOf(d.From.Name, k.callerNumber(d.From))
		if slices.Contains(diversionReasons, d.Reason) {
			parts[i] += " (" + k.words.T("diversion."+d.Reason) + ")"
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return k.words.T("diversion.by", strings.Join(parts, k.words.T("diversion.then")))
}
