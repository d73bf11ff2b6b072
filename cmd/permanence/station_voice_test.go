//go:build !office

package main

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"permanence/audio/audiotest"
	"permanence/audio/wav"
	"permanence/clients"
	"permanence/phone"
	"permanence/phone/simulator"
	"permanence/ui/desk"
)

// The tones of the scenes: what each sound and each person is known by.
const (
	roomHz     = 1000 // the operator's microphone
	callerHz   = 440
	greetingHz = 1700
	musicHz    = 2300
	whisperHz  = 700
	machineHz  = 1300
)

const spokenDID = phone.Number("+33561000009")

// spokenDesk is a desk with one client, whose callers hear recorded sounds that came
// in from files as the operator brings them.
func spokenDesk(t *testing.T, voice func(d *testStation, v *clients.Voice)) *testStation {
	t.Helper()
	d := openTestStation(t, roomHz)
	d.address(t)
	d.core.Send(desk.OperatorSaved{Operator: clients.Operator{Name: "Sophie"}})
	d.until(t, "somebody sits here", func(s desk.State) bool { return s.Operator.ID != "" })
	c := clients.Client{
		Name: "SARL Roc", DIDs: []string{string(spokenDID)},
		Greetings: []clients.Greeting{{Text: "SARL Roc, bonjour."}},
	}
	voice(d, &c.Voice)
	d.core.Send(desk.ClientSaved{Client: c})
	d.until(t, "the client is there", func(s desk.State) bool { return s.Directory.ByDID(spokenDID) != nil })
	return d
}

// sound takes a tone in from a file.
func (d *testStation) sound(t *testing.T, kind clients.SoundKind, hz float64, length time.Duration) phone.SoundID {
	t.Helper()
	path := filepath.Join(t.TempDir(), string(kind)+".wav")
	w, err := wav.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(audiotest.Samples(length, audiotest.Tone{Hz: hz, DBFS: audiotest.Voice})); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d.core.Send(desk.SoundFileChosen{Path: path, Kind: kind})
	var id phone.SoundID
	d.until(t, string(kind)+" is taken in", func(s desk.State) bool {
		if s.Importing == nil || !s.Importing.Kept {
			return false
		}
		id = s.Importing.Sound.ID
		return true
	})
	d.core.Send(desk.SoundFileLeft{})
	d.until(t, "the file is put away", func(s desk.State) bool { return s.Importing == nil })
	return id
}

// calling lets somebody call the client and do their part; over tells what they heard.
func calling(t *testing.T, d *testStation, until func(simulator.Recording) bool, watch func(simulator.Event)) (over <-chan simulator.Outcome) {
	t.Helper()
	caller, err := simulator.New(simulator.Config{Bind: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = caller.Close() })
	plan := simulator.Plan{
		Target: "desk@" + d.address(t), Called: spokenDID, Shown: []phone.CalledSource{phone.FromTo}, CallerNumber: "+33639980112",
		Part: simulator.Part{Voice: simulator.Tone(callerHz, -15, 700*time.Millisecond), Pause: 300 * time.Millisecond, Until: until, Watch: watch},
	}
	done := make(chan simulator.Outcome, 1)
	go func() {
		o, err := caller.Call(t.Context(), plan)
		if err != nil {
			t.Error(err)
		}
		done <- o
	}()
	d.until(t, "it arrives", func(s desk.State) bool {
		return slices.ContainsFunc(s.Calls, func(c desk.Call) bool { return c.Caller.Number == "+33639980112" })
	})
	return done
}

