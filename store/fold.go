package store

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"permanence/phone"
)

// ligatures are letters that Unicode does not take apart.
var ligatures = map[rune]string{'œ': "oe", 'æ': "ae", 'ß': "ss", 'ø': "o", 'ł': "l", 'đ': "d", 'ı': "i"}

// fold brings a text to the form in which it is searched: lower case, without
// accents and ligatures, words of letters and digits with one space between.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range strings.ToLower(norm.NFKD.String(strings.ToValidUTF8(s, " "))) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteString(foldLetter(r))
		default:
			space = true
		}
	}
	return b.String()
}

func foldLetter(r rune) string {
	if s, ok := ligatures[r]; ok {
		return s
	}
	return string(r)
}

// foldWords is fold, with neighbouring groups of digits joined: "06 12 34" is
// one word, as it is one number.
func foldWords(s string) []string {
	var words []string
	joins := false
	for _, w := range strings.Fields(fold(s)) {
		isNumber := digitsOnly(w)
		if isNumber && joins {
			words[len(words)-1] += w
		} else {
			words = append(words, w)
		}
		joins = isNumber
	}
	return words
}

func digitsOnly(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// innerMark stands before the pieces of a number that do not begin it, so that
// whoever types a beginning does not get them first.
const innerMark = "n"

// innerLen is the shortest piece by which a number is found from its middle.
const innerLen = 4

// indexWords makes the words column of a row: every folded word, groups of
// digits also in one piece, and for each telephone number its national and its
// international digits and their endings.
func indexWords(texts ...string) string {
	var words []string
	for _, text := range texts {
		words = append(words, strings.Fields(fold(text))...)
		for _, w := range foldWords(text) {
			words = append(words, w)
			if n := phone.ParseNumber(w); len(w) >= 8 && digitsOnly(w) && n != "" {
				words = append(words, numberWords(n)...)
			}
		}
	}
	return strings.Join(unique(words), " ")
}

// numberWords are the words by which a number is found: "0612345678" and
// "33612345678" from the beginning, "n12345678" and so on from the middle.
func numberWords(n phone.Number) []string {
	national := n.National()
	words := []string{national, strings.TrimPrefix(string(n), "+")}
	for i := 1; i+innerLen <= len(national); i++ {
		words = append(words, innerMark+national[i:])
	}
	return words
}

func unique(words []string) []string {
	seen := make(map[string]bool, len(words))
	kept := words[:0]
	for _, w := range words {
		if !seen[w] {
			seen[w] = true
			kept = append(kept, w)
		}
	}
	return kept
}

// beginningLen is how much of a text a hit shows, in characters.
const beginningLen = 120

// beginning is the first line or so of a text.
func beginning(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > beginningLen {
		return string(r[:beginningLen-1]) + "…"
	}
	return text
}
