package exchange

import (
	"encoding/json"
	"fmt"
	"slices"

	"permanence/clients"
)

// cards makes the mutations of all clients. Numbers that move from one client to
// another leave the one before they reach the other.
func (in *importer) cards() {
	pairs := make([]pairing, len(in.doc.Clients))
	first := map[clients.ID]int{}
	for i, c := range in.doc.Clients {
		pairs[i] = in.pair(i, c)
		if old := pairs[i].old; old != nil {
			if j, twice := first[old.ID]; twice {
				in.problem(i, "import.same-client", in.doc.Clients[j].Line, old.Name)
			}
			first[old.ID] = i
		}
	}
	for i, p := range pairs {
		in.release(i, p)
	}
	for i, p := range pairs {
		in.write(i, p)
	}
}

func (in *importer) problem(card int, code string, args ...any) {
	path := fmt.Sprintf("clients[%d]", card)
	in.problems = append(in.problems, Problem{Line: in.doc.Clients[card].Line, Path: path, Code: code, Text: sentence(code, args...)})
}

// pairing is a card with the client that it is about.
type pairing struct {
	old *clients.Client // nil for a new client
	new clients.Client  // as it will be
}

// pair finds the client of a card and what the card makes of it. A card that
// leaves the client invalid is a problem.
func (in *importer) pair(i int, c Card) pairing {
	p := pairing{old: in.find(i, c), new: c.Client}
	if p.old != nil {
		p.new = merge(*p.old, c)
	}
	if p.new.ID == "" {
		p.new.ID = newID()
	}
	p.new.Version = 0
	for _, bad := range p.new.Validate() {
		in.problems = append(in.problems, c.problem(fmt.Sprintf("clients[%d]", i), bad))
	}
	return p
}

// find looks for the client of a card: by its ID, else by a number, else, when
// the card has no ID, by its name.
func (in *importer) find(i int, c Card) *clients.Client {
	var byNumber, byName *clients.Client
	for k := range in.clients {
		old := &in.clients[k]
		switch {
		case c.ID != "" && old.ID == c.ID:
			return old
		case !old.Archived && shares(old.DIDs, c.DIDs) && byNumber == nil:
			byNumber = old
		case c.ID == "" && old.Name == c.Name && byName == nil:
			byName = old
		}
	}
	if byNumber != nil {
		in.oneOwner(i, c, byNumber)
		return byNumber
	}
	return byName
}

// oneOwner refuses to guess when the numbers of a card belong to two clients.
func (in *importer) oneOwner(i int, c Card, owner *clients.Client) {
	for _, old := range in.clients {
		if old.ID != owner.ID && !old.Archived && shares(old.DIDs, c.DIDs) {
			in.problem(i, "import.two-clients", owner.Name, old.Name)
		}
	}
}

func shares(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// merge gives a client the fields that the card mentions; others stay, and so
// does its ID.
func merge(old clients.Client, c Card) clients.Client {
	was, is := jsonFields(old), jsonFields(c.Client)
	for _, key := range c.Given {
		if v, ok := is[key]; ok && key != "id" {
			was[key] = v
		} else if key != "id" {
			delete(was, key)
		}
	}
	var merged clients.Client
	// Both were clients a moment ago, so their fields make one.
	body, _ := json.Marshal(was)
	_ = json.Unmarshal(body, &merged)
	return merged
}

func jsonFields(c clients.Client) map[string]json.RawMessage {
	var f map[string]json.RawMessage
	body, _ := json.Marshal(c) // plain data always marshals, and to an object
	_ = json.Unmarshal(body, &f)
	return f
}

// release takes numbers from a client that another card claims.
func (in *importer) release(i int, p pairing) {
	if p.old == nil {
		return
	}
	keep := slices.DeleteFunc(slices.Clone(p.old.DIDs), func(did string) bool {
		return !slices.Contains(p.new.DIDs, did) && in.claimed(did, i)
	})
	if len(keep) < len(p.old.DIDs) {
		without := *p.old
		without.DIDs = keep
		in.mutate(i, clients.Patch(*p.old, clients.Diff(*p.old, without)))
	}
}

// claimed reports whether a card other than i wants a number.
func (in *importer) claimed(did string, i int) bool {
	for k, c := range in.doc.Clients {
		if k != i && slices.Contains(c.DIDs, did) {
			return true
		}
	}
	return false
}

func (in *importer) write(i int, p pairing) {
	if p.old == nil {
		in.mutate(i, clients.CreateClient{Client: p.new})
		in.summary.Created++
		return
	}
	patch := clients.Diff(*p.old, p.new)
	if len(patch) == 0 {
		in.summary.Unchanged++
		return
	}
	in.mutate(i, clients.Patch(*p.old, patch))
	in.summary.Updated++
}
