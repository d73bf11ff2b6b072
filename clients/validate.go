package clients

import (
	"net/mail"
	"strconv"
	"strings"
	"time"
)

// Problem is one thing wrong with a client's card. The window and the import
// find its sentence under Code, and fill in Args.
type Problem struct {
	Code string   // "client.did-bad", ...
	Path string   // of the value at fault, by JSON names: "dids[1]", "agenda.hours[3][0]"
	Args []string // what the sentence quotes, as it was written
}

// Error writes the problem for a log.
func (p Problem) Error() string {
	s := "clients: " + p.Path + ": " + p.Code
	if len(p.Args) > 0 {
		s += " (" + strings.Join(p.Args, ", ") + ")"
	}
	return s
}

// Validate lists what is wrong with a client's card, in the order of its fields;
// nothing when it can be stored. It sees one card only: that a DID belongs to
// another client is for the store to say.
func (c Client) Validate() []Problem {
	v := &validator{}
	v.card(c)
	v.dids(c.DIDs)
	v.greetings(c.Greetings)
	v.keys("call_types", callTypeKeys(c.CallTypes))
	v.keys("fields", fieldKeys(c.Fields))
	v.contacts(c.Contacts)
	v.week("hours", c.Hours)
	v.recipients(c)
	v.agenda(c.Agenda)
	v.callerID(c.CallerID)
	v.forwards("forwards", c.Forwards)
	v.voice(c.Voice)
	v.recording(c.Voice.Recording, c.Health)
	return v.found
}

// ValidEmail reports whether s is one bare mail address that any server takes:
// ASCII, with a domain, without a display name.
func ValidEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || len(s) > 254 {
		return false
	}
	for _, r := range s {
		if r <= ' ' || r >= 0x7f {
			return false
		}
	}
	return true
}

type validator struct{ found []Problem }

func (v *validator) add(code, path string, args ...string) {
	v.found = append(v.found, Problem{Code: code, Path: path, Args: args})
}

func (v *validator) card(c Client) {
	if strings.TrimSpace(c.Name) == "" {
		v.add("client.name-missing", "name")
	}
	if c.Color != "" && !validColor(c.Color) {
		v.add("client.color-bad", "color", c.Color)
	}
}

func (v *validator) dids(dids []string) {
	seen := make(map[string]bool, len(dids))
	for i, did := range dids {
		path := at("dids", i)
		switch {
		case !validDID(did):
			v.add("client.did-bad", path, did)
		case seen[did]:
			v.add("client.did-twice", path, did)
		}
		seen[did] = true
	}
}

func (v *validator) greetings(list []Greeting) {
	for i, g := range list {
		if strings.TrimSpace(g.Text) == "" {
			v.add("client.greeting-empty", at("greetings", i)+".text")
		}
		if !validMinute(g.From) || !validMinute(g.To) {
			v.add("client.hours-bad", at("greetings", i), g.From.String(), g.To.String())
		}
	}
}

// keys checks what names the entries of a list: messages refer to them.
func (v *validator) keys(list string, keys []string) {
	seen := make(map[string]bool, len(keys))
	for i, key := range keys {
		path := at(list, i) + ".key"
		switch {
		case key == "":
			v.add("client.key-missing", path)
		case seen[key]:
			v.add("client.key-twice", path, key)
		}
		seen[key] = true
	}
}

func (v *validator) contacts(list []Contact) {
	seen := make(map[string]bool, len(list))
	for i, c := range list {
		path := at("contacts", i)
		if c.Email != "" && !ValidEmail(c.Email) {
			v.add("client.mail-bad", path+".email", c.Email)
		}
		switch {
		case c.Key == "":
		case len(c.Key) != 1 || c.Key[0] < '0' || c.Key[0] > '9':
			v.add("client.digit-bad", path+".key", c.Key)
		case seen[c.Key]:
			v.add("client.key-twice", path+".key", c.Key)
		}
		seen[c.Key] = true
	}
}

