//go:build !office

package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"permanence/audio"
	"permanence/clients/dispatch"
	"permanence/clients/dispatch/mail"
	"permanence/phone"
	"permanence/phone/sipua"
	"permanence/store/secret"
	"permanence/ui/control"
	"permanence/ui/desk"
)

// soundPort is the console as the core commands it.
type soundPort struct {
	console *audio.Console
	*operatorSounds
}

func (p soundPort) Prefer(r desk.Role, names []string) {
	p.console.Prefer(audio.Role(r), names)
}
func (p soundPort) Treat(t desk.Treatment) { p.console.Treat(audio.Treatment(t)) }
func (p soundPort) Mute(muted bool)        { p.console.Mute(muted) }
func (p soundPort) Play(s desk.Signal)     { p.console.Play(audio.Signal(s)) }
func (p soundPort) Loop(d time.Duration)   { p.console.Loop(d) }

// soundState is the console's state in the core's words.
func soundState(s audio.State) desk.SoundState {
	out := desk.SoundState{
		Devices:  map[desk.Role]desk.Device{},
		Captures: s.Captures, Playback: s.Playbacks,
		Muted: s.Muted, Silent: s.Silent, Code: s.Err, Error: s.Detail,
	}
	for role, use := range s.Uses {
		out.Devices[desk.Role(role)] = desk.Device{Wanted: use.Wanted, Using: use.Using, Lost: use.Lost}
	}
	return out
}

// soundFaults is how the devices have behaved.
func (s *station) soundFaults() control.Faults {
	n := s.console.Stats()
	return control.Faults{
		Underruns: n.Underruns, Overruns: n.Overruns, LateEar: n.LateEar, LateMic: n.LateMic,
		EarGap: float64(n.WorstEarGap) / 1e6, MicGap: float64(n.WorstMicGap) / 1e6,
	}
}

// courier carries messages out, with the settings that hold now.
type courier struct {
	core    *desk.Core
	secrets *secret.Keep
	runner  *dispatch.Runner
	stop    context.CancelFunc
	running sync.WaitGroup
}

// Wake makes the runner look at the outbox.
func (c *courier) Wake() { c.runner.Wake() }

// Try sends a test mail.
func (c *courier) Try(ctx context.Context, s desk.MailSettings, password, to string) error {
	if password == "" {
		var err error
		if password, err = c.password(); err != nil {
			return err
		}
	}
	return mail.Test(ctx, mailSettings(s), password, to)
}

func (c *courier) settings() (mail.Settings, string, error) {
	password, err := c.password()
	return mailSettings(c.core.State().Settings.Mail), password, err
}

// password is the mail server's; a server may want none.
func (c *courier) password() (string, error) {
	word, err := c.secrets.Get(desk.SecretOfMail)
	if errors.Is(err, secret.ErrNotFound) {
		return "", nil
	}
	return word, err
}

func (c *courier) close() {
	c.stop()
	c.running.Wait()
}

func mailSettings(s desk.MailSettings) mail.Settings {
	return mail.Settings{
		Host: s.Host, Port: s.Port, Security: s.Security, User: s.User,
		From: s.From, FromName: s.FromName, CA: s.CA,
	}
}

// lineTester tries a line with the password typed, or the one that is kept.
type lineTester struct{ secrets *secret.Keep }

func (t lineTester) TestLine(ctx context.Context, l phone.Line, password string) error {
	if password == "" {
		var err error
		if password, err = t.secrets.Password(l.ID); err != nil {
			return err
		}
	}
	return sipua.Test(ctx, l, password)
}
