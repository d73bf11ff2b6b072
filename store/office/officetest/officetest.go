// Package officetest asks an office what a desk would ask, without a network: for the
// office's own tests, and for whoever simulates desks.
package officetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/shared"
	"permanence/store/wire"
)

// Headers is an Authenticator that believes what a request says of itself.
type Headers struct{}

var _ office.Authenticator = Headers{}

// The headers in which a request says who asks.
const (
	headerDesk     = "Test-Desk"
	headerOperator = "Test-Operator"
	headerRevoked  = "Test-Revoked"
)

// Identify reads the headers.
func (Headers) Identify(r *http.Request) (office.Identity, error) {
	desk := r.Header.Get(headerDesk)
	return office.Identity{
		Desk: clients.ID(desk), DeskName: "desk " + desk, Operator: clients.ID(r.Header.Get(headerOperator)),
		Revoked: r.Header.Get(headerRevoked) != "",
	}, nil
}

// Desk asks an office as one desk.
type Desk struct {
	Handler  http.Handler
	ID       clients.ID
	Operator clients.ID // "" when nobody has logged in
	Revoked  bool
}

// Refused is a refusal as a desk sees it.
type Refused struct {
	Status int
	Answer wire.Error
}

// Error names the status and the word.
func (r *Refused) Error() string {
	return fmt.Sprintf("officetest: %d %s: %s", r.Status, r.Answer.Code, r.Answer.Detail)
}

// Code is the word of a refusal, "" when err is none.
func Code(err error) string {
	var r *Refused
	if !errors.As(err, &r) {
		return ""
	}
	return r.Answer.Code
}

// Request makes a request of this desk.
func (d Desk) Request(ctx context.Context, method, path string, body []byte) *http.Request {
	r := httptest.NewRequestWithContext(ctx, method, path, bytes.NewReader(body))
	r.Header.Set(headerDesk, string(d.ID))
	r.Header.Set(headerOperator, string(d.Operator))
	if d.Revoked {
		r.Header.Set(headerRevoked, "yes")
	}
	return r
}

// Do asks, and returns the answer as it came.
func (d Desk) Do(ctx context.Context, method, path string, body []byte) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	d.Handler.ServeHTTP(w, d.Request(ctx, method, path, body))
	return w
}

// Push brings mutations up.
func (d Desk) Push(ctx context.Context, list ...shared.Mutation) ([]shared.Result, error) {
	answer, err := ask[wire.PushAnswer](ctx, d, "/v1/push", wire.PushRequest{Mutations: list})
	return answer.Results, err
}

// Ask has the office decide while somebody waits.
func (d Desk) Ask(ctx context.Context, list ...shared.Mutation) ([]shared.Result, error) {
	answer, err := ask[wire.PushAnswer](ctx, d, "/v1/push", wire.PushRequest{Mutations: list, Ask: true})
	return answer.Results, err
}

// Pull asks for a page.
func (d Desk) Pull(ctx context.Context, q wire.PullRequest) (wire.PullAnswer, error) {
	return ask[wire.PullAnswer](ctx, d, "/v1/pull", q)
}

// Tell tells the desk's presence.
func (d Desk) Tell(ctx context.Context, p wire.Presence) ([]wire.Presence, error) {
	return d.TellIn(ctx, "", p)
}

// TellIn tells it in a run of the desk's program.
func (d Desk) TellIn(ctx context.Context, run string, p wire.Presence) ([]wire.Presence, error) {
	answer, err := ask[wire.PresenceAnswer](ctx, d, "/v1/presence", wire.PresenceRequest{Presence: p, Run: run})
	return answer.Desks, err
}

// TakeOver takes another desk's draft over.
func (d Desk) TakeOver(ctx context.Context, desk, ticket clients.ID) (wire.Draft, error) {
	answer, err := ask[wire.TakeoverAnswer](ctx, d, "/v1/takeover", wire.TakeoverRequest{Desk: desk, Ticket: ticket})
	return answer.Draft, err
}

func ask[A, Q any](ctx context.Context, d Desk, path string, q Q) (A, error) {
	var answer A
	body, err := json.Marshal(q)
	if err != nil {
		return answer, err
	}
	w := d.Do(ctx, http.MethodPost, path, body)
	if w.Code == http.StatusOK {
		return answer, json.Unmarshal(w.Body.Bytes(), &answer)
	}
	refused := &Refused{Status: w.Code}
	if err := json.Unmarshal(w.Body.Bytes(), &refused.Answer); err != nil {
		return answer, err
	}
	return answer, refused
}
