package door_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/office/door"
	"permanence/store/wire"
)

// try is one try to log in, and the status it was answered with.
func (m *machine) try(name, word string) (int, wire.Error) {
	m.t.Helper()
	status, no, err := m.ask("POST", "/v1/login", wire.LoginRequest{Name: name, Password: word}, nil)
	ok(m.t, err)
	return status, no
}

func TestLogin(t *testing.T) {
	b := newBureau(t)
	id := b.operator(clients.Operator{Name: "Sophie Lefèvre", Role: clients.Supervisor})
	m := b.desk()
	m.want(http.StatusUnauthorized, "POST", "/v1/pull", wire.PullRequest{}, nil)
	var answer wire.LoginAnswer
	// Capitals, spaces, and an accent typed as a sign of its own do not matter.
	m.want(http.StatusOK, "POST", "/v1/login", wire.LoginRequest{Name: " sophie  LEFE\u0300VRE", Password: password}, &answer)
	if answer.Operator.ID != id || answer.Operator.Role != clients.Supervisor {
		t.Errorf("logged in as %+v", answer.Operator)
	}
	m.session = answer.Session
	m.want(http.StatusOK, "POST", "/v1/pull", wire.PullRequest{}, nil)
	other := b.desk()
	other.session = m.session
	other.want(http.StatusUnauthorized, "POST", "/v1/pull", wire.PullRequest{}, nil) // it is of another desk
	m.want(http.StatusOK, "POST", "/v1/logout", nil, nil)
	m.want(http.StatusUnauthorized, "POST", "/v1/pull", wire.PullRequest{}, nil)
}

func TestSessionEnds(t *testing.T) {
	day := 24 * time.Hour
	b := newBureau(t)
	b.operator(secretary("Sophie"))
	b.operator(secretary("Claire"))
	m := b.desk()
	m.login("Sophie")
	for range 3 { // each use holds it for thirty days more
		b.clock.pass(29 * day)
		m.want(http.StatusOK, "POST", "/v1/pull", wire.PullRequest{}, nil)
	}
	b.clock.pass(30 * day)
	m.want(http.StatusUnauthorized, "POST", "/v1/pull", wire.PullRequest{}, nil)

	m.login("Sophie")
	old := m.session
	m.login("Claire")
	m.session = old
	m.want(http.StatusUnauthorized, "POST", "/v1/pull", wire.PullRequest{}, nil) // another took her place

	m.login("Sophie")
	ok(t, b.door.SetPassword(b.ctx, "sophie", "un autre mot de passe"))
	m.want(http.StatusUnauthorized, "POST", "/v1/pull", wire.PullRequest{}, nil)
	if status, _ := m.try("Sophie", password); status != http.StatusForbidden {
		t.Errorf("the old password: %d", status)
	}
	if status, _ := m.try("Sophie", "un autre mot de passe"); status != http.StatusOK {
		t.Errorf("the new password: %d", status)
	}
}

func TestOperatorsNames(t *testing.T) {
	b := newBureau(t)
	b.operator(secretary("Sophie"))
	for _, c := range []struct {
		name, word string
		want       error
	}{
		{"SOPHIE", password, door.ErrNameTaken},
		{"Claire", "court", door.ErrWeakPassword},
		{"  ", password, door.ErrNoOperator},
	} {
		if _, err := b.door.AddOperator(b.ctx, secretary(c.name), c.word); !errors.Is(err, c.want) {
			t.Errorf("%q: %v", c.name, err)
		}
	}
	if err := b.door.SetPassword(b.ctx, "nobody", password); !errors.Is(err, door.ErrNoOperator) {
		t.Errorf("a password for nobody: %v", err)
	}
	list, err := b.door.Operators(b.ctx)
	ok(t, err)
	if len(list) != 1 || list[0].Name != "Sophie" {
		t.Errorf("listed %+v", list)
	}
}

// TestGuessing: after five wrong passwords each further one waits twice as long, for
// the right one too, and whether the name exists or not.
func TestGuessing(t *testing.T) {
	for _, name := range []string{"Sophie", "Personne"} {
		b := newBureau(t)
		b.operator(secretary("Sophie"))
		m := b.desk()
		for range 5 {
			if status, no := m.try(name, "mauvais mot de passe"); status != http.StatusForbidden || no.Code != "forbidden" {
				t.Fatalf("%s: %d %+v", name, status, no)
			}
		}
		for _, wait := range []int{1, 2, 4, 8} {
			status, no := m.try(name, password)
			if status != http.StatusTooManyRequests || no.Code != "slow-down" || no.Retry != wait {
				t.Fatalf("%s: %d %+v; want to wait %d s", name, status, no, wait)
			}
			b.clock.pass(time.Duration(wait) * time.Second)
			if status, _ := m.try(name, "mauvais mot de passe"); status != http.StatusForbidden {
				t.Fatalf("%s after waiting: %d", name, status)
			}
		}
		b.clock.pass(time.Hour)
		if status, _ := m.try("Sophie", password); status != http.StatusOK {
			t.Errorf("after an hour: %d", status)
		}
	}
}

// TestSpraying: one password under many names is slowed down by the desk.
func TestSpraying(t *testing.T) {
	b := newBureau(t)
	m := b.desk()
	for i := range 10 {
		if status, _ := m.try(string(rune('a'+i)), password); status != http.StatusForbidden {
			t.Fatalf("try %d: %d", i, status)
		}
	}
	if status, _ := m.try("z", password); status != http.StatusTooManyRequests {
		t.Errorf("the eleventh name: %d", status)
	}
}

// TestUnknownNamesTakeAsLong: the time does not tell who works here. What is compared
// are the quickest of some tries, and roughly: the work is a tenth of a second. A busy
// machine needs more of them.
func TestUnknownNamesTakeAsLong(t *testing.T) {
	door.CostlyPasswords(t)
	b := newBureau(t)
	b.operator(secretary("Sophie"))
	m := b.desk()
	known, unknown := time.Hour, time.Hour
	for range 20 {
		known = min(known, m.timed("Sophie"))
		unknown = min(unknown, m.timed("Personne"))
		if unknown >= known/2 && known >= unknown/2 {
			return
		}
		b.clock.pass(time.Hour) // or both would be told to wait
	}
	t.Errorf("a known name takes %v, an unknown one %v", known, unknown)
}

func (m *machine) timed(name string) time.Duration {
	start := time.Now()
	m.try(name, "mauvais mot de passe")
	return time.Since(start)
}