// The caller hears the greeting, then the room; the operator hears the client's name
// and the caller, and of the greeting nothing.
func TestGreetingAndWhisper(t *testing.T) {
	d := spokenDesk(t, func(d *testStation, v *clients.Voice) {
		op := d.core.State().Operator.ID
		v.Greetings = []clients.SpokenGreeting{{Operator: op, Text: "SARL Roc, bonjour.", Sound: d.sound(t, clients.SoundGreeting, greetingHz, 2*time.Second)}}
		v.Name = d.sound(t, clients.SoundName, whisperHz, time.Second)
	})
	over := calling(t, d, func(heard simulator.Recording) bool { return heard.ToneTime(roomHz) >= time.Second }, nil)
	d.core.Send(desk.AnswerPressed{})
	d.until(t, "the greeting plays", func(s desk.State) bool {
		return len(s.Calls) == 1 && s.Calls[0].Announcing != nil && !s.Calls[0].Announcing.Since.IsZero()
	})
	o := <-over
	first := o.Heard[:min(len(o.Heard), simulator.Rate*3/2)]
	if g := o.Heard.ToneTime(greetingHz); g < 1500*time.Millisecond || g > 2500*time.Millisecond {
		t.Errorf("the greeting of 2 s was heard for %v", g)
	}
	if r := simulator.Recording(first).ToneTime(roomHz); r > 0 {
		t.Errorf("the room was heard for %v during the greeting", r)
	}
	d.until(t, "it is over", func(s desk.State) bool { return len(s.Calls) == 0 })
	ear := d.earpiece(t)
	whispered, caller := toneTime(ear, whisperHz), toneTime(ear, callerHz)
	if whispered < 600*time.Millisecond || caller < time.Second {
		t.Errorf("the operator heard the name for %v and the caller for %v", whispered, caller)
	}
	if g := toneTime(ear, greetingHz); g > 0 {
		t.Errorf("the operator heard the greeting for %v", g)
	}
}

// F2 again ends the greeting, and she speaks.
func TestCuttingIn(t *testing.T) {
	d := spokenDesk(t, func(d *testStation, v *clients.Voice) {
		op := d.core.State().Operator.ID
		v.Greetings = []clients.SpokenGreeting{{Operator: op, Text: "SARL Roc, bonjour.", Sound: d.sound(t, clients.SoundGreeting, greetingHz, 20*time.Second)}}
	})
	var once bool
	over := calling(t, d, func(heard simulator.Recording) bool {
		if !once && heard.ToneTime(greetingHz) >= 500*time.Millisecond {
			once = true
			d.core.Send(desk.AnswerPressed{})
		}
		return heard.ToneTime(roomHz) >= time.Second
	}, nil)
	d.core.Send(desk.AnswerPressed{})
	if o := <-over; o.Heard.ToneTime(greetingHz) > 10*time.Second {
		t.Errorf("the greeting went on for %v", o.Heard.ToneTime(greetingHz))
	}
	d.until(t, "it is over", func(s desk.State) bool { return len(s.History) == 1 })
}

// A second caller hears the announcement and the music, not the room, until the
// operator comes.
func TestWaitingWithMusic(t *testing.T) {
	d := spokenDesk(t, func(d *testStation, v *clients.Voice) {
		v.Wait.Sound = d.sound(t, clients.SoundWait, greetingHz, 2*time.Second)
		v.Music = d.sound(t, clients.SoundMusic, musicHz, time.Second) // shorter than the wait: it begins again
	})
	other := openTestStation(t, 1900)
	other.address(t)
	other.core.Send(desk.DialPressed{Target: "sip:desk@" + d.address(t)})
	d.takes(t)
	talk(t, d)
	come := false
	over := calling(t, d, func(heard simulator.Recording) bool {
		if !come && heard.ToneTime(musicHz) >= 2*time.Second {
			come = true
			if r := heard.ToneTime(roomHz); r > 0 {
				t.Errorf("who waits heard the room for %v", r)
			}
			d.core.Send(desk.HoldPressed{Call: waiting(d)})
		}
		return heard.ToneTime(roomHz) >= time.Second
	}, nil)
	d.core.Send(desk.WaitPressed{})
	o := <-over
	if a := o.Heard.ToneTime(greetingHz); a < 1500*time.Millisecond {
		t.Errorf("the announcement of 2 s was heard for %v", a)
	}
	d.until(t, "the second is over", func(s desk.State) bool { return len(s.Calls) == 1 })
}

// waiting is the call that was taken without the operator.
func waiting(d *testStation) phone.CallID {
	for _, c := range d.core.State().Calls {
		if c.Aside {
			return c.ID
		}
	}
	return ""
}

