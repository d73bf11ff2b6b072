package desk

import (
	"slices"

	"permanence/clients"
	"permanence/phone"
)

// find says which client a call is for. The hints come in the line's order and
// the first that is a client's number decides; the others are compared with it,
// so that the operator sees how sure the answer is.
func find(d *Directory, hints []phone.CalledHint) (clients.ID, Found) {
	var winner *clients.Client
	f := Found{Code: "found.none"}
	disagree := false
	for _, h := range hints {
		c := d.ByDID(h.Number)
		switch {
		case c == nil:
		case winner == nil:
			winner, f.Number = c, h.Number
			f.Sources = append(f.Sources, h.Source)
		case c.ID != winner.ID:
			disagree = true
		case !slices.Contains(f.Sources, h.Source):
			f.Sources = append(f.Sources, h.Source)
		}
	}
	if winner == nil {
		f.Number = firstNumber(hints)
		return "", f
	}
	f.Code = foundCode(f.Sources, disagree)
	return winner.ID, f
}

func foundCode(sources []phone.CalledSource, disagree bool) string {
	var dialled, diverted bool
	for _, s := range sources {
		if s == phone.FromDiversion || s == phone.FromHistoryInfo {
			diverted = true
		} else {
			dialled = true
		}
	}
	switch {
	case disagree:
		return "found.disagree"
	case dialled && diverted:
		return "found.did-diversion"
	case diverted:
		return "found.diversion"
	}
	return "found.did"
}

func firstNumber(hints []phone.CalledHint) phone.Number {
	for _, h := range hints {
		if h.Number != "" {
			return h.Number
		}
	}
	return ""
}
