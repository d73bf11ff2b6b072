package device

// #include "bell.h"
import "C"

import (
	"os"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"permanence/audio"
)

// bell wakes a voice goroutine. In real time its thread sleeps in the bell itself and
// is woken by the device's thread: neither Go's poller nor its scheduler, which wait
// for a processor like any other work, is between them. Such a thread costs more,
// because Go's monitor looks every 20 µs whether it comes back; so otherwise Go's
// poller watches the rope.
type bell struct {
	c     *C.struct_bell
	file  *os.File
	rope  syscall.RawConn
	plea  *plea // of the goroutine that waits: real time was asked for
	hasty bool  // it sleeps in a thread of its own
}

// hung keeps each bell for ever: the thread of a device that was left behind may
// still ring it. A program has two.
var hung struct {
	sync.Mutex
	bells []*bell
}

// Bell implements audio.Hurrier.
func (d *Driver) Bell() audio.Bell {
	b := &bell{c: C.bell_new()}
	if b.c == nil {
		return audio.NewChime()
	}
	b.file = os.NewFile(uintptr(b.c.rope), "bell")
	hung.Lock()
	hung.bells = append(hung.bells, b)
	hung.Unlock()
	var err error
	if b.rope, err = b.file.SyscallConn(); err != nil {
		return audio.NewChime()
	}
	return b
}

// Ring implements audio.Bell.
func (b *bell) Ring() { C.bell_ring(b.c) }

// Wait implements audio.Bell.
func (b *bell) Wait(limit time.Duration) {
	if b.plea != nil {
		b.settle()
	}
	if b.hasty {
		C.bell_wait(b.c, C.int64_t(limit))
		return
	}
	b.watch(limit)
}

func (b *bell) hurry(hasty bool) {
	b.hasty = hasty
	n := 0
	if hasty {
		n = 1
	}
	C.bell_hurry(b.c, C.int(n))
}

// watch waits in Go's poller. Nothing is ever read: it tells of each ring.
func (b *bell) watch(limit time.Duration) {
	var until time.Time
	if limit >= 0 {
		until = time.Now().Add(limit)
	}
	_ = b.file.SetReadDeadline(until)                                     // it always can be: it is polled
	_ = b.rope.Read(func(uintptr) bool { return C.bell_heard(b.c) != 0 }) // or it is the deadline
}

// rope is what a device's thread rings a port's bell by; 0 when it cannot.
func rope(p *audio.Port) int64 {
	b, ok := p.Bell().(*bell)
	if !ok {
		return 0
	}
	return int64(uintptr(unsafe.Pointer(b.c)))
}
