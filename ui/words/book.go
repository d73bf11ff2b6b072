// Package words holds what the window says, in the operator's language. Screens
// name a sentence by its key; the sentences stand in assets/translations, in one
// or more JSON files per language (fr.json, fr.settings.json), French being the
// reference.
//
// A sentence takes its arguments as {0}, {1}, … so that a language may order
// them differently. A sentence that counts is an object with "one" and "other";
// its number is {0}.
package words

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"permanence/assets"
)

// The languages that are built in.
const (
	French  = "fr"
	English = "en"
)

// Book is the sentences of one language; what one lacks is said in French. It
// is not safe for use from several goroutines while Use changes its language.
type Book struct {
	language string
	own      map[string]sentence
	french   map[string]sentence
}

type sentence struct {
	One   string `json:"one"`
	Other string `json:"other"`
}

// UnmarshalJSON reads a plain string or an object with its plural.
func (s *sentence) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		err := json.Unmarshal(b, &s.Other)
		s.One = s.Other
		return err
	}
	type plural sentence
	return json.Unmarshal(b, (*plural)(s))
}

// New opens the book of a language; French when there is no such book.
func New(language string) *Book {
	french, err := load(French)
	if err != nil {
		panic(err) // built in, and read by a test
	}
	b := &Book{french: french}
	b.Use(language)
	return b
}

// Use changes the language of an open book. What was said already stays.
func (b *Book) Use(language string) {
	own, err := load(language)
	if err != nil {
		language, own = French, b.french
	}
	b.language, b.own = language, own
}

// Language is the code of the book's language.
func (b *Book) Language() string { return b.language }

// load reads all parts of a language: fr.json, fr.settings.json, … A key stands
// in one part only.
func load(language string) (map[string]sentence, error) {
	parts, err := fs.Glob(assets.Translations, "translations/"+language+".*json")
	if err != nil || len(parts) == 0 {
		return nil, fmt.Errorf("words: no language %q", language)
	}
	all := map[string]sentence{}
	for _, name := range parts {
		raw, err := fs.ReadFile(assets.Translations, name)
		if err != nil {
			return nil, fmt.Errorf("words: %w", err)
		}
		var part map[string]sentence
		if err := json.Unmarshal(raw, &part); err != nil {
			return nil, fmt.Errorf("words: %s: %w", name, err)
		}
		for key, s := range part {
			if _, twice := all[key]; twice {
				return nil, fmt.Errorf("words: %s: %q stands in another part too", name, key)
			}
			all[key] = s
		}
	}
	return all, nil
}

// T says a sentence with its arguments. A key that is nowhere is shown as it is.
func (b *Book) T(key string, args ...any) string {
	s, ok := b.find(key)
	if !ok {
		return key
	}
	return fill(s.Other, args)
}

// N says a sentence that counts: n is {0}, the other arguments follow.
func (b *Book) N(key string, n int, args ...any) string {
	s, ok := b.find(key)
	if !ok {
		return key
	}
	form := s.Other
	if b.singular(n) {
		form = s.One
	}
	return fill(form, append([]any{n}, args...))
}

// Or says the sentence of the first key that exists; the last key is shown as it
// is when none does. It is for codes that come from outside.
func (b *Book) Or(args []any, keys ...string) string {
	for _, k := range keys[:len(keys)-1] {
		if b.Has(k) {
			return b.T(k, args...)
		}
	}
	return b.T(keys[len(keys)-1], args...)
}

// Has reports whether the book has a sentence for key.
func (b *Book) Has(key string) bool {
	_, ok := b.find(key)
	return ok
}

// Keys lists the keys of this language, sorted, without those borrowed from French.
func (b *Book) Keys() []string { return slices.Sorted(maps.Keys(b.own)) }

func (b *Book) find(key string) (sentence, bool) {
	if s, ok := b.own[key]; ok {
		return s, true
	}
	s, ok := b.french[key]
	return s, ok
}

// singular is the plural rule: in French zero is singular, in English it is not.
func (b *Book) singular(n int) bool {
	if b.language == French {
		return n == 0 || n == 1
	}
	return n == 1
}

func fill(s string, args []any) string {
	if len(args) == 0 || !strings.Contains(s, "{") {
		return s
	}
	pairs := make([]string, 0, 2*len(args))
	for i, a := range args {
		pairs = append(pairs, "{"+strconv.Itoa(i)+"}", fmt.Sprint(a))
	}
	return strings.NewReplacer(pairs...).Replace(s)
}
