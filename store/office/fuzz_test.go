package office_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"

	"permanence/store/wire"
)

// fuzzBody throws bodies at a path: whatever comes is answered with what the wire has
// words for, and the office works as before.
func fuzzBody(f *testing.F, path string, seeds ...string) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	d := newBench(f, filepath.Join(f.TempDir(), "office.db")).desk("one", "claire")
	f.Fuzz(func(t *testing.T, body []byte) {
		w := d.Do(t.Context(), http.MethodPost, path, body)
		switch w.Code {
		case http.StatusOK, http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge:
		default:
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Fatalf("the answer is no JSON: %q", w.Body)
		}
		if _, err := d.Pull(t.Context(), wire.PullRequest{Limit: 1}); err != nil {
			t.Fatalf("afterwards: %v", err)
		}
	})
}

func FuzzPush(f *testing.F) {
	fuzzBody(f, "/v1/push", `{}`,
		`{"muts":[{"uuid":"u1","at":"2026-11-23T12:00:00Z","actor":"claire","name":"message.take.v1","args":{"message":{"id":"m1","client":"durand","taken_at":"2026-11-23T12:00:00Z"}}}]}`,
		`{"muts":[{"uuid":"u2","actor":"claire","name":"client.patch.v1","args":{"client":"durand","fields":{"name":"D\u0000"}}}]}`,
		`{"muts":[{"uuid":"u3","actor":"claire","name":"appointment.book.v1","args":{"appointment":{"id":"a","client":"petit","start":"0000-01-01T00:00:00Z","end":"9999-12-31T23:59:59Z"},"promised":true}}]}`,
		`{"muts":[{"uuid":"u4","actor":"claire","name":"erase.v1","args":null}],"ask":true}`)
}

func FuzzPull(f *testing.F) {
	fuzzBody(f, "/v1/pull", `{}`, `{"cursor":"eyJpIjoieCIsInMiOjF9","pending":["a","b"],"limit":1}`, `{"limit":-1,"clear":true}`)
}

func FuzzPresence(f *testing.F) {
	fuzzBody(f, "/v1/presence", `{"presence":{"standing":"here"}}`,
		`{"presence":{"standing":"call","client":"durand","drafts":[{"ticket":"t","message":{"id":"m","client":"durand","taken_at":"2026-11-23T12:00:00Z"},"caller":{}}]}}`)
}

func FuzzTakeover(f *testing.F) {
	fuzzBody(f, "/v1/takeover", `{"desk":"one","ticket":"t"}`, `{"desk":"\u0000"}`)
}
