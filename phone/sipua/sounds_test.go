package sipua

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"

	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/audio/codec"
	"permanence/phone"
)

// The room of these tests is a microphone that brings one positive sample, the
// recorded sounds are other constants, so that a packet shows what it comes from.
const (
	roomSample    = 5000 // of the headset of testConfig
	greetSample   = -8000
	tuneSample    = -2000
	greet, melody = phone.SoundID("greet"), phone.SoundID("melody")
	brief         = phone.SoundID("brief")
)

// shelf is a library of constants.
type shelf struct {
	disk func(name string) error
}

// flat is a sound of one sample, over and over.
type flat struct {
	sample     int16
	left, from int // frames
}

func (s *flat) Next(f audio.Frame) bool {
	if s.left == 0 {
		return false
	}
	s.left--
	for i := range f {
		f[i] = s.sample
	}
	return true
}

func (s *flat) Length() time.Duration { return time.Duration(s.from) * audio.FrameDuration }
func (s *flat) Skip(to time.Duration) { s.left = max(0, s.from-int(to/audio.FrameDuration)) }

func (s shelf) Open(name string) (audio.Source, error) {
	if s.disk != nil {
		if err := s.disk(name); err != nil {
			return nil, err
		}
	}
	switch phone.SoundID(name) {
	case greet:
		return &flat{greetSample, 6000, 6000}, nil
	case brief:
		return &flat{greetSample, 30, 30}, nil
	case melody:
		return &flat{tuneSample, 7, 7}, nil
	}
	return nil, audiotest.ErrNoSound
}

func (s shelf) Create(string) (audio.Sink, error) { return nil, errors.New("read-only") }

// sound is what a packet holds.
type heardSound string

const (
	heardNothing heardSound = "silence"
	heardRoom    heardSound = "the room"
	heardGreet   heardSound = "the announcement"
	heardMusic   heardSound = "the music"
	heardKey     heardSound = "a key"
)

// holds tells what is in a packet of PCMA by the end of its two frames, where no
// sound becomes another. The room counts if it is in either.
func holds(t testing.TB, p *rtp.Packet) heardSound {
	t.Helper()
	if p.PayloadType != 8 {
		return heardKey
	}
	dec, err := codec.PCMA.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	pcm, err := dec.Decode(nil, p.Payload)
	if err != nil || len(pcm) != 2*audio.FrameSize {
		t.Fatalf("packet of %d samples: %v", len(pcm), err)
	}
	first, second := nameOf(pcm[audio.FrameSize-40]), nameOf(pcm[2*audio.FrameSize-40])
	if first == heardRoom {
		return first
	}
	return second
}

func nameOf(s int16) heardSound {
	switch {
	case s > 200:
		return heardRoom
	case s < -5000:
		return heardGreet
	case s < -200:
		return heardMusic
	}
	return heardNothing
}

// arrives waits for a packet of something, and fails if anything that must not be
// heard comes before.
func arrives(e *ear, want heardSound, never ...heardSound) {
	e.t.Helper()
	for range 500 {
		got := holds(e.t, e.packet(0))
		if got == want {
			return
		}
		for _, n := range never {
			if got == n {
				e.t.Fatalf("%s was heard before %s", got, want)
			}
		}
	}
	e.t.Fatalf("%s never came", want)
}

// stays checks that the next n packets hold one thing.
func stays(e *ear, n int, want heardSound) {
	e.t.Helper()
	for range n {
		if got := holds(e.t, e.packet(0)); got != want {
			e.t.Fatalf("%s is heard instead of %s", got, want)
		}
	}
}

func soundDesk(t testing.TB, disk func(string) error) *desk {
	return newDesk(t, func(c *Config) { c.Sounds = shelf{disk} })
}

