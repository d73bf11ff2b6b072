package service

import (
	"context"
	"errors"
	"strings"
	"time"

	"permanence/clients"
	"permanence/clients/dispatch"
	"permanence/clients/dispatch/mail"
	"permanence/store/office"
	"permanence/store/secret"
)

// secretOfMail is the name under which the mail server's password is kept.
const secretOfMail = "mail"

// courier carries the bureau's messages out, with the settings that hold then.
func (s *Service) courier(in *opened) *dispatch.Runner {
	settings := func() (mail.Settings, string, error) {
		m, err := s.mail(context.Background(), in.db)
		if err != nil {
			return m, "", err
		}
		word, err := s.mailPassword()
		return m, word, err
	}
	senders := map[string]dispatch.Sender{"mail": mail.New(settings, in.office)}
	return dispatch.NewRunner(outbox{in.office.Queue(), s, in}, senders, s.o.Now, func(clients.Delivery) {}, s.o.Log)
}

// outbox is the bureau's, of which this process takes up nothing that it could not
// send: of several offices one may not have been told the mail server's password.
type outbox struct {
	office.Queue
	s  *Service
	in *opened
}

// Due takes up what is due.
func (o outbox) Due(ctx context.Context, now time.Time, limit int) ([]dispatch.Job, error) {
	if mute, err := o.s.mute(ctx, o.in.db); err != nil || mute {
		return nil, err
	}
	return o.Queue.Due(ctx, now, limit)
}

// mute reports whether the mail server wants a password that this folder does not have.
func (s *Service) mute(ctx context.Context, db *office.Database) (bool, error) {
	m, err := s.mail(ctx, db)
	if err != nil || m.User == "" {
		return false, err
	}
	word, err := s.mailPassword()
	return word == "", err
}

func (s *Service) mail(ctx context.Context, db *office.Database) (m mail.Settings, err error) {
	_, err = s.get(ctx, db, settingMail, &m)
	return m, err
}

// mailPassword is the mail server's; a server may want none.
func (s *Service) mailPassword() (string, error) {
	word, err := s.secrets.Get(secretOfMail)
	if errors.Is(err, secret.ErrNotFound) {
		return "", nil
	}
	return word, err
}

// mailHost is the right side of Message-IDs: the domain that mails come from.
func (s *Service) mailHost(ctx context.Context, db *office.Database) string {
	m, err := s.mail(ctx, db)
	if err != nil {
		return ""
	}
	_, host, _ := strings.Cut(m.From, "@")
	return host
}
