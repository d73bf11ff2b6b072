//go:build !office

package main

import (
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"permanence/audio"
	"permanence/audio/device/pulsetest"
	"permanence/ui/desk"
)

// A flood of strangers, as scanners make it, and for how long.
const (
	floodRate = 2000 // requests a second
	floodFor  = 30 * time.Second
)

// BenchmarkFlood measures a whole desk with its window while strangers send 2,000
// requests a second: how soon the card of a caller who may ring is laid out, and
// what becomes of the voice in a call that goes on.
func BenchmarkFlood(b *testing.B) {
	pulsetest.Start(b).Use(b)
	dir, line := largeDesk(b), directLine(b)
	line.Peers = []string{"127.0.0.1"} // the strangers come from its neighbours
	giveLine(b, dir, line)
	s, err := openStation(b.Context(), stationOptions{dir: dir}, io.Discard)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.close() })
	states, cancel := s.core.Subscribe()
	defer cancel()
	m := &measured{station: s, states: states, caller: newRawCaller(b, line.Bind)}
	m.wait(b, "the line listens", func(s *desk.State) bool { return len(s.Lines) > 0 && s.Lines[0].State.Ready() })
	m.dids = everyDID(s.core.State().Directory)
	w := openLaidOut(b, s)
	defer w.close()

	talking := newRawCaller(b, line.Bind)
	talking.invite(m.nextDID())
	m.wait(b, "it rings", func(s *desk.State) bool { return s.OldestRinging() != "" })
	s.core.Send(desk.AnswerPressed{})
	talking.answered()
	silence := encoded(b, talking.codec, make([]int16, audio.Rate), 0)
	defer talking.say(silence, talking.call.media).end()
	m.wait(b, "they talk", func(s *desk.State) bool { return s.FrontCall() != nil && s.FrontCall().Phase == desk.Talking })
	m.besieged(b, w)
}

// besieged lets callers ring during the flood, and reports.
func (m *measured) besieged(b *testing.B, w *laidOut) {
	now := m.core.State()
	call := now.FrontCall().ID
	f := startFlood(b, m.caller.desk)
	before, _ := m.agent.Stats(call)
	var toCard samples
	for until := time.Now().Add(floodFor); time.Now().Before(until); {
		w.expect(func(s *desk.State) bool { return len(s.Calls) == 2 })
		began := m.caller.invite(m.nextDID())
		toCard = append(toCard, w.cardIsOut(b).Sub(began))
		m.caller.giveUp()
		m.wait(b, "the second call is over", func(s *desk.State) bool { return len(s.Calls) == 1 })
		w.rest(b)
	}
	after, ok := m.agent.Stats(call)
	sent := f.stop()
	if !ok || after.PacketsHeard == before.PacketsHeard {
		b.Fatal("the call did not survive")
	}
	toCard.reportAs(b, "second-call-laid-out-in-a-flood", aimCard, func(b *testing.B) {
		minutes := floodFor.Minutes()
		b.ReportMetric(float64(sent)/floodFor.Seconds(), "requests/s")
		b.ReportMetric(float64(after.PacketsLost-before.PacketsLost)/minutes, "lost/min")
		b.ReportMetric(milliseconds(after.Concealed-before.Concealed)/minutes, "concealed-ms/min")
	})
}

// strangers flood a line from addresses that may not call it.
type strangers struct {
	quit chan struct{}
	done sync.WaitGroup
	sent int
}

func startFlood(b *testing.B, at *net.UDPAddr) *strangers {
	b.Helper()
	var sockets []*net.UDPConn
	for host := byte(2); host < 6; host++ {
		c, err := net.DialUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, host)}, at)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = c.Close() })
		sockets = append(sockets, c)
	}
	f := &strangers{quit: make(chan struct{})}
	f.done.Go(func() { f.run(sockets, at) })
	return f
}

func (f *strangers) run(sockets []*net.UDPConn, at *net.UDPAddr) {
	began := time.Now()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-f.quit:
			return
		case <-tick.C:
		}
		for due := int(time.Since(began).Seconds() * floodRate); f.sent < due; f.sent++ {
			_, _ = sockets[f.sent%len(sockets)].Write(scan(f.sent, at))
		}
	}
}

// stop ends the flood, and tells how many requests it had.
func (f *strangers) stop() int {
	close(f.quit)
	f.done.Wait()
	return f.sent
}

// scan is one request of a scanner.
func scan(i int, at *net.UDPAddr) []byte {
	method := [...]string{"INVITE", "OPTIONS", "REGISTER", "INVITE"}[i%4]
	id := uuid.NewString()
	return []byte(crlf(fmt.Sprintf("%s sip:%d@%s SIP/2.0\nVia: SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bK%s;rport\n"+
		"Max-Forwards: 70\nFrom: <sip:%d@%s>;tag=%s\nTo: <sip:%d@%s>\nCall-ID: %s\nCSeq: 1 %s\n"+
		"Contact: <sip:%d@127.0.0.2>\nUser-Agent: friendly-scanner\nContent-Length: 0\n\n",
		method, i, at, id, i, at, id[:8], i, at, id, method, i)))
}
