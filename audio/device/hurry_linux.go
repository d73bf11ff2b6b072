package device

import (
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"permanence/audio"
	"permanence/audio/device/realtime"
)

// plea is what became of a voice goroutine's wish for real time.
type plea struct {
	thread   int
	answered chan struct{}
	granted  atomic.Bool
	took     bool // by the goroutine: it waits in its thread
}

// Hurry implements audio.Hurrier. The system may take a while to answer, so the
// goroutine goes on as before until then; once refused, it asks no more.
func (d *Driver) Hurry(waits audio.Bell) (relax func()) {
	b, ok := waits.(*bell)
	if !ok || d.refused.Load() {
		return func() {}
	}
	runtime.LockOSThread()
	p := &plea{thread: syscall.Gettid(), answered: make(chan struct{})}
	b.plea = p
	go func() {
		defer close(p.answered)
		p.granted.Store(ask(d.log, p.thread, "voice"))
		d.refused.Store(!p.granted.Load())
	}()
	return b.relax
}

// Worked implements audio.Hurrier.
func (d *Driver) Worked() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// settle acts on the answer once it is there: without real time a thread of its own
// is of no use.
func (b *bell) settle() {
	select {
	case <-b.plea.answered:
	default:
		return
	}
	if !b.plea.granted.Load() {
		b.relax()
		return
	}
	if !b.plea.took {
		b.plea.took = true
		addProcessors(1)
		b.hurry(true)
	}
}

// relax gives the thread back.
func (b *bell) relax() {
	p := b.plea
	if p == nil {
		return
	}
	b.plea = nil
	if p.took {
		b.hurry(false)
		addProcessors(-1)
	}
	go func() { // the answer may still be on its way
		<-p.answered
		if p.granted.Load() {
			realtime.Forget(p.thread)
		}
	}()
	runtime.UnlockOSThread()
}

// A thread that sleeps outside of Go keeps one of Go's processors for a while, so each
// brings its own: else what comes from the network would wait for it, and the voice
// for any other work.
var processors sync.Mutex

func addProcessors(n int) {
	processors.Lock()
	defer processors.Unlock()
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + n)
}

// hurry lets the device's thread go before other work, from soon after its first call
// until the stream is closed.
func (s *stream) hurry() {
	thread, ok := s.thread()
	if !ok || !ask(s.conn.log, thread, "device") {
		return
	}
	<-s.watch.quit
	realtime.Forget(thread)
}

// thread waits for the device's first call.
func (s *stream) thread() (thread int, ok bool) {
	look := time.NewTicker(2 * audio.FrameDuration)
	defer look.Stop()
	for {
		if t := s.port.Memory().Thread.Load(); t != 0 {
			return int(t), true
		}
		select {
		case <-s.watch.quit:
			return 0, false
		case <-look.C:
		}
	}
}

// ask wants real time for a thread, and notes how it went.
func ask(log *slog.Logger, thread int, of string) bool {
	by, err := realtime.Ask(thread)
	if err != nil {
		log.Info("no real time", "for", of, "err", err)
		return false
	}
	log.Info("real time granted", "for", of, "by", by)
	return true
}
