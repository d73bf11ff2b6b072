package locale

import (
	"os"
	"testing"
)

func TestALanguageIsAlwaysNamed(t *testing.T) {
	for _, tc := range []struct{ all, messages, lang, want string }{
		{"", "", "", "fr_FR.UTF-8"},
		{"", "", "C.UTF-8", "fr_FR.UTF-8"},
		{"", "", "POSIX", "fr_FR.UTF-8"},
		{"C", "", "de_DE.UTF-8", "fr_FR.UTF-8"},
		{"", "C.UTF-8", "de_DE.UTF-8", "fr_FR.UTF-8"},
		{"", "", "de_DE.UTF-8", "de_DE.UTF-8"},
		{"en_GB.UTF-8", "", "de_DE.UTF-8", "en_GB.UTF-8"},
	} {
		t.Setenv("LC_ALL", tc.all)
		t.Setenv("LC_MESSAGES", tc.messages)
		t.Setenv("LANG", tc.lang)
		t.Setenv("LC_CTYPE", "C")
		settle()
		if got := first("LC_ALL", "LC_MESSAGES", "LANG"); got != tc.want {
			t.Errorf("%+v: the language is %q", tc, got)
		}
		if got := os.Getenv("LC_CTYPE"); got != "C.UTF-8" {
			t.Errorf("%+v: the characters are %q", tc, got)
		}
	}
}
