package postbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"
)

// The tests speak to the postbox with the standard library's client.

const letter = "From: Sophie <sophie@example.fr>\r\n" +
	"To: durand@example.fr\r\n" +
	"Subject: =?UTF-8?q?Message_de_Mme_Lef=C3=A8vre?=\r\n" +
	"Message-ID: <1@permanence>\r\n" +
	"Content-Type: multipart/alternative; boundary=x\r\n" +
	"\r\n" +
	"--x\r\nContent-Type: text/html\r\n\r\n<p>bonjour\r\n" +
	"--x\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
	"rappeler apr=C3=A8s midi\r\n.\r\nmerci\r\n--x--\r\n"

func open(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func deadline(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func trust(s *Server) *tls.Config {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(s.CA())
	return &tls.Config{RootCAs: pool, ServerName: s.Host(), MinVersion: tls.VersionTLS12}
}

// connect dials and says hello, over TLS unless the server has none.
func connect(t *testing.T, s *Server) (*smtp.Client, error) {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(deadline(t), "tcp", s.Addr())
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = conn.Close() })
	if s.options.Security == "tls" {
		conn = tls.Client(conn, trust(s))
	}
	c, err := smtp.NewClient(conn, s.Host())
	if err != nil {
		return nil, err
	}
	if ok, _ := c.Extension("STARTTLS"); ok {
		err = c.StartTLS(trust(s))
	}
	return c, err
}

func post(c *smtp.Client, to ...string) error {
	if err := c.Mail("sophie@example.fr"); err != nil {
		return err
	}
	for _, r := range to {
		if err := c.Rcpt(r); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(letter)); err != nil {
		return err
	}
	return w.Close()
}

func TestMailIsReceivedAndRead(t *testing.T) {
	for _, security := range []string{"", "starttls", "tls", "none"} {
		t.Run(security, func(t *testing.T) {
			s := open(t, Options{Security: security})
			c, err := connect(t, s)
			if err != nil {
				t.Fatal(err)
			}
			if err := post(c, "durand@example.fr", "caron@example.fr"); err != nil {
				t.Fatal(err)
			}
			mails, err := s.Wait(deadline(t), 1)
			if err != nil || len(mails) != 1 {
				t.Fatalf("%d mails, %v; want 1", len(mails), err)
			}
			m := mails[0]
			if m.From != "sophie@example.fr" || !slices.Equal(m.To, []string{"durand@example.fr", "caron@example.fr"}) {
				t.Errorf("envelope from %s to %s", m.From, m.To)
			}
			if m.Subject != "Message de Mme Lefèvre" || m.MessageID != "1@permanence" {
				t.Errorf("subject %q, Message-ID %q", m.Subject, m.MessageID)
			}
			if m.Text != "rappeler après midi\n.\nmerci" {
				t.Errorf("text %q", m.Text)
			}
			if !strings.Contains(string(m.Raw), "=C3=A8s midi") {
				t.Errorf("raw %q", m.Raw)
			}
		})
	}
}

