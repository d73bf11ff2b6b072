//go:build linux

package sipua

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/phone"
)

// The flood that a desk must bear, in requests a second, and what it may leave
// behind.
const (
	floodRate   = 2000
	floodHeap   = 4 << 20 // bytes after a collection, however long it lasts
	floodThread = 16      // goroutines more than before, most of them the second call's
)

// floodFor is how long the flood of the test lasts; PERMANENCE_FLOOD=30s asks for
// the long one.
func floodFor(t testing.TB, otherwise time.Duration) time.Duration {
	if s := os.Getenv("PERMANENCE_FLOOD"); s != "" {
		d, err := time.ParseDuration(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	return otherwise
}

// seat is a console with one person at it, who speaks a tone in the first call;
// further calls hear nothing.
type seat struct {
	*audiotest.Person
	taken atomic.Bool
}

func (s *seat) Join(p audio.Party) (leave func()) {
	if !s.taken.CompareAndSwap(false, true) {
		return (&headset{}).Join(p)
	}
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(audio.FrameDuration)
		defer tick.Stop()
		mic, ear := make(audio.Frame, audio.FrameSize), make(audio.Frame, audio.FrameSize)
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				s.Speak(mic)
				p.Hear(mic)
				p.Speak(ear)
				s.Hear(ear)
			}
		}
	}()
	return func() { close(quit); <-gone }
}

// talk is a call between two desks, each with a person who speaks.
type talk struct {
	here, there     *desk
	id, theirs      phone.CallID
	speaks, listens *audiotest.Person
}

// converse has somebody call a fortress, which answers.
func converse(t testing.TB) *talk {
	c := &talk{speaks: audiotest.NewPerson(700), listens: audiotest.NewPerson(440)}
	c.here = newFortress(t, func(cfg *Config) { cfg.Patch = &seat{Person: c.listens} })
	c.there = newDesk(t, func(cfg *Config) { cfg.Patch = &seat{Person: c.speaks} })
	c.theirs = phone.CallID(newTag())
	if err := c.there.Dial(c.theirs, "direct", phone.Outbound{Target: "sip:desk@" + c.here.at.String()}); err != nil {
		t.Fatal(err)
	}
	c.id = expect[phone.CallArrived](c.here.recorder, nil).Call
	if err := c.here.Answer(c.id, phone.Reception{}); err != nil {
		t.Fatal(err)
	}
	expect[phone.CallAnswered](c.there.recorder, nil)
	<-c.listens.After(time.Second)
	return c
}

// stats are the voice counters of both ends together.
func (c *talk) stats() (lost uint64, concealed time.Duration) {
	here, _ := c.here.Stats(c.id)
	there, _ := c.there.Stats(c.theirs)
	return here.PacketsLost + there.PacketsLost, here.Concealed + there.Concealed
}

// flood is a crowd of strangers.
type flood struct {
	sent  atomic.Uint64
	quit  chan struct{}
	gone  chan struct{}
	socks []*net.UDPConn
	lines [][]byte
}

// startFlood sends floodRate messages a second from several addresses: requests
// of all kinds, each new, and noise.
func startFlood(t testing.TB, at netip.AddrPort) *flood {
	f := &flood{quit: make(chan struct{}), gone: make(chan struct{})}
	for i := range 4 {
		c, err := net.DialUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, byte(2+i))}, net.UDPAddrFromAddrPort(at))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		f.socks = append(f.socks, c)
	}
	for i := range floodRate {
		f.lines = append(f.lines, floodMessage(i))
	}
	go f.run()
	return f
}

func floodMessage(i int) []byte {
	method := []string{"INVITE", "OPTIONS", "REGISTER", "INVITE", "noise", "BYE", "SUBSCRIBE", "INVITE"}[i%8]
	if method == "noise" {
		return []byte(fmt.Sprintf("\x16\x03\x01%d%s", i, newTag()))
	}
	body := voiceAt(10000, "")
	return []byte(crlf(fmt.Sprintf(`%s sip:%d@desk SIP/2.0
Via: SIP/2.0/UDP 127.0.0.2;branch=z9hG4bK%s;rport
Max-Forwards: 70
From: "scanner" <sip:%d@scanner>;tag=%s
To: <sip:%d@desk>
Call-ID: %s
CSeq: 1 %s
User-Agent: friendly-scanner
Content-Type: application/sdp
Content-Length: %d

`, method, i, newTag(), i, newTag(), i, newTag(), method, len(body))) + body)
}

