package phone_test

import (
	"strings"
	"testing"

	"permanence/phone"
)

func TestParseNumber(t *testing.T) {
	for in, want := range map[string]phone.Number{
		"06 12 34 56 78":              "+33612345678",
		"0612345678":                  "+33612345678",
		"06.12.34.56.78":              "+33612345678",
		"06-12-34-56-78":              "+33612345678",
		"(05) 61 12 34 56":            "+33561123456",
		"0033612345678":               "+33612345678",
		"+33 6 12 34 56 78":           "+33612345678",
		"+33 (0)6 12 34 56 78":        "+33612345678",
		"+330612345678":               "+33612345678",
		"33612345678":                 "+33612345678",
		"06\u00a012\u202f34 56 78":    "+33612345678",
		"tel:+33612345678":            "+33612345678",
		"tel:+33-6-12-34-56-78;x=1":   "+33612345678",
		"+33612345678;npdi":           "+33612345678",
		"+33612345678@trunk.example":  "+33612345678",
		"+33561123456;phone-context=": "+33561123456",
		"+44 20 7946 0018":            "+442079460018",
		"0044 20 7946 0018":           "+442079460018",
		"442079460018":                "+442079460018",
		"15":                          "15",
		"112":                         "112",
		"3949":                        "3949",
		"1013":                        "1013",
		"118218":                      "118218",
		"116117":                      "116117",

		"":                   "",
		"anonymous":          "",
		"bob":                "",
		"06 12 34 56":        "",
		"06 12 34 56 78 9":   "",
		"0000000000000":      "",
		"+0612345678":        "",
		"+1234567890123456":  "",
		"7b3f2c9a1d5e":       "",
		"201":                "",
		"42":                 "",
		"2015":               "",
		"sip:bob@office":     "",
		"06 12 34 56 78 +33": "",
	} {
		if got := phone.ParseNumber(in); got != want {
			t.Errorf("ParseNumber(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDisplay(t *testing.T) {
	for in, want := range map[phone.Number]string{
		"+33612345678": "06 12 34 56 78", "+442079460018": "+442079460018",
		"3949": "39 49", "118218": "11 82 18", "15": "15", "112": "112", "": "",
	} {
		if got := in.Display(); got != want {
			t.Errorf("%q.Display() = %q, want %q", in, got, want)
		}
	}
}

func TestNational(t *testing.T) {
	for in, want := range map[phone.Number]string{
		"+33612345678": "0612345678", "+442079460018": "00442079460018", "15": "15", "": "",
	} {
		if got := in.National(); got != want {
			t.Errorf("%q.National() = %q, want %q", in, got, want)
		}
	}
}

func TestEmergencyNumbersStayAsDialled(t *testing.T) {
	for _, n := range strings.Fields("15 17 18 112 114 115 116000 116117 119 191 196 197") {
		p := phone.ParseNumber(n)
		if !p.Emergency() || p.National() != n {
			t.Errorf("%s became %q, dialled as %q", n, p, p.National())
		}
	}
	if phone.ParseNumber("3949").Emergency() {
		t.Error("3949 is no emergency number")
	}
}

func TestAbroad(t *testing.T) {
	for n, want := range map[phone.Number]bool{
		"+33561000000": false, "+262262000000": false, "+442079460018": true, "+8835100000000": true, "15": false, "": false,
	} {
		if n.Abroad() != want {
			t.Errorf("%q.Abroad() = %v", n, !want)
		}
	}
}

func TestIsExtension(t *testing.T) {
	for s, want := range map[string]bool{
		"20": true, "201": true, "*97": true, "#31#": true, "123456": true,
		"": false, "2": false, "0612345": false, "2 01": false, "abc": false, "+33": false,
	} {
		if phone.IsExtension(s) != want {
			t.Errorf("IsExtension(%q) = %v", s, !want)
		}
	}
}

// FuzzParseNumber checks that whatever comes is a number in one of the three
// forms, and the same when it is read again from any form it is shown in.
func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"06 12 34 56 78", "+330612345678", "00442079460018", "112", "tel:3949;x", "(0)(0)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := phone.ParseNumber(s)
		if n == "" {
			return
		}
		digits := strings.TrimPrefix(string(n), "+")
		if len(digits) < 2 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
			t.Fatalf("%q gave %q", s, n)
		}
		for _, form := range []string{string(n), n.Display(), n.National()} {
			if again := phone.ParseNumber(form); again != n {
				t.Fatalf("%q gave %q, shown as %q, read again as %q", s, n, form, again)
			}
		}
	})
}

func TestPremium(t *testing.T) {
	for n, want := range map[phone.Number]bool{
		"3949": true, "118218": true, "+33892123456": true, "+33899000000": true, "15": false, "1013": false,
		"116000": false, "+33612345678": false, "+33800123456": false, "": false,
	} {
		if n.Premium() != want {
			t.Errorf("%q is premium: %t", n, !want)
		}
	}
}
