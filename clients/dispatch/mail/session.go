package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

const (
	dialTimeout    = 15 * time.Second
	sessionTimeout = 90 * time.Second
)

// session is one SMTP session with one mail in it.
type session struct {
	ctx      context.Context
	settings Settings
	password string
	smtp     *smtp.Client
}

// transmit carries one mail to one recipient. It returns nil as soon as the
// server has accepted it, whatever happens to the connection afterwards.
func transmit(ctx context.Context, s Settings, password, to string, mail io.WriterTo) error {
	if err := s.check(); err != nil {
		return err
	}
	config, err := s.tls()
	if err != nil {
		return err
	}
	conn, err := dial(ctx, s)
	if err != nil {
		return newError(CodeUnreachable, err)
	}
	defer conn.Close()
	// The SMTP client knows deadlines but not contexts.
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	ses := &session{ctx: ctx, settings: s, password: password}
	if e := ses.begin(conn, config); e != nil {
		return e
	}
	if e := ses.post(to, mail); e != nil {
		return e
	}
	_ = ses.smtp.Quit() // a courtesy; the mail is theirs already
	return nil
}

func dial(ctx context.Context, s Settings) (net.Conn, error) {
	dialer := net.Dialer{Timeout: dialTimeout}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.port())))
	if err != nil {
		return nil, err
	}
	return conn, conn.SetDeadline(time.Now().Add(sessionTimeout))
}

// begin goes from the greeting to the end of the authentication.
func (s *session) begin(conn net.Conn, config *tls.Config) *Error {
	literal := addressLiteral(conn.LocalAddr())
	if s.settings.Security == TLS {
		secured := tls.Client(conn, config)
		if err := secured.HandshakeContext(s.ctx); err != nil {
			return stepTLS.fault(s.ctx, err)
		}
		conn = secured
	}
	client, err := smtp.NewClient(conn, s.settings.Host)
	if err != nil {
		return stepGreeting.fault(s.ctx, err)
	}
	client.SkipSMTPUTF8(true) // our addresses are ASCII
	s.smtp = client
	if err := client.Hello(literal); err != nil {
		return stepGreeting.fault(s.ctx, err)
	}
	if s.settings.Security == StartTLS {
		if err := s.startTLS(config); err != nil {
			return stepTLS.fault(s.ctx, err)
		}
	}
	return stepAuth.fault(s.ctx, s.authenticate())
}

// startTLS insists: a server that does not offer it gets nothing (RFC 3207).
func (s *session) startTLS(config *tls.Config) error {
	if ok, _ := s.smtp.Extension("STARTTLS"); !ok {
		return errors.New("the server does not offer STARTTLS")
	}
	return s.smtp.StartTLS(config)
}

func (s *session) authenticate() error {
	if s.settings.User == "" {
		return nil
	}
	ok, offered := s.smtp.Extension("AUTH")
	if !ok {
		return errors.New("the server does not offer authentication")
	}
	for mechanism := range strings.FieldsSeq(offered) {
		if auth := s.mechanism(mechanism); auth != nil {
			return s.smtp.Auth(auth)
		}
	}
	return errors.New("the server offers no way to authenticate that is known here: " + offered)
}

// mechanism prepares one way to authenticate, nil when it is not known. Names
// and passwords in clear are allowed because by now the connection is encrypted,
// or does not leave this machine (Settings.check).
func (s *session) mechanism(name string) smtp.Auth {
	user, host := s.settings.User, s.settings.Host
	switch strings.ToUpper(name) {
	case "PLAIN":
		return smtp.PlainAuth("", user, s.password, host, true)
	case "LOGIN":
		return smtp.LoginAuth(user, s.password, host, true)
	case "SCRAM-SHA-256":
		return smtp.ScramSHA256Auth(user, s.password)
	case "CRAM-MD5":
		return smtp.CRAMMD5Auth(user, s.password)
	}
	return nil
}

// post hands the mail over (RFC 5321 section 3.3).
func (s *session) post(to string, mail io.WriterTo) *Error {
	if err := s.smtp.Mail("<" + s.settings.From + ">"); err != nil {
		return stepFrom.fault(s.ctx, err)
	}
	if err := s.smtp.Rcpt("<" + to + ">"); err != nil {
		return stepRcpt.fault(s.ctx, err)
	}
	w, err := s.smtp.Data()
	if err != nil {
		return stepData.fault(s.ctx, err)
	}
	if _, err := mail.WriteTo(w); err != nil {
		// Not closed: that would end the text as if it were whole.
		return stepData.fault(s.ctx, err)
	}
	return stepData.fault(s.ctx, w.Close())
}

// addressLiteral is how a machine without a name of its own in the DNS presents
// itself (RFC 5321 section 4.1.3), without telling its name to the world.
func addressLiteral(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	switch {
	case !ok:
		return "[127.0.0.1]"
	case tcp.IP.To4() != nil:
		return "[" + tcp.IP.String() + "]"
	}
	return "[IPv6:" + tcp.IP.String() + "]"
}
