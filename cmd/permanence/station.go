//go:build !office

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"permanence/audio"
	"permanence/audio/codec"
	"permanence/audio/device"
	"permanence/audio/headset"
	"permanence/audio/opus"
	"permanence/audio/wav"
	"permanence/clients"
	"permanence/clients/dispatch"
	"permanence/clients/dispatch/mail"
	"permanence/phone"
	"permanence/phone/sipua"
	"permanence/store"
	"permanence/store/link"
	"permanence/store/secret"
	"permanence/ui/control"
	"permanence/ui/desk"
)

// stationOptions are the command line's.
type stationOptions struct {
	dir      string
	mic, ear string // WAV files in place of the devices
}

// station is a running desk without its window: everything between the sound
// card, the network, the disk and the core.
type station struct {
	dir     string
	log     *slog.Logger
	logFile io.Closer
	store   *store.Store
	secrets *secret.Keep
	core    *desk.Core
	console *audio.Console
	sounds  *operatorSounds
	headset *headset.Headsets
	agent   *sipua.Agent
	courier *courier
	control *control.Server
	link    *link.Link
	running sync.WaitGroup
	ticker  *time.Ticker

	closeLink func() // stops the link and waits for it
}

// openStation starts a desk in its folder. The core reads the store and gives
// the telephone its lines by itself.
func openStation(ctx context.Context, o stationOptions, terminal io.Writer) (*station, error) {
	s := &station{dir: o.dir, ticker: time.NewTicker(time.Second)}
	if err := s.open(ctx, o, terminal); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *station) open(ctx context.Context, o stationOptions, terminal io.Writer) error {
	var err error
	if s.store, err = store.Open(ctx, o.dir, store.Options{}); err != nil {
		return err
	}
	if s.log, s.logFile, err = openLog(o.dir, terminal); err != nil {
		return fmt.Errorf("journal : %w", err)
	}
	if s.secrets, err = secret.Open(o.dir); err != nil {
		return err
	}
	s.core = desk.New(desk.Config{Now: time.Now, NewID: newID, Tick: s.ticker.C, Log: s.log})
	if err := s.openSound(o); err != nil {
		return err
	}
	if err := s.openPhone(); err != nil {
		return err
	}
	s.openCourier(ctx)
	s.openHeadset()
	s.openLink(ctx)
	s.running.Go(func() { s.core.Run(context.WithoutCancel(ctx), s.ports()) })
	s.control, err = control.Listen(o.dir, control.Config{
		Core: s.core, Stats: s.agent.Stats, Faults: s.soundFaults, Past: s.store, Log: s.log,
	})
	return err
}

func newID() clients.ID { return clients.ID(uuid.Must(uuid.NewV7()).String()) }

func (s *station) ports() desk.Ports {
	return desk.Ports{
		Phone: s.agent, Store: linkedStore{s.store, s.link}, Sound: soundPort{s.console, s.sounds}, Courier: s.courier,
		Secrets: s.secrets, Lines: lineTester{s.secrets}, Headset: headsetPort{s.headset},
		Sounds: s.sounds.library, Office: s.link,
	}
}

func (s *station) openSound(o stationOptions) (err error) {
	var driver audio.Driver = device.Open(s.log)
	if o.mic != "" || o.ear != "" {
		if driver, err = wav.NewDriver(o.mic, o.ear, driver); err != nil {
			return err
		}
	}
	s.console, err = audio.NewConsole(audio.ConsoleConfig{
		Driver: driver, Log: s.log,
		Changed: func(st audio.State) { s.core.Send(desk.SoundChanged{Sound: soundState(st)}) },
	})
	if err != nil {
		return err
	}
	s.sounds = newOperatorSounds(s.console, soundLibrary{s.store}, s.core.Send, s.log)
	return nil
}

func (s *station) openPhone() (err error) {
	s.agent, err = sipua.New(sipua.Config{
		Credentials: s.secrets, Patch: s.console, Log: s.log,
		UserAgent: "Permanence/" + version,
		Codecs:    []audio.Codec{opus.New(), codec.G722, codec.PCMA, codec.PCMU},
		Sounds:    s.sounds.library,
		Report:    s.report,
	})
	return err
}

// report tells the core what happens at the telephone. Attacks are for the log as
// well: they come at most every ten seconds, and with a count.
func (s *station) report(e phone.Event) {
	if t, ok := e.(phone.StrangersTurnedAway); ok {
		s.log.Warn("phone: strangers turned away", "line", t.Line, "total", t.Total, "from", t.From)
	}
	s.core.Send(desk.PhoneReported{Event: e})
}

func (s *station) openCourier(ctx context.Context) {
	s.courier = &courier{core: s.core, secrets: s.secrets}
	senders := map[string]dispatch.Sender{"mail": mail.New(s.courier.settings, s.store)}
	s.courier.runner = dispatch.NewRunner(s.store.Queue(), senders, time.Now, func(d clients.Delivery) {
		s.core.Send(desk.DeliveryChanged{Delivery: d})
	}, s.log)
	ctx, s.courier.stop = context.WithCancel(context.WithoutCancel(ctx))
	s.courier.running.Go(func() { s.courier.runner.Run(ctx) })
}

// close runs the opening backwards: no more programs, no more calls, then the
// events that their ends have caused, then the messages, then the disk.
func (s *station) close() error {
	var errs []error
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	if s.control != nil {
		errs = append(errs, s.control.Close())
	}
	if s.agent != nil {
		errs = append(errs, s.agent.Close(ctx))
	}
	if s.core != nil {
		s.core.Stop()
	}
	s.running.Wait()
	if s.closeLink != nil {
		s.closeLink()
	}
	if s.courier != nil {
		s.courier.close()
	}
	if s.sounds != nil {
		s.sounds.close()
	}
	if s.headset != nil {
		s.headset.Close()
	}
	if s.console != nil {
		errs = append(errs, s.console.Close())
	}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	s.ticker.Stop()
	if s.logFile != nil {
		errs = append(errs, s.logFile.Close())
	}
	return errors.Join(errs...)
}
