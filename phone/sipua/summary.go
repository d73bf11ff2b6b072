package sipua

import (
	"bytes"
	"strconv"
	"strings"
)

// waiting are the voice messages at a server (RFC 3842).
type waiting struct{ fresh, old int }

// maxWaiting bounds a count that somebody tells us.
const maxWaiting = 99999

// readSummary reads an application/simple-message-summary: with CRLF or bare LF,
// its names in any case. A server that tells no counts tells whether there are any.
func readSummary(body []byte) (w waiting, ok bool) {
	any := false
	for line := range bytes.Lines(body[:min(len(body), maxNews)]) {
		name, value, found := strings.Cut(string(line), ":")
		if !found {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "messages-waiting":
			ok, any = true, strings.EqualFold(value, "yes")
		case "voice-message":
			if n, counted := readCounts(value); counted {
				return n, true
			}
		}
	}
	if any {
		w.fresh = 1
	}
	return w, ok
}

// readCounts reads "new/old", perhaps with the urgent among them: "2/8 (0/2)".
func readCounts(s string) (waiting, bool) {
	s, _, _ = strings.Cut(s, "(")
	fresh, old, ok := strings.Cut(s, "/")
	if !ok {
		return waiting{}, false
	}
	a, err1 := strconv.Atoi(strings.TrimSpace(fresh))
	b, err2 := strconv.Atoi(strings.TrimSpace(old))
	if err1 != nil || err2 != nil || a < 0 || b < 0 || a > maxWaiting || b > maxWaiting {
		return waiting{}, false
	}
	return waiting{a, b}, true
}
