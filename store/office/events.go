package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"permanence/clients"
)

// What is new, as processes tell each other and as desks hear it.
const (
	newRows     = "poke"
	newPresence = "presence"
	endOf       = "end " // and a desk: it was revoked
)

// Times of a stream of events.
const (
	beatStream = 15 * time.Second // something is sent so often, so that a dead line is noticed
	eventIn    = 10 * time.Second // a desk that does not take an event for so long is gone
	maxStream  = 10 * time.Minute // then the desk comes anew, and shows who it is
)

// hub tells the desks of this process that there is something new. Hints that nobody
// has taken yet become one.
type hub struct {
	mu     sync.Mutex
	closed bool
	desks  map[clients.ID]*listener
}

// listener is a desk's stream of events.
type listener struct {
	rows, presence chan struct{}
	end            chan struct{} // closed when another stream, or none, takes its place
}

func newHub() *hub { return &hub{desks: map[clients.ID]*listener{}} }

// join opens a desk's stream and ends the one it had.
func (h *hub) join(desk clients.ID) *listener {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := &listener{rows: make(chan struct{}, 1), presence: make(chan struct{}, 1), end: make(chan struct{})}
	hint(l.presence) // it knows of nobody yet
	h.drop(desk)
	if h.closed {
		close(l.end)
		return l
	}
	h.desks[desk] = l
	return l
}

// part forgets a stream that has ended by itself, and reports whether it was the desk's.
func (h *hub) part(desk clients.ID, l *listener) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.desks[desk] != l {
		return false
	}
	h.drop(desk)
	return true
}

func (h *hub) drop(desk clients.ID) {
	if l, ok := h.desks[desk]; ok {
		close(l.end)
		delete(h.desks, desk)
	}
}

// close ends all streams, and those to come.
func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	h.dropAll()
}

// anew ends all streams after this process has not heard the others for a while: a desk
// may have been revoked meanwhile. The others come again, and are told everything.
func (h *hub) anew() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dropAll()
}

func (h *hub) dropAll() {
	for desk := range h.desks {
		h.drop(desk)
	}
}

// tell says that something is new. It never blocks.
func (h *hub) tell(what string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if desk, ended := strings.CutPrefix(what, endOf); ended {
		h.drop(clients.ID(desk))
		return
	}
	for _, l := range h.desks {
		if what == newPresence {
			hint(l.presence)
		} else {
			hint(l.rows)
		}
	}
}

// pokeAll is for when what other processes wrote may have been missed.
func (h *hub) pokeAll() {
	h.tell(newRows)
	h.tell(newPresence)
}

func hint(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // it has not yet looked at the last one
	}
}

// events streams what is new to a desk (server-sent events). A stream begins with both
// events: whatever was missed before is fetched then.
func (o *Office) events(auth Authenticator) action {
	return func(w http.ResponseWriter, r *http.Request, v viewer) error {
		return o.stream(w, r, v.Desk, func() (viewer, error) { return o.asks(r, auth, operator) })
	}
}

// stream tells a desk what is new as long as it may hear it: who listens is asked anew
// before anything is said of others.
func (o *Office) stream(w http.ResponseWriter, r *http.Request, desk clients.ID, who func() (viewer, error)) error {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	l := o.hub.join(desk)
	o.logged("hearing a desk again", o.trust(r.Context(), desk))
	defer func() {
		if o.hub.part(desk, l) && r.Context().Err() != nil {
			o.logged("noting that a stream broke off", o.doubt(context.WithoutCancel(r.Context()), desk))
		}
	}()
	ctx, cancel := context.WithTimeout(r.Context(), maxStream)
	defer cancel()
	beat := time.NewTicker(beatStream)
	defer beat.Stop()
	for text := pokeEvent; text != ""; text = o.nextEvent(ctx, who, l, beat.C) {
		if err := send(w, text); err != nil {
			return nil //nolint:nilerr // the desk has gone
		}
	}
	return nil
}

// pokeEvent is a hint to pull.
const pokeEvent = "event: " + newRows + "\ndata: {}\n\n"

// nextEvent waits for something to tell; "" is the end.
func (o *Office) nextEvent(ctx context.Context, who func() (viewer, error), l *listener, beat <-chan time.Time) string {
	select {
	case <-ctx.Done():
		return ""
	case <-l.end:
		return ""
	case <-l.rows:
		return pokeEvent
	case <-l.presence:
		text, err := o.presenceEvent(ctx, who)
		if refused := (*Refusal)(nil); !errors.As(err, &refused) {
			o.logged("telling who is there", err)
		}
		return text
	case <-beat:
		return ": \n\n"
	}
}

// presenceEvent carries what the desk would be answered if it told its presence now.
func (o *Office) presenceEvent(ctx context.Context, who func() (viewer, error)) (string, error) {
	v, err := who()
	if err != nil {
		return "", err
	}
	answer, err := o.presences(ctx, v)
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(answer)
	return fmt.Sprintf("event: %s\ndata: %s\n\n", newPresence, b), err
}

func send(w http.ResponseWriter, text string) error {
	c := http.NewResponseController(w)
	_ = c.SetWriteDeadline(time.Now().Add(eventIn)) // what cannot be bound is no network's
	if _, err := w.Write([]byte(text)); err != nil {
		return err
	}
	return c.Flush()
}
