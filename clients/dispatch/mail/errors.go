package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/textproto"
	"strings"
)

// The codes of what can go wrong; the window finds its sentences under them.
const (
	CodeUnconfigured  = "mail.unconfigured"   // no server, or no address to send from
	CodeInsecure      = "mail.insecure"       // no encryption asked for, and not this machine
	CodeUnreachable   = "mail.unreachable"    // no connection, or it was lost, or silence
	CodeTLS           = "mail.tls"            // no encryption, or a certificate nobody trusts
	CodeAuth          = "mail.auth"           // user name or password
	CodeSenderRefused = "mail.sender-refused" // the server does not send from our address
	CodeAddress       = "mail.address"        // the recipient's address cannot be one
	CodeRefused       = "mail.refused"        // this recipient or this message, for good
	CodeDeferred      = "mail.deferred"       // the server asks to try again later
)

// Error says why a mail did not leave.
type Error struct {
	code  string
	words string
	final bool
	err   error
}

// Error writes the code and the words for a log.
func (e *Error) Error() string { return e.code + ": " + e.words }

// Code is the word by which the window finds the sentence for the operator.
func (e *Error) Code() string { return e.code }

// Words is what the server answered, or what the network reported.
func (e *Error) Words() string { return e.words }

// Temporary reports whether trying again can help without a new message or a
// new address. Faults of the settings are temporary: they will be corrected.
func (e *Error) Temporary() bool { return !e.final }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.err }

func newError(code string, err error) *Error {
	return &Error{code: code, words: words(err), err: err}
}

// words gives the reply of a server as it was: "550 5.1.1 No such mailbox here".
func words(err error) string {
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return fmt.Sprintf("%03d %s", reply.Code, strings.Join(strings.Fields(reply.Msg), " "))
	}
	return err.Error()
}

// step is a step of the SMTP session.
type step struct {
	code  string // when the server refuses here for good (5yz)
	final bool   // whether such a refusal ends the delivery
}

// The steps in their order. A refusal before RCPT is about this desk and not
// about the message, so it ends nothing.
var (
	stepGreeting = step{code: CodeUnreachable}
	stepTLS      = step{code: CodeTLS}
	stepAuth     = step{code: CodeAuth}
	stepFrom     = step{code: CodeSenderRefused}
	stepRcpt     = step{code: CodeRefused, final: true}
	stepData     = step{code: CodeRefused, final: true}
)

// fault judges an error of this step.
func (s step) fault(ctx context.Context, err error) *Error {
	var reply *textproto.Error
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return newError(CodeUnreachable, fmt.Errorf("%w: %w", context.Cause(ctx), err))
	case untrusted(err):
		return newError(CodeTLS, err)
	case !errors.As(err, &reply):
		return newError(s.silent(), err)
	case wantsLogin(reply.Code):
		return newError(CodeAuth, err)
	case reply.Code < 500:
		return newError(CodeDeferred, err)
	}
	e := newError(s.code, err)
	e.final = s.final
	return e
}

// silent is the code of a fault without any reply of the server. In the middle
// of TLS or authentication it is about these; elsewhere the line broke.
func (s step) silent() string {
	if s == stepTLS || s == stepAuth {
		return s.code
	}
	return CodeUnreachable
}

// wantsLogin recognises the replies about credentials, which some servers give
// only at MAIL FROM (RFC 4954 section 6).
func wantsLogin(code int) bool {
	return code == 530 || code == 534 || code == 535 || code == 538
}

func untrusted(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		record       tls.RecordHeaderError
		alert        tls.AlertError
		unknown      x509.UnknownAuthorityError
		host         x509.HostnameError
	)
	return errors.As(err, &verification) || errors.As(err, &record) || errors.As(err, &alert) ||
		errors.As(err, &unknown) || errors.As(err, &host)
}
