package device

// #include "port.h"
import "C"

import (
	"os"
	"reflect"
	"sync"
	"time"
	"unsafe"

	"github.com/gen2brain/malgo"

	"permanence/audio"
)

// The two languages agree on where things lie in a port's memory, or this does not
// compile.
var (
	_ [unsafe.Sizeof(audio.PortMemory{})]struct{}          = [unsafe.Sizeof(C.struct_port{})]struct{}{}
	_ [unsafe.Offsetof(audio.PortMemory{}.Taken)]struct{}  = [unsafe.Offsetof(C.struct_port{}.taken)]struct{}{}
	_ [unsafe.Offsetof(audio.PortMemory{}.Calls)]struct{}  = [unsafe.Offsetof(C.struct_port{}.calls)]struct{}{}
	_ [unsafe.Offsetof(audio.PortMemory{}.Worst)]struct{}  = [unsafe.Offsetof(C.struct_port{}.worst)]struct{}{}
	_ [unsafe.Offsetof(audio.PortMemory{}.Closed)]struct{} = [unsafe.Offsetof(C.struct_port{}.closed)]struct{}{}
	_ [unsafe.Offsetof(audio.PortMemory{}.PCM)]struct{}    = [unsafe.Offsetof(C.struct_port{}.pcm)]struct{}{}
	_ [audio.PortSize]struct{}                             = [C.PORT_SIZE]struct{}{}
)

// noted is the notification by which a device is known to be ours.
var noted = (*[0]byte)(C.port_noted)

// serve is a device's call, for one whose thread does not do it by itself.
func serve(m *audio.PortMemory, out, in []int16) {
	C.port_serve(memory(m), samples(out), samples(in), C.uint32_t(max(len(out), len(in))))
}

// adopt lets a device's own thread serve its port without entering Go, and reports
// whether it does: the library has no such call, so the place of its callback is
// only written when all around it is as expected.
func adopt(dev *malgo.Device, m *audio.PortMemory, kind malgo.DeviceType) bool {
	if t := reflect.TypeFor[malgo.Device](); t.NumField() != 1 || t.Field(0).Type != reflect.TypeFor[*unsafe.Pointer]() {
		return false
	}
	raw := **(**unsafe.Pointer)(unsafe.Pointer(dev))
	return C.port_adopt(raw, memory(m), C.uint32_t(kind), audio.Rate) != 0
}

func memory(m *audio.PortMemory) *C.struct_port { return (*C.struct_port)(unsafe.Pointer(m)) }

func samples(pcm []int16) *C.int16_t { return (*C.int16_t)(unsafe.SliceData(pcm)) }

// bell is how a device's thread wakes the console: on Linux through a descriptor
// that the runtime's poller watches anyway. Elsewhere the time wakes it, often
// enough for the shortest ring.
type bell struct {
	rope    *os.File // nil: there is none
	quit    chan struct{}
	running sync.WaitGroup
}

// hang makes a port's bell, and begins to listen.
func hang(p *audio.Port) *bell {
	b := &bell{quit: make(chan struct{})}
	fd := C.port_bell()
	p.Memory().Bell = int64(fd)
	if fd < 0 {
		b.running.Go(func() { b.poll(p) })
		return b
	}
	b.rope = os.NewFile(uintptr(fd), "bell")
	b.running.Go(func() { b.listen(p) })
	return b
}

// listen passes each ring on. Nothing is ever read: the poller tells of each one.
func (b *bell) listen(p *audio.Port) {
	if conn, err := b.rope.SyscallConn(); err == nil {
		_ = conn.Read(func(uintptr) bool { p.Wake(); return false }) // ends by hush
	}
	b.poll(p) // what cannot be heard is looked at
}

// poll wakes the console when the device has called, twice in a frame.
func (b *bell) poll(p *audio.Port) {
	t := time.NewTicker(audio.FrameDuration / 2)
	defer t.Stop()
	for seen := uint64(0); ; {
		select {
		case <-b.quit:
			return
		case <-t.C:
		}
		if calls := p.Memory().Calls.Load(); calls != seen {
			seen = calls
			p.Wake()
		}
	}
}

// hush ends the listening. Whoever rings may still do so.
func (b *bell) hush() {
	close(b.quit)
	if b.rope != nil {
		_ = b.rope.SetReadDeadline(time.Unix(1, 0)) // it always can be: it is polled
	}
	b.running.Wait()
}

// remove takes the bell away, when nobody can ring it any more.
func (b *bell) remove() {
	if b.rope != nil {
		_ = b.rope.Close() // nothing was written through it
	}
}
