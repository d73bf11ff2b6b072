package dispatch

import (
	"context"
	"time"

	"permanence/clients"
)

// Job is one delivery with all that is needed to carry it out.
type Job struct {
	Delivery clients.Delivery
	Message  clients.Message
	Client   clients.Client // zero when the message is for an unknown called number
	Operator clients.Operator
}

// Queue is the outbox. Each method returns after its commit.
type Queue interface {
	// Due lists waiting deliveries whose next try is not after now, the longest
	// waiting first, at most limit.
	Due(ctx context.Context, now time.Time, limit int) ([]Job, error)
	// Sent counts an attempt and records that the recipient's server accepted.
	Sent(ctx context.Context, id clients.ID, at time.Time) error
	// Retry counts an attempt and keeps the delivery waiting until next.
	Retry(ctx context.Context, id clients.ID, next time.Time, words string) error
	// Fail counts an attempt and gives the delivery up until a person retries it.
	Fail(ctx context.Context, id clients.ID, words string) error
}

// Sender carries a job over one channel. It returns nil only once the recipient's
// server has taken responsibility, and returns soon after ctx ends.
//
// An error that has both Temporary() bool and Words() string tells by the first
// whether to try again, and by the second what the operator is shown. Any other
// error is taken for a passing fault.
type Sender interface {
	Send(ctx context.Context, job Job) error
}
