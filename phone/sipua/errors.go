package sipua

import (
	"errors"
	"fmt"
	"time"

	"permanence/phone"
)

// The codes of errors that an operator must be told about.
const (
	CodeRefused     = "line.refused"     // the registrar said no
	CodeUnreachable = "line.unreachable" // nobody answered there
	CodeBadConfig   = "line.bad-config"  // the line cannot work as configured

	CodeCertificateName   = "line.certificate-name"   // it is another server's
	CodeCertificateDates  = "line.certificate-dates"  // it is expired, or not valid yet
	CodeCertificateIssuer = "line.certificate-issuer" // nobody we trust gave it
)

// LineError says why a line does not work.
type LineError struct {
	Status int // SIP status behind it, 0 if none
	code   string
	err    error
	after  time.Duration // how long the server asks us to wait, 0 if it does not
}

// Error is the detail for the log.
func (e *LineError) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("%v (%d)", e.err, e.Status)
	}
	return e.err.Error()
}

// Unwrap gives the cause.
func (e *LineError) Unwrap() error { return e.err }

// Code is one of the codes above.
func (e *LineError) Code() string { return e.code }

func refused(status int, words string) *LineError {
	return &LineError{Status: status, code: CodeRefused, err: fmt.Errorf("the registrar refused: %s", words)}
}

func unreachable(status int, err error) *LineError {
	return &LineError{Status: status, code: CodeUnreachable, err: err}
}

func badConfig(format string, args ...any) *LineError {
	return &LineError{code: CodeBadConfig, err: fmt.Errorf(format, args...)}
}

func certificateFault(code, format string, args ...any) *LineError {
	return &LineError{code: code, err: fmt.Errorf(format, args...)}
}

// another tells whether another server may still take the line: this one was not
// there, or is not the one it should be.
func (e *LineError) another() bool { return e.code != CodeRefused && e.code != CodeBadConfig }

// asLineError gives any failure of a line its code; what has none is the network's.
func asLineError(err error) *LineError {
	if le, ok := errors.AsType[*LineError](err); ok {
		return le
	}
	return unreachable(0, err)
}

// state is the line's state that this error means.
func (e *LineError) state() phone.LineState {
	switch e.code {
	case CodeRefused:
		return phone.LineRefused
	case CodeUnreachable:
		return phone.LineUnreachable
	}
	return phone.LineFailed // until somebody sets it, or the server's certificate, right
}
