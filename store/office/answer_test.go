package office_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"permanence/clients"
	"permanence/store/office/officetest"
	"permanence/store/wire"
)

// TestPagesArePacked: a desk that takes gzip is given the same page in a third of the
// bytes; to one that does not, and where there is little to say, it comes as it is.
func TestPagesArePacked(t *testing.T) {
	b := newBench(t, filepath.Join(t.TempDir(), "office.db"))
	d := b.desk("one", "claire")
	var c copyOf
	b.pull(d, &c, wire.PullRequest{})
	if _, plain := pageBytes(b, d, c.cursor, "gzip"); !plain {
		t.Error("a page of nothing is packed")
	}
	for i := range 200 {
		b.push(d, note(clients.ID(uuid.NewString()), "durand", fmt.Sprintf("Rappeler au %08d au sujet du devis reçu hier.", 7919*i)))
	}
	want, plain := pageBytes(b, d, "", "")
	if !plain {
		t.Error("packed for a desk that did not ask for it")
	}
	packed, plain := pageBytes(b, d, "", "gzip")
	if plain || 3*len(packed) > len(want) {
		t.Errorf("%d bytes of %d are sent; packed: %v", len(packed), len(want), !plain)
	}
	z, err := gzip.NewReader(strings.NewReader(packed))
	b.ok(err)
	got, err := io.ReadAll(z)
	b.ok(err)
	if string(got) != want {
		t.Error("the packed page is another")
	}
	var page wire.PullAnswer
	b.ok(json.Unmarshal(got, &page))
	if len(page.Rows) < 200 {
		t.Errorf("%d rows", len(page.Rows))
	}
}

// pageBytes are the bytes that are sent for the page after a cursor, and whether they are plain.
func pageBytes(b *bench, d officetest.Desk, cursor, accept string) (body string, plain bool) {
	b.Helper()
	q, err := json.Marshal(wire.PullRequest{Cursor: cursor})
	b.ok(err)
	r := d.Request(b.Context(), http.MethodPost, "/v1/pull", q)
	if accept != "" {
		r.Header.Set("Accept-Encoding", accept)
	}
	w := httptest.NewRecorder()
	d.Handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		b.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Body.String(), w.Header().Get("Content-Encoding") == ""
}
