package office

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"unicode/utf8"

	"permanence/store/wire"
)

// Refusal is an answer that says no: a status of HTTP and the wire's word for it.
type Refusal struct {
	Status int
	Answer wire.Error
}

// Error names the word and the reason.
func (r *Refusal) Error() string { return "office: " + r.Answer.Code + ": " + r.Answer.Detail }

func refuse(status int, code, format string, args ...any) *Refusal {
	return &Refusal{Status: status, Answer: wire.Error{Code: code, Detail: fmt.Sprintf(format, args...)}}
}

// retryAfter is what a desk is told when the office could not do what it asked, in
// seconds.
const retryAfter = 2

// notReady is a failure of the office's own. What it was is for the log, and not for
// the desk.
var notReady = &Refusal{
	Status: http.StatusServiceUnavailable,
	Answer: wire.Error{Code: "not-ready", Detail: "the office could not do this now", Retry: retryAfter},
}

// maxDepth is how deeply a request's JSON may be nested; a client's card needs seven.
const maxDepth = 32

// read takes a request's body in, of at most limit bytes.
func read(r *http.Request, w http.ResponseWriter, limit int64, into any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return refuse(http.StatusRequestEntityTooLarge, "too-large", "more than %d bytes", limit)
	case err != nil:
		return refuse(http.StatusBadRequest, "bad-request", "the body ended early: %v", err)
	}
	return decode(body, into)
}

// decode reads a request's JSON: UTF-8, since PostgreSQL takes nothing else, and not
// deeper than anybody needs.
func decode(body []byte, into any) error {
	if !utf8.Valid(body) || depth(body) > maxDepth {
		return refuse(http.StatusBadRequest, "bad-request", "no JSON of an office")
	}
	if err := json.Unmarshal(body, into); err != nil {
		return refuse(http.StatusBadRequest, "bad-request", "%v", err)
	}
	return nil
}

// depth is how deeply a JSON text is nested, whatever else is wrong with it.
func depth(text []byte) int {
	deepest, now, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{', c == '[':
			now++
			deepest = max(deepest, now)
		case c == '}', c == ']':
			now--
		}
	}
	return deepest
}

// write sends an answer.
func write(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	sendJSON(w, status, body)
	return nil
}

func sendJSON(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the desk has gone: it will ask again
}

// worthPacking is how long an answer must be to be sent compressed, in bytes: below it
// the time on the line is that of one packet anyway.
const worthPacking = 4 << 10

// writePacked sends an answer that may be long, compressed if the desk takes that
// (RFC 9110 §12.5.3). The quickest level gives most of what there is to gain.
func writePacked(w http.ResponseWriter, r *http.Request, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Vary", "Accept-Encoding")
	if len(body) >= worthPacking && takesGzip(r) {
		w.Header().Set("Content-Encoding", "gzip")
		if body, err = packed(body); err != nil {
			return err
		}
	}
	sendJSON(w, http.StatusOK, body)
	return nil
}

// takesGzip reports whether a desk asked for gzip. Go's client says so in one word.
func takesGzip(r *http.Request) bool { return r.Header.Get("Accept-Encoding") == "gzip" }

func packed(body []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err == nil {
		_, err = z.Write(body)
	}
	if err == nil {
		err = z.Close()
	}
	return b.Bytes(), err
}

func writeRefusal(w http.ResponseWriter, r *Refusal) {
	if r.Answer.Retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(r.Answer.Retry))
	}
	_ = write(w, r.Status, r.Answer) // an Error can be written as JSON
}
