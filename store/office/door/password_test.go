package door

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"
)

func TestPHC(t *testing.T) {
	CostlyPasswords(t)
	written, err := hashPassword(rand.Reader, "un mot de passe")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(written, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Errorf("written as %s", written)
	}
	if !fits(written, "un mot de passe") || fits(written, "un mot de Passe") || fits(written, "") {
		t.Error("the password does not decide")
	}
}

func FuzzPHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA")
	f.Add("$argon2id$v=19$m=4294967295,t=3,p=4$c29tZXNhbHQ$aGFzaA")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parsePHC(s)
		if err != nil {
			return
		}
		if again, err := parsePHC(p.String()); err != nil || again.String() != p.String() {
			t.Errorf("%q reads as %q, %v", s, p.String(), err)
		}
	})
}

// TestThrottleForgets: made-up names do not fill the memory.
func TestThrottleForgets(t *testing.T) {
	now := time.Now()
	th := newThrottle(func() time.Time { return now })
	for i := range 3 * mostKeys {
		th.charge(tried{strings.Repeat("x", i%7) + time.Duration(i).String(), 1})
	}
	if len(th.wrong) > mostKeys {
		t.Errorf("%d are remembered", len(th.wrong))
	}
}
