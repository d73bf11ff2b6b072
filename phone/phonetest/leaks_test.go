package phonetest

import (
	"strings"
	"testing"
)

// TestMarks starts goroutines by way of others, in two tests at once: each test
// finds its own, until they end.
func TestMarks(t *testing.T) {
	for _, name := range []string{"one", "another"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			number := markOwn()
			lives, quit := make(chan struct{}), make(chan struct{})
			go func() { go lingers(lives, quit) }()
			<-lives
			if found := marked(number); strings.Count(found, "phonetest.lingers+") != 1 {
				t.Errorf("found %q", found)
			}
			close(quit)
			if !endsInTime(func() bool { return !strings.Contains(marked(number), "phonetest.lingers+") }) {
				t.Error("it is found after its end")
			}
		})
	}
}

func lingers(lives, quit chan struct{}) { close(lives); <-quit }
