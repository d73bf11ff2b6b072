//go:build !office

package main_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/audio/device/pulsetest"
	"permanence/phone/simulator"
	"permanence/ui/control"
)

// heardFor is the piece of sound in which is looked for who is heard.
const heardFor = audio.Rate / 2

// tones are what everybody says, in Hz.
var tones = map[string]float64{
	"operator": operatorsTone, "caller": callersTone, "third": thirdsTone,
	"greeting": greetingsTone, "name": namesTone,
}

// The tones of recorded sounds. They are levelled to the loudness of speech, so what
// is heard of them is softer than what people say here.
const (
	greetingsTone = 2300
	namesTone     = 700
	levelled      = -35 // dBFS and more
)

// TestE2EVoice follows the voices through sound devices, window, SIP and RTP: after
// each step everybody hears whom they should, nobody else, and never themselves.
func TestE2EVoice(t *testing.T) {
	v := newVoices(t)
	for _, step := range []struct {
		say   string
		do    func()
		hears map[string][]string
	}{
		{
			"a call is answered: the client's name in her ear, the greeting in the caller's", v.answerWhispered,
			map[string][]string{"operator": {"caller"}, "caller": {"greeting"}},
		},
		{
			"F2 cuts in", func() { v.screen.press("F2") },
			map[string][]string{"operator": {"caller"}, "caller": {"operator"}},
		},
		{
			"F5: she hears and is not heard", func() { v.screen.press("F5") },
			map[string][]string{"operator": {"caller"}, "caller": {}},
		},
		{
			"F5 again", func() { v.screen.press("F5") },
			map[string][]string{"operator": {"caller"}, "caller": {"operator"}},
		},
		{
			"the caller is held", func() { v.ctl("hold") },
			map[string][]string{"operator": {}, "caller": {}},
		},
		{
			"and taken back", func() { v.ctl("resume") },
			map[string][]string{"operator": {"caller"}, "caller": {"operator"}},
		},
		{
			"a third is asked, and the caller hears nothing of it", v.consult,
			map[string][]string{"operator": {"third"}, "third": {"operator"}, "caller": {}},
		},
		{
			"a conference", func() { v.ctl("conference") },
			map[string][]string{"operator": {"caller", "third"}, "caller": {"operator", "third"}, "third": {"operator", "caller"}},
		},
		{
			"the operator leaves it", func() { v.ctl("conference", "leave") },
			map[string][]string{"operator": {}, "caller": {"third"}, "third": {"caller"}},
		},
		{
			"and comes back", func() { v.ctl("conference", "join") },
			map[string][]string{"operator": {"caller", "third"}, "caller": {"operator", "third"}, "third": {"operator", "caller"}},
		},
		{
			"the third hangs up", v.partWithThird,
			map[string][]string{"operator": {"caller"}, "caller": {"operator"}},
		},
		{
			"the caller is put through", v.transfer,
			map[string][]string{"operator": {}, "caller": {"third"}, "third": {"caller"}},
		},
	} {
		t.Log(step.say)
		step.do()
		for _, who := range []string{"operator", "caller", "third"} {
			if whom, there := step.hears[who]; there {
				v.hears(step.say, who, whom)
			}
		}
	}
}

// voices are a desk with its window and sound devices, and who is in a call with it.
type voices struct {
	*calls
	screen   *screen
	call     control.Call
	operator *pulsetest.Recording
	parties  map[string]*party
}

