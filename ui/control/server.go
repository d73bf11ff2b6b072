package control

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"permanence/ui/desk"
)

// SocketName is the socket's file in the desk's folder.
const SocketName = "ctl.sock"

// maxRequest bounds one request line, in bytes.
const maxRequest = 64 << 10

// Core is the running desk as the server needs it.
type Core interface {
	Send(desk.Event)
	State() desk.State
	Subscribe() (<-chan desk.State, func())
}

// Request is one line from a program.
type Request struct {
	Do     string `json:"do"`
	Call   string `json:"call,omitempty"`
	Line   string `json:"line,omitempty"`
	Client string `json:"client,omitempty"` // its ID
	Number string `json:"number,omitempty"`
	Digits string `json:"digits,omitempty"`
	On     *bool  `json:"on,omitempty"`     // of "dnd" and "forward"
	Reason string `json:"reason,omitempty"` // of "away", in the operator's words
	Ticket string `json:"ticket,omitempty"` // of "takeover"; "" is the one that waited longest
	Text   string `json:"text,omitempty"`   // of "type"

	// Of "pair", "login" and "book".
	Address  string `json:"address,omitempty"`
	Code     string `json:"code,omitempty"`
	Name     string `json:"name,omitempty"` // the desk's, the operator's or the caller's
	Password string `json:"password,omitempty"`

	// Of "calls": what the list is narrowed to, and where its page begins.
	Kind   string    `json:"kind,omitempty"`
	Query  string    `json:"query,omitempty"`
	Before time.Time `json:"before,omitzero"`
	Limit  int       `json:"limit,omitempty"`
}

// Reply answers a request. Error is one English sentence.
type Reply struct {
	OK     bool    `json:"ok"`
	Error  string  `json:"error,omitempty"`
	Call   string  `json:"call,omitempty"` // the call a command went to
	Status *Status `json:"status,omitempty"`
	Calls  *Calls  `json:"calls,omitempty"`
	Record *Record `json:"record,omitempty"`
}

// Config is what a server drives and reads. All must be set.
type Config struct {
	Core   Core
	Stats  StatsOf
	Faults func() Faults
	Past   Past
	Log    *slog.Logger
}

// Server listens on the desk's socket.
type Server struct {
	c  Config
	ln net.Listener

	ctx    context.Context // ends when the server closes
	cancel context.CancelFunc

	mu     sync.Mutex
	conns  map[net.Conn]bool
	closed bool
	wg     sync.WaitGroup
}

// Listen opens the socket in the desk's folder, which only the user can enter
// (0700), with mode 0600, and serves until Close. A socket left by a desk that
// was killed is replaced: the folder's lock has shown that no desk runs.
func Listen(dir string, c Config) (*Server, error) {
	path := filepath.Join(dir, SocketName)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("control: old socket: %w", err)
	}
	ln, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("control: %w", err), ln.Close())
	}
	s := &Server{c: c, ln: ln, conns: map[net.Conn]bool{}}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.wg.Go(s.accept)
	return s, nil
}

// Close stops listening, hangs up on the programs and waits for their goroutines.
func (s *Server) Close() error {
	err := s.ln.Close()
	s.cancel()
	s.mu.Lock()
	s.closed = true
	for c := range s.conns {
		_ = c.Close() // wakes its goroutine, which ends
	}
	s.mu.Unlock()
	s.wg.Wait()
	return err
}

func (s *Server) accept() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return
		}
		if !s.admit(conn) {
			_ = conn.Close() // it came while we close
			return
		}
		s.wg.Go(func() { s.serve(conn) })
	}
}

// admit notes a connection for Close to hang up on, unless that is over already.
func (s *Server) admit(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.conns[conn] = true
	}
	return !s.closed
}

func (s *Server) serve(conn net.Conn) {
	defer func() {
		s.mu.Lock()
		delete(s.conns, conn)
		s.mu.Unlock()
		_ = conn.Close()
	}()
	lines := bufio.NewScanner(conn)
	lines.Buffer(make([]byte, 4096), maxRequest)
	out := json.NewEncoder(conn)
	for lines.Scan() {
		var r Request
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			_ = out.Encode(Reply{Error: "not a JSON request: " + err.Error()})
			continue
		}
		if r.Do == "watch" {
			s.watch(out, conn)
			return
		}
		if out.Encode(s.answer(r)) != nil {
			return
		}
	}
}

// watch writes what happens until the program hangs up.
func (s *Server) watch(out *json.Encoder, conn net.Conn) {
	states, cancel := s.c.Core.Subscribe()
	defer cancel()
	gone := make(chan struct{})
	s.wg.Go(func() {
		defer close(gone)
		_, _ = conn.Read(make([]byte, 1)) // returns when either side closes
	})
	last := <-states
	if out.Encode(Happening{Event: "status", Status: s.status(last)}) != nil {
		return
	}
	for {
		select {
		case <-gone:
			return
		case next := <-states:
			for _, h := range between(&last, &next, s.c.Stats) {
				if out.Encode(h) != nil {
					return
				}
			}
			last = next
		}
	}
}

// status describes a state with what only the devices know.
func (s *Server) status(st desk.State) *Status {
	out := StatusOf(st, s.c.Stats)
	out.Sound.Faults = s.c.Faults()
	return &out
}

// answer carries one request out.
func (s *Server) answer(r Request) Reply {
	st := s.c.Core.State()
	switch r.Do {
	case "status":
		return Reply{OK: true, Status: s.status(st)}
	case "calls", "call":
		return s.past(s.ctx, r)
	}
	events, call, err := eventsFor(&st, r)
	if err != nil {
		return Reply{Error: err.Error()}
	}
	for _, e := range events {
		s.c.Core.Send(e)
	}
	return Reply{OK: true, Call: string(call)}
}
