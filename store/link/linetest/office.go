package linetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"permanence/clients"
	"permanence/store/shared"
	"permanence/store/wire"
)

// Session is what everybody is given who logs in with the right Password.
const (
	Session  = "a-session"
	Password = "un mot de passe"
)

// Office is an office in memory.
type Office struct {
	Bureau string
	Page   int // rows of a page at most; 0: as many as are asked for
	// Addresses are where it says that the bureau's offices are.
	Addresses []string

	mu       sync.Mutex
	life     int // of its data: another after each restoring
	rows     []shared.Row
	known    map[clients.ID]shared.Result
	order    []clients.ID
	decide   map[clients.ID]shared.Result
	refuse   map[string][]wire.Error
	desks    []wire.Presence
	sessions bool // nobody has one any more
	streams  map[chan string]bool
	cleared  bool
}

// Refuse refuses the next request for a path; "" any path.
func (o *Office) Refuse(path string, with wire.Error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.refuse == nil {
		o.refuse = map[string][]wire.Error{}
	}
	o.refuse[path] = append(o.refuse[path], with)
}

// RefuseNone takes back all refusals.
func (o *Office) RefuseNone() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.refuse = nil
}

// Decide settles beforehand what becomes of a mutation.
func (o *Office) Decide(id clients.ID, r shared.Result) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.decide == nil {
		o.decide = map[clients.ID]shared.Result{}
	}
	o.decide[id] = r
}

// Write changes a row as if another desk had, and pokes.
func (o *Office) Write(ids ...clients.ID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, id := range ids {
		o.put(id, "elsewhere")
	}
	o.tell("event: poke\ndata: {}\n\n")
}

// Restore puts the office back to where it had n rows, as from a backup.
func (o *Office) Restore(n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.rows[n:] {
		delete(o.known, r.ID)
	}
	o.rows = slices.Clone(o.rows[:n])
	o.order = slices.DeleteFunc(o.order, func(id clients.ID) bool { _, is := o.known[id]; return !is })
	o.life++
}

// EndSessions logs everybody out.
func (o *Office) EndSessions() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sessions = true
}

// Order is the mutations in the order in which they were carried out.
func (o *Office) Order() []clients.ID {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.order)
}

// Desks is what the desks have told of themselves, the latest last.
func (o *Office) Desks() []wire.Presence {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.desks)
}

// Clear reports whether the last pull said that everything had been pushed.
func (o *Office) Clear() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.cleared
}

func (o *Office) put(id clients.ID, name string) {
	body, _ := json.Marshal(name) // a string can be written
	o.rows = append(o.rows, shared.Row{Kind: shared.Message, ID: id, Seq: int64(len(o.rows) + 1), Body: body})
}

func (o *Office) tell(event string) {
	for s := range o.streams {
		select {
		case s <- event:
		default: // it has one that it has not read
		}
	}
}

// ServeHTTP answers a desk.
func (o *Office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/v1/events" {
		o.stream(w, r)
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if no, is := o.refusal(r); is {
		answer(w, statusOf[no.Code], no)
		return
	}
	switch r.URL.Path {
	case "/v1/hello":
		answer(w, 200, wire.Hello{MinProtocol: wire.MinProtocol, Protocol: wire.Protocol, Bureau: o.Bureau, Addresses: o.Addresses})
	case "/v1/login":
		o.login(w, r)
	case "/v1/logout":
		o.sessions = true
		answer(w, 200, struct{}{})
	case "/v1/push":
		o.push(w, r)
	case "/v1/pull":
		o.pull(w, r)
	case "/v1/presence":
		q := ask[wire.PresenceRequest](r)
		o.desks = append(o.desks, q.Presence)
		answer(w, 200, wire.PresenceAnswer{Desks: o.desks[len(o.desks)-1:]})
	default:
		answer(w, 404, wire.Error{Code: "not-found"})
	}
}

var statusOf = map[string]int{
	"no-session": 401, "revoked": 403, "forbidden": 403, "unvouched": 403, "too-large": 413, "bad-request": 400, "too-old": 426,
	"slow-down": 429, "not-ready": 503,
}