// The machine greets, and what the caller says becomes a message that can be heard.
func TestAnsweringMachine(t *testing.T) {
	d := spokenDesk(t, func(d *testStation, v *clients.Voice) {
		v.Machines = []clients.Machine{{When: clients.ForwardAlways, Greeting: d.sound(t, clients.SoundMachine, machineHz, time.Second)}}
	})
	over := calling(t, d, func(heard simulator.Recording) bool {
		return heard.Duration() >= 5*time.Second
	}, nil)
	o := <-over
	if g := o.Heard.ToneTime(machineHz); g < 700*time.Millisecond {
		t.Errorf("the machine's greeting of 1 s was heard for %v", g)
	}
	if r := o.Heard.ToneTime(roomHz); r > 600*time.Millisecond { // the tone after which one speaks is as high
		t.Errorf("the room was heard for %v", r)
	}
	var message clients.Message
	d.until(t, "there is a message in hand", func(s desk.State) bool {
		if len(s.Tickets) != 1 || s.Tickets[0].Draft.Message.Sound == "" || s.Tickets[0].Draft.Dirty {
			return false
		}
		message = s.Tickets[0].Draft.Message
		return len(s.Calls) == 0
	})
	if l := message.SoundLength; l < 2*time.Second || l > 6*time.Second {
		t.Errorf("it lasts %v", l)
	}
	before := toneTime(d.soFar(t), callerHz)
	d.core.Send(desk.SoundPlayed{Sound: message.Sound})
	d.until(t, "it plays", func(s desk.State) bool { return s.Listening != nil })
	d.until(t, "it was heard whole", func(s desk.State) bool { return s.Listening == nil })
	if heard := toneTime(d.earpiece(t), callerHz) - before; heard < time.Second {
		t.Errorf("the operator heard %v of the message", heard)
	}
	if before > 0 {
		t.Errorf("the operator heard the caller for %v while the machine had them", before)
	}
}

// A conversation is recorded after its announcement, both sides, and is kept with
// the day on which it goes.
func TestRecordedConversation(t *testing.T) {
	d := spokenDesk(t, func(d *testStation, v *clients.Voice) {
		v.Recording = clients.Recording{On: true, Reason: "essai", Days: 30, Announcement: d.sound(t, clients.SoundNotice, greetingHz, time.Second)}
	})
	over := calling(t, d, func(heard simulator.Recording) bool { return heard.ToneTime(roomHz) >= 3*time.Second }, nil)
	d.core.Send(desk.AnswerPressed{})
	d.until(t, "it is recorded", func(s desk.State) bool {
		return len(s.Calls) == 1 && s.Calls[0].Recording != nil && !s.Calls[0].Recording.Since.IsZero()
	})
	call := d.core.State().Calls[0].ID
	<-over
	var kept []clients.Sound
	d.until(t, "it is kept", func(s desk.State) bool {
		kept, _ = d.store.CallSounds(t.Context(), call)
		return len(s.Calls) == 0 && len(kept) == 1
	})
	if k := kept[0]; k.Kind != clients.SoundCall || k.Length < 2*time.Second || k.Reason != "essai" ||
		k.DeleteOn.Sub(k.Made) < 29*24*time.Hour || k.DeleteOn.Sub(k.Made) > 31*24*time.Hour {
		t.Errorf("kept %+v", k)
	}
	pcm := d.decoded(t, kept[0].ID)
	if room, caller := toneTime(pcm, roomHz), toneTime(pcm, callerHz); room < time.Second || caller < time.Second {
		t.Errorf("it holds the operator for %v and the caller for %v", room, caller)
	}
	if g := toneTime(pcm, greetingHz); g > 0 {
		t.Errorf("it holds the announcement for %v: it began before that was over", g)
	}
}

// toneTime is for how long a tone is heard in pcm, by pieces of 100 ms; other tones
// may be there as well.
func toneTime(pcm []int16, hz float64) (heard time.Duration) {
	const piece = 4800
	for at := 0; at+piece <= len(pcm); at += piece {
		if audiotest.Level(pcm[at:at+piece], hz) > -35 {
			heard += 100 * time.Millisecond
		}
	}
	return heard
}

// earpiece closes the desk and returns what its earpiece played.
func (d *testStation) earpiece(t *testing.T) []int16 {
	t.Helper()
	if err := d.close(); err != nil {
		t.Error(err)
	}
	return d.soFar(t)
}

// soFar is what is in the earpiece's file already.
func (d *testStation) soFar(t *testing.T) []int16 {
	t.Helper()
	pcm, err := wav.Load(d.ear)
	if err != nil {
		t.Fatal(err)
	}
	return pcm
}

// decoded is a whole sound of the desk.
func (d *testStation) decoded(t *testing.T, id phone.SoundID) (pcm []int16) {
	t.Helper()
	src, err := d.sounds.library.Open(string(id))
	if err != nil {
		t.Fatal(err)
	}
	frame := make([]int16, 480)
	for src.Next(frame) {
		pcm = append(pcm, frame...)
	}
	return pcm
}
