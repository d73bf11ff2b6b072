package mail

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"permanence/clients"
	"permanence/clients/dispatch"
	"permanence/clients/dispatch/postbox"
)

func deadline(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// box opens a postbox, and the settings with which it is reached.
func box(t *testing.T, o postbox.Options) (*postbox.Server, Settings) {
	t.Helper()
	b, err := postbox.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, b.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	return b, Settings{
		Host: b.Host(), Port: b.Port(), Security: o.Security, User: o.User,
		From: "bureau@bureau.example", FromName: "Bureau Marchand", CA: ca,
	}
}

func sender(s Settings, password string) *Sender {
	return New(func() (Settings, string, error) { return s, password, nil }, tapes{})
}

func TestSend(t *testing.T) {
	for _, security := range []string{StartTLS, TLS, Plain} {
		for _, user := range []string{"", "sophie"} {
			t.Run(security+" "+user, func(t *testing.T) {
				b, s := box(t, postbox.Options{Security: security, User: user, Password: "secret"})
				if err := sender(s, "secret").Send(deadline(t), urgentJob()); err != nil {
					t.Fatal(err)
				}
				mails, err := b.Wait(deadline(t), 1)
				if err != nil {
					t.Fatal(err)
				}
				m := mails[0]
				if m.From != s.From || len(m.To) != 1 || m.To[0] != "cabinet@durand.example" {
					t.Errorf("from %s to %s", m.From, m.To)
				}
				if m.MessageID != "0192@permanence" || !strings.HasPrefix(m.Subject, "[Urgent] Message de Mme Lefèvre") {
					t.Errorf("Message-ID %q, subject %q", m.MessageID, m.Subject)
				}
				if strings.TrimSpace(m.Text) != strings.TrimSpace(urgentText) {
					t.Errorf("text\n%s\nwant\n%s", m.Text, urgentText)
				}
			})
		}
	}
}

func TestTestMail(t *testing.T) {
	b, s := box(t, postbox.Options{Security: StartTLS, User: "sophie", Password: "secret"})
	if err := Test(deadline(t), s, "secret", "sophie@bureau.example"); err != nil {
		t.Fatal(err)
	}
	mails, err := b.Wait(deadline(t), 1)
	if err != nil || mails[0].Subject != "Permanence : essai d’envoi" {
		t.Errorf("%v, %v", mails, err)
	}
	wantError(t, "wrong password", Test(deadline(t), s, "guess", "sophie@bureau.example"), CodeAuth, true, "535")
	wantError(t, "no address", Test(deadline(t), s, "secret", "sophie"), CodeAddress, true, "sophie")
}

func TestChangedSettingsAreUsedAtOnce(t *testing.T) {
	b, s := box(t, postbox.Options{Security: StartTLS, User: "sophie", Password: "secret"})
	password := "guess"
	sender := New(func() (Settings, string, error) { return s, password, nil }, tapes{})
	wantError(t, "wrong password", sender.Send(deadline(t), urgentJob()), CodeAuth, true, "535")
	password = "secret"
	if err := sender.Send(deadline(t), urgentJob()); err != nil {
		t.Error(err)
	}
	if n := len(b.Mails()); n != 1 {
		t.Errorf("%d mails; want 1", n)
	}
}

func TestServersThatRefuse(t *testing.T) {
	tests := []struct {
		fault     postbox.Fault
		code      string
		temporary bool
		words     string
	}{
		{postbox.Defer, CodeDeferred, true, "451 4.3.0 Mailbox busy, try again later"},
		{postbox.Reject, CodeRefused, false, "550 5.1.1 No such mailbox here"},
		{postbox.RejectText, CodeRefused, false, "554 5.6.0 Message refused"},
		{postbox.WrongPassword, CodeAuth, true, "535 5.7.8 Authentication failed"},
		{postbox.HangUp, CodeUnreachable, true, ""},
	}
	for _, tt := range tests {
		b, s := box(t, postbox.Options{Security: StartTLS, User: "sophie", Password: "secret"})
		b.Behave(tt.fault)
		err := sender(s, "secret").Send(deadline(t), urgentJob())
		wantError(t, string(tt.fault), err, tt.code, tt.temporary, tt.words)
		if n := len(b.Mails()); n != 0 {
			t.Errorf("%s: %d mails arrived", tt.fault, n)
		}
	}
}

func TestASilentServerIsLeftWhenTheContextEnds(t *testing.T) {
	b, s := box(t, postbox.Options{Security: StartTLS})
	b.Behave(postbox.Silence)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err := sender(s, "").Send(ctx, urgentJob())
	wantError(t, "silence", err, CodeUnreachable, true, "deadline exceeded")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v does not say that time ran out", err)
	}
}

