package service

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"permanence/clients"
	"permanence/clients/dispatch/mail"
	"permanence/store/office"
)

// SocketName is the socket's file in the office's folder.
const SocketName = "office.sock"

// maxRequest bounds a request, in bytes.
const maxRequest = 1 << 20

// ErrNotRunning says that no office runs in a folder.
var ErrNotRunning = errors.New("service: no office is running in this folder")

// Request is what a command asks of the running office.
type Request struct {
	Do       string           `json:"do"`
	Desk     string           `json:"desk,omitempty"`     // of "revoke": its ID or name
	Name     string           `json:"name,omitempty"`     // of "pair" and the operators
	Password string           `json:"password,omitempty"` // of the operators and of "mail"
	Operator clients.Operator `json:"operator,omitzero"`
	Clients  []string         `json:"clients,omitempty"` // of "operator.add": IDs or names
	Mail     *mail.Settings   `json:"mail,omitempty"`    // to keep; nil to read
	To       string           `json:"to,omitempty"`      // of "mail.test"
	Path     string           `json:"path,omitempty"`    // of "backup" and "restore"
	Access   *AccessQuery     `json:"access,omitempty"`  // of "access"
	Held     clients.ID       `json:"held,omitempty"`    // of "held.judge"
	Admit    bool             `json:"admit,omitempty"`   // of "held.judge"; else it is discarded
	Reason   string           `json:"reason,omitempty"`  // of "held.judge"
	Erase    clients.Erase    `json:"erase,omitzero"`    // of "erase": of a client the name does too
	Find     office.Wanted    `json:"find,omitzero"`     // of "erase.find"
	// Addresses are those of "addresses.set", where desks reach the bureau's offices.
	Addresses []string `json:"addresses,omitempty"`
}

// Reply answers a request.
type Reply struct {
	OK        bool               `json:"ok"`
	Code      string             `json:"code,omitempty"`  // of a refusal: the word for the sentence
	Error     string             `json:"error,omitempty"` // of a refusal
	Pairing   string             `json:"pairing,omitempty"`
	Until     time.Time          `json:"until,omitzero"`
	Operators []clients.Operator `json:"operators,omitempty"`
	Mail      *mail.Settings     `json:"mail,omitempty"`
	Status    *Status            `json:"status,omitempty"`
	Backup    *Backup            `json:"backup,omitempty"`
	Access    []Reading          `json:"access,omitempty"`
	Addresses []string           `json:"addresses,omitempty"`
	Held      []office.Held      `json:"held,omitempty"`
	Found     []office.Erasable  `json:"found,omitempty"`
}

// Refused is an answer that says no.
type Refused struct{ code, text string }

// Error is the reason, in English.
func (e *Refused) Error() string { return e.text }

// Code is the word by which the sentence is found.
func (e *Refused) Code() string { return e.code }

// Ask sends a request to the office that runs in a folder. It waits as long as the
// office works: a back-up may take minutes.
func Ask(ctx context.Context, dir string, q Request) (Reply, error) {
	var reply Reply
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unix", filepath.Join(dir, SocketName))
	if err != nil {
		return reply, fmt.Errorf("%w (%s)", ErrNotRunning, dir)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	if err := json.NewEncoder(conn).Encode(q); err != nil {
		return reply, fmt.Errorf("service: %w", err)
	}
	if err := json.NewDecoder(bufio.NewReader(conn)).Decode(&reply); err != nil {
		return reply, fmt.Errorf("service: %w", err)
	}
	if !reply.OK {
		return reply, &Refused{reply.Code, reply.Error}
	}
	return reply, nil
}

// control is the socket. Only the user of the office can open it, and one connection
// asks one thing.
type control struct {
	s       *Service
	ln      net.Listener
	ctx     context.Context // ends when it closes
	cancel  context.CancelFunc
	running sync.WaitGroup
}

// listen opens the socket. One that a killed office left is replaced: the folder's
// lock has shown that none runs.
func listen(dir string, s *Service) (*control, error) {
	path := filepath.Join(dir, SocketName)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	ln, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	c := &control{s: s, ln: ln}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.running.Go(c.accept)
	return c, nil
}

func (c *control) close() error {
	err := c.ln.Close()
	c.cancel()
	c.running.Wait()
	return err
}

func (c *control) accept() {
	for {
		conn, err := c.ln.Accept()
		if err != nil {
			return
		}
		c.running.Go(func() { c.serve(conn) })
	}
}

// sayWithin is how long a command may take to say what it wants.
const sayWithin = 5 * time.Second

func (c *control) serve(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetReadDeadline(time.Now().Add(sayWithin)) // a local socket takes deadlines
	lines := bufio.NewScanner(conn)
	lines.Buffer(make([]byte, 4096), maxRequest)
	if !lines.Scan() {
		return
	}
	var q Request
	reply, err := Reply{}, json.Unmarshal(lines.Bytes(), &q)
	if err == nil {
		reply, err = c.s.answer(c.ctx, q)
	}
	reply.OK = err == nil
	if err != nil {
		reply.Code, reply.Error = codeOf(err), err.Error()
	}
	_ = json.NewEncoder(conn).Encode(reply) // who asked has gone
}
