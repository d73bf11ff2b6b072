package door_test

import (
	"crypto/tls"
	"errors"
	"testing"

	"permanence/clients"
	"permanence/store/link"
	"permanence/store/wire"
	"permanence/store/wire/pairing"
)

// TestDesksOwnEnd: what a desk's program speaks through understands the door, and its
// refusals.
func TestDesksOwnEnd(t *testing.T) {
	b := newBureau(t)
	actor := b.operator(secretary("Sophie"))
	code, _, err := b.door.Invite(b.ctx, "")
	ok(t, err)
	stranger := link.NewRemote(b.address, link.Transport(pairing.Blind()))
	defer stranger.Close()
	in, err := stranger.Invitation(b.ctx)
	ok(t, err)
	a, err := pairing.Begin(in, code, "Poste du salon")
	ok(t, err)
	answer, err := stranger.Pair(b.ctx, a.Request)
	ok(t, err)
	_, err = a.Finish(answer)
	ok(t, err)
	_, err = stranger.Hello(b.ctx)
	refusedWith(t, "office.forbidden", err)

	own := tls.Certificate{Certificate: [][]byte{answer.Certificate}, PrivateKey: a.Key}
	desk := link.NewRemote(b.address, link.Transport(pairing.Trust(a.CA(), func() []string { return []string{"127.0.0.1"} }, own, b.clock.Now)))
	defer desk.Close()
	_, err = desk.Pull(b.ctx, wire.PullRequest{})
	refusedWith(t, "office.no-session", err)
	_, err = desk.Login(b.ctx, wire.LoginRequest{Name: "Sophie", Password: "mauvais mot de passe"})
	refusedWith(t, "office.forbidden", err)
	who, err := desk.Login(b.ctx, wire.LoginRequest{Name: "Sophie", Password: password})
	ok(t, err)
	desk.SetSession(who.Session)
	_, err = desk.Push(b.ctx, push(t, actor, clients.CreateClient{Client: client("c1")}))
	ok(t, err)
	ok(t, desk.Logout(b.ctx, who.Session))
	_, err = desk.Pull(b.ctx, wire.PullRequest{})
	refusedWith(t, "office.no-session", err)
	ok(t, b.door.Revoke(b.ctx, answer.Desk))
	_, err = desk.Pull(b.ctx, wire.PullRequest{})
	refusedWith(t, "office.revoked", err)
}

func refusedWith(t *testing.T, code string, err error) {
	t.Helper()
	var no *link.Refusal
	if !errors.As(err, &no) || no.Code() != code {
		t.Errorf("refused with %v; want %s", err, code)
	}
}
