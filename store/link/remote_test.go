package link

import (
	"compress/gzip"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"permanence/store/wire"
)

// TestPackedAnswers: what comes compressed is unpacked, and not without bound: a
// thousandth of what it unpacks to is enough for a bomb.
func TestPackedAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		detail int
		want   error
	}{"a page": {detail: 1 << 20}, "a bomb": {detail: 64 * wire.MaxBody, want: errTooLong}} {
		t.Run(name, func(t *testing.T) {
			office := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Accept-Encoding") != "gzip" {
					t.Error("nothing compressed is asked for")
				}
				w.Header().Set("Content-Encoding", "gzip")
				z := gzip.NewWriter(w)
				_, _ = z.Write([]byte(`{"cursor":"`))
				for piece := strings.Repeat("x", 1<<16); c.detail > 0; c.detail -= len(piece) {
					if _, err := z.Write([]byte(piece)); err != nil {
						return // the desk has heard enough
					}
				}
				_, _ = z.Write([]byte(`"}`))
				_ = z.Close()
			}))
			defer office.Close()
			config := office.Client().Transport.(*http.Transport).TLSClientConfig
			remote := NewRemote(strings.TrimPrefix(office.URL, "https://"), Transport(config))
			defer remote.Close()
			page, err := remote.Pull(t.Context(), wire.PullRequest{})
			if !errors.Is(err, c.want) || c.want == nil && len(page.Cursor) != 1<<20 {
				t.Errorf("%d bytes, %v; want the error %v", len(page.Cursor), err, c.want)
			}
		})
	}
}