func (o *Office) refusal(r *http.Request) (wire.Error, bool) {
	for _, path := range []string{r.URL.Path, ""} {
		if list := o.refuse[path]; len(list) > 0 {
			o.refuse[path] = list[1:]
			return list[0], true
		}
	}
	open := r.URL.Path == "/v1/hello" || r.URL.Path == "/v1/login"
	if !open && (o.sessions || r.Header.Get("Authorization") != "Bearer "+Session) {
		return wire.Error{Code: "no-session"}, true
	}
	return wire.Error{}, false
}

func (o *Office) login(w http.ResponseWriter, r *http.Request) {
	q := ask[wire.LoginRequest](r)
	if q.Password != Password {
		answer(w, 403, wire.Error{Code: "forbidden"})
		return
	}
	o.sessions = false
	answer(w, 200, wire.LoginAnswer{Operator: clients.Operator{ID: "sophie", Name: q.Name}, Session: Session})
}

func (o *Office) push(w http.ResponseWriter, r *http.Request) {
	q := ask[wire.PushRequest](r)
	var a wire.PushAnswer
	for _, m := range q.Mutations {
		a.Results = append(a.Results, o.carryOut(m, q.Ask))
	}
	answer(w, 200, a)
}

func (o *Office) carryOut(m shared.Mutation, asked bool) shared.Result {
	if r, is := o.known[m.ID]; is {
		return r
	}
	if o.known == nil {
		o.known = map[clients.ID]shared.Result{}
	}
	r, decided := o.decide[m.ID]
	if !decided {
		r = shared.Result{Outcome: shared.OK, Seq: int64(len(o.rows) + 1)}
	}
	if r.Outcome == shared.Unknown || asked && r.Outcome == shared.Refused {
		return r
	}
	o.known[m.ID] = r
	o.order = append(o.order, m.ID)
	o.put(m.ID, m.Name)
	o.tell("event: poke\ndata: {}\n\n")
	return r
}

// pull gives a page. A cursor is the life of the data and the rows that were read.
func (o *Office) pull(w http.ResponseWriter, r *http.Request) {
	q := ask[wire.PullRequest](r)
	o.cleared = q.Clear
	var life, from int
	var a wire.PullAnswer
	if q.Cursor != "" {
		_, err := fmt.Sscanf(q.Cursor, "%d/%d", &life, &from)
		if err != nil || life != o.life {
			a.Reset, a.Again, from = true, true, 0
		}
	}
	limit := q.Limit
	if o.Page > 0 {
		limit = min(limit, o.Page)
	}
	to := min(from+limit, len(o.rows))
	a.Rows, a.More, a.Left, a.Head = o.rows[from:to], to < len(o.rows), len(o.rows)-to, int64(len(o.rows))
	a.Cursor = strconv.Itoa(o.life) + "/" + strconv.Itoa(to)
	for _, id := range q.Pending {
		if _, is := o.known[id]; is && !a.More {
			a.Acked = append(a.Acked, id)
		}
	}
	answer(w, 200, a)
}

func (o *Office) stream(w http.ResponseWriter, r *http.Request) {
	events := make(chan string, 1)
	o.mu.Lock()
	no, refused := o.refusal(r)
	if o.streams == nil {
		o.streams = map[chan string]bool{}
	}
	o.streams[events] = true
	o.mu.Unlock()
	if refused {
		answer(w, statusOf[no.Code], no)
		return
	}
	defer func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.streams, events)
	}()
	w.WriteHeader(200)
	for {
		select {
		case <-r.Context().Done():
			return
		case e := <-events:
			if _, err := w.Write([]byte(e)); err != nil {
				return
			}
		}
	}
}

func ask[Q any](r *http.Request) (q Q) {
	_ = json.NewDecoder(r.Body).Decode(&q) // a desk of ours wrote it
	return q
}

func answer(w http.ResponseWriter, status int, v any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // it is read in this process
}
