package door_test

import (
	"bufio"
	"net/http"
	"strings"
	"testing"

	"permanence/store/wire"
)

// listen opens a desk's stream of events.
func (m *machine) listen() *bufio.Scanner {
	m.t.Helper()
	r, err := http.NewRequestWithContext(m.t.Context(), http.MethodGet, "https://"+m.address+"/v1/events", nil)
	ok(m.t, err)
	r.Header.Set("Authorization", "Bearer "+m.session)
	answer, err := m.client.Do(r)
	ok(m.t, err)
	m.t.Cleanup(func() { _ = answer.Body.Close() })
	return bufio.NewScanner(answer.Body)
}

// TestAStreamHearsNothingAfterItsSession: who has logged out, or has left, is not told of
// others any more on a stream that is still open.
func TestAStreamHearsNothingAfterItsSession(t *testing.T) {
	for name, end := range map[string]func(b *bureau, m *machine){
		"logged out":         func(_ *bureau, m *machine) { m.want(http.StatusOK, "POST", "/v1/logout", nil, nil) },
		"another password":   func(b *bureau, _ *machine) { ok(b.t, b.door.SetPassword(b.ctx, "sophie", "un autre mot de passe")) },
		"her time is up":     func(b *bureau, _ *machine) { b.clock.pass(wire.SessionDays * 24 * 3600e9) },
		"another took place": func(_ *bureau, m *machine) { n := *m; n.login("Claire") },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBureau(t)
			b.operator(secretary("Sophie"))
			b.operator(secretary("Claire"))
			m, other := b.desk(), b.desk()
			m.login("Sophie")
			lines := m.listen()
			for lines.Scan() && lines.Text() != "event: presence" {
				continue
			}
			end(b, m)
			other.login("Claire")
			reason := "un secret"
			other.want(http.StatusOK, "POST", "/v1/presence", wire.PresenceRequest{Presence: wire.Presence{Standing: wire.Away, Reason: reason}}, nil)
			for lines.Scan() {
				if strings.Contains(lines.Text(), reason) {
					t.Fatal("it was told who is away, and why")
				}
			}
			ok(t, lines.Err())
		})
	}
}
