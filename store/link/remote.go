package link

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"permanence/store/wire"
)

// Time limits of one request.
const (
	dialIn   = 10 * time.Second // to reach the office, and again to shake hands
	answerIn = 40 * time.Second // for the whole of a request and its answer
	soundIn  = 6 * time.Minute  // the same for a sound, on a thin line
)

// Remote asks an office. Its methods may be called from any goroutine. A refusal is a
// *Refusal; without an answer the error has the code "office.unreachable".
type Remote struct {
	ways    *ways
	http    *http.Client
	session atomic.Pointer[string]
	run     string // of the program
	beats   atomic.Int64
}

// NewRemote speaks to the office at an address (host:port) through a transport, and to
// one at the other addresses when that does not answer.
func NewRemote(address string, through http.RoundTripper, others ...string) *Remote {
	return &Remote{run: rand.Text(), ways: newWays(append([]string{address}, others...)), http: &http.Client{
		Transport: through,
		// An office sends nobody elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// probeEvery is how soon a connection on which nothing comes is probed, and again.
const probeEvery = 5 * time.Second

// Transport is the way to an office over TLS. Answers that come compressed are
// unpacked; their bound holds for what they unpack to. A connection on which the other
// end acknowledges nothing is given up long before an answer is: it is no slow office
// but a cable that was pulled out.
func Transport(config *tls.Config) http.RoundTripper {
	dialer := &net.Dialer{
		Timeout: dialIn, Control: giveUpSilent,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: probeEvery, Interval: probeEvery, Count: 2},
	}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    dialIn,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		ExpectContinueTimeout:  5 * time.Second,
	}
}

// SetSession is whose session requests go under; "" none.
func (r *Remote) SetSession(token string) { r.session.Store(&token) }

// Session is whose session requests go under; "" when nobody has logged in.
func (r *Remote) Session() string {
	if s := r.session.Load(); s != nil {
		return *s
	}
	return ""
}

// Close hangs up what is not in use.
func (r *Remote) Close() { r.http.CloseIdleConnections() }

// Hello asks who is there.
func (r *Remote) Hello(ctx context.Context) (wire.Hello, error) {
	return call[wire.Hello](ctx, r, http.MethodGet, "/v1/hello", nil)
}

// Invitation asks for what a pairing begins with.
func (r *Remote) Invitation(ctx context.Context) (wire.Invitation, error) {
	return call[wire.Invitation](ctx, r, http.MethodGet, "/v1/pair", nil)
}

// Pair asks for a desk's certificate.
func (r *Remote) Pair(ctx context.Context, q wire.PairRequest) (wire.PairAnswer, error) {
	return call[wire.PairAnswer](ctx, r, http.MethodPost, "/v1/pair", q)
}

// Login opens a session. It does not take it up.
func (r *Remote) Login(ctx context.Context, q wire.LoginRequest) (wire.LoginAnswer, error) {
	return call[wire.LoginAnswer](ctx, r, http.MethodPost, "/v1/login", q)
}

// Logout ends a session.
func (r *Remote) Logout(ctx context.Context, token string) error {
	request, err := r.request(ctx, http.MethodPost, "/v1/logout", nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	return r.do(request, nil)
}

// Password gives an operator another password.
func (r *Remote) Password(ctx context.Context, q wire.PasswordRequest) error {
	_, err := call[struct{}](ctx, r, http.MethodPost, "/v1/password", q)
	return err
}

// Push brings mutations up.
func (r *Remote) Push(ctx context.Context, q wire.PushRequest) (wire.PushAnswer, error) {
	return call[wire.PushAnswer](ctx, r, http.MethodPost, "/v1/push", q)
}

// Pull asks for a page.
func (r *Remote) Pull(ctx context.Context, q wire.PullRequest) (wire.PullAnswer, error) {
	return call[wire.PullAnswer](ctx, r, http.MethodPost, "/v1/pull", q)
}

// Presence tells of this desk.
func (r *Remote) Presence(ctx context.Context, p wire.Presence) (wire.PresenceAnswer, error) {
	return call[wire.PresenceAnswer](ctx, r, http.MethodPost, "/v1/presence", wire.PresenceRequest{Presence: p, Run: r.run, Beat: r.beats.Add(1)})
}

// TakeOver takes a lost desk's draft over.
func (r *Remote) TakeOver(ctx context.Context, q wire.TakeoverRequest) (wire.TakeoverAnswer, error) {
	return call[wire.TakeoverAnswer](ctx, r, http.MethodPost, "/v1/takeover", q)
}

// call asks, and reads the answer.
func call[A any](ctx context.Context, r *Remote, method, path string, q any) (answer A, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerIn)
	defer cancel()
	ctx, leave := context.WithCancelCause(ctx)
	defer leave(nil)
	var body []byte
	if q != nil {
		if body, err = json.Marshal(q); err != nil {
			return answer, fmt.Errorf("link: %s: %w", path, err)
		}
	}
	request, err := r.request(ctx, method, path, body)
	if err != nil {
		return answer, err
	}
	// What is asked over an old connection to a machine that has gone fails late.
	defer r.ways.whenLeft(request.URL.Host, func() { leave(errLeft) })()
	err = r.do(request, &answer)
	if context.Cause(ctx) == errLeft { //nolint:errorlint // it is given as it is
		err = lost(path, errors.Join(errLeft, err))
	}
	return answer, err
}

// request makes a request of this desk.
func (r *Remote) request(ctx context.Context, method, path string, body []byte) (*http.Request, error) {
	address := r.ways.now()
	request, err := http.NewRequestWithContext(ctx, method, "https://"+address+path, bytes.NewReader(body))
	if err != nil {
		r.ways.leave(address)
		return nil, &Error{code: "office.bad-address", text: address, err: err}
	}
	request.Header.Set(wire.ProtocolHeader, strconv.Itoa(wire.Protocol))
	request.Header.Set("Content-Type", "application/json")
	// Whatever is asked twice counts once, so a connection that had ended unnoticed may
	// be replaced in silence. An empty list says that, and is not sent.
	request.Header["Idempotency-Key"] = nil
	if token := r.Session(); token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return request, nil
}

// send sends a request. Where nobody answers, or an office that cannot do its work, the
// next request goes elsewhere if there is another office.
func (r *Remote) send(request *http.Request) (*http.Response, error) {
	answer, err := r.http.Do(request)
	unwell := err == nil && answer.StatusCode >= http.StatusInternalServerError
	if unwell || err != nil && !errors.Is(err, context.Canceled) {
		r.ways.leave(request.URL.Host)
	}
	return answer, err
}

// do sends a request and reads the answer, unless into is nil.
func (r *Remote) do(request *http.Request, into any) error {
	doing := request.Method + " " + request.URL.Path
	answer, err := r.send(request)
	if err != nil {
		return lost(doing, err)
	}
	defer answer.Body.Close() // it was read only
	if answer.StatusCode/100 != 2 {
		return refusalOf(answer)
	}
	if into == nil {
		return nil
	}
	if err := readJSON(answer.Body, into); err != nil {
		return lost(doing, err)
	}
	return nil
}

var errTooLong = errors.New("the answer is too long")

// readJSON reads an answer of at most wire.MaxBody bytes.
func readJSON(from io.Reader, into any) error {
	body, err := io.ReadAll(io.LimitReader(from, wire.MaxBody+1))
	if err != nil {
		return err
	}
	if len(body) > wire.MaxBody {
		return errTooLong
	}
	return json.Unmarshal(body, into)
}
