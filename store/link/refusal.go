package link

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"permanence/store/wire"
	"permanence/store/wire/pairing"
)

// The office's words that change how a desk stands with it.
const (
	saysNoSession = "no-session"
	saysForbidden = "forbidden"
	saysRevoked   = "revoked"
	saysTooOld    = "too-old"
	saysTooLarge  = "too-large"
	saysBad       = "bad-request"
	saysNotReady  = "not-ready"
	saysRestored  = "restored"
	saysUnvouched = "unvouched"
)

// Refusal is an office's answer that says no.
type Refusal struct {
	Status int // of HTTP
	Said   wire.Error
}

// Error names the word and the reason.
func (r *Refusal) Error() string {
	return fmt.Sprintf("link: the office says %s (%d): %s", r.Said.Code, r.Status, r.Said.Detail)
}

// Code is the word by which the window finds the sentence for the operator:
// "office." and what the office said.
func (r *Refusal) Code() string { return "office." + r.Said.Code }

// says reports whether an error is an office's refusal with one of these words.
func says(err error, words ...string) bool {
	var r *Refusal
	if !errors.As(err, &r) {
		return false
	}
	for _, w := range words {
		if r.Said.Code == w {
			return true
		}
	}
	return false
}

// wrong gives a refusal at the door the word of what was typed wrong: who is forbidden to
// come in has no right to anything else either, and must be told what to mend.
func wrong(what string, err error) error {
	if !says(err, saysForbidden) {
		return err
	}
	return &Error{code: "office.wrong-" + what, text: "wrong " + what, err: err}
}

// retryIn is how long an office asks to be left alone.
func retryIn(err error) time.Duration {
	var r *Refusal
	if !errors.As(err, &r) {
		return 0
	}
	return time.Duration(r.Said.Retry) * time.Second
}

// Error is a failure on the desk's side of the line.
type Error struct {
	code string
	text string
	err  error
}

// Error says what went wrong.
func (e *Error) Error() string {
	if e.err == nil {
		return "link: " + e.text
	}
	return "link: " + e.text + ": " + e.err.Error()
}

// Unwrap gives the underlying error, nil when there is none.
func (e *Error) Unwrap() error { return e.err }

// Code is the word by which the window finds the sentence for the operator.
func (e *Error) Code() string { return e.code }

// The failures that have a name.
var (
	// ErrLinked refuses to make a desk of one office a desk of another.
	ErrLinked = &Error{code: "office.linked", text: "this desk belongs to another office"}
	// ErrOlder is an office that speaks no protocol of this program.
	ErrOlder = &Error{code: "office.older", text: "the office is older than this program"}
	// ErrStranger is an office of another bureau.
	ErrStranger = &Error{code: "office.stranger", text: "this is the office of another bureau"}
)

// unsure wraps why a booking was not decided.
func unsure(err error) error {
	return &Error{code: "office.unsure", text: "the office has not decided in time", err: err}
}

// undecided reports whether an office has said neither yes nor no to a booking.
func undecided(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.code == "office.unsure"
}

// lost wraps why no answer came. Who answered and was not the office is worth another
// sentence than nobody.
func lost(doing string, err error) error {
	if errors.Is(err, pairing.ErrNotTheOffice) {
		return &Error{code: ErrStranger.code, text: doing, err: err}
	}
	return &Error{code: "office.unreachable", text: doing, err: err}
}

// ofTheLine reports whether an error is about the office or the way to it, and not about
// this desk's own disk.
func ofTheLine(err error) bool {
	var (
		refusal *Refusal
		own     *Error
	)
	return errors.As(err, &refusal) || errors.As(err, &own)
}

// outOfTime reports whether an answer was on its way for too long, for itself or for
// others that were asked meanwhile.
func outOfTime(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errLeft)
}

// refusalOf reads a refusal. What stands between desk and office may answer too, and
// not in our words.
func refusalOf(answer *http.Response) error {
	r := &Refusal{Status: answer.StatusCode}
	if err := readJSON(answer.Body, &r.Said); err != nil || r.Said.Code == "" {
		r.Said = wire.Error{Code: saysNotReady, Detail: answer.Status}
	}
	return r
}