func (f *flood) run() {
	defer close(f.gone)
	began := time.Now()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for n := 0; ; {
		select {
		case <-f.quit:
			return
		case <-tick.C:
		}
		for due := int(time.Since(began).Seconds() * floodRate); n < due; n++ {
			if _, err := f.socks[n%len(f.socks)].Write(f.lines[n%len(f.lines)]); err == nil {
				f.sent.Add(1)
			}
		}
	}
}

func (f *flood) stop() {
	close(f.quit)
	<-f.gone
}

func heapInUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// TestFlood: while strangers send 2,000 requests a second a call keeps its sound,
// another can be made, and nothing of the flood stays.
func TestFlood(t *testing.T) {
	c := converse(t)
	l := lineOf(c.here, "direct")
	heap, threads := heapInUse(), runtime.NumGoroutine()
	lost, _ := c.stats()
	f := startFlood(t, c.here.at)
	over := time.After(floodFor(t, 3*time.Second))
	<-c.listens.After(500 * time.Millisecond)

	p := newPeer(t, c.here.at)
	second, _ := p.talk(c.here, "", voiceAt(10000, ""))
	if n := runtime.NumGoroutine(); n > threads+floodThread {
		t.Errorf("%d goroutines, %d before", n, threads)
	}
	if n := len(l.ep.Load().servers.drain()); n > 4 {
		t.Errorf("%d server transactions", n)
	}
	<-over
	if err := audiotest.Check(c.listens.Heard(), []float64{700}, nil); err != nil {
		t.Error("here: ", err)
	}
	if err := audiotest.Check(c.speaks.Heard(), []float64{440}, nil); err != nil {
		t.Error("there: ", err)
	}
	f.stop()
	if now, _ := c.stats(); now != lost {
		t.Errorf("%d packets of voice were lost", now-lost)
	}
	hangUp(t, c.here, p, second)
	if now := heapInUse(); now > heap+floodHeap {
		t.Errorf("%d KiB in use, %d before", now>>10, heap>>10)
	}
	for _, e := range c.here.all() {
		if a, rang := e.(phone.CallArrived); rang && a.Call != c.id && a.Call != second {
			t.Errorf("it rang: %+v", a.Invite.Caller)
		}
	}
	l.strangers.mu.Lock()
	defer l.strangers.mu.Unlock()
	if sent := f.sent.Load(); l.strangers.total < sent*9/10 || l.strangers.total > sent {
		t.Errorf("%d of %d were counted", l.strangers.total, sent)
	}
	t.Logf("%d sent, %d counted, heap %d KiB before and %d after", f.sent.Load(), l.strangers.total, heap>>10, heapInUse()>>10)
}

// cpu is what this process has used so far.
func cpu(t testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkFloodOfStrangers measures a call during a flood: how many requests were looked at,
// what share of one core that took (without the call, and without those who send),
// and how much of the voice had to be made up in each minute, flooded and calm.
func BenchmarkFloodOfStrangers(b *testing.B) {
	each := floodFor(b, 10*time.Second)
	c := converse(b)
	l := lineOf(c.here, "direct")
	sink, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = sink.Close() }()
	measure := func(at netip.AddrPort) (share, concealed float64) {
		used, began := cpu(b), time.Now()
		_, before := c.stats()
		if at.IsValid() {
			f := startFlood(b, at)
			defer f.stop()
		}
		<-c.listens.After(each)
		_, after := c.stats()
		return float64(cpu(b)-used) / float64(time.Since(began)), (after - before).Seconds() * 1000 * float64(time.Minute) / float64(each)
	}
	for b.Loop() {
		calm, concealedCalm := measure(netip.AddrPort{})
		senders, _ := measure(sink.LocalAddr().(*net.UDPAddr).AddrPort())
		lost, _ := c.stats()
		total := l.strangers.total
		flooded, concealed := measure(c.here.at)
		now, _ := c.stats()
		b.ReportMetric(float64(l.strangers.total-total)/each.Seconds(), "requests/s")
		b.ReportMetric(100*(flooded-senders), "cpu-%")
		b.ReportMetric(100*calm, "calm-cpu-%")
		b.ReportMetric(concealed, "concealed-ms/min")
		b.ReportMetric(concealedCalm, "calm-concealed-ms/min")
		b.ReportMetric(float64(now-lost), "lost")
		b.ReportMetric(0, "ns/op")
	}
}
