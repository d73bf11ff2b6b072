package link

import (
	"context"
	"fmt"

	"permanence/clients"
	"permanence/store/wire"
)

// Login opens a session and returns whose it is. It lasts over restarts. While the
// office cannot be reached the desk goes on with whoever was logged in last: nothing is
// locked by a line that is cut.
func (l *Link) Login(ctx context.Context, name, password string) (clients.Operator, error) {
	b, err := l.office()
	if err != nil {
		return clients.Operator{}, err
	}
	answer, err := b.remote.Login(ctx, wire.LoginRequest{Name: name, Password: password})
	if err != nil {
		return clients.Operator{}, wrong("password", err)
	}
	if err := l.cfg.Secrets.Set(secretSession, answer.Session); err != nil {
		return clients.Operator{}, fmt.Errorf("link: keeping the session: %w", err)
	}
	b.remote.SetSession(answer.Session)
	hint(b.wake)
	hint(b.seen)
	return answer.Operator, nil
}

// ChangePassword gives whoever has the desk another password. Her session here stays;
// those elsewhere end.
func (l *Link) ChangePassword(ctx context.Context, old, password string) error {
	return l.password(ctx, wire.PasswordRequest{Old: old, New: password})
}

// SetPassword gives another operator one, as only a supervisor may.
func (l *Link) SetPassword(ctx context.Context, operator clients.ID, password string) error {
	return l.password(ctx, wire.PasswordRequest{Operator: operator, New: password})
}

func (l *Link) password(ctx context.Context, q wire.PasswordRequest) error {
	b, err := l.office()
	if err != nil {
		return err
	}
	return b.remote.Password(ctx, q)
}

// Logout ends the session. The office hears of it when it can be reached; the desk has
// forgotten it at once.
func (l *Link) Logout() {
	b, err := l.office()
	if err != nil {
		return
	}
	token := b.remote.Session()
	b.remote.SetSession("")
	if err := l.cfg.Secrets.Set(secretSession, ""); err != nil {
		l.cfg.Log.Error("link: forgetting the session", "err", err)
	}
	if token != "" {
		b.logout.Store(&token)
	}
	hint(b.wake)
}

// sayLogout tells the office that a session has ended, once.
func (b *bond) sayLogout(ctx context.Context) error {
	token := b.logout.Load()
	if token == nil {
		return nil
	}
	if err := b.remote.Logout(ctx, *token); err != nil && !says(err, saysNoSession, saysRevoked, saysForbidden) {
		return err
	}
	b.logout.CompareAndSwap(token, nil)
	return nil
}