func (v *validator) recipients(c Client) {
	for i, r := range c.Recipients {
		path := at("recipients", i)
		switch {
		case r.Channel == "":
			v.add("client.channel-missing", path+".channel")
		case r.Channel == "mail" && !ValidEmail(r.Address):
			v.add("client.mail-bad", path+".address", r.Address)
		}
		for j, key := range r.CallTypes {
			if _, ok := c.CallType(key); !ok {
				v.add("client.call-type-unknown", at(path+".call_types", j), key)
			}
		}
	}
}

func (v *validator) agenda(r AgendaRules) {
	v.week("agenda.hours", r.Hours)
	if r.Duration < 0 || r.Duration > 24*60 {
		v.add("client.duration-bad", "agenda.duration", strconv.Itoa(r.Duration))
	}
	if r.MinNotice < 0 {
		v.add("client.notice-bad", "agenda.min_notice", strconv.Itoa(r.MinNotice))
	}
	v.ranges("agenda.emergency", r.Emergency)
	if r.Zone == "" {
		return
	}
	// "Local" would be another zone on every desk.
	if _, err := time.LoadLocation(r.Zone); err != nil || r.Zone == "Local" {
		v.add("client.zone-unknown", "agenda.zone", r.Zone)
	}
}

func (v *validator) callerID(c CallerID) {
	if c.Number != "" && !validShown(c.Number) {
		v.add("client.caller-id-bad", "caller_id.number", c.Number)
	}
	if c.AgreedOn == "" {
		return
	}
	if _, err := time.Parse(time.DateOnly, c.AgreedOn); err != nil {
		v.add("client.agreed-on-bad", "caller_id.agreed_on", c.AgreedOn)
	}
}

func (v *validator) forwards(path string, list []Forward) {
	for i, f := range list {
		v.forward(at(path, i), f)
	}
}

func (v *validator) forward(path string, f Forward) {
	switch f.When {
	case ForwardAlways, ForwardBusy:
	case ForwardNoAnswer:
		if !validAfter(f.After) {
			v.add("client.forward-after-bad", path+".after", strconv.Itoa(f.After))
		}
	default:
		v.add("client.forward-when-bad", path+".when", string(f.When))
	}
	switch {
	case strings.TrimSpace(f.To) == "":
		v.add("client.forward-to-missing", path+".to")
	case emergencyTarget(f.To):
		v.add("client.forward-emergency", path+".to", f.To)
	case !ValidTarget(f.To):
		v.add("client.forward-to-bad", path+".to", f.To)
	}
	v.week(path+".hours", f.Hours)
}

func (v *validator) week(path string, w Week) {
	for day, ranges := range w {
		v.ranges(at(path, day), ranges)
	}
}

func (v *validator) ranges(path string, list []Range) {
	for i, r := range list {
		if !validMinute(r.From) || !validMinute(r.To) || r.From >= r.To {
			v.add("client.hours-bad", at(path, i), r.From.String(), r.To.String())
		}
	}
}

func callTypeKeys(list []CallType) []string {
	keys := make([]string, len(list))
	for i, t := range list {
		keys[i] = t.Key
	}
	return keys
}

func fieldKeys(list []Field) []string {
	keys := make([]string, len(list))
	for i, f := range list {
		keys[i] = f.Key
	}
	return keys
}

func at(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

func validMinute(m Minute) bool { return m >= 0 && m <= 24*60 }

// validDID reports whether s is a number as the store compares it: E.164 with
// its plus sign, in France with nine digits, or a short national code ("3949").
func validDID(s string) bool {
	digits, plus := strings.CutPrefix(s, "+")
	if strings.Trim(digits, "0123456789") != "" {
		return false
	}
	if !plus {
		return len(digits) >= 2 && len(digits) <= 6
	}
	if national, french := strings.CutPrefix(digits, "33"); french {
		return len(national) == 9 && national[0] != '0'
	}
	return len(digits) >= 7 && len(digits) <= 15 && digits[0] != '0'
}

// validShown reports whether s can be shown as a caller's number: networks take
// no short codes for one.
func validShown(s string) bool { return strings.HasPrefix(s, "+") && validDID(s) }

// validColor reports whether s is written "#7a2c39".
func validColor(s string) bool {
	if len(s) != 7 || s[0] != '#' {
		return false
	}
	return strings.Trim(s[1:], "0123456789abcdefABCDEF") == ""
}
