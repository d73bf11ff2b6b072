package link

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"permanence/store/wire"
	"permanence/store/wire/pairing"
	"permanence/ui/desk"
)

// DefaultPort is where an office listens when an address does not say.
const DefaultPort = "7443"

// pairTries is how often a machine's request is sent when no answer comes: the office
// gives the same certificate each time.
const pairTries = 3

// Pair makes this machine a desk of the office at an address, with the code that the
// office shows. It returns when the office has agreed; the first copy goes on. A desk
// that was revoked, or has lost its key, may be paired again with the same office.
func (l *Link) Pair(ctx context.Context, address, code, deskName string) error {
	l.joining.Lock()
	defer l.joining.Unlock()
	typed, err := pairing.ParseCode(code)
	if err != nil {
		return &Error{code: "office.code", text: "reading the code", err: err}
	}
	p := pairingAt{Link: l, address: withPort(address), name: deskName, code: typed}
	p.remote = NewRemote(p.address, l.cfg.Transport(pairing.Blind()))
	defer p.remote.Close()
	if err := p.prove(ctx); err != nil {
		return err
	}
	l.cfg.Send(desk.PairingChanged{Step: desk.PairingProved})
	return p.join(ctx)
}

// withPort reads an address as a person types it: a host, with or without a port.
func withPort(typed string) string {
	address := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(typed), "https://"), "/")
	if _, _, err := net.SplitHostPort(address); err == nil {
		return address
	}
	return net.JoinHostPort(strings.Trim(address, "[]"), DefaultPort)
}

// pairingAt is one machine's way to being a desk.
type pairingAt struct {
	*Link
	remote  *Remote
	address string
	name    string
	code    pairing.Code
	attempt *pairing.Attempt
	answer  wire.PairAnswer
}

// prove has both sides prove that they know the code.
func (p *pairingAt) prove(ctx context.Context) error {
	invitation, err := p.remote.Invitation(ctx)
	if err != nil {
		return err
	}
	if p.attempt, err = pairing.Begin(invitation, p.code, p.name); err != nil {
		return &Error{code: ErrStranger.code, text: "pairing", err: err}
	}
	if p.answer, err = p.ask(ctx); err != nil {
		return wrong("code", err)
	}
	if _, err = p.attempt.Finish(p.answer); err != nil {
		return &Error{code: ErrStranger.code, text: "pairing", err: err}
	}
	return nil
}

// ask sends the request, again when the answer was lost.
func (p *pairingAt) ask(ctx context.Context) (answer wire.PairAnswer, err error) {
	for range pairTries {
		answer, err = p.remote.Pair(ctx, p.attempt.Request)
		var refusal *Refusal
		if err == nil || errors.As(err, &refusal) || ctx.Err() != nil {
			return answer, err
		}
		rest(ctx, time.Second)
	}
	return answer, err
}

// join keeps what makes the machine a desk. The key comes first: a member without one
// could not speak to its office.
func (p *pairingAt) join(ctx context.Context) error {
	was, err := p.cfg.Store.Membership(ctx)
	if err != nil {
		return err
	}
	if was.Desk != "" && was.Bureau != p.answer.Bureau {
		return ErrLinked
	}
	key, err := writeKey(p.attempt.Key)
	if err != nil {
		return fmt.Errorf("link: the desk's key: %w", err)
	}
	for name, secret := range map[string]string{secretKey: key, secretSession: ""} {
		if err := p.cfg.Secrets.Set(name, secret); err != nil {
			return fmt.Errorf("link: keeping the desk's key: %w", err)
		}
	}
	if err := p.cfg.Store.Join(ctx, p.membership()); err != nil {
		return err
	}
	p.renew()
	return nil
}

func (p *pairingAt) membership() Membership {
	return Membership{
		Address: p.address, Bureau: p.answer.Bureau, BureauName: p.answer.BureauName, Desk: p.answer.Desk,
		DeskName: p.deskName(), CA: p.attempt.CA().Raw, Certificate: p.answer.Certificate,
	}
}

// deskName is the machine's name as it asked for it.
func (p *pairingAt) deskName() string {
	csr, err := x509.ParseCertificateRequest(p.attempt.Request.CSR)
	if err != nil {
		return p.name
	}
	return csr.Subject.CommonName
}
