package door

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"permanence/store/office"
)

// Limits are what one peer may cost. DefaultLimits are what an office uses.
type Limits struct {
	Header      time.Duration // to shake hands and to say what is wanted
	Body        time.Duration // to ask for a certificate or to log in, and be answered
	Idle        time.Duration // between two requests
	Connections int           // at once, from all
	FromOne     int           // at once, from one address: a bureau may share one
}

// DefaultLimits suit a bureau of a hundred desks.
var DefaultLimits = Limits{
	Header: 10 * time.Second, Body: 20 * time.Second, Idle: 2 * time.Minute,
	Connections: 2000, FromOne: 400,
}

// maxHeader bounds a request's headers, in bytes.
const maxHeader = 16 << 10

// Config is what a door is told. All but Files and Limits must be set.
type Config struct {
	Office    *office.Office
	Database  *office.Database // the office's
	Authority *Authority
	Files     Files // a server certificate of the bureau's own; the authority makes one when empty
	Now       func() time.Time
	Log       *slog.Logger
	Limits    Limits // DefaultLimits when zero
}

// Door lets desks into an office.
type Door struct {
	Config
	face    face
	guesses *throttle
	hashing chan struct{} // how many passwords are looked at together
	server  *http.Server
}

var _ office.Authenticator = (*Door)(nil)

// hashers bounds the memory that logging in takes: 64 MiB each.
const hashers = 2

// hashWait is when to try again when many log in at once.
const hashWait = 5 * time.Second

// New makes the door of an office.
func New(c Config) (*Door, error) {
	if c.Limits == (Limits{}) {
		c.Limits = DefaultLimits
	}
	f, err := faceOf(c.Authority, c.Files)
	if err != nil {
		return nil, err
	}
	d := &Door{Config: c, face: f, guesses: newThrottle(c.Now), hashing: make(chan struct{}, hashers)}
	d.server = &http.Server{
		Handler: d.handler(), TLSConfig: d.tls(), Protocols: new(http.Protocols),
		ReadHeaderTimeout: c.Limits.Header, IdleTimeout: c.Limits.Idle, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(c.Log.Handler(), slog.LevelDebug),
	}
	// Of HTTP/2 the limits would have to be stated again, for streams.
	d.server.Protocols.SetHTTP1(true)
	return d, nil
}

// tls takes certificates of the own authority only. Who has none may ask for one.
func (d *Door) tls() *tls.Config {
	desks := x509.NewCertPool()
	desks.AddCert(d.Authority.cert)
	return &tls.Config{
		MinVersion: tls.VersionTLS13, ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: desks, Time: d.Now,
		SessionTicketsDisabled: true, // a resumed session would skip the look at the certificate
		GetCertificate:         func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return d.face.show(d.Now()) },
	}
}

func (d *Door) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /v1/pair", d.answer(d.invitation))
	mux.Handle("POST /v1/pair", d.answer(d.pair))
	mux.Handle("POST /v1/login", d.answer(d.login))
	mux.Handle("POST /v1/logout", d.answer(d.logout))
	mux.Handle("POST /v1/password", d.answer(d.password))
	mux.Handle("/", d.Office.Handler(d))
	return mux
}

// Serve lets desks in at a listener until Close.
func (d *Door) Serve(ln net.Listener) error {
	err := d.server.ServeTLS(limit(ln, d.Limits.Connections, d.Limits.FromOne), "", "")
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// Close lets nobody in any more, waits for the requests under way until ctx ends, and
// hangs up. Streams of events end when the office's Run does.
func (d *Door) Close(ctx context.Context) error {
	if err := d.server.Shutdown(ctx); err != nil {
		return errors.Join(err, d.server.Close())
	}
	return nil
}

func (d *Door) bureau() string { return d.Authority.Bureau() }
