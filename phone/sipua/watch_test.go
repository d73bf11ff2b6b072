package sipua

import (
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// world is what a line looks at: the routing table and the clocks. It can be put
// to sleep and carried to another network.
type world struct {
	here  atomic.Pointer[netip.Addr]
	asked atomic.Int64 // how often
	slept atomic.Int64
}

func newWorld(here string) *world {
	w := &world{}
	w.moveTo(here)
	return w
}

func (w *world) moveTo(here string) { w.here.Store(new(netip.MustParseAddr(here))) }

// around makes an agent live in this world, and look at it often.
func (w *world) around(a *Agent) {
	a.cfg.Bind = netip.Addr{}
	a.route = func(netip.AddrPort) netip.Addr { defer w.asked.Add(1); return *w.here.Load() }
	a.pace.look = 5 * time.Millisecond
	a.pace.clock = func() instant {
		at := now()
		at.wall = at.wall.Add(time.Duration(w.slept.Load()))
		return at
	}
}

// takesUsAtOurWord is a registrar that does not look where we really are: on loopback
// another network has another address only by name.
func takesUsAtOurWord(r *registrar) {
	r.answer = func(res *sip.Response) { res.Via().Params.Remove("received") }
}

func TestSleepIsNotTakenForASlowComputer(t *testing.T) {
	at := func(wall, awake time.Duration) instant {
		return instant{wall: time.Unix(1e9, 0).Add(wall), awake: awake}
	}
	for _, c := range []struct {
		wall, awake time.Duration
		slept       bool
	}{
		{time.Second, time.Second, false},
		{time.Minute, time.Minute, false}, // it hardly ran, but it was awake
		{time.Minute, time.Second, true},
		{-time.Hour, time.Second, false}, // somebody set the clock
	} {
		if got := at(c.wall, c.awake).slept(at(0, 0), time.Second); got != c.slept {
			t.Errorf("%v on the wall in %v awake is sleep: %t", c.wall, c.awake, got)
		}
	}
}

func TestRegistersAgainAfterSleep(t *testing.T) {
	for _, transport := range []phone.Transport{phone.UDP, phone.TCP} {
		t.Run(string(transport), func(t *testing.T) {
			w := newWorld("127.0.0.1")
			r := newRegistrar(t, transport)
			a, rec := newAgent(t, "", w.around)
			setLines(t, a, r.line())
			expect(rec, state(phone.LineRegistered))
			w.slept.Store(int64(time.Hour))
			expect(rec, state(phone.LineRegistered))
			r.mu.Lock()
			defer r.mu.Unlock()
			if len(r.contacts) != 2 {
				t.Errorf("contacts are %v", r.contacts)
			}
			if same := r.sources[0].remote() == r.sources[len(r.sources)-1].remote(); same == (transport == phone.TCP) {
				t.Errorf("from the same port over %s: %t; a connection may be dead after sleep", transport, same)
			}
		})
	}
}

func TestRegistersAgainFromAnotherNetwork(t *testing.T) {
	w := newWorld("127.0.0.1")
	r := newRegistrar(t, phone.UDP, takesUsAtOurWord)
	a, rec := newAgent(t, "", w.around)
	setLines(t, a, r.line())
	expect(rec, state(phone.LineRegistered))
	w.moveTo("127.0.0.2")
	expect(rec, state(phone.LineRegistered))
	if host := r.lastContact().Host; host != "127.0.0.2" {
		t.Errorf("the contact is at %s", host)
	}
}

// TestNetworkThatComesBack: a desk that was started without a network must not wait
// until its pause is over.
func TestNetworkThatComesBack(t *testing.T) {
	w := newWorld("127.0.0.1")
	r := newRegistrar(t, phone.TCP, func(r *registrar) { r.statuses = []int{503} })
	a, rec := newAgent(t, "", w.around)
	setLines(t, a, r.line())
	e := expect(rec, state(phone.LineUnreachable))
	looks := w.asked.Load()
	eventually(t, func() bool { return w.asked.Load() > looks+1 }) // it knows where it was
	w.moveTo("127.0.0.3")
	if again := expect(rec, state(phone.LineRegistered)); !again.At.Before(e.Until) {
		t.Errorf("registered at %v, the pause was over at %v", again.At, e.Until)
	}
}

func TestClosedConnectionIsNoticed(t *testing.T) {
	w := newWorld("127.0.0.1")
	r := newRegistrar(t, phone.TCP)
	a, rec := newAgent(t, "", w.around)
	setLines(t, a, r.line())
	expect(rec, state(phone.LineRegistered))
	r.ep.forgetStreams()
	expect(rec, state(phone.LineRegistered))
}

// TestCallsMoveToAnotherNetwork: the other side learns where we and our voice are.
func TestCallsMoveToAnotherNetwork(t *testing.T) {
	for _, transport := range []phone.Transport{phone.UDP, phone.TCP} {
		t.Run(string(transport), func(t *testing.T) {
			w := newWorld("127.0.0.1")
			seen := make(chan *request, 4)
			r := newRegistrar(t, transport, takesUsAtOurWord)
			r.mu.Lock()
			r.invite = func(q *request) {
				seen <- q
				res := q.response(200, header("Contact", fmt.Sprintf("<sip:far@%s>", r.ep.listening())), header("Content-Type", sdpType))
				res.SetBody([]byte(voiceAt(10000, "")))
				_ = q.respond(res)
			}
			r.mu.Unlock()
			a, rec := newAgent(t, "", w.around)
			setLines(t, a, r.line())
			expect(rec, state(phone.LineRegistered))
			if err := a.Dial("x", "line", phone.Outbound{Target: "0612345678"}); err != nil {
				t.Fatal(err)
			}
			first := <-seen
			expect[phone.CallAnswered](rec, nil)
			w.moveTo("127.0.0.2")
			again := <-seen
			if tagOf(again.To().Params) == "" || again.CSeq().SeqNo <= first.CSeq().SeqNo {
				t.Errorf("what came is no re-INVITE: %v", again.Request)
			}
			if transport == phone.UDP {
				if c := again.Contact().Address; c.Host != "127.0.0.2" {
					t.Errorf("the Contact is %v", c.String())
				}
				if !strings.Contains(string(again.Body()), "c=IN IP4 127.0.0.2\r\n") {
					t.Errorf("the voice is offered at\n%s", again.Body())
				}
			} else if again.Contact().Address.Port == first.Contact().Address.Port {
				t.Error("the Contact leads to the connection that was given up")
			}
			if err := a.Hangup("x"); err != nil {
				t.Fatal(err)
			}
			if e := expect[phone.CallEnded](rec, nil); e.Cause != phone.HungUpHere {
				t.Errorf("ended with %+v", e)
			}
		})
	}
}

// BenchmarkLook is what a line costs each second: where are we, and did we sleep.
func BenchmarkLook(b *testing.B) {
	ep, err := listen(phone.UDP, netip.AddrPort{}, false, quiet())
	if err != nil {
		b.Fatal(err)
	}
	defer ep.release()
	to := netip.AddrPortFrom(loopback, 5060)
	w := &watch{pace: usualPace, binding: &binding{ep: ep, way: &datagrams{ep: ep, to: to, me: ep.selfFor(to)}}}
	w.seen = w.pace.clock()
	w.begin(true)
	for b.Loop() {
		if w.look(true) {
			b.Fatal("nothing changed")
		}
	}
}
