package mail

import (
	"context"
	"fmt"

	"permanence/clients"
	"permanence/clients/dispatch"
)

// Sender sends jobs of the channel "mail". It may be used by several goroutines.
type Sender struct {
	settings func() (Settings, string, error)
	sounds   Sounds
}

var _ dispatch.Sender = (*Sender)(nil)

// New makes a sender that asks for its settings and password at each message, and
// finds what callers have spoken in sounds.
func New(settings func() (settings Settings, password string, err error), sounds Sounds) *Sender {
	return &Sender{settings: settings, sounds: sounds}
}

// Send composes the mail of a job and returns nil once the server has accepted
// it. What the settings, the network and the server say against it is an *Error.
func (s *Sender) Send(ctx context.Context, job dispatch.Job) error {
	settings, password, err := s.settings()
	if err != nil {
		return newError(CodeUnconfigured, err)
	}
	to := job.Delivery.Recipient.Address
	if !clients.ValidEmail(to) {
		e := newError(CodeAddress, fmt.Errorf("%q is not a mail address", to))
		e.final = true
		return e
	}
	if err := settings.check(); err != nil {
		return err
	}
	mail, err := compose(settings, job, listen(ctx, s.sounds, job.Message))
	if err != nil {
		return err
	}
	return transmit(ctx, settings, password, to, mail)
}

// Test sends a short mail to an address with settings that need not be kept, for
// the test button. Errors are *Error.
func Test(ctx context.Context, settings Settings, password, to string) error {
	if !clients.ValidEmail(to) {
		return newError(CodeAddress, fmt.Errorf("%q is not a mail address", to))
	}
	if err := settings.check(); err != nil {
		return err
	}
	return transmit(ctx, settings, password, to, composeTest(settings, to))
}
