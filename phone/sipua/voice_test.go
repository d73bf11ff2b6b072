package sipua

import (
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtcp"

	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/phone"
)

// conversation is a patch at which one person sits.
type conversation struct{ *audiotest.Person }

func (c conversation) Join(p audio.Party) (leave func()) {
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(audio.FrameDuration)
		defer tick.Stop()
		frame := make(audio.Frame, audio.FrameSize)
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				c.Speak(frame)
				p.Hear(frame)
				p.Speak(frame)
				c.Hear(frame)
			}
		}
	}()
	return func() { close(quit); <-gone }
}

// TestBothHearEachOther speaks in tones through every codec: each hears the other
// and nobody himself; on hold nobody hears anything.
func TestBothHearEachOther(t *testing.T) {
	t.Parallel()
	const low, high = 440, 1000
	for _, name := range []string{"G722", "PCMA", "PCMU"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			alice, bob := audiotest.NewPerson(low), audiotest.NewPerson(high)
			a := newDesk(t, func(c *Config) { c.Patch = conversation{alice} })
			b := newDesk(t, func(c *Config) { c.Patch = conversation{bob} })
			setLines(t, b.Agent, phone.Line{ID: "direct", Direct: true, Bind: "127.0.0.1:0", User: "desk", Codecs: []string{name}})
			expect(b.recorder, state(phone.LineListening))
			if err := a.Dial("x", "direct", phone.Outbound{Target: "sip:desk@" + b.at.String()}); err != nil {
				t.Fatal(err)
			}
			id := expect[phone.CallArrived](b.recorder, nil).Call
			if err := b.Answer(id, phone.Reception{}); err != nil {
				t.Fatal(err)
			}
			if m := expect[phone.MediaChanged](a.recorder, nil); m.Codec != name {
				t.Errorf("codec is %s", m.Codec)
			}
			hears(t, alice, high)
			hears(t, bob, low)
			if s, ok := a.Stats("x"); !ok || s.PacketsHeard == 0 || s.PacketsSent == 0 || s.FirstHeardAt.IsZero() || s.LevelHeardDBF < -40 {
				t.Errorf("counters are %+v", s)
			}
			if err := a.Hold("x"); err != nil {
				t.Fatal(err)
			}
			expect(b.recorder, func(e phone.HoldChanged) bool { return e.There })
			hears(t, bob)
			hears(t, alice)
		})
	}
}

func TestReportsReachTheEncoderAndTheCounters(t *testing.T) {
	d := newDesk(t)
	p, e := newPeer(t, d.at), newEar(t)
	id, res := p.talk(d, "", voiceAt(e.port(), ""))
	to := rtpOf(t, res)
	ours := e.packet(0).SSRC
	v := callOf(d, id).sound.Load()

	// A report that we lose half, and one on another's stream.
	report := func(ssrc uint32, lost uint8) {
		e.reports(to, &rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: ssrc, FractionLost: lost}}})
	}
	report(ours+1, 200)
	report(ours, 128)
	eventually(t, func() bool { s, _ := d.Stats(id); return s.RemoteLoss == 0.5 })

	// Our own report tells what was lost on the way here.
	for range 8 {
		e.speak(to, 1000)
	}
	e.seq += 2
	e.speak(to, 1000)
	eventually(t, func() bool { s, _ := d.Stats(id); return s.PacketsHeard == 9 })
	if s, _ := d.Stats(id); s.PacketsLost != 2 {
		t.Errorf("%d packets lost, want 2", s.PacketsLost)
	}
	v.hearer.mu.Lock()
	block, ok := v.hearer.stats.block(time.Now())
	v.hearer.mu.Unlock()
	if !ok || block.SSRC != 4711 || block.TotalLost != 2 || block.FractionLost != 2*256/11 || block.LastSequenceNumber&0xffff != uint32(e.seq) {
		t.Errorf("we report %+v", block)
	}
	hangUp(t, d, p, id)
}

func TestReception(t *testing.T) {
	at := time.Unix(1000, 0)
	for name, c := range map[string]struct {
		seqs     []uint16
		expected uint32
		lost     uint32
		highest  uint32
	}{
		"in order":         {[]uint16{1, 2, 3}, 3, 0, 3},
		"a gap":            {[]uint16{1, 2, 5}, 5, 2, 5},
		"out of order":     {[]uint16{1, 3, 2, 4}, 4, 0, 4},
		"double":           {[]uint16{1, 2, 2, 3}, 3, 0, 3},
		"wrapping":         {[]uint16{65534, 65535, 0, 1}, 4, 0, 1<<16 + 1},
		"before the first": {[]uint16{5, 4, 6}, 2, 0, 6},
		"begun anew":       {[]uint16{1, 2, 30000, 30001}, 2, 0, 30001},
	} {
		var r reception
		for i, s := range c.seqs {
			r.take(7, s, uint32(i)*160, at.Add(time.Duration(i)*20*time.Millisecond), 8000)
		}
		if r.expected() != c.expected || r.lost() != c.lost || r.highest-1<<16 != c.highest {
			t.Errorf("%s: expected %d, lost %d, highest %d", name, r.expected(), r.lost(), r.highest-1<<16)
		}
		if r.jitter > 1 && name == "in order" {
			t.Errorf("%s: jitter %v", name, r.jitter)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	now := uint32(100 << 16)
	for name, c := range map[string]struct {
		b    rtcp.ReceptionReport
		want time.Duration
	}{
		"half a second":       {rtcp.ReceptionReport{LastSenderReport: 98 << 16, Delay: 3 << 15}, 500 * time.Millisecond},
		"no report yet":       {rtcp.ReceptionReport{}, 0},
		"clocks do not agree": {rtcp.ReceptionReport{LastSenderReport: 100 << 16, Delay: 1 << 16}, 0},
	} {
		if got := roundTrip(now, c.b); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestLatch(t *testing.T) {
	agreed := netip.MustParseAddrPort("192.0.2.1:4000")
	moved := netip.MustParseAddrPort("192.0.2.1:4002")
	stranger := netip.MustParseAddrPort("198.51.100.1:4000")
	at := time.Unix(1000, 0)
	var l latch
	l.expect(agreed)
	for i := range strangerPackets - 1 {
		if l.accept(stranger, at) {
			t.Fatalf("a stranger was believed after %d packets", i+1)
		}
	}
	if !l.accept(agreed, at) || l.target() != agreed {
		t.Error("the negotiated address is not heard")
	}
	for range 10 {
		if l.accept(stranger, at) || l.accept(moved, at) {
			t.Fatal("somebody else is heard beside the peer")
		}
	}
	if !l.accept(moved, at.Add(3*time.Second)) || l.target() != moved {
		t.Error("a peer that fell silent may not come back from another port")
	}
	l.expect(agreed) // the same again changes nothing
	if l.target() != moved {
		t.Error("what was learned was forgotten")
	}
	l.expect(stranger)
	if !l.accept(stranger, at) || l.target() != stranger {
		t.Error("a newly negotiated address is not heard")
	}
}