func newVoices(t *testing.T) *voices {
	t.Helper()
	needPrograms(t, "kamailio", "Xvfb", "pulseaudio")
	v := &voices{calls: &calls{t: t}, parties: map[string]*party{"caller": newParty(), "third": newParty()}}
	world, err := simulator.New(simulator.Config{
		Bind: "127.0.0.1:0", NoTransfer: true,
		Receive: func(simulator.Incoming) simulator.Reception {
			return simulator.Reception{Part: v.parties["third"].part("third")}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close() })
	ours := account{"desk", "desk-secret"}
	v.world, v.calls.operator = world, startKamailio(t, operator{
		Trunk: world.Addr(), Accounts: []account{ours}, Forwards: []forward{{"+33536491010", "desk"}},
	})
	sound := pulsetest.Start(t)
	sound.Say(pulsetest.Mic, audiotest.Tone{Hz: operatorsTone, DBFS: audiotest.Voice})
	v.operator, _ = sound.Record(pulsetest.Ear)
	v.screen = startScreen(t)
	bureau := newBureau(t, v.calls.operator, ours)
	bureau.Voice = map[string]spoken{
		"greeting": {"019aa000-0000-7000-8000-000000000001", greetingsTone, 90 * time.Second},
		"name":     {"019aa000-0000-7000-8000-000000000002", namesTone, 2 * time.Second},
	}
	v.desk = newWorkstation(t, bureau, append(v.screen.env, sound.Env()...))
	v.desk.open("desk")
	v.desk.registered()
	v.screen.focus("Permanence")
	return v
}

// answer lets the caller ring, and the operator answer.
func (v *voices) answer() {
	v.t.Helper()
	p := v.plan("+33536491010")
	p.Part = v.parties["caller"].part("caller")
	ctx, cancel := context.WithCancel(context.Background())
	v.t.Cleanup(cancel)
	go func() { _, _ = v.world.Call(ctx, p) }() // what is heard tells how it went
	v.call = *v.desk.expect("call.arrived", func(control.Happening) bool { return true }).Call
	v.ctl("answer")
	v.becomes("call.answered", v.call.ID)
}

// answerWhispered answers, and waits until the operator has heard the name; it was
// recorded all the while, and holds nothing of the greeting.
func (v *voices) answerWhispered() {
	v.t.Helper()
	v.operator.Take()
	v.answer()
	late := time.After(patience)
	for name := 0; name < 10; {
		select {
		case <-v.operator.More():
		case <-late:
			v.t.Fatalf("the operator heard the client's name for %d ms", name*100)
		}
		for pcm := range slices.Chunk(v.operator.Take(), audio.Rate/10) {
			if audiotest.Level(pcm, namesTone) > levelled {
				name++
			}
			if l := audiotest.Level(pcm, greetingsTone); l > levelled {
				v.t.Fatalf("the operator hears the greeting at %.0f dBFS", l)
			}
		}
	}
}

func (v *voices) consult() {
	v.t.Helper()
	v.ctl("consult", "06 39 98 11 33")
	v.desk.until("the third talks", func(s control.Status) bool { return len(s.Calls) == 2 && s.Calls[1].State == "talking" })
}

func (v *voices) partWithThird() {
	v.t.Helper()
	v.ctl("hangup", v.desk.status().Calls[1].ID)
	v.desk.until("the caller is alone with her", func(s control.Status) bool { return len(s.Calls) == 1 })
	if s := v.desk.status(); s.Calls[0].State == "held" {
		v.ctl("resume")
	}
}

func (v *voices) transfer() {
	v.t.Helper()
	v.ctl("transfer", "06 39 98 11 33")
}

// hears waits until somebody hears these and nobody else, for two pieces of sound in
// a row.
func (v *voices) hears(when, who string, whom []string) {
	v.t.Helper()
	var want, soft, not []float64
	for name, hz := range tones {
		switch {
		case !slices.Contains(whom, name):
			not = append(not, hz)
		case hz == greetingsTone || hz == namesTone:
			soft = append(soft, hz)
		default:
			want = append(want, hz)
		}
	}
	late := time.After(patience)
	for right := 0; right < 2; {
		pcm := v.piece(who)
		err := audiotest.Check(pcm, want, not)
		for _, hz := range soft {
			if l := audiotest.Level(pcm, hz); err == nil && l < levelled {
				err = fmt.Errorf("%.0f Hz should be heard and has %.0f dBFS", hz, l)
			}
		}
		if err == nil {
			right++
			continue
		}
		right = 0
		select {
		case <-late:
			v.t.Fatalf("%s: the %s: %v", when, who, err)
		default:
		}
	}
}

// piece is what somebody hears next; silence when nothing comes at all.
func (v *voices) piece(who string) []int16 {
	if p := v.parties[who]; p != nil {
		return p.next()
	}
	v.operator.Take()
	var pcm []int16
	for len(pcm) < heardFor {
		<-v.operator.More()
		pcm = append(pcm, v.operator.Take()...)
	}
	return pcm
}

// party is somebody in a call, and what is heard there now.
type party struct {
	mu    sync.Mutex
	heard simulator.Recording
	more  chan struct{}
}

func newParty() *party { return &party{more: make(chan struct{}, 1)} }

// part says the tone of a name until the other side hangs up.
func (p *party) part(name string) simulator.Part {
	last := 0
	return simulator.Part{
		Voice: simulator.Tone(tones[name], -10, time.Second),
		Until: func(r simulator.Recording) bool {
			p.mu.Lock()
			p.heard = append(p.heard, r[last:]...)
			p.mu.Unlock()
			last = len(r)
			select {
			case p.more <- struct{}{}:
			default:
			}
			return false
		},
	}
}

func (p *party) take() simulator.Recording {
	p.mu.Lock()
	defer p.mu.Unlock()
	pcm := p.heard
	p.heard = nil
	return pcm
}

// next is what comes from now on, at 48 kHz; a held call brings nothing.
func (p *party) next() []int16 {
	p.take()
	up, err := audio.NewResampler(simulator.Rate, audio.Rate)
	if err != nil {
		panic(fmt.Sprintf("two rates that are known: %v", err))
	}
	var pcm []int16
	quiet := time.After(3 * time.Second)
	for len(pcm) < heardFor {
		select {
		case <-p.more:
			pcm = up.Process(pcm, p.take())
		case <-quiet:
			return make([]int16, heardFor)
		}
	}
	return pcm
}
