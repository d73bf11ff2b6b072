//go:build !office

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"permanence/assets"
	"permanence/clients/dispatch/postbox"
	"permanence/phone"
	"permanence/store"
	"permanence/store/exchange"
	"permanence/store/secret"
	"permanence/ui/desk"
)

// demoLine is the demo's one line: direct, on this machine only.
const demoLine phone.LineID = "demo"

// demo is a desk with everything around it that an office would have.
type demo struct {
	dir     string
	bind    string // where the desk's line listens
	network string // where the simulated one does
	postbox *postbox.Server
	station *station
	callers *callers
}

// runDemo opens a desk with clients, callers and a mail server of its own.
func runDemo(ctx context.Context, w outputs, args []string) (err error) {
	f := flags("demo")
	dir := f.String("data", "", "")
	rehearse := f.Bool("rehearse", false, "")
	out := f.String("out", "out", "")
	if err := parse(f, w, args); err != nil {
		return err
	}
	if *dir == "" {
		temp, err := os.MkdirTemp("", "permanence-demo-")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, forget(temp)) }()
		*dir = temp
	}
	if *rehearse {
		return runRehearsal(ctx, w, *dir, *out)
	}
	if err := needDisplay(); err != nil {
		return fmt.Errorf("%w ; « permanence demo --rehearse » joue la démonstration sans écran", err)
	}
	d, err := openDemo(ctx, stationOptions{dir: *dir}, w)
	if err != nil {
		return err
	}
	d.callers.start(demoCalls(), true)
	return errors.Join(showWindow(ctx, d.station), d.close())
}

// forget removes a demo that was only for now, and its password from the keyring.
func forget(dir string) error {
	keep, err := secret.Open(dir)
	if err == nil {
		err = keep.Delete(desk.SecretOfMail)
	}
	return errors.Join(err, os.RemoveAll(dir))
}

// runRehearsal plays the job on a screen in memory.
func runRehearsal(ctx context.Context, w outputs, dir, out string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	screen, err := openScreen(ctx, "1440x900")
	if err != nil {
		return err
	}
	defer func() { _ = screen.close() }()
	if err := os.Setenv("DISPLAY", screen.display); err != nil {
		return err
	}
	files, err := newRehearsalFiles(dir)
	if err != nil {
		return err
	}
	d, err := openDemo(ctx, stationOptions{dir: dir, mic: files.mic, ear: files.ear}, w)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	played := make(chan error, 1)
	shown := make(chan struct{})
	go func() {
		defer stop() // closes the window
		select {
		case <-shown:
		case <-ctx.Done():
		}
		r := rehearsal{s: d.station, files: files, mailbox: demoMailbox{d.postbox}, keys: keyboard{screen.display}, out: out, w: w.out}
		r.ring = func(c demoCall) { d.callers.start([]demoCall{c}, false) }
		played <- r.play(ctx)
	}()
	err = errors.Join(showWindow(ctx, d.station, func() { close(shown) }), <-played, d.close())
	if err == nil {
		fmt.Fprintf(w.out, "Tout le travail est fait ; les images sont dans %s.\n", out)
	}
	return err
}

// openDemo prepares the folder and starts the desk, the mail server and the callers.
func openDemo(ctx context.Context, o stationOptions, w outputs) (*demo, error) {
	d := &demo{dir: o.dir}
	if err := d.open(ctx, o, w); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *demo) open(ctx context.Context, o stationOptions, w outputs) (err error) {
	if time.Local.String() == "UTC" || time.Local.String() == "Local" && os.Getenv("TZ") == "" {
		// The demo stands in Toulouse, wherever the machine's clock is.
		if time.Local, err = time.LoadLocation("Europe/Paris"); err != nil {
			return err
		}
	}
	d.postbox, err = postbox.Start(postbox.Options{User: "permanence", Password: demoPassword})
	if err != nil {
		return err
	}
	if d.bind, err = freeAddress(); err != nil {
		return err
	}
	if d.callers, err = openCallers(d.bind); err != nil {
		return err
	}
	d.network = d.callers.sim.Addr()
	if err := d.fill(ctx); err != nil {
		return err
	}
	if d.station, err = openStation(ctx, o, w.err); err != nil {
		return err
	}
	d.callers.log = d.station.log
	return nil
}

// demoPassword opens the demo's own mail server, which hears this machine only.
const demoPassword = "demonstration"

// freeAddress finds a UDP port for the line.
func freeAddress() (string, error) {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return c.LocalAddr().String(), c.Close()
}

// demoCA is the file with which the desk trusts the demo's mail server.
const demoCA = "demo-ca.pem"

// demoSound finds what a client of the demo has recorded. Sounds that its cards
// name otherwise are the operator's own, in a folder that was used before.
func demoSound(id phone.SoundID) (io.ReadCloser, error) {
	b, err := assets.DemoSound(string(id))
	return io.NopCloser(bytes.NewReader(b)), err
}

// fill brings the demo's clients, settings and a morning's work into the folder.
func (d *demo) fill(ctx context.Context) (err error) {
	s, err := store.Open(ctx, d.dir, store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	doc, err := exchange.Read(bytes.NewReader(assets.DemoYAML()))
	if err != nil {
		return err
	}
	if _, err := exchange.Import(ctx, s, doc, "", time.Now()); err != nil {
		return err
	}
	snap, err := s.Load(ctx, time.Now())
	if err != nil {
		return err
	}
	if _, _, err := takeSounds(ctx, s, demoSound, time.Now()); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(d.dir, demoCA), d.postbox.CA(), 0o600); err != nil {
		return err
	}
	if err := s.SaveSettings(ctx, d.settings(snap.Settings)); err != nil {
		return err
	}
	secrets, err := secret.Open(d.dir)
	if err != nil {
		return err
	}
	if err := secrets.Set(desk.SecretOfMail, demoPassword); err != nil {
		return err
	}
	if len(snap.History) > 0 {
		return nil // this folder has been used before
	}
	return fillMorning(ctx, s, snap)
}

func (d *demo) settings(s desk.Settings) desk.Settings {
	s.Lines = []phone.Line{{
		ID: demoLine, Label: "Démonstration", User: "permanence", Direct: true, Bind: d.bind,
		Proxy: d.network, // what she dials rings there
	}}
	s.Address = "12 rue du Taur, 31000 Toulouse (2ᵉ étage, code 1234)"
	s.Theme = "light"
	s.Mail = desk.MailSettings{
		Host: d.postbox.Host(), Port: d.postbox.Port(), Security: "starttls", User: "permanence",
		From: "messages@permanence.example", FromName: "Permanence Occitane", CA: filepath.Join(d.dir, demoCA),
	}
	return s
}

func (d *demo) close() error {
	var errs []error
	if d.callers != nil {
		errs = append(errs, d.callers.close())
	}
	if d.station != nil {
		errs = append(errs, d.station.close())
	}
	if d.postbox != nil {
		errs = append(errs, d.postbox.Close())
	}
	return errors.Join(errs...)
}
