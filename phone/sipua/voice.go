package sipua

import (
	"errors"
	"log/slog"
	"math"
	"net"
	"net/netip"
	"sync"
	"time"

	"permanence/audio"
	"permanence/phone"
)

// voice is the media of one call: a pair of sockets, what speaks into them and
// what hears from them. It is an audio.Party. Its call opens, steers and closes
// it; Hear and Speak belong to the console, stats to anybody.
type voice struct {
	*speaker
	hearer
	reports
	log     *slog.Logger
	at      netip.AddrPort // our RTP address as the peer is told it
	timeout time.Duration
	onLost  func()                  // nothing was heard for too long
	onScore func(scores, time.Time) // so well it went lately; nil if nobody asks
	window  time.Duration           // how long lately is
	rtp     *net.UDPConn
	rtcp    *net.UDPConn
	leave   func()
	quit    chan struct{}
	running sync.WaitGroup

	watched struct { // when silence of the peer is suspicious
		sync.Mutex
		since time.Time // zero while it is not
	}
}

// openVoice binds the sockets of a call whose peer knows us at self.
func openVoice(cfg *Config, self netip.Addr, onKey func(rune), onLost func()) (*voice, error) {
	rtp, rtcp, err := openPorts(cfg.Bind, cfg.MediaPorts[0], cfg.MediaPorts[1])
	if err != nil {
		return nil, err
	}
	v := &voice{
		speaker: &speaker{conn: rtp, now: cfg.Now},
		hearer:  hearer{onKey: onKey},
		log:     cfg.Log, at: netip.AddrPortFrom(self, portOf(rtp)),
		timeout: cfg.MediaTimeout, onLost: onLost, window: judgeEvery, rtp: rtp, rtcp: rtcp, quit: make(chan struct{}),
	}
	v.learned = v.aim
	return v, nil
}

// start begins to read, and joins the party to the operator's sound.
func (v *voice) start(patch audio.Patch) {
	guarded := func(f func()) { guard(v.log, "voice", f) }
	v.running.Go(func() { v.hearer.read(v.rtp, guarded) })
	v.running.Go(func() { v.readReports(guarded) })
	v.running.Go(func() { v.keep(guarded) })
	v.leave = patch.Join(v)
}

func (v *voice) started() bool { return v.leave != nil }

// stop leaves the operator's sound first, so that nobody speaks into closed
// sockets, and returns when every goroutine has ended.
func (v *voice) stop() {
	if v.leave != nil {
		v.leave()
		v.sayGoodbye()
	}
	close(v.quit)
	_ = v.rtp.Close()
	_ = v.rtcp.Close()
	v.running.Wait()
}

// apply carries out an agreement.
func (v *voice) apply(a agreement) error {
	if err := v.speaker.use(a); err != nil {
		return err
	}
	if err := v.hearer.use(a); err != nil {
		return err
	}
	v.aim(v.peer())
	v.setReports(a.rtcp)
	return nil
}

// steer says what the other side hears, and whether it is heard.
func (v *voice) steer(what saying, deaf bool) {
	v.say(what)
	v.setDeaf(deaf)
}

// keepOn has a tape keep what is said on both sides; nil ends it.
func (v *voice) keepOn(t *audio.Tape) {
	v.speaker.keepOn(t)
	v.hearer.keepOn(t)
}

// watch begins or ends to expect that something is heard.
func (v *voice) watch(on bool) {
	v.watched.Lock()
	defer v.watched.Unlock()
	switch {
	case !on:
		v.watched.since = time.Time{}
	case v.watched.since.IsZero():
		v.watched.since = time.Now()
	}
}

// lost tells whether the peer was silent for too long.
func (v *voice) lost(now time.Time) bool {
	v.watched.Lock()
	since := v.watched.since
	v.watched.Unlock()
	if since.IsZero() || v.timeout <= 0 {
		return false
	}
	if heard := v.heard(); heard.After(since) {
		since = heard
	}
	return now.Sub(since) > v.timeout
}

// keep reports by RTCP, measures how well it goes, and notices when nothing is heard
// any more.
func (v *voice) keep(guarded func(func())) {
	tick := time.NewTicker(min(time.Second, v.window))
	defer tick.Stop()
	told, before := false, v.tally(time.Now())
	for {
		select {
		case <-v.quit:
			return
		case now := <-tick.C:
			guarded(func() { v.reportIfDue(now) })
			if v.onScore != nil && now.Sub(before.at) >= v.window-v.window/10 {
				next := v.tally(now)
				v.onScore(score(before, next), now)
				before = next
			}
			if !told && v.lost(now) {
				told = true
				v.onLost()
			}
		}
	}
}

// tally counts until now.
func (v *voice) tally(now time.Time) tally {
	t := v.hearer.tally()
	t.at, t.round, t.far = now, v.roundTrip(), v.remarked()
	v.watched.Lock()
	t.hearing = v.watched.since
	v.watched.Unlock()
	return t
}

// stats are the call's counters now.
func (v *voice) stats() phone.MediaStats {
	m := phone.MediaStats{LevelHeardDBF: -96}
	s := v.speaker
	s.mu.Lock()
	m.PacketsSent, m.FirstSentAt, m.RemoteLoss = s.sent, s.firstAt, s.reported
	if s.codec != nil {
		m.Codec = s.codec.Name()
	}
	s.mu.Unlock()
	m.RoundTrip = v.roundTrip()

	h := &v.hearer
	h.mu.Lock()
	m.PacketsHeard, m.FirstHeardAt, m.PacketsLost = h.total, h.firstAt, uint64(h.stats.lost())
	if h.codec != nil {
		m.Jitter = time.Duration(h.stats.jitter / float64(h.codec.ClockRate()) * float64(time.Second))
	}
	receiver := h.receiver
	h.mu.Unlock()
	if receiver != nil {
		r := receiver.Stats()
		m.Concealed, m.PlayoutDelay, m.LevelHeardDBF = r.Concealed, r.Depth, math.Max(r.LevelDBFS, -96)
	}
	return m
}

func closed(err error) bool { return errors.Is(err, net.ErrClosed) }
