package dispatch

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"permanence/clients"
)

// GiveUpAfter is how long, at the least, a delivery is tried while its fault is
// a passing one. It counts the time spent trying, not the time the desk was off.
const GiveUpAfter = 5 * 24 * time.Hour

// steps are the pauses after the first attempts; the last one goes on.
var steps = []time.Duration{
	10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute,
}

// maxAttempts spans GiveUpAfter with the last pause alone.
var maxAttempts = len(steps) + int(GiveUpAfter/steps[len(steps)-1])

// verdict is the delivery as it stands after an attempt.
func verdict(o outcome, now time.Time) clients.Delivery {
	d := o.job.Delivery
	d.Attempts++
	d.NextTry, d.Error = time.Time{}, ""
	switch {
	case o.err == nil:
		d.State, d.SentAt = clients.Sent, now
	case permanent(o.err) || d.Attempts >= maxAttempts:
		d.State, d.Error = clients.Failed, words(o.err)
	default:
		d.State, d.Error = clients.Waiting, words(o.err)
		d.NextTry = now.Add(pause(d.Attempts))
	}
	return d
}

// pause is how long to wait after so many attempts: a step, and up to a fifth
// more, so that what failed together is not tried again all at once.
func pause(attempts int) time.Duration {
	step := steps[min(attempts, len(steps))-1]
	return step + rand.N(step/5)
}

// reply is an error by which a sender says what the server answered. Both methods
// are asked for: errors of package net have a Temporary of another meaning.
type reply interface {
	error
	Temporary() bool
	Words() string
}

func permanent(err error) bool {
	var r reply
	return errors.As(err, &r) && !r.Temporary()
}

func words(err error) string {
	var r reply
	if errors.As(err, &r) {
		return r.Words()
	}
	return err.Error()
}

// noSenderError refuses a channel that this program does not have.
type noSenderError string

// Error names the channel.
func (e noSenderError) Error() string { return "dispatch: " + e.Words() }

// Words names the channel.
func (e noSenderError) Words() string { return fmt.Sprintf("no sender for channel %q", string(e)) }

// Temporary reports that another try would not help.
func (e noSenderError) Temporary() bool { return false }
