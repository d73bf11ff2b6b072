package search

import (
	"slices"

	"permanence/phone"
	"permanence/ui/desk"
)

// row is one line of the list: a heading, something found, or a number to call.
type row struct {
	heading desk.HitKind // set on the line above the first hit of a kind
	dial    phone.Number // set on the line that offers to call what was typed
	hit     desk.Hit
}

// choosable reports whether the arrows stop on this line.
func (r row) choosable() bool { return r.heading == "" }

// same reports whether two lines stand for the same thing.
func (r row) same(o row) bool {
	return r.heading == o.heading && r.dial == o.dial && r.hit.Kind == o.hit.Kind && r.hit.ID == o.hit.ID
}

// kinds is the order of the groups.
var kinds = []desk.HitKind{desk.HitClient, desk.HitCaller, desk.HitMessage, desk.HitAppointment}

// rowsOf arranges what was found in groups, in the order of the search within
// each; the number that was typed comes first.
func rowsOf(query string, hits []desk.Hit) []row {
	var rows []row
	if query == "" {
		return nil
	}
	if n := phone.ParseNumber(query); n != "" {
		rows = append(rows, row{dial: n})
	}
	for _, kind := range kinds {
		first := true
		for _, h := range hits {
			if h.Kind != kind {
				continue
			}
			if first {
				rows = append(rows, row{heading: kind})
				first = false
			}
			rows = append(rows, row{hit: h})
		}
	}
	return rows
}

// stay finds the line that was chosen among new lines; the first that can be
// chosen when it is gone, -1 when there is none.
func stay(rows []row, chosen row) int {
	if i := slices.IndexFunc(rows, chosen.same); i >= 0 && chosen.choosable() {
		return i
	}
	return slices.IndexFunc(rows, row.choosable)
}

// step finds the next line that can be chosen in a direction; the same when
// there is none further.
func step(rows []row, at, by int) int {
	for i := at + by; i >= 0 && i < len(rows); i += by {
		if rows[i].choosable() {
			return i
		}
	}
	return at
}
