package simulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/diago"
	"github.com/emiago/diago/media"
	"github.com/emiago/sipgo"
)

// linger is for the library's goroutines that still take in a request, and tell nobody
// when they are done: a late one opens a socket, which Close must find.
const linger = 100 * time.Millisecond

// ErrClosed is returned by Call once Close was called.
var ErrClosed = errors.New("simulator: closed")

// Config says where a simulator is, and what it does with calls that come in.
type Config struct {
	Bind    string                   // host:port for SIP over UDP; port 0 picks one. The host is an IP address
	Receive func(Incoming) Reception // what to do with a call; nil refuses all, 480
	Report  func(Incoming, Outcome)  // told when a received call is over; may be nil
	Log     *slog.Logger             // of faults; nil discards
	// NoTransfer refuses every REFER, 405, as many an operator's trunk does.
	NoTransfer bool
}

// Simulator is one party, with one address and any number of calls at once.
type Simulator struct {
	config Config
	agent  *diago.Diago
	ua     *sipgo.UserAgent
	socket *listener
	served sync.WaitGroup

	living context.Context // of all calls; ended by Close
	end    context.CancelFunc

	mu     sync.Mutex
	closed bool
	calls  sync.WaitGroup
}

// New starts a simulator; it hears calls when New returns.
func New(c Config) (*Simulator, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	socket, err := listen(c.Bind)
	if err != nil {
		return nil, err
	}
	ua, err := sipgo.NewUA(sipgo.WithUserAgent("simulator"), sipgo.WithUserAgentHostname(socket.host()))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("simulator: %w", err), socket.Close())
	}
	server, err := sipgo.NewServer(ua, sipgo.WithServerLogger(c.Log))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("simulator: %w", err), ua.Close(), socket.Close())
	}
	s := &Simulator{config: c, ua: ua, socket: socket}
	s.living, s.end = context.WithCancel(context.Background())
	s.agent = newAgent(ua, server, socket, c)
	s.agent.HandleFunc(s.receive)
	s.served.Go(func() { s.serve(server) })
	<-socket.reading
	return s, nil
}

func newAgent(ua *sipgo.UserAgent, server *sipgo.Server, socket *listener, c Config) *diago.Diago {
	return diago.NewDiago(ua,
		diago.WithLogger(c.Log),
		diago.WithServer(server),
		diago.WithServerRequestMiddleware(guarded(c)),
		diago.WithTransport(diago.Transport{Transport: "udp", BindHost: socket.host(), BindPort: socket.port()}),
		diago.WithMediaConfig(diago.MediaConfig{Codecs: []media.Codec{
			media.CodecAudioAlaw, media.CodecAudioUlaw, media.CodecTelephoneEvent8000,
		}}))
}

func (s *Simulator) serve(server *sipgo.Server) {
	err := func() (err error) {
		defer recovered(&err)
		return server.ServeUDP(s.socket)
	}()
	if err != nil && !errors.Is(err, io.EOF) {
		s.config.Log.Error("simulator: no longer listening", "error", err)
	}
}

// Addr is where the simulator listens, host:port.
func (s *Simulator) Addr() string { return s.socket.LocalAddr().String() }

// Close ends all calls and waits until they are over, within a few seconds even
// when the other sides say nothing more.
func (s *Simulator) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.end()
	idle := make(chan struct{})
	go func() { s.calls.Wait(); close(idle) }()
	select {
	case <-idle:
	case <-time.After(2 * farewell):
	}
	s.socket.deaf.Store(true)                          // who is heard now would get a socket that nobody closes
	err := errors.Join(s.ua.Close(), s.socket.Close()) // lets go of who still waits for an ACK
	<-idle
	s.served.Wait()
	time.Sleep(linger)
	err = errors.Join(err, s.ua.Close()) // and of what a last BYE was sent from
	if errors.Is(err, net.ErrClosed) {
		return nil // the library may have closed the socket before us
	}
	return err
}

// begin counts a call in. Its context ends with the parent's, or when the
// simulator closes; done must be called when the call is over.
func (s *Simulator) begin(parent context.Context) (ctx context.Context, done func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, nil, ErrClosed
	}
	s.calls.Add(1)
	ctx, cancel := context.WithCancel(parent)
	stop := context.AfterFunc(s.living, cancel)
	return ctx, func() { stop(); cancel(); s.calls.Done() }, nil
}

// listener tells when somebody reads from it: from then on the library knows
// the socket and sends from it too.
type listener struct {
	*net.UDPConn
	once    sync.Once
	reading chan struct{}
	deaf    atomic.Bool // what still comes is dropped
}

func listen(bind string) (*listener, error) {
	addr, err := net.ResolveUDPAddr("udp", bind)
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	conn, err := net.ListenUDP("udp", addr)
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	return &listener{UDPConn: conn, reading: make(chan struct{})}, nil
}

// ReadFrom reads one packet.
func (l *listener) ReadFrom(b []byte) (int, net.Addr, error) {
	l.once.Do(func() { close(l.reading) })
	for {
		n, from, err := l.UDPConn.ReadFrom(b)
		if err != nil || !l.deaf.Load() {
			return n, from, err
		}
	}
}

func (l *listener) host() string { return l.LocalAddr().(*net.UDPAddr).IP.String() }
func (l *listener) port() int    { return l.LocalAddr().(*net.UDPAddr).Port }
