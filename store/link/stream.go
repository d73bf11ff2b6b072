package link

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"permanence/store/wire"
)

// silence is after how long a stream of events is dead: an office sends something every
// fifteen seconds.
const silence = 45 * time.Second

// Event is something that an office says by itself.
type Event struct {
	Rows  bool                 // there may be something to pull
	Desks *wire.PresenceAnswer // everybody's presence; nil when it is not about that
}

// Events listens to the office until the stream ends, which it always does with an
// error.
func (r *Remote) Events(ctx context.Context, heard func(Event)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	alive := time.AfterFunc(silence, func() { cancel(errSilent) })
	defer alive.Stop()
	request, err := r.request(ctx, http.MethodGet, "/v1/events", nil)
	if err != nil {
		return err
	}
	defer r.ways.whenLeft(request.URL.Host, func() { cancel(errLeft) })()
	answer, err := r.send(request)
	if err != nil {
		return lost("listening", errors.Join(err, context.Cause(ctx)))
	}
	defer answer.Body.Close() // it was read only
	if answer.StatusCode != http.StatusOK {
		return refusalOf(answer)
	}
	err = readEvents(answer.Body, func() { alive.Reset(silence) }, heard)
	return lost("listening", errors.Join(err, context.Cause(ctx)))
}

// Why a stream of events is ended on this side.
var (
	errSilent = errors.New("the office has fallen silent")
	errLeft   = errors.New("another office is asked now")
)

// readEvents reads server-sent events (HTML Living Standard §9.2). alive is called at
// every line, comments too.
func readEvents(from io.Reader, alive func(), heard func(Event)) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, wire.MaxBody)
	var name, data string
	for lines.Scan() {
		alive()
		field, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case lines.Text() == "":
			if e, known := eventOf(name, data); known {
				heard(e)
			}
			name, data = "", ""
		case field == "event":
			name = value
		case field == "data":
			data = value // an office writes one line of data
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return io.EOF
}

// eventOf reads an event; those of a newer office are passed over.
func eventOf(name, data string) (Event, bool) {
	switch name {
	case "poke":
		return Event{Rows: true}, true
	case "presence":
		var desks wire.PresenceAnswer
		if json.Unmarshal([]byte(data), &desks) == nil {
			return Event{Desks: &desks}, true
		}
	}
	return Event{}, false
}
