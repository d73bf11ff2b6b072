package exchange

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// Desk is what a file says of the workplace itself.
type Desk struct {
	Address      string
	Partners     []desk.Partner
	DoNotDisturb bool
	Forwards     []LineForward
	Given        []string // the keys that the file mentions; the others stay as they are

	lines map[string]int // where each value stands, by its path in the file
}

// LineForward is a forward of one line, or of every line when Line is "".
type LineForward struct {
	Line phone.LineID
	clients.Forward
}

var deskKeys = []string{"address", "partners", "do_not_disturb", "forwards"}

// deskOf takes the workplace out of a desk's settings, nil when they say nothing of it.
func deskOf(s desk.Settings) *Desk {
	d := Desk{Address: s.Address, Partners: s.Partners, DoNotDisturb: s.DoNotDisturb, Given: deskKeys}
	for _, line := range slices.Sorted(maps.Keys(s.Forwards)) {
		for _, f := range s.Forwards[line] {
			d.Forwards = append(d.Forwards, LineForward{line, f})
		}
	}
	if d.Address == "" && len(d.Partners) == 0 && !d.DoNotDisturb && len(d.Forwards) == 0 {
		return nil
	}
	return &d
}

// into sets what the file mentions.
func (d *Desk) into(s *desk.Settings) {
	for _, key := range d.Given {
		switch key {
		case "address":
			s.Address = d.Address
		case "partners":
			s.Partners = d.Partners
		case "do_not_disturb":
			s.DoNotDisturb = d.DoNotDisturb
		case "forwards":
			s.Forwards = d.byLine()
		}
	}
}

func (d *Desk) byLine() map[phone.LineID][]clients.Forward {
	if len(d.Forwards) == 0 {
		return nil
	}
	m := map[phone.LineID][]clients.Forward{}
	for _, f := range d.Forwards {
		m[f.Line] = append(m[f.Line], f.Forward)
	}
	return m
}

func (v value) desk() *Desk {
	if v.empty() {
		return nil
	}
	var d Desk
	d.Given = v.object(map[string]func(value){
		"address":        func(v value) { d.Address = v.text() },
		"partners":       func(v value) { v.list(func(v value) { d.Partners = append(d.Partners, v.partner()) }) },
		"do_not_disturb": func(v value) { d.DoNotDisturb = v.boolean() },
		"forwards":       func(v value) { v.list(func(v value) { d.Forwards = append(d.Forwards, v.lineForward()) }) },
	})
	d.lines = maps.Clone(v.r.lines)
	v.checkPartners(d)
	v.checkForwards(d)
	return &d
}

func (v value) partner() (p desk.Partner) {
	v.object(map[string]func(value){
		"name":   func(v value) { p.Name = v.text() },
		"number": func(v value) { p.Number = v.text() },
		"key":    func(v value) { p.Key = v.text() },
		"watch":  func(v value) { p.Watch = v.text() },
	})
	switch {
	case strings.TrimSpace(p.Name) == "":
		v.problem("import.missing", "name")
	case p.Number == "":
		v.problem("import.missing", "number")
	}
	return p
}

func (v value) lineForward() (f LineForward) {
	f.Forward = v.forward(map[string]func(value){"line": func(v value) { f.Line = phone.LineID(v.text()) }})
	return f
}

// forward reads a rule, and what else may stand beside it.
func (v value) forward(more map[string]func(value)) (f clients.Forward) {
	keys := map[string]func(value){
		"when":  func(v value) { f.When = clients.ForwardWhen(v.text()) },
		"after": func(v value) { f.After = v.integer() },
		"to":    func(v value) { f.To = v.text() },
		"name":  func(v value) { f.Name = v.text() },
		"hours": func(v value) { f.Hours = v.week() },
		"off":   func(v value) { f.Off = v.boolean() },
	}
	maps.Copy(keys, more)
	v.object(keys)
	return f
}

func (v value) callerID() (c clients.CallerID) {
	v.object(map[string]func(value){
		"number":    func(v value) { c.Number = v.number() },
		"agreed_on": func(v value) { c.AgreedOn = v.text() },
		"by":        func(v value) { c.By = v.text() },
		"document":  func(v value) { c.Document = v.text() },
	})
	return c
}

func (v value) checkPartners(d Desk) {
	keys := map[string]bool{}
	for i, p := range d.Partners {
		path := fmt.Sprintf("%s.partners[%d]", v.path, i)
		at := func(key string) value { return value{r: v.r, path: path + "." + key, line: d.lineOf(path + "." + key)} }
		if p.Number != "" && !clients.ValidTarget(p.Number) {
			at("number").problem("import.want-target", p.Number)
		}
		switch {
		case p.Key == "":
		case len(p.Key) != 1 || p.Key < "0" || p.Key > "9":
			at("key").problem("client.digit-bad", p.Key)
		case keys[p.Key]:
			at("key").problem("client.key-twice", p.Key)
		}
		keys[p.Key] = true
	}
}

func (v value) checkForwards(d Desk) {
	var rules []clients.Forward
	for _, f := range d.Forwards {
		rules = append(rules, f.Forward)
	}
	for _, p := range clients.ForwardProblems(v.path+".forwards", rules) {
		args := make([]any, len(p.Args))
		for i, a := range p.Args {
			args[i] = a
		}
		v.r.add(d.lineOf(p.Path), p.Path, p.Code, args...)
	}
}

// lineOf finds where a value stands, or the thing around it.
func (d *Desk) lineOf(path string) int { return lineUnder(d.lines, path) }

// lineUnder finds a value's place, or that of the nearest thing around it; 0 when
// there is none.
func lineUnder(lines map[string]int, path string) int {
	for path != "" {
		if line, ok := lines[path]; ok {
			return line
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
	return 0
}

// unknownLines are the forwards of lines that the desk will not have.
func (d *Desk) unknownLines(lines []phone.Line) (list Problems) {
	for i, f := range d.Forwards {
		if f.Line == "" || slices.ContainsFunc(lines, func(l phone.Line) bool { return l.ID == f.Line }) {
			continue
		}
		path := fmt.Sprintf("desk.forwards[%d].line", i)
		list = append(list, Problem{
			Line: d.lineOf(path), Path: path, Code: "import.line-unknown", Text: sentence("import.line-unknown", f.Line),
		})
	}
	return list
}

func deskObject(d Desk) object {
	return object{
		{"address", d.Address},
		{"partners", objects(d.Partners, func(p desk.Partner) object {
			return object{{"name", p.Name}, {"number", p.Number}, {"key", p.Key}, {"watch", p.Watch}}
		})},
		{"do_not_disturb", d.DoNotDisturb},
		{"forwards", objects(d.Forwards, func(f LineForward) object {
			return append(object{{"line", string(f.Line)}}, forwardObject(f.Forward)...)
		})},
	}
}

func forwardObject(f clients.Forward) object {
	return object{
		{"when", string(f.When)},
		{"after", f.After},
		{"to", f.To},
		{"name", f.Name},
		{"hours", weekObject(f.Hours)},
		{"off", f.Off},
	}
}

func callerIDObject(c clients.CallerID) object {
	return object{
		{"number", cmp.Or(numbers([]string{c.Number})...)},
		{"agreed_on", c.AgreedOn},
		{"by", c.By},
		{"document", c.Document},
	}
}