func TestSettingsThatCannotWork(t *testing.T) {
	b, good := box(t, postbox.Options{Security: StartTLS, User: "sophie", Password: "secret"})
	noCA := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(noCA, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		spoil func(*Settings)
		code  string
		words string
	}{
		{"no server", func(s *Settings) { s.Host = "" }, CodeUnconfigured, "no mail server"},
		{"no address", func(s *Settings) { s.From = "Bureau" }, CodeUnconfigured, `"Bureau"`},
		{"unknown security", func(s *Settings) { s.Security = "" }, CodeUnconfigured, "security"},
		{"in clear over the net", func(s *Settings) { s.Host, s.Security = "192.0.2.1", Plain }, CodeInsecure, "192.0.2.1"},
		{"in clear to a name", func(s *Settings) { s.Host, s.Security = "localhost.example", Plain }, CodeInsecure, "localhost.example"},
		{"no such CA file", func(s *Settings) { s.CA += ".gone" }, CodeTLS, "no such file"},
		{"a CA file without certificate", func(s *Settings) { s.CA = noCA }, CodeTLS, "no certificate"},
		{"a server nobody vouches for", func(s *Settings) { s.CA = "" }, CodeTLS, "unknown authority"},
		{"TLS where STARTTLS is spoken", func(s *Settings) { s.Security = TLS }, CodeTLS, ""},
		{"no user", func(s *Settings) { s.User = "" }, CodeAuth, "530"},
		{"nobody listens", func(s *Settings) { s.Port = closedPort(t) }, CodeUnreachable, "refused"},
	}
	for _, tt := range tests {
		s := good
		tt.spoil(&s)
		wantError(t, tt.name, sender(s, "secret").Send(deadline(t), urgentJob()), tt.code, true, tt.words)
	}
	if n := len(b.Mails()); n != 0 {
		t.Errorf("%d mails arrived", n)
	}
}

func TestAServerWithoutSTARTTLSGetsNothing(t *testing.T) {
	b, s := box(t, postbox.Options{Security: Plain, User: "sophie", Password: "secret"})
	s.Security = StartTLS
	wantError(t, "no STARTTLS", sender(s, "secret").Send(deadline(t), urgentJob()), CodeTLS, true, "STARTTLS")
	if n := len(b.Mails()); n != 0 {
		t.Errorf("%d mails arrived in clear", n)
	}
}

func TestAServerWithoutAuthenticationIsNotSentTo(t *testing.T) {
	_, s := box(t, postbox.Options{Security: StartTLS})
	s.User = "sophie"
	wantError(t, "no AUTH", sender(s, "secret").Send(deadline(t), urgentJob()), CodeAuth, true, "authentication")
}

func TestSettingsThatCannotBeRead(t *testing.T) {
	locked := errors.New("the keyring is locked")
	s := New(func() (Settings, string, error) { return Settings{}, "", locked }, tapes{})
	err := s.Send(deadline(t), urgentJob())
	wantError(t, "keyring", err, CodeUnconfigured, true, "keyring")
	if !errors.Is(err, locked) {
		t.Errorf("%v hides its cause", err)
	}
}

