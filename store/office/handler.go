package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"permanence/store/wire"
)

// Bounds of the serving.
const (
	atOnce       = 32               // requests under way; more wait
	ofOneDesk    = 8                // of these; a desk has four things to ask at once
	soundsAtOnce = 8                // sounds on their way; they may take long
	soundsOfOne  = 2                // of these; a desk carries one at a time
	answerIn     = 30 * time.Second // reading, doing and answering one request
	soundIn      = 5 * time.Minute  // the same for a sound, on a thin line
	maxPresence  = 512 << 10        // bytes
)

// action answers a request, or says why not.
type action func(w http.ResponseWriter, r *http.Request, v viewer) error

// Handler serves the wire but for pairing and login, which are the Authenticator's.
func (o *Office) Handler(auth Authenticator) http.Handler {
	mux := http.NewServeMux()
	for _, route := range []struct {
		pattern string
		limit   time.Duration // 0: none
		room    *room         // nil: no bound
		who     entrance
		do      action
	}{
		{"GET /v1/hello", answerIn, o.room, anyDesk, o.hello},
		{"POST /v1/push", answerIn, o.room, evenRevoked, o.push},
		{"POST /v1/pull", answerIn, o.room, operator, o.pull},
		{"POST /v1/presence", answerIn, o.room, operator, o.tellPresence},
		{"POST /v1/takeover", answerIn, o.room, operator, o.takeOver},
		{"GET /v1/events", 0, nil, operator, o.events(auth)},
		{"PUT /v1/sounds/{id}", soundIn, o.voices, operator, o.putSound},
		{"GET /v1/sounds/{id}", soundIn, o.voices, operator, o.getSound},
	} {
		mux.Handle(route.pattern, o.guard(auth, route.who, bounds{route.limit, route.room}, route.do))
	}
	return mux
}

// entrance says who may ask for something.
type entrance int

const (
	operator    entrance = iota // a desk with a session
	anyDesk                     // a desk, though nobody has logged in
	evenRevoked                 // a desk with a session, or a revoked one
)

// bounds are how long a request may take, and what it takes a place in; the zero value
// is none.
type bounds struct {
	time time.Duration
	room *room
}

// guard stands before an action: it sees to time, room, rights and accidents.
func (o *Office) guard(auth Authenticator, who entrance, b bounds, do action) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := &spy{ResponseWriter: w}
		defer o.caught(s, r)
		if b.time > 0 {
			ctx, cancel := context.WithTimeout(r.Context(), b.time)
			defer cancel()
			r = r.WithContext(ctx)
			bound(w, b.time)
			if !b.room.enter(ctx) {
				writeRefusal(s, notReady)
				return
			}
			defer b.room.leave()
		}
		if err := o.serve(s, r, auth, counter{who, b.room, do}); err != nil {
			o.fail(s, r, err)
		}
	})
}

// bound ends a connection that dawdles. A connection that cannot be bound is none of
// a network's.
func bound(w http.ResponseWriter, limit time.Duration) {
	c, until := http.NewResponseController(w), time.Now().Add(limit)
	_ = errors.Join(c.SetReadDeadline(until), c.SetWriteDeadline(until))
}

// counter is who may ask for something, where she sits meanwhile, and what is then done.
type counter struct {
	who  entrance
	room *room
	do   action
}

var errCrowd = &Refusal{
	Status: http.StatusTooManyRequests,
	Answer: wire.Error{Code: "slow-down", Detail: "too much at once from this desk", Retry: retryAfter},
}

func (o *Office) serve(w http.ResponseWriter, r *http.Request, auth Authenticator, c counter) error {
	v, err := o.asks(r, auth, c.who)
	if err != nil {
		return err
	}
	if err := spoken(r, c.who); err != nil {
		return err
	}
	if c.room != nil {
		if !c.room.seat(v.Desk) {
			return errCrowd
		}
		defer c.room.rise(v.Desk)
	}
	return c.do(w, r, v)
}

// asks tells who sends a request, or why she may not.
func (o *Office) asks(r *http.Request, auth Authenticator, who entrance) (viewer, error) {
	id, err := auth.Identify(r)
	if err != nil {
		return viewer{}, err
	}
	if id.Desk == "" {
		return viewer{}, refuse(http.StatusUnauthorized, "no-session", "no desk")
	}
	switch {
	case id.Revoked && who != evenRevoked:
		return viewer{}, refuse(http.StatusForbidden, "revoked", "this machine is no desk any more")
	case who == operator || who == evenRevoked && !id.Revoked:
		return o.admit(r.Context(), id)
	}
	return viewer{Identity: id, now: o.Now()}, nil
}

// spoken refuses a protocol that is too old. Pushing and asking for the protocol stay
// possible, so that nothing is locked in.
func spoken(r *http.Request, who entrance) error {
	said := r.Header.Get(wire.ProtocolHeader)
	if said == "" || who != operator {
		return nil
	}
	if n, err := strconv.Atoi(said); err != nil || n < wire.MinProtocol {
		return refuse(http.StatusUpgradeRequired, "too-old", "protocol %q; the oldest that is spoken here is %d", said, wire.MinProtocol)
	}
	return nil
}

// fail answers with a refusal, and logs what is none.
func (o *Office) fail(w *spy, r *http.Request, err error) {
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		o.logged(r.Method+" "+r.URL.Path, err)
		refusal = notReady
	}
	if !w.begun {
		writeRefusal(w, refusal)
	}
}

// caught keeps an accident from the desk and from the other requests.
func (o *Office) caught(w *spy, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler { //nolint:errorlint // it is panicked with as it is
		panic(p)
	}
	o.Log.Error("office: an accident", "path", r.URL.Path, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
	if !w.begun {
		writeRefusal(w, notReady)
	}
}

// spy knows whether an answer has begun.
type spy struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader begins the answer.
func (s *spy) WriteHeader(status int) {
	s.begun = true
	s.ResponseWriter.WriteHeader(status)
}

// Write begins the answer too.
func (s *spy) Write(b []byte) (int, error) {
	s.begun = true
	return s.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *spy) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (o *Office) hello(w http.ResponseWriter, r *http.Request, _ viewer) error {
	h, err := o.state(r.Context())
	if err != nil {
		return err
	}
	var addresses []string
	if o.Addresses != nil {
		if addresses, err = o.Addresses(r.Context()); err != nil {
			return err
		}
	}
	return write(w, http.StatusOK, wire.Hello{
		MinProtocol: wire.MinProtocol, Protocol: wire.Protocol, Bureau: o.Bureau, BureauName: o.BureauName,
		Incarnation: h.incarnation, Version: o.Version, Now: o.Now(),
		Addresses: addresses,
	})
}
