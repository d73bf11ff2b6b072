package office_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"permanence/store/wire"
)

// A machine that was stolen may still push. It must not keep the others out by saying
// what it has to say slowly.
func TestADeskThatDawdlesShutsNobodyOut(t *testing.T) {
	b := newBench(t, filepath.Join(t.TempDir(), "office.db"))
	thief, claire := b.desk("one", "claire"), b.desk("two", "claire")
	thief.Revoked = true
	ctx, cancel := context.WithCancel(b.Context())
	body, end := io.Pipe()
	answers := make(chan int, 100)
	var dawdling sync.WaitGroup
	for range cap(answers) {
		dawdling.Go(func() {
			r := thief.Request(ctx, http.MethodPost, "/v1/push", nil)
			r.Body = body
			w := httptest.NewRecorder()
			thief.Handler.ServeHTTP(w, r)
			answers <- w.Code
		})
	}
	defer dawdling.Wait()
	defer end.Close()
	defer cancel()
	select {
	case got := <-answers:
		if got != http.StatusTooManyRequests {
			b.Errorf("it is answered %d", got)
		}
	case <-time.After(20 * time.Second):
		b.Error("all that it asks is waited for")
	}
	asking, late := context.WithTimeout(b.Context(), 10*time.Second)
	defer late()
	if _, err := claire.Pull(asking, wire.PullRequest{}); err != nil {
		b.Errorf("claire is shut out: %v", err)
	}
}
