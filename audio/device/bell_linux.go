package device

// #include "bell.h"
// #include <stdlib.h>
import "C"

import (
	"runtime"
	"sync"
	"time"
	"unsafe"

	"permanence/audio"
)

// bell wakes a voice goroutine in its thread, without Go's poller and scheduler: when
// other work has the processors, their threads are late, and whom they wake is later.
type bell struct{ c *C.struct_bell }

// Bell implements audio.Hurrier. A bell is never freed, because the thread of a
// device that was left behind may still ring it; a program has two.
func (d *Driver) Bell() audio.Bell {
	return bell{(*C.struct_bell)(C.calloc(1, C.sizeof_struct_bell))}
}

// Ring implements audio.Bell.
func (b bell) Ring() { C.bell_ring(b.c) }

// Wait implements audio.Bell.
func (b bell) Wait(limit time.Duration) { C.bell_wait(b.c, C.int64_t(limit)) }

// rope is what a device's thread rings a port's bell by; 0 when it cannot.
func rope(p *audio.Port) int64 {
	b, ok := p.Bell().(bell)
	if !ok {
		return 0
	}
	return int64(uintptr(unsafe.Pointer(b.c)))
}

// Hurry implements audio.Hurrier. A thread that waits outside of Go keeps one of Go's
// processors for some milliseconds, so each brings its own: else what comes from the
// network would wait for it, and the voice for any other work.
func (d *Driver) Hurry() (how string, relax func()) {
	runtime.LockOSThread()
	addProcessors(1)
	return [...]string{
		C.HURRY_REFUSED:  "nothing: the system refuses",
		C.HURRY_NICE:     "nice",
		C.HURRY_REALTIME: "real time",
	}[C.hurry()], func() { addProcessors(-1) }
}

var processors sync.Mutex

func addProcessors(n int) {
	processors.Lock()
	defer processors.Unlock()
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + n)
}
