package door

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"permanence/store/office"
	"permanence/store/wire"
)

// maxRequest bounds what is said at the door, in bytes.
const maxRequest = 64 << 10

// answer serves what is the door's own: an action gives the body, or a refusal.
func (d *Door) answer(do func(w http.ResponseWriter, r *http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), d.Limits.Body)
		defer cancel()
		c, until := http.NewResponseController(w), time.Now().Add(d.Limits.Body)
		if err := errors.Join(c.SetReadDeadline(until), c.SetWriteDeadline(until)); err != nil {
			d.Log.Error("door: a connection without time-outs", "err", err)
			return
		}
		body, err := do(w, r.WithContext(ctx))
		if err != nil {
			d.refuse(w, r, err)
			return
		}
		send(w, http.StatusOK, body)
	})
}

// refuse says no, and logs what is the office's own failure.
func (d *Door) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var refusal *office.Refusal
	if !errors.As(err, &refusal) {
		d.Log.Error("door: "+r.URL.Path, "err", err)
		refusal = refuse(http.StatusServiceUnavailable, "not-ready", "the office could not do this now")
		refusal.Answer.Retry = 5
	}
	if refusal.Answer.Retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(refusal.Answer.Retry))
	}
	send(w, refusal.Status, refusal.Answer)
}

func refuse(status int, code, format string, args ...any) *office.Refusal {
	return &office.Refusal{Status: status, Answer: wire.Error{Code: code, Detail: fmt.Sprintf(format, args...)}}
}

// slowDown refuses who must wait, and says how long.
func slowDown(wait time.Duration) *office.Refusal {
	r := refuse(http.StatusTooManyRequests, "slow-down", "too many wrong tries")
	r.Answer.Retry = int(math.Ceil(wait.Seconds()))
	return r
}

func send(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // who asked has gone: it will ask again
}

func receive(w http.ResponseWriter, r *http.Request, into any) error {
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(into)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return refuse(http.StatusRequestEntityTooLarge, "too-large", "more than %d bytes", maxRequest)
	case err != nil:
		return refuse(http.StatusBadRequest, "bad-request", "%v", err)
	}
	return nil
}
