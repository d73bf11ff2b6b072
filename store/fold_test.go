package store_test

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"permanence/clients"
	"permanence/store"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Maître DURAND":        "maitre durand",
		"  L'Haÿ-les-Roses  ":  "l hay les roses",
		"Œuvre, sœur & bœuf":   "oeuvre soeur boeuf",
		"Ælis Straße Ørsted":   "aelis strasse orsted",
		"e\u0301te\u0301":      "ete",
		"06 12\u202f34.56-78":  "06 12 34 56 78",
		"a@b.fr":               "a b fr",
		"":                     "",
		"\x00\xff«»":           "",
		"Ｆｕｌｌ ①":               "full 1",
		"Łódź İzmir":           "lodz izmir",
		"Ǿ ǽ ™":                "o ae tm",
		"Ελλάδα Привет":        "ελλαδα привет",
		"n°12 — 3e étage":      "n 12 3e etage",
		"ﬁancé":                "fiance",
		"Đà Nẵng":              "da nang",
		"don\u2019t\tstop\nit": "don t stop it",
	} {
		if got := store.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q; want %q", in, got, want)
		}
	}
}

func TestIndexWords(t *testing.T) {
	got := store.IndexWords("Léa", "rappeler le 06 12 34 56 78 avant 18 h", "Léa")
	want := "lea rappeler le 06 12 34 56 78 avant 18 h " +
		"0612345678 33612345678 n612345678 n12345678 n2345678 n345678 n45678 n5678"
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Maître Œuvre 06 12 34 56 78")
	f.Add("İ\u0307ß\xff\u0345")
	f.Fuzz(func(t *testing.T, s string) {
		folded := store.Fold(s)
		if !utf8.ValidString(folded) || strings.Contains(folded, "  ") || strings.TrimSpace(folded) != folded {
			t.Errorf("Fold(%q) = %q", s, folded)
		}
		if again := store.Fold(folded); again != folded {
			t.Errorf("Fold(%q) = %q, folded again %q", s, folded, again)
		}
	})
}

// FuzzSearch: no query is an error.
func FuzzSearch(f *testing.F) {
	f.Add("durand", 3)
	f.Add(`"a* AND NOT (b OR c) NEAR`, 0)
	f.Add("+33 (0)6 12", 9)
	s := open(f, f.TempDir())
	f.Fuzz(func(t *testing.T, q string, n int) {
		if _, err := s.Search(t.Context(), q, n); err != nil {
			t.Errorf("Search(%q, %d): %v", q, n, err)
		}
	})
}

// TestFoundByAnyBeginning: whoever types the beginning of what was stored, with
// or without its accents, has it first.
func TestFoundByAnyBeginning(t *testing.T) {
	s := open(t, t.TempDir())
	exec(t, s, `PRAGMA synchronous = OFF`) // other tests look at what a crash leaves
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		id := clients.ID(strconv.Itoa(n))
		text := rapid.StringMatching(`[a-zA-ZéÀœÆç'\-]{1,8}( ([a-zA-ZéÀœÆç]{1,8}|[0-9]{1,6})){0,3}`).Draw(rt, "text")
		apply(t, s, clients.Mutation{ID: id, Change: clients.TakeMessage{Message: clients.Message{ID: id, Text: text}}})
		typed := []rune(text)[:rapid.IntRange(1, len([]rune(text))).Draw(rt, "typed")]
		query := string(typed)
		if rapid.Bool().Draw(rt, "lazily") {
			query = store.Fold(query)
		}
		hits, err := s.Search(t.Context(), query, 5)
		if err != nil || store.Fold(query) != "" && (len(hits) == 0 || hits[0].ID != string(id)) {
			rt.Fatalf("%q did not find %q: %+v, %v", query, text, hits, err)
		}
	})
}
