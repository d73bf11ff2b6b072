package desk

import (
	"strings"

	"permanence/clients"
	"permanence/phone"
)

// targets lists to whom a call can be put through: its client's contacts, then the
// colleagues, those that fit what was typed. A key belongs to one of them only.
func (t *turn) targets(call phone.CallID, typed string) []Target {
	var all []Target
	if c := t.State.Call(call); c != nil {
		if cl := t.Directory.Client(c.Client); cl != nil {
			all = contactTargets(cl)
		}
	}
	for _, p := range t.Settings.Partners {
		all = append(all, Target{Key: p.Key, Name: p.Name, Number: p.Number, Lamp: t.Lamps[p.Watch]})
	}
	taken := map[string]bool{}
	var fit []Target
	for _, g := range all {
		if taken[g.Key] {
			g.Key = ""
		}
		taken[g.Key] = g.Key != ""
		if g.Number != "" && g.fits(typed) {
			fit = append(fit, g)
		}
	}
	return fit
}

func contactTargets(cl *clients.Client) []Target {
	var all []Target
	for _, c := range cl.Contacts {
		all = append(all, Target{Key: c.Key, Name: c.Name, Role: c.Role, Number: c.Number, When: c.When})
	}
	return all
}

// fits reports whether every word that was typed begins a word of the name or the
// role, or is part of the number.
func (g Target) fits(typed string) bool {
	words := strings.Fields(fold(g.Name + " " + g.Role))
	digits := strings.ReplaceAll(phone.ParseNumber(g.Number).Display()+" "+g.Number, " ", "")
	for _, want := range strings.Fields(fold(typed)) {
		if !anyBegins(words, want) && !strings.Contains(digits, want) {
			return false
		}
	}
	return true
}

func anyBegins(words []string, with string) bool {
	for _, w := range words {
		if strings.HasPrefix(w, with) {
			return true
		}
	}
	return false
}

// fold writes a French word without capitals and accents, as it is typed in a
// hurry.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if plain, ok := unaccented[r]; ok {
			return plain
		}
		return r
	}, strings.ToLower(s))
}

var unaccented = func() map[rune]rune {
	plain := map[rune]rune{'-': ' ', '\'': ' ', '’': ' '}
	for letter, forms := range map[rune]string{
		'a': "àâä", 'c': "ç", 'e': "éèêë", 'i': "îï", 'o': "ôö", 'u': "ùûü", 'y': "ÿ",
	} {
		for _, f := range forms {
			plain[f] = letter
		}
	}
	return plain
}()
