package sipua

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// How many calls BenchmarkCalls makes before it looks at the memory first and last,
// and how many at once.
const (
	fewCalls    = 100
	manyCalls   = 10000
	callsAtOnce = 16
)

// exchange is two agents of which one calls the other, over and over.
type exchange struct {
	b              *testing.B
	caller, callee *Agent
	target         string

	mu      sync.Mutex
	waiting map[phone.CallID]chan struct{} // for the calls under way to end
}

func newExchange(b *testing.B) *exchange {
	x := &exchange{b: b, waiting: map[phone.CallID]chan struct{}{}}
	called, calling := newDesk(b), newDesk(b)
	x.caller, x.callee, x.target = calling.Agent, called.Agent, "sip:desk@"+called.at.String()
	x.caller.cfg.Report, x.callee.cfg.Report = x.hangUp, x.answer
	return x
}

func (x *exchange) answer(e phone.Event) {
	if a, ok := e.(phone.CallArrived); ok {
		_ = x.callee.Answer(a.Call, phone.Reception{}) // if the caller was faster, the call has ended
	}
}

func (x *exchange) hangUp(e phone.Event) {
	switch e := e.(type) {
	case phone.CallAnswered:
		_ = x.caller.Hangup(e.Call)
	case phone.CallEnded:
		x.mu.Lock()
		defer x.mu.Unlock()
		close(x.waiting[e.Call])
		delete(x.waiting, e.Call)
		if e.Cause != phone.HungUpHere {
			x.b.Errorf("a call ended with %s (%d %s)", e.Cause, e.Status, e.Detail)
		}
	}
}

// call makes one call, and is back when it has ended.
func (x *exchange) call() {
	id, done := phone.CallID(newTag()), make(chan struct{})
	x.mu.Lock()
	x.waiting[id] = done
	x.mu.Unlock()
	for x.caller.Dial(id, "direct", phone.Outbound{Target: x.target}) != nil {
		<-time.After(time.Millisecond) // as many as may say goodbye do so
	}
	<-done
}

// calls makes n calls, some at once, and tells how long that took.
func (x *exchange) calls(n int) time.Duration {
	began, todo := time.Now(), make(chan struct{})
	var all sync.WaitGroup
	for range callsAtOnce {
		all.Go(func() {
			for range todo {
				x.call()
			}
		})
	}
	for range n {
		todo <- struct{}{}
	}
	close(todo)
	all.Wait()
	return time.Since(began)
}

// inUse is the memory in use when nothing is left to do: what is alive, and the
// pages it lies in, both in megabytes.
func (x *exchange) inUse() (alive, pages float64) {
	for _, a := range []*Agent{x.caller, x.callee} {
		ep := a.lines["direct"].ep.Load()
		for len(liveCalls(a)) > 0 || len(ep.servers.drain()) > 0 || len(ep.clients.drain()) > 0 {
			<-time.After(10 * time.Millisecond)
		}
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20), float64(m.HeapInuse) / (1 << 20)
}

// BenchmarkCalls makes calls between two real agents, media and all, and tells how
// many are set up and ended in a second, and what of them stays in memory: the
// ratio of what is alive after 10,000 calls and after 100, and how much more memory
// it is spread over. SIP's timers are a
// hundred times faster, since a call that has ended is remembered for 64 T1.
func BenchmarkCalls(b *testing.B) {
	t1, t2, t4 := sip.T1, sip.T2, sip.T4
	sip.SetTimers(t1/10, t2/10, t4/10)
	defer sip.SetTimers(t1, t2, t4)
	for b.Loop() {
		x := newExchange(b)
		x.calls(fewCalls)
		few, fewPages := x.inUse()
		took := x.calls(manyCalls)
		many, manyPages := x.inUse()
		b.ReportMetric(manyCalls/took.Seconds(), "calls/s")
		b.ReportMetric(few, "MB-after-100")
		b.ReportMetric(many, "MB-after-10000")
		b.ReportMetric(many/few, "MB-ratio")
		b.ReportMetric(manyPages-fewPages, "MB-more-pages")
		b.ReportMetric(0, "ns/op")
		closeAgent(b, x.caller)
		closeAgent(b, x.callee)
	}
}
