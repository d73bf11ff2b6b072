package sipua

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/netip"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// Test tries a line once, with a password that need not be stored yet: for a
// direct line whether its address is free, otherwise whether the registrar takes
// it. Nothing stays registered. An error is a *LineError.
func Test(ctx context.Context, l phone.Line, password string) error {
	if err := usable(l); err != nil {
		return err
	}
	bind, err := bindOf(l, netip.Addr{})
	if err != nil {
		return err
	}
	ep, err := listen(transportOf(l), bind, l.Direct, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		return badConfig("%w", err)
	}
	ep.ca = l.CA
	ep.handle = func(_ *endpoint, r *request) { r.reply(sip.StatusTemporarilyUnavailable) }
	ep.stray = func(*sip.Response, flow) {}
	ep.start()
	defer ep.wait()
	defer ep.release()
	if l.Direct {
		return nil
	}
	return tryServers(ctx, ep, l, onePassword(password))
}

// tryServers registers at each server of a line: one that only stands in for
// another must not be found wrong on the day it is needed.
func tryServers(ctx context.Context, ep *endpoint, l phone.Line, store phone.Credentials) error {
	for _, server := range serversOf(l) {
		one := l
		one.Proxy, one.Backups = server, nil
		b := newBinding(ep, one, store, "Permanence")
		if _, err := b.register(ctx); err != nil {
			return asLineError(err)
		}
		_ = b.remove(ctx) // if this is lost, the contact expires by itself
	}
	return nil
}

// onePassword is a keyring with one password.
type onePassword string

func (p onePassword) Password(phone.LineID) (string, error) { return string(p), nil }

// bindOf is where a line's socket is bound: where it says, or any port of otherwise.
func bindOf(l phone.Line, otherwise netip.Addr) (netip.AddrPort, error) {
	if l.Bind == "" {
		return netip.AddrPortFrom(otherwise, 0), nil
	}
	at, err := net.ResolveUDPAddr("udp", l.Bind)
	if err != nil {
		return netip.AddrPort{}, badConfig("address to listen on: %w", err)
	}
	ip, _ := netip.AddrFromSlice(at.IP)
	return netip.AddrPortFrom(ip.Unmap(), uint16(at.Port)), nil
}
