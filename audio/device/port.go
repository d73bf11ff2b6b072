package device

// #include "port.h"
import "C"

import (
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

// watch wakes the console when the device has called, twice in a frame, until it is
// told to quit: for a device whose thread cannot ring.
type watch struct {
	quit    chan struct{}
	running sync.WaitGroup
}

// tie lets a device's thread ring the port's bell; when it cannot, the port is
// watched.
func tie(p *audio.Port) *watch {
	w := &watch{quit: make(chan struct{})}
	p.Memory().Bell = rope(p)
	if p.Memory().Bell == 0 {
		w.running.Go(func() { w.run(p) })
	}
	return w
}

func (w *watch) run(p *audio.Port) {
	t := time.NewTicker(audio.FrameDuration / 2)
	defer t.Stop()
	for seen := uint64(0); ; {
		select {
		case <-w.quit:
			return
		case <-t.C:
		}
		if calls := p.Memory().Calls.Load(); calls != seen {
			seen = calls
			p.Wake()
		}
	}
}

// end waits until the watch is over. A thread that rings may still do so.
func (w *watch) end() {
	close(w.quit)
	w.running.Wait()
}
