package officesim

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"permanence/clients"
)

// errNoAnswer is what a desk sees of everything that can happen to a request.
var errNoAnswer = errors.New("officesim: no answer")

// What happens on a line, and how long it takes.
const (
	delayed  = 60 * time.Second // at most, of what comes too late
	patience = 8 * time.Second  // how long a desk waits for an answer
)

// weather says how bad the lines are.
type weather struct {
	lost     float64 // of requests
	unheard  float64 // of answers: it was carried out
	repeated float64 // of requests
	late     float64 // of requests: the desk has given up when it arrives
	latency  time.Duration
}

// line is the way from one desk to the office: an http.RoundTripper.
type line struct {
	w    *world
	desk clients.ID
	to   *premises
	weather
	up, down bool // cut in this direction
}

// RoundTrip brings a request to the office, and the answer back, if all goes well.
func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	p, err := pack(l.desk, r)
	if err != nil {
		return nil, err
	}
	l.w.pass(l.w.upTo(l.latency))
	switch {
	case l.up:
		return nil, l.giveUp()
	case l.w.roll("request lost", l.lost):
		return nil, l.giveUp()
	case l.w.roll("request delayed", l.late):
		l.w.after(l.w.upTo(delayed), func() { _, _ = l.to.serve(p) }) // nobody waits for it
		return nil, l.giveUp()
	case l.w.roll("request repeated", l.repeated):
		l.w.after(l.w.upTo(delayed), func() { _, _ = l.to.serve(p) }) // the desk has its answer
	}
	answer, err := l.to.serve(p)
	if err != nil {
		return nil, l.giveUp()
	}
	l.w.pass(l.w.upTo(l.latency))
	if l.down || l.w.roll("answer lost", l.unheard) {
		return nil, l.giveUp()
	}
	answer.Request = r
	return answer, nil
}

// giveUp waits for an answer that will not come.
func (l *line) giveUp() error {
	l.w.pass(l.w.upTo(patience))
	return errNoAnswer
}

// parcel is a request as it is on its way: it may arrive twice.
type parcel struct {
	desk   clients.ID
	method string
	url    string
	header http.Header
	body   []byte
}

func pack(desk clients.ID, r *http.Request) (parcel, error) {
	p := parcel{desk: desk, method: r.Method, url: r.URL.RequestURI(), header: r.Header.Clone()}
	if r.Body == nil {
		return p, nil
	}
	var err error
	p.body, err = io.ReadAll(r.Body)
	return p, errors.Join(err, r.Body.Close())
}

// ask hands a parcel to a handler.
func (p parcel) ask(h http.Handler) *http.Response {
	r := httptest.NewRequest(p.method, "https://office"+p.url, bytes.NewReader(p.body))
	r.Header = p.header.Clone()
	r.Header.Set(deskHeader, string(p.desk))
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, r)
	return answer.Result()
}

// The headers stand in for the certificate and the session, which names the operator.
const (
	deskHeader    = "Simulated-Desk"
	sessionHeader = "Authorization"
)

// session is what an operator's requests carry.
func session(operator clients.ID) string { return "Bearer " + string(operator) }
