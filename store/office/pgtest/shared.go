package pgtest

import (
	"os"
	"sync"
	"testing"
)

// shared is the one server of a test binary, started by the first test that asks.
var shared struct {
	once   sync.Once
	life   *life
	server *Server
}

// life is what a server that outlives the test that started it has in the place of
// the test's own end.
type life struct {
	testing.TB
	ends []func()
}

// Cleanup keeps f until the binary's end.
func (l *life) Cleanup(f func()) { l.ends = append(l.ends, f) }

// Database makes an empty database on a server that all tests of this binary share,
// and returns its address. The binary's TestMain must be Main.
func Database(t testing.TB) string {
	t.Helper()
	find(t) // skips each test, not the first alone
	shared.once.Do(func() {
		shared.life = &life{TB: t}
		shared.server = Start(shared.life)
	})
	if shared.server == nil {
		t.Fatal("the database server could not be started: see the first test that wanted it")
	}
	return shared.server.Database(t)
}

// Main runs the tests of a binary, and then ends the server that they shared.
func Main(m *testing.M) {
	code := m.Run()
	if shared.life != nil {
		for _, end := range shared.life.ends {
			end()
		}
	}
	os.Exit(code)
}
