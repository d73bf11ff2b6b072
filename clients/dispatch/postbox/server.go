package postbox

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

const (
	maxMailBytes = 4 << 20
	defaultKeep  = 200
	idleTimeout  = 5 * time.Minute
)

// Options say how a postbox stands. The zero value listens on a free port of the
// loopback, offers STARTTLS, and asks for no password.
type Options struct {
	Addr     string // "127.0.0.1:0" when empty
	Security string // "starttls", also when empty; "tls"; "none"
	User     string // when set, nobody sends without this name and password
	Password string
	Keep     int // the newest mails kept in memory; 200 when 0
}

// Server is a postbox that listens.
type Server struct {
	options  Options
	listener net.Listener
	smtp     *smtp.Server
	ca       []byte
	served   chan struct{} // closed when the listener is done

	mu       sync.Mutex
	fault    Fault
	mended   chan struct{} // closed when the fault changes
	mails    []Mail
	received int
	arrived  chan struct{} // closed at the next mail
}

// Start listens and serves until Close.
func Start(o Options) (*Server, error) {
	s := &Server{
		options: o, served: make(chan struct{}),
		mended: make(chan struct{}), arrived: make(chan struct{}),
	}
	authority, err := newAuthority()
	if err != nil {
		return nil, fmt.Errorf("postbox: certificate: %w", err)
	}
	s.ca = authority.pem
	if err := s.listen(authority.leaf); err != nil {
		return nil, fmt.Errorf("postbox: %w", err)
	}
	go func() {
		defer close(s.served)
		_ = s.smtp.Serve(s.listener) // ends with Close
	}()
	return s, nil
}

func (s *Server) listen(cert tls.Certificate) error {
	addr := s.options.Addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	s.listener = &moody{Listener: l, server: s}
	s.smtp = smtp.NewServer(smtp.BackendFunc(s.session))
	s.smtp.Domain = "postbox.localhost"
	s.smtp.MaxMessageBytes = maxMailBytes
	s.smtp.MaxRecipients = 50
	s.smtp.ReadTimeout, s.smtp.WriteTimeout = idleTimeout, idleTimeout
	s.smtp.ErrorLog = log.New(io.Discard, "", 0)
	config := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	switch s.options.Security {
	case "", "starttls":
		s.smtp.TLSConfig = config
	case "tls":
		s.listener = tls.NewListener(s.listener, config)
	case "none":
		s.smtp.AllowInsecureAuth = true
	default:
		return fmt.Errorf("unknown security %q", s.options.Security)
	}
	return nil
}

// Addr is where the postbox listens, "127.0.0.1:40123".
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Host is the IP address where the postbox listens.
func (s *Server) Host() string { return s.listener.Addr().(*net.TCPAddr).IP.String() }

// Port is the TCP port where the postbox listens.
func (s *Server) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// CA is the certificate that signed the server's, in PEM, for clients to trust.
func (s *Server) CA() []byte { return s.ca }

// Close stops listening and hangs up on everybody.
func (s *Server) Close() error {
	s.Behave(Healthy) // lets go of who hangs
	err := s.smtp.Close()
	// Serve may not have begun, and then does not know its listener yet.
	if lerr := s.listener.Close(); !errors.Is(lerr, net.ErrClosed) {
		err = errors.Join(err, lerr)
	}
	<-s.served
	return err
}
