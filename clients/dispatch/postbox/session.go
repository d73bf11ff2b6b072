package postbox

import (
	"crypto/subtle"
	"io"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// session is one connection of a mail client.
type session struct {
	server   *Server
	admitted bool
	from     string
	to       []string
}

var _ smtp.AuthSession = (*session)(nil)

func (s *Server) session(*smtp.Conn) (smtp.Session, error) {
	return &session{server: s, admitted: s.options.User == ""}, nil
}

// AuthMechanisms lists what is announced after EHLO.
func (s *session) AuthMechanisms() []string {
	if s.server.options.User == "" {
		return nil
	}
	return []string{sasl.Plain, sasl.Login}
}

// Auth begins an authentication.
func (s *session) Auth(mech string) (sasl.Server, error) {
	switch mech {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, user, password string) error { return s.admit(user, password) }), nil
	case sasl.Login:
		return &login{admit: s.admit}, nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

func (s *session) admit(user, password string) error {
	fault, _ := s.server.mood()
	o := s.server.options
	ok := subtle.ConstantTimeCompare([]byte(user+"\x00"+password), []byte(o.User+"\x00"+o.Password)) == 1
	if !ok || fault == WrongPassword {
		return smtp.ErrAuthFailed
	}
	s.admitted = true
	return nil
}

// Mail begins a mail.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.admitted {
		// RFC 4954 section 6.
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	for fault, mended := s.server.mood(); fault == Silence; fault, mended = s.server.mood() {
		<-mended
	}
	s.from = from
	return nil
}

// Rcpt takes a recipient.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch fault, _ := s.server.mood(); fault {
	case Defer:
		return errDeferred
	case Reject:
		return errRejected
	}
	s.to = append(s.to, to)
	return nil
}

// Data receives the mail and keeps it.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if fault, _ := s.server.mood(); fault == RejectText {
		return errTextRejected
	}
	s.server.keep(parse(s.from, s.to, raw))
	return nil
}

// Reset forgets the mail begun.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout ends the session.
func (s *session) Logout() error { return nil }

// login is the server's side of the LOGIN mechanism, which has no RFC
// (draft-murchison-sasl-login): it asks for the name, then for the password.
type login struct {
	admit func(user, password string) error
	asked int
	user  string
}

// Next takes an answer and asks the next question.
func (l *login) Next(answer []byte) (challenge []byte, done bool, err error) {
	if answer == nil && l.asked == 0 {
		l.asked = 1
		return []byte("Username:"), false, nil
	}
	if l.asked <= 1 { // the name came with the command, or after the question
		l.user, l.asked = string(answer), 2
		return []byte("Password:"), false, nil
	}
	return nil, true, l.admit(l.user, string(answer))
}
