package service

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"permanence/clients"
	"permanence/clients/dispatch/mail"
	"permanence/store/office"
	"permanence/store/office/door"
	"permanence/store/shared"
)

// ErrNotHeld says that nothing of this ID waits to be judged.
var ErrNotHeld = errors.New("service: nothing of this ID is held")

// ErrNoClient says that no client, or more than one, is called so.
var ErrNoClient = errors.New("service: no one client is called so")

// codes are the words for what is refused.
var codes = map[error]string{
	door.ErrNameTaken: "office.name-taken", door.ErrWeakPassword: "office.weak-password",
	door.ErrNoOperator: "office.no-operator", door.ErrNoDesk: "office.no-desk", ErrNoClient: "office.no-client", ErrNotHeld: "office.not-held",
	office.ErrElsewhere: "office.elsewhere", ErrOtherBureau: "office.other-bureau",
	ErrBadAddress: "office.bad-address", office.ErrItself: "office.itself", office.ErrNoBackup: "office.no-backup",
	fs.ErrNotExist: "system.no-file", fs.ErrPermission: "system.forbidden", syscall.ENOSPC: "store.disk-full",
}

func codeOf(err error) string {
	for known, code := range codes {
		if errors.Is(err, known) {
			return code
		}
	}
	var coded interface{ Code() string }
	if errors.As(err, &coded) {
		return coded.Code()
	}
	return ""
}

// answer carries a command out. Putting a back-up back waits for the others.
func (s *Service) answer(ctx context.Context, q Request) (Reply, error) {
	if q.Do == "restore" {
		return Reply{}, s.restore(ctx, q.Path)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.in == nil {
		return Reply{}, ErrNotRunning
	}
	return s.do(ctx, s.in, q)
}

func (s *Service) do(ctx context.Context, in *opened, q Request) (r Reply, err error) {
	switch q.Do {
	case "pair":
		code, until, err := in.door.Invite(ctx, q.Name)
		return Reply{Pairing: code.String(), Until: until}, err
	case "revoke":
		return r, s.revoke(ctx, in, q.Desk)
	case "operator.add":
		return r, s.addOperator(ctx, in, q)
	case "operator.password":
		return r, in.door.SetPassword(ctx, q.Name, q.Password)
	case "operator.leave":
		return r, in.door.Dismiss(ctx, q.Name)
	case "operator.list":
		r.Operators, err = in.door.Operators(ctx)
		return r, err
	case "held":
		r.Held, err = in.office.Held(ctx)
		return r, err
	case "held.judge":
		return r, s.judgeHeld(ctx, in, q)
	case "mail":
		r.Mail, err = s.keepMail(ctx, in, q)
		return r, err
	case "mail.test":
		return r, s.testMail(ctx, in, q.To)
	case "erase":
		return r, s.erase(ctx, in, q)
	case "erase.find":
		r.Found, err = in.office.Find(ctx, q.Find)
		return r, err
	case "addresses", "addresses.set":
		r.Addresses, err = s.keepAddresses(ctx, in, q)
		return r, err
	case "status":
		r.Status, err = s.status(ctx, in)
		return r, err
	case "access":
		r.Access, err = s.access(ctx, in, q.Access)
		return r, err
	case "backup":
		b, err := s.backup(ctx, in, filepath.Clean(q.Path))
		return Reply{Backup: &b}, err
	}
	return r, fmt.Errorf("service: no command %q", q.Do)
}

// revoke ends the desk of an ID, or the only one of a name.
func (s *Service) revoke(ctx context.Context, in *opened, desk string) error {
	st, err := in.office.Status(ctx)
	if err != nil {
		return err
	}
	var meant []clients.ID
	for _, d := range st.Desks {
		if string(d.ID) == desk || strings.EqualFold(d.Name, desk) && d.Revoked.IsZero() {
			meant = append(meant, d.ID)
		}
	}
	if len(meant) != 1 {
		return door.ErrNoDesk
	}
	if err := in.door.Revoke(ctx, meant[0]); err != nil {
		return err
	}
	return in.ledger.keep(ctx, in)
}

// judgeHeld lets a held change in, or discards it, in nobody's name: whoever may
// command the office may do all.
func (s *Service) judgeHeld(ctx context.Context, in *opened, q Request) error {
	list, err := in.office.Held(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(h office.Held) bool { return h.ID == q.Held }) {
		return ErrNotHeld
	}
	result, err := in.office.Apply(ctx, clients.Mutation{
		ID: in.office.NewID(), At: in.office.Now(),
		Change: clients.JudgeHeld{Conflict: q.Held, Admit: q.Admit, Reason: q.Reason},
	})
	if err != nil || !q.Admit {
		return err
	}
	if result.Outcome == shared.Refused {
		return &Refused{result.Code, result.Detail}
	}
	return s.admitted(ctx, in, q.Held)
}

// admitted says so when a change that was let in could not be carried out any more.
func (s *Service) admitted(ctx context.Context, in *opened, held clients.ID) error {
	c, err := in.office.Conflict(ctx, held)
	if err == nil && c.Settled == nil {
		err = &Refused{c.Code, "it cannot be carried out any more: " + c.Code}
	}
	return err
}

func (s *Service) addOperator(ctx context.Context, in *opened, q Request) error {
	known, err := in.office.Clients(ctx)
	if err != nil {
		return err
	}
	card := q.Operator
	for _, said := range q.Clients {
		id, err := find(known, said)
		if err != nil {
			return err
		}
		card.Clients = append(card.Clients, id)
	}
	_, err = in.door.AddOperator(ctx, card, q.Password)
	return err
}

// find tells which client is meant: by the ID, or by a name that only one has.
func find(list []clients.Client, said string) (clients.ID, error) {
	var meant []clients.ID
	for _, c := range list {
		if string(c.ID) == said {
			return c.ID, nil
		}
		if strings.EqualFold(c.Name, said) {
			meant = append(meant, c.ID)
		}
	}
	if len(meant) != 1 {
		return "", fmt.Errorf("%w: %q", ErrNoClient, said)
	}
	return meant[0], nil
}

// keepMail keeps the mail settings, or tells them. The password never comes back.
func (s *Service) keepMail(ctx context.Context, in *opened, q Request) (*mail.Settings, error) {
	if q.Mail != nil {
		if err := s.set(ctx, in.db, settingMail, q.Mail); err != nil {
			return nil, err
		}
	}
	if q.Password != "" {
		if err := s.secrets.Set(secretOfMail, q.Password); err != nil {
			return nil, err
		}
	}
	m, err := s.mail(ctx, in.db)
	return &m, err
}

func (s *Service) testMail(ctx context.Context, in *opened, to string) error {
	m, err := s.mail(ctx, in.db)
	if err != nil {
		return err
	}
	word, err := s.mailPassword()
	if err != nil {
		return err
	}
	return mail.Test(ctx, m, word, to)
}
