package phone

import "strings"

// Number is a telephone number in E.164 with its plus sign ("+33612345678"), a
// short national code ("15", "3949", "118218"), or empty when there is none.
type Number string

// ParseNumber reads a number as people and networks write it in France:
// "06 12 34 56 78", "0033612345678", "+33 6.12.34.56.78", "tel:+33…", "3949".
// What cannot be a telephone number gives "".
func ParseNumber(s string) Number {
	s = strings.TrimSpace(s)
	s = strings.TrimPrefix(s, "tel:")
	if i := strings.IndexAny(s, ";@"); i >= 0 {
		s = s[:i]
	}
	digits, plus := dialable(s)
	switch {
	case digits == "":
		return ""
	case plus:
		return international(digits)
	case strings.HasPrefix(digits, "00"):
		return international(digits[2:])
	case strings.HasPrefix(digits, "0") && len(digits) == 10:
		return international("33" + digits[1:])
	case strings.HasPrefix(digits, "33") && len(digits) == 11:
		return international(digits)
	case shortCode(digits):
		return Number(digits)
	case len(digits) >= 8:
		return international(digits)
	}
	return ""
}

// withoutTrunkZero turns "330612345678", a common slip, into "33612345678".
func withoutTrunkZero(digits string) string {
	if len(digits) == 12 && strings.HasPrefix(digits, "330") {
		return "33" + digits[3:]
	}
	return digits
}

// dialable keeps the digits of s and says whether a plus sign led them. Any other
// character than the usual separators makes it no number at all.
func dialable(s string) (digits string, plus bool) {
	s = strings.Replace(s, "(0)", "", 1)
	var b strings.Builder
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && i == 0:
			plus = true
		case strings.ContainsRune(" .-/()\u00a0\u202f", r):
		default:
			return "", false
		}
	}
	return b.String(), plus
}

// international makes a number of a country code and what follows it. French
// numbers have nine digits and no zero first.
func international(digits string) Number {
	digits = withoutTrunkZero(digits)
	if len(digits) < 7 || len(digits) > 15 || digits[0] == '0' {
		return ""
	}
	if national, french := strings.CutPrefix(digits, "33"); french && (len(national) != 9 || national[0] == '0') {
		return ""
	}
	return Number("+" + digits)
}

// shortCode recognises the short numbers of the French plan (Arcep décision
// 2018-0881): 1X, 1XX, 10XX, 3XXX, 118XXX, 116XXX.
func shortCode(d string) bool {
	switch len(d) {
	case 2, 3:
		return d[0] == '1'
	case 4:
		return d[:2] == "10" || d[0] == '3'
	case 6:
		return d[:3] == "118" || d[:3] == "116"
	}
	return false
}

// IsExtension tells a colleague's extension or a service of the exchange, "201" or
// "*97", from a number that was mistyped: two to six signs of a telephone's keys.
func IsExtension(s string) bool {
	return len(s) >= 2 && len(s) <= 6 && strings.Trim(s, "0123456789*#") == ""
}

var emergency = map[Number]bool{
	"15": true, "17": true, "18": true, "112": true, "114": true, "115": true, "116000": true,
	"116117": true, "119": true, "191": true, "196": true, "197": true,
}

// Emergency reports whether n must reach an emergency service exactly as dialled.
func (n Number) Emergency() bool { return emergency[n] }

// Premium reports whether a call to n may cost more than an ordinary one: the
// short numbers 3XXX and 118XXX, and 089X (Arcep décision 2018-0881).
func (n Number) Premium() bool {
	s := string(n)
	return len(s) == 4 && s[0] == '3' || len(s) == 6 && s[:3] == "118" || strings.HasPrefix(s, "+3389")
}

// Abroad reports whether n is a number outside France and its overseas territories.
func (n Number) Abroad() bool {
	if !strings.HasPrefix(string(n), "+") {
		return false
	}
	for _, code := range []string{"33", "262", "508", "590", "594", "596", "681", "687", "689"} {
		if strings.HasPrefix(string(n[1:]), code) {
			return false
		}
	}
	return true
}

// Display writes n as it is read in France: "06 12 34 56 78" for national
// numbers, the E.164 form with a space after a French country code otherwise.
func (n Number) Display() string {
	s := string(n)
	if strings.HasPrefix(s, "+33") && len(s) == 12 {
		return pairs("0" + s[3:])
	}
	if strings.HasPrefix(s, "+") || len(s) < 4 {
		return s
	}
	return pairs(s)
}

// National writes n as it is dialled inside France: "0612345678".
func (n Number) National() string {
	if s := string(n); strings.HasPrefix(s, "+33") {
		return "0" + s[3:]
	} else if strings.HasPrefix(s, "+") {
		return "00" + s[1:]
	}
	return string(n)
}

func pairs(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%2 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}
