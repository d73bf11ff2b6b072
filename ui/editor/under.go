package editor

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/sheet"
)

// under is a field that came from another desk while the card was open here, and
// that does not stand in the form as it came.
type under struct {
	was    json.RawMessage // what she saw before
	saw    int64           // the card's version then
	judged bool            // she has looked at what came, and keeps what she typed
}

// slipUnder notes which fields change when stored takes the place of what was known.
// What she has just sent is no news to her.
func (p *Panel) slipUnder(stored clients.Client) {
	known := clients.Diff(stored, p.base)
	for field := range known {
		if p.sending != nil && p.sending.brought(field, stored) {
			continue
		}
		if u := p.under[field]; u == nil || u.judged {
			p.under[field] = &under{was: known[field], saw: p.base.Version}
		}
	}
}

// brought reports whether a field is stored as it was sent.
func (s *sending) brought(field string, stored clients.Client) bool {
	_, edited := s.edited[field]
	_, differs := clients.Diff(stored, s.card)[field]
	return edited && !differs
}

// surface forgets the fields in which nothing of the others' is missing: they stand in
// the form as they came.
func (p *Panel) surface() {
	theirs, mine := valuesOf(p.base), valuesOf(p.draft)
	for field, u := range p.under {
		if !overwrites(parsed(u.was), theirs[field], mine[field]) && !p.pages[pageOf(field)].Behind(field) {
			delete(p.under, field)
		}
	}
}

// clashes lists the fields that she and another wrote differently, and that she has not
// judged, in the order of the pages.
func (p *Panel) clashes() []string {
	theirs, mine := valuesOf(p.base), valuesOf(p.draft)
	list := slices.DeleteFunc(slices.Sorted(maps.Keys(p.under)), func(field string) bool {
		u := p.under[field]
		return u.judged || !overwrites(parsed(u.was), theirs[field], mine[field])
	})
	slices.SortStableFunc(list, func(a, b string) int { return pageOf(a) - pageOf(b) })
	return list
}

// blind are the clashes, each with the version before it: so they are sent, and both
// texts are kept.
func (p *Panel) blind() map[string]int64 {
	saw := map[string]int64{}
	for _, field := range p.clashes() {
		saw[field] = p.under[field].saw
	}
	return saw
}

// overwrites reports whether mine takes back something that changed from was to theirs.
// Objects are compared key by key, and lists of one length place by place: so finely
// the form merges them.
func overwrites(was, theirs, mine any) bool {
	if reflect.DeepEqual(was, theirs) || reflect.DeepEqual(theirs, mine) {
		return false
	}
	switch t := theirs.(type) {
	case map[string]any:
		w, okW := was.(map[string]any)
		m, okM := mine.(map[string]any)
		if okW && okM {
			return slices.ContainsFunc(keysOf(w, t, m), func(k string) bool { return overwrites(w[k], t[k], m[k]) })
		}
	case []any:
		w, okW := was.([]any)
		m, okM := mine.([]any)
		if okW && okM && len(w) == len(t) && len(m) == len(t) {
			for i := range t {
				if overwrites(w[i], t[i], m[i]) {
					return true
				}
			}
			return false
		}
	}
	return true
}

func keysOf(maps ...map[string]any) []string {
	var keys []string
	for _, m := range maps {
		for k := range m {
			keys = append(keys, k)
		}
	}
	return keys
}

// valuesOf opens a card, by the JSON names of its fields.
func valuesOf(c clients.Client) map[string]any {
	body, _ := json.Marshal(c) // a card is plain data: it always marshals
	return parsed(body).(map[string]any)
}

func parsed(v json.RawMessage) any {
	var x any
	_ = json.Unmarshal(v, &x) // what cannot be read is like nothing
	return x
}

// valueOf is a field of a card as JSON.
func valueOf(c clients.Client, field string) string {
	v, _ := json.Marshal(valuesOf(c)[field])
	return string(v)
}

// catchUp shows what is stored in the entries that she has left without typing.
func (p *Panel) catchUp() {
	for field := range p.under {
		if p.pages[pageOf(field)].Behind(field) {
			p.fill(sheet.Follow)
			return
		}
	}
}

// takeTheirs drops what she typed in a field for what came from the other.
func (p *Panel) takeTheirs(field string) { p.retype(field, valueOf(p.base, field)) }

// takeBoth puts both texts into the field, to be edited.
func (p *Panel) takeBoth(field string) {
	if both, ok := desk.Both(field, valueOf(p.base, field), valueOf(p.draft, field)); ok {
		p.retype(field, both)
		p.keepMine(field)
	}
}

// keepMine says that she has looked, and wants what she typed.
func (p *Panel) keepMine(field string) {
	if u := p.under[field]; u != nil {
		u.judged = true
	}
	p.review()
	p.sheet.Relayout()
}

func (p *Panel) retype(field, value string) {
	card, err := withFields(p.draft, map[string]json.RawMessage{field: json.RawMessage(value)})
	if err != nil {
		return // it was read from a card, and reads again
	}
	p.pages[pageOf(field)].Retype(&card, field)
	p.review()
	p.sheet.Relayout()
}
