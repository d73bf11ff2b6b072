package exchange

import (
	"strings"

	"permanence/clients"
)

func (v value) card() Card {
	c := Card{Line: v.line}
	k := &c.Client
	c.Given = v.object(map[string]func(value){
		"id":           func(v value) { k.ID = clients.ID(v.text()) },
		"name":         func(v value) { k.Name = v.text() },
		"trade":        func(v value) { k.Trade = v.text() },
		"color":        func(v value) { k.Color = v.text() },
		"language":     func(v value) { k.Language = v.text() },
		"dids":         func(v value) { v.list(func(v value) { k.DIDs = append(k.DIDs, v.number()) }) },
		"greetings":    func(v value) { v.list(func(v value) { k.Greetings = append(k.Greetings, v.greeting()) }) },
		"instructions": func(v value) { k.Instructions = v.text() },
		"faq":          func(v value) { v.list(func(v value) { k.FAQ = append(k.FAQ, v.faq()) }) },
		"call_types":   func(v value) { v.list(func(v value) { k.CallTypes = append(k.CallTypes, v.callType()) }) },
		"fields":       func(v value) { v.list(func(v value) { k.Fields = append(k.Fields, v.field()) }) },
		"contacts":     func(v value) { v.list(func(v value) { k.Contacts = append(k.Contacts, v.contact()) }) },
		"hours":        func(v value) { k.Hours = v.week() },
		"recipients":   func(v value) { v.list(func(v value) { k.Recipients = append(k.Recipients, v.recipient()) }) },
		"agenda":       func(v value) { k.Agenda = v.agenda() },
		"address":      func(v value) { k.Address = v.text() },
		"caller_id":    func(v value) { k.CallerID = v.callerID() },
		"forwards":     func(v value) { v.list(func(v value) { k.Forwards = append(k.Forwards, v.forward(nil)) }) },
		"auto_answer":  func(v value) { k.AutoAnswer = v.boolean() },
		"voice":        func(v value) { k.Voice = v.voice() },
		"health":       func(v value) { k.Health = v.boolean() },
		"archived":     func(v value) { k.Archived = v.boolean() },
	})
	c.lines = v.r.linesUnder(v.path + ".")
	return c
}

// linesUnder gives the places of all values under a path, by the rest of theirs.
func (r *reader) linesUnder(path string) map[string]int {
	lines := map[string]int{}
	for p, line := range r.lines {
		if rest, ok := strings.CutPrefix(p, path); ok {
			lines[rest] = line
			delete(r.lines, p)
		}
	}
	return lines
}

// greeting reads a greeting; one that is said at any time may be its text alone.
func (v value) greeting() (g clients.Greeting) {
	if v.isText() {
		return clients.Greeting{Text: v.text()}
	}
	v.object(map[string]func(value){
		"text":     func(v value) { g.Text = v.text() },
		"language": func(v value) { g.Language = v.text() },
		"hours":    func(v value) { g.From, g.To = v.span() },
		"closed":   func(v value) { g.Closed = v.boolean() },
	})
	return g
}

func (v value) faq() (f clients.FAQ) {
	v.object(map[string]func(value){
		"question": func(v value) { f.Question = v.text() },
		"answer":   func(v value) { f.Answer = v.text() },
	})
	return f
}

func (v value) callType() (t clients.CallType) {
	v.object(map[string]func(value){
		"key":       func(v value) { t.Key = v.text() },
		"label":     func(v value) { t.Label = v.text() },
		"questions": func(v value) { t.Questions = v.texts() },
		"urgent":    func(v value) { t.Urgent = v.boolean() },
		"unwanted":  func(v value) { t.Unwanted = v.boolean() },
	})
	return t
}

func (v value) field() (f clients.Field) {
	v.object(map[string]func(value){
		"key":      func(v value) { f.Key = v.text() },
		"label":    func(v value) { f.Label = v.text() },
		"required": func(v value) { f.Required = v.boolean() },
	})
	return f
}

func (v value) contact() (c clients.Contact) {
	v.object(map[string]func(value){
		"name":   func(v value) { c.Name = v.text() },
		"role":   func(v value) { c.Role = v.text() },
		"number": func(v value) { c.Number = v.text() },
		"email":  func(v value) { c.Email = v.text() },
		"key":    func(v value) { c.Key = v.text() },
		"when":   func(v value) { c.When = v.text() },
	})
	return c
}

// recipient reads who receives messages; by mail unless the file says otherwise.
func (v value) recipient() clients.Recipient {
	r := clients.Recipient{Channel: "mail"}
	v.object(map[string]func(value){
		"name":       func(v value) { r.Name = v.text() },
		"channel":    func(v value) { r.Channel = v.text() },
		"address":    func(v value) { r.Address = v.text() },
		"call_types": func(v value) { r.CallTypes = v.texts() },
	})
	return r
}

func (v value) agenda() (a clients.AgendaRules) {
	v.object(map[string]func(value){
		"duration":   func(v value) { a.Duration = v.minutes() },
		"hours":      func(v value) { a.Hours = v.week() },
		"emergency":  func(v value) { a.Emergency = v.ranges() },
		"zone":       func(v value) { a.Zone = v.text() },
		"min_notice": func(v value) { a.MinNotice = v.minutes() },
	})
	return a
}
