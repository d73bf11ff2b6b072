package exchange

import (
	"fmt"
	"slices"
	"strings"

	"permanence/clients"
	"permanence/phone"
)

// check looks at what was read as a whole.
func (r *reader) check(doc Document) {
	seen := map[phone.LineID]bool{}
	for i, l := range doc.Lines {
		if path := fmt.Sprintf("lines[%d]", i); seen[l.ID] {
			r.add(r.lines[path], path, "import.line-twice", l.ID)
		}
		seen[l.ID] = true
	}
	first := map[string]int{}
	for i, c := range doc.Clients {
		path := fmt.Sprintf("clients[%d]", i)
		r.problems = append(r.problems, c.problems(path)...)
		for _, k := range c.keys() {
			if line, twice := first[k.value]; twice {
				r.add(c.lineOf(k.path), path+"."+k.path, "import.client-twice", k.shown, line)
				continue
			}
			first[k.value] = c.lineOf(k.path)
		}
	}
}

// problems is what is wrong with a card by itself. A card that only changes some
// fields of a client need not have the others.
func (c Card) problems(path string) (list Problems) {
	for _, p := range c.Validate() {
		switch p.Code {
		case "client.name-missing":
			if c.ID != "" && !slices.Contains(c.Given, "name") {
				continue
			}
		case "client.call-type-unknown":
			if !slices.Contains(c.Given, "call_types") {
				continue
			}
		}
		list = append(list, c.problem(path, p))
	}
	return list
}

// problem gives a problem of the domain its place in the file and its sentence.
func (c Card) problem(path string, p clients.Problem) Problem {
	args := make([]any, len(p.Args))
	for i, a := range p.Args {
		args[i] = a
	}
	return Problem{Line: c.lineOf(p.Path), Path: strings.Trim(path+"."+p.Path, "."), Code: p.Code, Text: sentence(p.Code, args...)}
}

// cardKey is one thing by which a client is known and that no other may have.
type cardKey struct{ value, shown, path string }

func (c Card) keys() (list []cardKey) {
	if c.ID != "" {
		list = append(list, cardKey{"id " + string(c.ID), string(c.ID), "id"})
	} else if c.Name != "" {
		list = append(list, cardKey{"name " + c.Name, c.Name, "name"})
	}
	if c.Archived {
		return list
	}
	for i, did := range c.DIDs {
		k := cardKey{"did " + did, phone.Number(did).Display(), fmt.Sprintf("dids[%d]", i)}
		// Twice on one card is a problem of the card, told already.
		if !slices.ContainsFunc(list, func(o cardKey) bool { return o.value == k.value }) {
			list = append(list, k)
		}
	}
	return list
}