// takenAs has a peer call the desk, which takes the call in some way.
func takenAs(t testing.TB, d *desk, how phone.Reception) (*peer, *ear, phone.CallID) {
	t.Helper()
	p, e := newPeer(t, d.at), newEar(t)
	id := p.invite(d, "", voiceAt(e.port(), ""))
	if err := d.Answer(id, how); err != nil {
		t.Fatal(err)
	}
	p.response("INVITE", 200)
	p.request("ACK", "", "", "")
	return p, e, id
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// holdBy has the desk hold the peer, or take it back.
func holdBy(p *peer, d *desk, id phone.CallID, port int, on bool) {
	p.t.Helper()
	direction := "a=sendrecv\n"
	if on {
		direction = "a=recvonly\n"
		must(p.t, d.Hold(id))
	} else {
		must(p.t, d.Resume(id))
	}
	p.reply(p.asked("INVITE"), 200, "", "", sdpType, voiceAt(port, direction))
	p.asked("ACK")
	expect(d.recorder, func(e phone.HoldChanged) bool { return e.Here == on })
}

// TestGreetingStandsBeforeTheRoom: from the first packet on the caller hears the
// greeting, and the room only after all of it.
func TestGreetingStandsBeforeTheRoom(t *testing.T) {
	t.Parallel()
	d := soundDesk(t, nil)
	p, e, id := takenAs(t, d, phone.Reception{Announcements: []phone.SoundID{brief, brief}})
	arrives(e, heardGreet, heardRoom)
	n := 1
	for ; ; n++ {
		if holds(t, e.packet(0)) != heardGreet {
			break
		}
	}
	if n < 28 || n > 30 { // 60 frames, of which the first may be waited for
		t.Errorf("the greeting has %d packets, want 30", n)
	}
	stays(e, 10, heardRoom)
	if a := expect[phone.AnnouncementEnded](d.recorder, nil); !a.Whole || a.Sound != brief {
		t.Errorf("told %+v", a)
	}
	hangUp(t, d, p, id)
}

// TestCutInOpensTheRoom at a command, while the greeting plays to the caller she hears.
func TestCutInOpensTheRoom(t *testing.T) {
	t.Parallel()
	d := soundDesk(t, nil)
	p, e, id := takenAs(t, d, phone.Reception{Announcements: []phone.SoundID{greet}})
	arrives(e, heardGreet, heardRoom)
	v := callOf(d, id).sound.Load()
	if deaf(v) {
		t.Error("she does not hear whom she could interrupt")
	}
	must(t, d.Announce(id))
	arrives(e, heardRoom)
	if a := expect[phone.AnnouncementEnded](d.recorder, nil); a.Whole || a.Sound != greet {
		t.Errorf("told %+v", a)
	}
	hangUp(t, d, p, id)
}

// TestSeamsDoNotClick looks at the waveform of every change.
func TestSeamsDoNotClick(t *testing.T) {
	b := broadcast{says: meanwhile, music: &music{&flat{tuneSample, 100, 100}}}
	a := newAnnouncement(&Config{Sounds: shelf{}}, []phone.SoundID{greet})
	a.queue, a.fed = []piece{{greet, &flat{greetSample, 100, 100}}}, true
	last, steepest := 0, 0
	listen := func(frames int) {
		for range frames {
			f := make(audio.Frame, audio.FrameSize)
			for i := range f {
				f[i] = roomSample
			}
			b.fill(f)
			for _, s := range f {
				steepest = max(steepest, int(s)-last, last-int(s))
				last = int(s)
			}
		}
	}
	listen(3) // music
	b.announce = a
	listen(3)
	b.announce, b.says = nil, room // cut in
	listen(3)
	b.says = silence
	listen(3)
	b.says = meanwhile
	listen(3)
	if limit := (roomSample-greetSample)/seam + 1; steepest > limit {
		t.Errorf("a step of %d from one sample to the next, %d at most", steepest, limit)
	}
}

// TestAsideIsWithoutTheOperator takes a call with music in place of the operator,
// then brings her in, and out.
func TestAsideIsWithoutTheOperator(t *testing.T) {
	t.Parallel()
	d := soundDesk(t, nil)
	p, e := newPeer(t, d.at), newEar(t)
	id := p.invite(d, "", voiceAt(e.port(), ""))
	must(t, d.Music(id, melody))
	must(t, d.Answer(id, phone.Reception{Announcements: []phone.SoundID{brief}, Aside: true}))
	p.response("INVITE", 200)
	p.request("ACK", "", "", "")
	arrives(e, heardGreet, heardRoom, heardMusic)
	arrives(e, heardMusic, heardRoom)
	stays(e, 20, heardMusic) // which is as long as 3 of them
	v := callOf(d, id).sound.Load()
	if !deaf(v) {
		t.Error("she hears a call that she is not in")
	}
	if v.watched.since.IsZero() {
		t.Error("nobody would notice that the caller is gone")
	}
	must(t, d.Attend(id, true))
	arrives(e, heardRoom)
	expect(d.recorder, func(a phone.AttendanceChanged) bool { return a.Present })
	if deaf(v) {
		t.Error("she does not hear the call that she is in")
	}
	must(t, d.Attend(id, false))
	expect(d.recorder, func(a phone.AttendanceChanged) bool { return !a.Present })
	e.catchUp()
	e.packet(1)
	stays(e, 10, heardMusic)
	hangUp(t, d, p, id)
}

// TestMusicIsForThoseWhoWait plays music on hold, and keys and announcements in it.
func TestMusicIsForThoseWhoWait(t *testing.T) {
	t.Parallel()
	d := soundDesk(t, nil)
	p, e, id := takenAs(t, d, phone.Reception{})
	must(t, d.Music(id, melody))
	arrives(e, heardRoom, heardMusic)
	holdBy(p, d, id, e.port(), true)
	arrives(e, heardMusic)
	must(t, d.SendDTMF(id, "5"))
	arrives(e, heardKey, heardRoom)
	arrives(e, heardMusic, heardRoom)
	must(t, d.Announce(id, brief))
	arrives(e, heardGreet, heardRoom)
	arrives(e, heardMusic, heardRoom)
	must(t, d.Music(id, ""))
	arrives(e, heardNothing, heardRoom)
	must(t, d.Music(id, melody))
	arrives(e, heardMusic, heardRoom)
	holdBy(p, d, id, e.port(), false)
	arrives(e, heardRoom)
	stays(e, 10, heardRoom)
	hangUp(t, d, p, id)
}

// TestMusicGoesOnWhereItStopped between two waits.
func TestMusicGoesOnWhereItStopped(t *testing.T) {
	m := &flat{tuneSample, 7, 7}
	b := broadcast{says: meanwhile, music: &music{m}}
	f := make(audio.Frame, audio.FrameSize)
	b.fill(f)
	b.says = room
	b.fill(f)
	b.says = meanwhile
	if b.fill(f); m.left != 5 {
		t.Errorf("%d frames are left, want 5", m.left)
	}
	for range 6 {
		b.fill(f)
	}
	if m.left != 6 || f[audio.FrameSize-1] != tuneSample {
		t.Errorf("%d frames are left after it began anew, want 6; the last sample is %d", m.left, f[audio.FrameSize-1])
	}
}

func TestMusicThatHoldsNothing(t *testing.T) {
	b := broadcast{says: meanwhile, music: &music{&flat{tuneSample, 0, 0}}}
	f := audio.Frame{audio.FrameSize - 1: 7}
	if b.fill(f); f[audio.FrameSize-1] != 0 {
		t.Error("something is heard")
	}
}

// TestSlowDiskDoesNotKeepTheCallerWaiting: a sound that is not open in time is left
// out, and the operator told; the room is not heard before.
func TestSlowDiskDoesNotKeepTheCallerWaiting(t *testing.T) {
	t.Parallel()
	stuck := make(chan struct{})
	d := soundDesk(t, func(name string) error {
		if name == string(greet) {
			<-stuck
		}
		return nil
	})
	t.Cleanup(func() { close(stuck) })
	p, e, id := takenAs(t, d, phone.Reception{Announcements: []phone.SoundID{greet, brief}})
	began := time.Now()
	arrives(e, heardGreet, heardRoom)
	if waited := time.Since(began); waited < openPatience/2 {
		t.Errorf("the second sound was heard after %v: nobody waited for the first", waited)
	}
	arrives(e, heardRoom)
	a := expect[phone.AnnouncementEnded](d.recorder, nil)
	if a.Whole || a.Sound != brief || !strings.Contains(a.Fault, errSlowDisk.Error()) {
		t.Errorf("told %+v", a)
	}
	must(t, d.Announce(id, greet))
	must(t, d.Hangup(id)) // while it is stuck
	if a := expect[phone.AnnouncementEnded](d.recorder, nil); a.Whole {
		t.Errorf("told %+v", a)
	}
	wantEnd(d, id, phone.HungUpHere)
	p.reply(p.asked("BYE"), 200, "", "", "", "")
}

// TestBrokenSoundCostsNoCall: whatever opening does, the call goes on.
func TestBrokenSoundCostsNoCall(t *testing.T) {
	t.Parallel()
	d := soundDesk(t, func(name string) error { panic("a file that nobody thought of: " + name) })
	p, e, id := takenAs(t, d, phone.Reception{Announcements: []phone.SoundID{greet}})
	arrives(e, heardRoom)
	if a := expect[phone.AnnouncementEnded](d.recorder, nil); a.Whole || a.Fault == "" {
		t.Errorf("told %+v", a)
	}
	hangUp(t, d, p, id)
}

func TestNoSoundsAtAll(t *testing.T) {
	d := newDesk(t)
	p, e, id := takenAs(t, d, phone.Reception{Announcements: []phone.SoundID{phone.Beep}})
	if a := expect[phone.AnnouncementEnded](d.recorder, nil); a.Whole || a.Fault == "" {
		t.Errorf("told %+v", a)
	}
	arrives(e, heardRoom)
	hangUp(t, d, p, id)
}

// TestGreetingWaitsForWhoeverHoldsUs is not played to nobody.
func TestGreetingWaitsForWhoeverHoldsUs(t *testing.T) {
	t.Parallel()
	d := soundDesk(t, nil)
	p, e := newPeer(t, d.at), newEar(t)
	id := p.invite(d, "", voiceAt(e.port(), "a=sendonly\n"))
	must(t, d.Answer(id, phone.Reception{Announcements: []phone.SoundID{brief}}))
	p.response("INVITE", 200)
	p.request("ACK", "", "", "")
	expect(d.recorder, func(h phone.HoldChanged) bool { return h.There })
	if !e.silentFor(time.Second) {
		t.Error("somebody who holds us is spoken to")
	}
	p.request("INVITE", "", sdpType, voiceAt(e.port(), "a=sendrecv\n"))
	p.response("INVITE", 200)
	p.request("ACK", "", "", "")
	arrives(e, heardGreet, heardRoom)
	if a := expect[phone.AnnouncementEnded](d.recorder, nil); !a.Whole {
		t.Errorf("told %+v", a)
	}
	hangUp(t, d, p, id)
}

// situation is what a caller should hear, by what was commanded.
type situation struct{ held, aside, announced, tuned bool }

func (s situation) hears() heardSound {
	switch {
	case s.announced:
		return heardGreet
	case (s.held || s.aside) && s.tuned:
		return heardMusic
	case s.held || s.aside:
		return heardNothing
	}
	return heardRoom
}

// TestRoomIsHeardOnlyWhenItMay gives commands in any order. After each the caller
// hears what it should, and between them never the room unless it may.
func TestRoomIsHeardOnlyWhenItMay(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 1))
			s := situation{aside: r.IntN(2) == 0, announced: r.IntN(2) == 0}
			how := phone.Reception{Aside: s.aside}
			if s.announced {
				how.Announcements = []phone.SoundID{greet}
			}
			d := soundDesk(t, nil)
			p, e, id := takenAs(t, d, how)
			follows(e, s)
			for range 12 {
				next := s
				switch r.IntN(4) {
				case 0:
					next.held = !s.held
					holdBy(p, d, id, e.port(), next.held)
				case 1:
					next.aside, next.announced = !s.aside, false
					must(t, d.Attend(id, s.aside))
				case 2:
					next.announced = !s.announced
					if next.announced {
						must(t, d.Announce(id, greet))
					} else {
						must(t, d.Announce(id))
					}
				case 3:
					next.tuned = !s.tuned
					tune := phone.SoundID("")
					if next.tuned {
						tune = melody
					}
					must(t, d.Music(id, tune))
				}
				if s = next; s.hears() != heardRoom {
					e.catchUp() // with what was sent before the command
				}
				follows(e, s)
			}
			hangUp(t, d, p, id)
		})
	}
}

// follows waits for what should be heard now; the room must not be, unless it is that.
func follows(e *ear, s situation) {
	e.t.Helper()
	if want := s.hears(); want == heardRoom {
		arrives(e, want)
	} else {
		e.packet(1) // a packet may have been made while the command was under way
		arrives(e, want, heardRoom)
		stays(e, 3, want)
	}
}
