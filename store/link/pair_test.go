package link

import "testing"

func TestWithPort(t *testing.T) {
	for typed, want := range map[string]string{
		"bureau.example":        "bureau.example:7443",
		" bureau.example:8443 ": "bureau.example:8443",
		"https://bureau/":       "bureau:7443",
		"192.0.2.7":             "192.0.2.7:7443",
		"2001:db8::7":           "[2001:db8::7]:7443",
		"[2001:db8::7]":         "[2001:db8::7]:7443",
		"[2001:db8::7]:1":       "[2001:db8::7]:1",
	} {
		if got := withPort(typed); got != want {
			t.Errorf("withPort(%q) = %q, want %q", typed, got, want)
		}
	}
}
