package postbox

import (
	"context"
	"net"

	"github.com/emersion/go-smtp"
)

// Fault is a way to misbehave.
type Fault string

// The faults. Each lasts until the next Behave.
const (
	Healthy       Fault = ""
	HangUp        Fault = "hang-up"        // every connection is closed before a word is said
	Defer         Fault = "defer"          // 451 to every recipient: try again later
	Reject        Fault = "reject"         // 550 to every recipient: never
	RejectText    Fault = "reject-text"    // 554 to every text, after its recipients were taken
	WrongPassword Fault = "wrong-password" // 535 to every password
	Silence       Fault = "silence"        // no answer to MAIL FROM
)

// Behave sets the fault of the server from now on, for open connections too.
func (s *Server) Behave(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
	close(s.mended)
	s.mended = make(chan struct{})
}

func (s *Server) mood() (Fault, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fault, s.mended
}

// The answers of a server that misbehaves.
var (
	errDeferred = &smtp.SMTPError{
		Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Mailbox busy, try again later",
	}
	errRejected = &smtp.SMTPError{
		Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such mailbox here",
	}
	errTextRejected = &smtp.SMTPError{
		Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "Message refused",
	}
)

// moody is a listener that hangs up on everybody while the server is told to.
type moody struct {
	net.Listener
	server *Server
}

// Accept waits for the next connection that is not hung up on.
func (m *moody) Accept() (net.Conn, error) {
	for {
		c, err := m.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if fault, _ := m.server.mood(); fault != HangUp {
			return c, nil
		}
		_ = c.Close()
	}
}

// Wait blocks until n mails have been received since Start, and returns those
// that are kept, oldest first.
func (s *Server) Wait(ctx context.Context, n int) ([]Mail, error) {
	for {
		s.mu.Lock()
		received, arrived := s.received, s.arrived
		s.mu.Unlock()
		if received >= n {
			return s.Mails(), nil
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return s.Mails(), ctx.Err()
		}
	}
}
