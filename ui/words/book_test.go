package words

import (
	"strings"
	"testing"
	"time"
)

func TestLanguagesHoldTheSameSentences(t *testing.T) {
	fr, en := New(French), New(English)
	for _, pair := range [][2]*Book{{fr, en}, {en, fr}} {
		for key, s := range pair[0].own {
			other, ok := pair[1].own[key]
			if !ok {
				t.Errorf("%s has %q, %s has not", pair[0].language, key, pair[1].language)
				continue
			}
			if a, b := holes(s.Other), holes(other.Other); a != b {
				t.Errorf("%q takes %s in one language and %s in the other", key, a, b)
			}
		}
	}
}

// holes lists the arguments a sentence takes, in order of their numbers.
func holes(s string) string {
	var b strings.Builder
	for _, n := range "0123456789" {
		if strings.Contains(s, "{"+string(n)+"}") {
			b.WriteRune(n)
		}
	}
	return b.String()
}

// French sets a no-break space before ; : ! ? % and inside « ».
func TestFrenchSpaces(t *testing.T) {
	for key, s := range New(French).own {
		for _, bad := range []string{" ;", " :", " !", " ?", " %", "« ", " »", "'"} {
			for _, form := range []string{s.One, s.Other} {
				if strings.Contains(form, bad) {
					t.Errorf("%s: %q contains %q", key, form, bad)
				}
			}
		}
	}
}

func TestSentences(t *testing.T) {
	fr := &Book{language: French, own: map[string]sentence{
		"x.calls": {One: "{0} appel pour {1}", Other: "{0} appels pour {1}"},
		"x.order": {Other: "{1} avant {0}"},
	}}
	for _, c := range []struct{ got, want string }{
		{fr.N("x.calls", 0, "Me Durand"), "0 appel pour Me Durand"},
		{fr.N("x.calls", 1, "Me Durand"), "1 appel pour Me Durand"},
		{fr.N("x.calls", 2, "{0}"), "2 appels pour {0}"},
		{fr.T("x.order", "a", "b"), "b avant a"},
		{fr.T("x.nowhere", 1), "x.nowhere"},
		{fr.Or([]any{"a", "b"}, "x.nowhere", "x.order"), "b avant a"},
		{fr.Or(nil, "x.nowhere", "x.neither"), "x.neither"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	en := &Book{language: English, own: fr.own}
	if got := en.N("x.calls", 0, ""); got != "0 appels pour " {
		t.Errorf("English zero is plural, got %q", got)
	}
}

func TestDates(t *testing.T) {
	fr := New(French)
	now := time.Date(2026, 11, 26, 14, 32, 7, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{fr.Day(now), "jeudi 26 novembre"},
		{fr.ShortDay(now), "jeu. 26 nov."},
		{fr.Date(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), now), "1er décembre"},
		{fr.Date(time.Date(2025, 2, 3, 0, 0, 0, 0, time.UTC), now), "3 février 2025"},
		{fr.When(now.Add(-time.Minute), now), "à 14:31"},
		{fr.When(now.Add(-24*time.Hour), now), "hier à 14:32"},
		{fr.When(now.Add(-14*24*time.Hour), now), "le 12 novembre"},
		{fr.Age(42 * time.Second), "00:42"},
		{fr.Age(time.Hour + 2*time.Minute + 9*time.Second), "1:02:09"},
		{fr.Age(-time.Second), "00:00"},
		{fr.List([]string{"nom", "dossier", "objet"}), "nom, dossier et objet"},
		{fr.List(nil), ""},
		{New("tlh").Day(now), "jeudi 26 novembre"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