func TestABadAddressFailsWithoutASession(t *testing.T) {
	job := urgentJob()
	for _, address := range []string{"", "durand", "a@b.fr>\r\nRCPT TO:<x@y.fr", "a@b.fr, c@d.fr"} {
		job.Delivery.Recipient.Address = address
		s := Settings{Host: "192.0.2.1", Security: StartTLS, From: "bureau@bureau.example"}
		wantError(t, address, sender(s, "").Send(deadline(t), job), CodeAddress, false, "address")
	}
}

// A server may say anything, in any order, and stop anywhere.
func TestNonsenseFromTheServerIsAPassingFault(t *testing.T) {
	scripts := map[string]string{
		"nothing":            "",
		"no SMTP":            "HTTP/1.1 400 Bad Request\r\n\r\n",
		"no service":         "554 no service here\r\n",
		"an endless line":    strings.Repeat("2", 1<<20),
		"a bad reply":        "220 hello\r\n2x0 what\r\n2x0 what\r\n",
		"busy":               "421 busy\r\n",
		"a broken off reply": "220 hello\r\n250-one\r\n",
	}
	for name, script := range scripts {
		s := Settings{Host: "127.0.0.1", Port: recite(t, script), Security: Plain, From: "a@b.fr"}
		err := sender(s, "").Send(deadline(t), urgentJob())
		var e *Error
		if !errors.As(err, &e) || !e.Temporary() || e.Words() == "" {
			t.Errorf("%s: %v; want a passing fault", name, err)
		}
	}
}

// recite listens, says its piece to whoever calls, and hangs up.
func recite(t *testing.T, script string) (port int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	t.Cleanup(func() { _ = l.Close(); <-ended })
	go func() {
		defer close(ended)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		_, _ = io.WriteString(c, script)
	}()
	return l.Addr().(*net.TCPAddr).Port
}

func closedPort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func wantError(t *testing.T, what string, err error, code string, temporary bool, says string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Errorf("%s: %v; want %s", what, err, code)
		return
	}
	if e.Code() != code || e.Temporary() != temporary || !strings.Contains(e.Words(), says) {
		t.Errorf("%s: %s, temporary %v, %q; want %s, %v, %q", what, e.Code(), e.Temporary(), e.Words(), code, temporary, says)
	}
}

// The runner understands the sender: what was refused fails, what was deferred waits.
func TestTheRunnerUnderstands(t *testing.T) {
	b, s := box(t, postbox.Options{Security: StartTLS})
	want := map[postbox.Fault]clients.DeliveryState{
		postbox.Healthy: clients.Sent, postbox.Reject: clients.Failed, postbox.Defer: clients.Waiting,
	}
	for fault, state := range want {
		b.Behave(fault)
		changed := make(chan clients.Delivery, 1)
		ctx, cancel := context.WithCancel(deadline(t))
		r := dispatch.NewRunner(&single{job: urgentJob()}, map[string]dispatch.Sender{"mail": sender(s, "")},
			time.Now, func(d clients.Delivery) { changed <- d }, slog.New(slog.DiscardHandler))
		ended := make(chan struct{})
		go func() { defer close(ended); r.Run(ctx) }()
		select {
		case d := <-changed:
			if d.State != state {
				t.Errorf("%q: %s (%s); want %s", fault, d.State, d.Error, state)
			}
		case <-ctx.Done():
			t.Errorf("%q: nothing came of it", fault)
		}
		cancel()
		<-ended
	}
}

// single is an outbox that holds one delivery until something came of it.
type single struct {
	job  dispatch.Job
	done bool // touched by the runner's goroutine alone
}

func (q *single) Due(context.Context, time.Time, int) ([]dispatch.Job, error) {
	if q.done {
		return nil, nil
	}
	return []dispatch.Job{q.job}, nil
}

func (q *single) Sent(context.Context, clients.ID, time.Time) error { return q.end() }

func (q *single) Retry(context.Context, clients.ID, time.Time, string) error { return q.end() }

func (q *single) Fail(context.Context, clients.ID, string) error { return q.end() }

func (q *single) end() error {
	q.done = true
	return nil
}