func TestAuthentication(t *testing.T) {
	mechanisms := map[string]func(password string) smtp.Auth{
		"PLAIN": func(p string) smtp.Auth { return smtp.PlainAuth("", "sophie", p, "127.0.0.1") },
		"LOGIN": func(p string) smtp.Auth { return &loginAuth{answers: []string{"sophie", p}} },
		"LOGIN with the name at once": func(p string) smtp.Auth {
			return &loginAuth{first: []byte("sophie"), answers: []string{p}}
		},
	}
	for name, auth := range mechanisms {
		t.Run(name, func(t *testing.T) {
			s := open(t, Options{User: "sophie", Password: "secret"})
			c, err := connect(t, s)
			if err != nil {
				t.Fatal(err)
			}
			wantCode(t, "without authentication", post(c, "durand@example.fr"), 530)
			wantCode(t, "with a wrong password", c.Auth(auth("guess")), 535)

			c, err = connect(t, s) // net/smtp ends the session after a refusal
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Auth(auth("secret")); err != nil {
				t.Fatal(err)
			}
			if err := post(c, "durand@example.fr"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestNoPasswordCrossesThePlainNet(t *testing.T) {
	s := open(t, Options{User: "sophie", Password: "secret"})
	conn, err := new(net.Dialer).DialContext(deadline(t), "tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	c, err := smtp.NewClient(conn, s.Host())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if ok, _ := c.Extension("AUTH"); ok {
		t.Error("AUTH is offered before STARTTLS")
	}
}

func TestFaults(t *testing.T) {
	codes := map[Fault]int{Defer: 451, Reject: 550, RejectText: 554}
	for fault, code := range codes {
		s := open(t, Options{})
		c, err := connect(t, s)
		if err != nil {
			t.Fatal(err)
		}
		s.Behave(fault)
		wantCode(t, string(fault), post(c, "durand@example.fr"), code)
		s.Behave(Healthy)
		if err := c.Reset(); err != nil {
			t.Fatal(err)
		}
		if err := post(c, "durand@example.fr"); err != nil {
			t.Errorf("after %s: %v", fault, err)
		}
		if n := len(s.Mails()); n != 1 {
			t.Errorf("%s: %d mails kept; want only the one accepted", fault, n)
		}
	}
}

func TestHangUp(t *testing.T) {
	s := open(t, Options{})
	s.Behave(HangUp)
	if _, err := connect(t, s); err == nil {
		t.Error("a server that hangs up has greeted")
	}
	s.Behave(Healthy)
	if _, err := connect(t, s); err != nil {
		t.Error(err)
	}
}

func TestWrongPassword(t *testing.T) {
	s := open(t, Options{User: "sophie", Password: "secret"})
	s.Behave(WrongPassword)
	c, err := connect(t, s)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, "the right password", c.Auth(smtp.PlainAuth("", "sophie", "secret", s.Host())), 535)
}

func TestSilenceLastsUntilMended(t *testing.T) {
	s := open(t, Options{})
	c, err := connect(t, s)
	if err != nil {
		t.Fatal(err)
	}
	s.Behave(Silence)
	posted := make(chan error, 1)
	go func() { posted <- post(c, "durand@example.fr") }()
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if mails, err := s.Wait(short, 1); !errors.Is(err, context.DeadlineExceeded) || len(mails) != 0 {
		t.Errorf("Wait() = %d mails, %v; want to have waited in vain", len(mails), err)
	}
	s.Behave(Healthy)
	if err := <-posted; err != nil {
		t.Error(err)
	}
	if _, err := s.Wait(deadline(t), 1); err != nil {
		t.Error(err)
	}
}

func TestOnlyTheNewestAreKept(t *testing.T) {
	s := open(t, Options{Keep: 3})
	c, err := connect(t, s)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if err := post(c, fmt.Sprintf("r%d@example.fr", i)); err != nil {
			t.Fatal(err)
		}
	}
	mails, err := s.Wait(deadline(t), 5)
	if err != nil {
		t.Fatal(err)
	}
	var to []string
	for _, m := range mails {
		to = append(to, m.To...)
	}
	if want := []string{"r2@example.fr", "r3@example.fr", "r4@example.fr"}; !slices.Equal(to, want) {
		t.Errorf("kept the mails to %s; want %s", to, want)
	}
}

func TestStartRefuses(t *testing.T) {
	if _, err := Start(Options{Security: "ssl"}); err == nil {
		t.Error("an unknown security was taken")
	}
	s := open(t, Options{})
	if _, err := Start(Options{Addr: s.Addr()}); err == nil {
		t.Error("an address in use was taken")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(letter))
	f.Add([]byte("Subject: x\r\n\r\nhello"))
	f.Add([]byte("Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a"))
	f.Add([]byte("Content-Transfer-Encoding: base64\r\n\r\nYm9uam91cg=="))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if m := parse("a", []string{"b"}, raw); string(m.Raw) != string(raw) {
			t.Errorf("raw was changed")
		}
	})
}

func wantCode(t *testing.T, what string, err error, code int) {
	t.Helper()
	var reply *textproto.Error
	if !errors.As(err, &reply) || reply.Code != code {
		t.Errorf("%s: %v; want %d", what, err, code)
	}
}

// loginAuth is the client's side of LOGIN, which net/smtp lacks.
type loginAuth struct {
	first   []byte
	answers []string
}

func (a *loginAuth) Start(*smtp.ServerInfo) (string, []byte, error) { return "LOGIN", a.first, nil }

func (a *loginAuth) Next(_ []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	answer := a.answers[0]
	a.answers = a.answers[1:]
	return []byte(answer), nil
}
