//go:build !office

package main

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"permanence/assets"
	"permanence/phone"
	"permanence/phone/simulator"
)

// demoCall is one simulated caller.
type demoCall struct {
	after  time.Duration // since the call before it was placed
	called phone.Number
	name   string
	number phone.Number
	voice  string // of assets.Voice
	shown  []phone.CalledSource
	silent time.Duration                  // before the first word
	hears  func(simulator.Recording) bool // is told what the caller hears; true ends the call
}

// patience is how long a simulated caller lets it ring, and restBetween how long
// the demo waits before its callers ring again.
const (
	patience    = 45 * time.Second
	restBetween = 90 * time.Second
)

// demoCalls are the callers in their order: a client who was forwarded here, two
// who ring while she talks, one who reached a number that is nobody's.
func demoCalls() []demoCall {
	forwarded := []phone.CalledSource{phone.FromTo, phone.FromDiversion}
	return []demoCall{
		{after: 2 * time.Second, called: "+33536491010", name: "Mme Lefevre", number: "+33639980112", voice: "durand-succession", shown: forwarded},
		{after: 40 * time.Second, called: "+33536492020", name: "M. Garcia", number: "+33639980245", voice: "petit-ordonnance"},
		{after: 15 * time.Second, called: "+33536493030", number: "+33639980377", voice: "roc-fuite", shown: []phone.CalledSource{phone.FromDiversion}},
		{after: 50 * time.Second, called: "+33536490099", number: "+33199000456", voice: "roc-devis"},
	}
}

// callers places the demo's calls.
type callers struct {
	sim    *simulator.Simulator
	target string
	log    *slog.Logger
	living context.Context // of all calls; ended by stop
	stop   context.CancelFunc
	calls  sync.WaitGroup
}

// openCallers starts the network around a desk. What its calls come to is logged
// once log is set, which is before the first.
func openCallers(target string) (*callers, error) {
	sim, err := simulator.New(simulator.Config{Bind: "127.0.0.1:0", Receive: pickUp})
	if err != nil {
		return nil, err
	}
	c := &callers{sim: sim, target: target}
	c.living, c.stop = context.WithCancel(context.Background())
	return c, nil
}

// start places the calls, over and over when again is set, until close.
func (c *callers) start(calls []demoCall, again bool) {
	ctx := c.living
	c.calls.Go(func() {
		for {
			for _, call := range calls {
				if !wait(ctx, call.after) {
					return
				}
				c.calls.Go(func() { c.place(ctx, call) })
			}
			if !again || !wait(ctx, restBetween) {
				return
			}
		}
	})
}

// wait reports whether d passed before ctx ended.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (c *callers) place(ctx context.Context, call demoCall) {
	voice, err := demoVoice(call.voice)
	if err != nil {
		c.log.Error("demo: caller has no voice", "error", err)
		return
	}
	outcome, err := c.sim.Call(ctx, simulator.Plan{
		Target: "permanence@" + c.target, Called: call.called, Shown: call.shown,
		CallerName: call.name, CallerNumber: call.number, GiveUpAfter: patience,
		Part: simulator.Part{Voice: call.says(voice), Pause: 4 * time.Second, Until: call.hears},
	})
	c.log.Info("demo: call over", "called", call.called, "ending", outcome.Ending, "talked", outcome.Talked, "error", err)
}

// says is the caller's voice, after the silence in which others speak.
func (c *demoCall) says(voice simulator.Voice) simulator.Voice {
	silence := make(simulator.Voice, int(c.silent*simulator.Rate/time.Second))
	return append(silence, voice...)
}

// reachable are the numbers of the demo at which somebody is, with the voice that
// answers. Every other number of a contact is busy, and all the rest do not exist.
var reachable = map[phone.Number]string{
	"+33639981012": "durand-caron",
	"+33536492021": "petit-docteur",
	"+33639983031": "roc-manuel",
}

// demoNumbers begin the ranges that the demo's contacts have.
var demoNumbers = []string{"+336399810", "+336399820", "+336399830", "+3353649"}

// pickUp is what becomes of a call into the simulated network.
func pickUp(in simulator.Incoming) simulator.Reception {
	voice, err := demoVoice(reachable[in.Called])
	switch {
	case in.Called.Emergency():
		return simulator.Reception{RingFor: time.Minute} // the card is read in peace
	case err == nil:
		return simulator.Reception{RingFor: 3 * time.Second, Part: simulator.Part{Voice: voice, Pause: 6 * time.Second}}
	case slices.ContainsFunc(demoNumbers, func(p string) bool { return strings.HasPrefix(string(in.Called), p) }):
		return simulator.Reception{Refuse: 486}
	}
	return simulator.Reception{Refuse: 404}
}

func demoVoice(name string) (simulator.Voice, error) {
	file, err := assets.Voice(name)
	if err != nil {
		return nil, err
	}
	return simulator.ParseWAV(file)
}

func (c *callers) close() error {
	c.stop()
	c.calls.Wait()
	return c.sim.Close()
}
