package linetest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// ErrCut is what a desk sees of a line that is cut, or of an answer that is lost.
var ErrCut = errors.New("linetest: the line is cut")

// Line is the way from one desk to an office in the same process. Its zero value but
// for the Handler works well.
type Line struct {
	Handler http.Handler
	Header  http.Header // goes with every request, in place of a certificate

	mu     sync.Mutex
	faults Faults
	asked  map[string]int
	cutOff chan struct{} // closed to end the streams that are open
}

// Faults are what is wrong with a line.
type Faults struct {
	Cut   bool          // nothing passes
	Slow  time.Duration // before each answer
	Lose  int           // so many answers are lost, after the office has done what was asked
	Twice int           // so many requests reach the office twice
	Only  string        // requests that Lose, Twice and Slow concern, by path; all when empty
}

// Set puts faults in place of those there were. A line that is cut ends its streams.
func (l *Line) Set(f Faults) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = f
	if f.Cut && l.cutOff != nil {
		close(l.cutOff)
		l.cutOff = nil
	}
}

// Asked counts the requests for a path that were tried.
func (l *Line) Asked(path string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked[path]
}

// fate is what becomes of one request.
type fate struct {
	cut, lose, twice bool
	slow             time.Duration
	end              chan struct{}
}

func (l *Line) fate(path string) fate {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asked == nil {
		l.asked = map[string]int{}
	}
	l.asked[path]++
	if l.cutOff == nil {
		l.cutOff = make(chan struct{})
	}
	f := fate{cut: l.faults.Cut, end: l.cutOff}
	if l.faults.Only != "" && l.faults.Only != path {
		return f
	}
	f.slow = l.faults.Slow
	if f.lose = l.faults.Lose > 0; f.lose {
		l.faults.Lose--
	}
	if f.twice = l.faults.Twice > 0; f.twice {
		l.faults.Twice--
	}
	return f
}

// RoundTrip carries a request to the office and its answer back.
func (l *Line) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		_ = r.Body.Close() // it was read
	}
	f := l.fate(r.URL.Path)
	if f.cut {
		return nil, ErrCut
	}
	if r.URL.Path == "/v1/events" {
		return l.stream(r, f)
	}
	answer := l.ask(r, body)
	if f.twice {
		answer = l.ask(r, body)
	}
	if err := wait(r.Context(), f.slow); err != nil {
		return nil, err
	}
	if f.lose || l.fate("").cut {
		return nil, ErrCut
	}
	return answer, nil
}

// wait returns early with an error when a request is given up, which the office may have
// been slow enough for.
func wait(ctx context.Context, d time.Duration) error {
	if d > 0 { // a timer that is over at once crashes the race detector in a bubble of synctest, if two are
		select {
		case <-ctx.Done():
		case <-time.After(d):
		}
	}
	return ctx.Err()
}

func (l *Line) ask(r *http.Request, body []byte) *http.Response {
	w := httptest.NewRecorder()
	l.Handler.ServeHTTP(w, l.request(r.Context(), r, body))
	return w.Result()
}

// request is a request as the office's server would see it.
func (l *Line) request(ctx context.Context, r *http.Request, body []byte) *http.Request {
	seen := httptest.NewRequestWithContext(ctx, r.Method, r.URL.RequestURI(), strings.NewReader(string(body)))
	seen.Header = r.Header.Clone()
	for name, values := range l.Header {
		seen.Header[name] = values
	}
	return seen
}

// stream carries events until the desk, the office or the line ends it.
func (l *Line) stream(r *http.Request, f fate) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	out, in := io.Pipe()
	w := &streamed{header: http.Header{}, to: in, begun: make(chan int, 1)}
	go func() {
		defer cancel()
		l.Handler.ServeHTTP(w, l.request(ctx, r, nil))
		w.begin(http.StatusOK)
		_ = in.Close() // a pipe closes without fail
	}()
	go func() {
		select {
		case <-f.end:
			_ = in.CloseWithError(ErrCut)
		case <-ctx.Done():
			_ = in.CloseWithError(ctx.Err())
		}
		cancel()
	}()
	status := <-w.begun
	return &http.Response{StatusCode: status, Header: w.header, Body: out, Request: r}, nil
}

// streamed is an answer that is read while it is written.
type streamed struct {
	header http.Header
	to     *io.PipeWriter
	once   sync.Once
	begun  chan int
}

// Header is the answer's.
func (s *streamed) Header() http.Header { return s.header }

// WriteHeader begins the answer.
func (s *streamed) WriteHeader(status int) { s.begin(status) }

func (s *streamed) begin(status int) { s.once.Do(func() { s.begun <- status }) }

// Write writes on, and waits until it is read.
func (s *streamed) Write(p []byte) (int, error) {
	s.begin(http.StatusOK)
	return s.to.Write(p)
}

// Flush does nothing: what is written is read at once.
func (s *streamed) Flush() {}
