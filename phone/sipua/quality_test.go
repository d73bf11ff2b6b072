package sipua

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"permanence/audio"
	"permanence/audio/codec"
	"permanence/audio/nettest"
	"permanence/phone"
)

func TestSide(t *testing.T) {
	const (
		unrated, good, fair, poor = phone.Unrated, phone.Good, phone.Fair, phone.Poor
		nobody, here, there       = phone.NoSide, phone.SideHere, phone.SideThere
	)
	for name, c := range map[string]struct {
		e    evidence
		want phone.Side
	}{
		"all is well":                               {evidence{heard: good, sent: good}, nobody},
		"nothing is known":                          {evidence{}, nobody},
		"others are bad, this one is not":           {evidence{heard: good, sent: good, othersBad: 3, access: true}, nobody},
		"both directions":                           {evidence{heard: poor, sent: fair}, here},
		"what we hear, alone":                       {evidence{heard: poor, sent: good}, there},
		"what they hear, alone":                     {evidence{heard: good, sent: fair}, there},
		"they report nothing":                       {evidence{heard: poor, sent: unrated}, nobody},
		"we hear nothing to judge":                  {evidence{heard: unrated, sent: poor}, nobody},
		"another call is bad as well":               {evidence{heard: poor, sent: unrated, othersBad: 1, othersGood: 1}, here},
		"another call is good":                      {evidence{heard: poor, sent: poor, othersGood: 1}, there},
		"they report nothing, another call is good": {evidence{heard: poor, sent: unrated, othersGood: 1}, there},
		"the server is slow too":                    {evidence{heard: fair, sent: good, othersGood: 1, access: true}, here},
	} {
		if got := c.e.side(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestCalm(t *testing.T) {
	of := func(heard float64) phone.Quality { return phone.Quality{Heard: heard} }
	blamed := func(s phone.Side) phone.Quality { return phone.Quality{Heard: 2, Side: s} }
	good, fair, poor := of(4.4), of(3.3), of(2)
	for name, c := range map[string]struct{ windows, told []phone.Quality }{
		"good from the beginning": {[]phone.Quality{good, good, good}, []phone.Quality{good}},
		"one bad window":          {[]phone.Quality{good, good, poor, good, poor, good}, []phone.Quality{good}},
		"two":                     {[]phone.Quality{good, good, poor, poor, good}, []phone.Quality{good, poor}},
		"worse and worse":         {[]phone.Quality{good, good, fair, poor, poor}, []phone.Quality{good, fair, poor}},
		"to and fro, but bad":     {[]phone.Quality{good, good, poor, fair, poor, fair}, []phone.Quality{good, fair}},
		"healed":                  {[]phone.Quality{poor, poor, good, good}, []phone.Quality{poor, good}},
		"nothing to judge":        {[]phone.Quality{good, good, {}, {}}, []phone.Quality{good, {}}},
		"another side": {
			[]phone.Quality{poor, poor, blamed(phone.SideHere), blamed(phone.SideThere), blamed(phone.SideThere)},
			[]phone.Quality{poor, blamed(phone.SideThere)},
		},
	} {
		var k calm
		var told []phone.Quality
		for _, q := range c.windows {
			if q, news := k.take(q); news {
				told = append(told, q)
			}
		}
		if !slices.Equal(told, c.told) {
			t.Errorf("%s: told %v, want %v", name, told, c.told)
		}
	}
}

func TestCourse(t *testing.T) {
	var c course
	if q := c.quality(); q != (phone.Quality{}) {
		t.Errorf("a call of which nothing was heard is %+v", q)
	}
	for _, q := range []phone.Quality{
		{Heard: 4, Sent: 3}, {Heard: 2, Side: phone.SideThere}, {Heard: 3, Side: phone.SideHere}, {Heard: 1, Side: phone.SideThere}, {},
	} {
		c.add(q)
	}
	if q := c.quality(); q != (phone.Quality{Heard: 2.5, Sent: 3, Side: phone.SideThere}) {
		t.Errorf("the whole call is %+v", q)
	}
	for range 10 {
		c.add(phone.Quality{Heard: 4.4, Sent: 4.4})
	}
	if q := c.quality(); q.Side != phone.NoSide || q.Grade() != phone.Good {
		t.Errorf("a call that was good nearly all along is %+v", q)
	}
}

func TestAccess(t *testing.T) {
	at := func(d time.Duration) time.Time { return time.Unix(1000, 0).Add(d) }
	var a access
	if a.troubled(at(0)) {
		t.Error("nothing was asked, and it is slow")
	}
	a.ask(at(0))
	a.answered(at(slowAnswer))
	if a.troubled(at(time.Second)) {
		t.Error("an answer at once is slow")
	}
	a.ask(at(time.Minute))
	if a.troubled(at(time.Minute+slowAnswer)) || !a.troubled(at(time.Minute+slowAnswer+1)) {
		t.Error("a question without an answer")
	}
	a.ask(at(2 * time.Minute)) // the first one is still open
	a.answered(at(2*time.Minute + 1))
	if !a.troubled(at(2*time.Minute+slowLasts)) || a.troubled(at(2*time.Minute+slowLasts+1)) {
		t.Error("a slow answer")
	}
}

// listening is a call's voice on virtual time: packets in, frames out, tallies.
type listening struct {
	voice
	seq uint16
	rng *rand.Rand
}

var farVoice = netip.MustParseAddrPort("192.0.2.1:4000")

func newListening(t *testing.T, hearing time.Time) *listening {
	l := &listening{rng: rand.New(rand.NewPCG(1, 1))}
	l.voice = voice{speaker: &speaker{}, hearer: hearer{learned: func(netip.AddrPort) {}}}
	l.watched.since = hearing
	if err := l.hearer.use(agreement{codec: codec.PCMA, pt: 8, rtp: farVoice}); err != nil {
		t.Fatal(err)
	}
	return l
}

// coming is a packet on its way.
type coming struct {
	at time.Time
	p  *rtp.Packet
}

// scores plays a network's voice and scores each window of it.
func (l *listening) scores(n nettest.Network, begin time.Time) (all []scores) {
	packets := l.carried(n, begin)
	frame := make(audio.Frame, audio.FrameSize)
	before := l.tally(begin)
	for at := time.Duration(0); at < n.Length; at += audio.FrameDuration {
		now := begin.Add(at)
		for ; len(packets) > 0 && !packets[0].at.After(now); packets = packets[1:] {
			l.take(packets[0].p, farVoice, packets[0].at)
		}
		l.Speak(frame)
		if next := l.tally(now); now.Sub(before.at) >= judgeEvery {
			all = append(all, score(before, next))
			before = next
		}
	}
	return all
}

func (l *listening) carried(n nettest.Network, begin time.Time) (all []coming) {
	lost := func(*rand.Rand) bool { return false }
	if n.Lose != nil {
		lost = n.Lose()
	}
	for at := time.Duration(0); at < n.Length; at += packetDelay {
		if n.Sends != nil && !n.Sends(at) {
			continue
		}
		l.seq++
		p := &rtp.Packet{Payload: make([]byte, 160)}
		p.PayloadType, p.SequenceNumber, p.Timestamp, p.SSRC = 8, l.seq, uint32(at/packetDelay)*160, 7
		when := begin.Add(at)
		if n.Delay != nil {
			when = when.Add(n.Delay(at, l.rng))
		}
		if !lost(l.rng) {
			all = append(all, coming{when, p})
		}
	}
	slices.SortStableFunc(all, func(a, b coming) int { return a.at.Compare(b.at) })
	return all
}

// TestHeardThroughBadNetworks plays half a minute through each network.
func TestHeardThroughBadNetworks(t *testing.T) {
	begin := time.Unix(1000, 0)
	const second, ms = time.Second, time.Millisecond
	for _, c := range []struct {
		network     nettest.Network
		least, most float64 // the mean of the windows
	}{
		{nettest.Network{Name: "perfect"}, 4.4, 4.42},
		{nettest.Network{Name: "20 ms of jitter", Delay: nettest.Jitter(20 * ms)}, 4.3, 4.42},
		{nettest.Network{Name: "a speaker who pauses", Sends: nettest.Talkspurts(2*second, 3*second)}, 4.35, 4.42},
		{nettest.Network{Name: "2 % in bursts", Lose: nettest.Bursts(0.02)}, 4.0, 4.38},
		{nettest.Network{Name: "10 % in bursts", Lose: nettest.Bursts(0.1)}, 2.7, 3.6},
		{nettest.Network{Name: "25 % in bursts", Lose: nettest.Bursts(0.25)}, 1, 2.4},
		{nettest.Network{Name: "a Wi-Fi that stops for 400 ms each 2 s", Delay: nettest.Spikes(2*second, 400*ms)}, 1, 3.6},
	} {
		c.network.Length = 30 * second
		var m mean
		for _, s := range newListening(t, begin).scores(c.network, begin) {
			m.add(s.heard)
		}
		t.Logf("%s: %.2f in %d windows", c.network.Name, m.value(), m.n)
		if m.n == 0 || m.value() < c.least || m.value() > c.most {
			t.Errorf("%s: %.2f in %d windows, want %.2f to %.2f", c.network.Name, m.value(), m.n, c.least, c.most)
		}
	}
}

// TestHeardWhenNothingComes: a dead line is the worst there is, a peer that only
// listens is none.
func TestHeardWhenNothingComes(t *testing.T) {
	at := func(s int) time.Time { return time.Unix(1000, 0).Add(time.Duration(s) * time.Second) }
	for name, c := range map[string]struct {
		before, now tally
		want        float64
	}{
		"answered a moment ago":      {tally{at: at(0)}, tally{at: at(5), hearing: at(0)}, 0},
		"nothing came at all":        {tally{at: at(5)}, tally{at: at(10), hearing: at(0)}, 1},
		"it fell silent":             {tally{at: at(25)}, tally{at: at(30), hearing: at(0), lifeAt: at(22)}, 1},
		"it reports, but is silent":  {tally{at: at(25)}, tally{at: at(30), hearing: at(0), lifeAt: at(26)}, 0},
		"it waits":                   {tally{at: at(25)}, tally{at: at(30), lifeAt: at(2)}, 0},
		"taken back in this window":  {tally{at: at(25)}, tally{at: at(30), hearing: at(26), packets: 200, packet: packetDelay}, 0},
		"another codec in mid-call":  {tally{at: at(25), codec: "opus"}, tally{at: at(30), hearing: at(1), lifeAt: at(30), packets: 200, packet: packetDelay, codec: "PCMA"}, 0},
		"counters that begin anew":   {tally{at: at(25), packets: 900}, tally{at: at(30), hearing: at(1), lifeAt: at(30), packets: 3, packet: packetDelay}, 0},
		"all that came was in place": {tally{at: at(25)}, tally{at: at(30), hearing: at(1), lifeAt: at(30), packets: 250, packet: packetDelay}, opinion(bestRating)},
	} {
		if got := heardScore(c.before, c.now); got != c.want {
			t.Errorf("%s: %.2f, want %.2f", name, got, c.want)
		}
	}
}

// TestSentByWhatTheyReport reads scripted reports.
func TestSentByWhatTheyReport(t *testing.T) {
	begin := time.Unix(1000, 0)
	report := func(lost uint8, jitter uint32) rtcp.ReceptionReport {
		return rtcp.ReceptionReport{FractionLost: lost, Jitter: jitter}
	}
	for name, c := range map[string]struct {
		reports     []rtcp.ReceptionReport
		after       time.Duration // the last of them
		least, most float64
	}{
		"nothing is reported":  {nil, time.Second, 0, 0},
		"nothing is lost":      {[]rtcp.ReceptionReport{report(0, 8)}, time.Second, 4.3, 4.42},
		"one of ten":           {[]rtcp.ReceptionReport{report(26, 80)}, time.Second, 3.2, 3.6},
		"the mean of two":      {[]rtcp.ReceptionReport{report(52, 8), report(0, 8)}, time.Second, 3.2, 3.6},
		"a jitter of 250 ms":   {[]rtcp.ReceptionReport{report(0, 2000)}, time.Second, 1, 3.1},
		"a jitter that is mad": {[]rtcp.ReceptionReport{report(0, 1<<32-1)}, time.Second, 1, 3.1},
		"a while ago":          {[]rtcp.ReceptionReport{report(128, 0)}, reportsLast, 1, 2},
		"long ago":             {[]rtcp.ReceptionReport{report(128, 0)}, reportsLast + 1, 0, 0},
	} {
		v := newListening(t, begin)
		v.speaker.codec = codec.PCMA
		v.takeBlocks(c.reports, begin)
		if got := score(tally{}, v.tally(begin.Add(c.after))).sent; got < c.least || got > c.most {
			t.Errorf("%s: %.2f, want %.2f to %.2f", name, got, c.least, c.most)
		}
	}
}

// TestQualityOfACall: half of what each side sends is lost. That is told once, kept
// among the counters, and of the whole call at its end.
func TestQualityOfACall(t *testing.T) {
	t.Parallel()
	a, rec := newAgent(t, "", func(a *Agent) { a.window = 300 * time.Millisecond })
	setLines(t, a, phone.Line{ID: "direct", User: "desk", Direct: true, Bind: "127.0.0.1:0"})
	expect(rec, state(phone.LineListening))
	at, _ := a.Address("direct")
	d := &desk{Agent: a, recorder: rec, at: at}
	p, e := newPeer(t, d.at), newEar(t)
	id, res := p.talk(d, "", voiceAt(e.port(), ""))
	to, ours := rtpOf(t, res), e.packet(0).SSRC

	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(40 * time.Millisecond)
		defer tick.Stop()
		for began, due := time.Now(), 0; ; {
			select {
			case <-quit:
				return
			case <-tick.C:
				// Also what a busy machine let no tick remind of.
				for ; due < int(time.Since(began)/(40*time.Millisecond)); due++ {
					e.seq++ // every other packet
					e.ts += 160
					e.speak(to, 1000)
				}
				e.reports(to, &rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: ours, FractionLost: 128}}})
			}
		}
	}()
	// A window in which a busy machine let hardly a packet through says little.
	told := expect(rec, func(q phone.QualityChanged) bool {
		return q.Quality.Grade() == phone.Poor && q.Quality.Side == phone.SideHere
	})
	close(quit)
	<-gone
	if told.Call != id {
		t.Errorf("told %+v", told)
	}
	if s, _ := d.Stats(id); s.Quality.Heard == 0 {
		t.Errorf("the counters have %+v", s.Quality)
	}
	hangUp(t, d, p, id)
	all := rec.all()
	ended, ok := all[len(all)-1].(phone.CallEnded)
	if !ok || ended.Quality.Grade() == phone.Good {
		t.Errorf("the whole call is %+v", ended.Quality)
	}
}
