package officesim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"permanence/clients"
	"permanence/store/shared"
	"permanence/store/wire"
)

// rowKey names a row.
type rowKey struct {
	kind shared.Kind
	id   clients.ID
}

// inspector reads a bureau as a supervisor would on a desk of her own, over a line
// that nothing happens to.
type inspector struct {
	office *premises
	desk   clients.ID
	boss   clients.ID
}

// sight is what an inspector saw at the office.
type sight struct {
	rows  map[rowKey]shared.Row
	known map[clients.ID]bool // the mutations that the office has
	at    cursorSeen
}

// all reads all rows, and which of the mutations the office has.
func (i inspector) all(asked []clients.ID) (sight, error) {
	saw := sight{rows: map[rowKey]shared.Row{}, known: map[clients.ID]bool{}}
	for cursor := ""; ; {
		page, err := i.page(wire.PullRequest{Cursor: cursor, Pending: asked})
		if err != nil {
			return saw, err
		}
		for _, r := range page.Rows {
			saw.rows[rowKey{r.Kind, r.ID}] = r
		}
		for _, id := range page.Acked {
			saw.known[id] = true
		}
		if cursor = page.Cursor; !page.More {
			saw.at, err = parseCursor(cursor)
			return saw, err
		}
	}
}

func (i inspector) page(q wire.PullRequest) (wire.PullAnswer, error) {
	var page wire.PullAnswer
	body, err := json.Marshal(q)
	if err != nil {
		return page, err
	}
	p := parcel{
		desk: i.desk, method: http.MethodPost, url: "/v1/pull", body: body,
		header: http.Header{sessionHeader: {session(i.boss)}},
	}
	answer, err := i.office.serve(p)
	if err != nil {
		return page, err
	}
	defer answer.Body.Close() // it is in memory
	if answer.StatusCode != http.StatusOK {
		return page, fmt.Errorf("officesim: the inspector got %d", answer.StatusCode)
	}
	return page, json.NewDecoder(answer.Body).Decode(&page)
}

// inspect reads a bureau at the office, and asks after all that its secretaries did.
func (s *scene) inspect(b *bureau) (sight, error) {
	asked := make([]clients.ID, len(b.ledger.entries))
	for i, e := range b.ledger.entries {
		asked[i] = e.m.ID
	}
	return s.sight(b, asked)
}

func (s *scene) sight(b *bureau, asked []clients.ID) (sight, error) {
	desk := clients.ID(b.name + "-inspector")
	s.office.people.desks[desk] = &badge{bureau: b.name}
	return inspector{office: s.office, desk: desk, boss: b.operators[0].ID}.all(asked)
}

// holding notes what the office has at this moment.
func (s *scene) holding(b *bureau) {
	if !s.office.running() {
		return
	}
	saw, err := s.inspect(b)
	if err != nil {
		return // it is not there now: then nothing is promised of it
	}
	for _, e := range b.ledger.entries {
		e.office = saw.known[e.m.ID]
	}
}

// canonical writes JSON in one way, so that the same says the same.
func canonical(body []byte) string {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return string(body)
	}
	out, _ := json.Marshal(v) // it came out of JSON
	return string(out)
}
