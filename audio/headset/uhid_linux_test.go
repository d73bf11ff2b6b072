package headset

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"testing"
	"time"
)

// Events of /dev/uhid (Documentation/hid/uhid.rst).
const (
	uhidDestroy = 1
	uhidOutput  = 6
	uhidCreate2 = 11
	uhidInput2  = 12
	uhidEvent   = 4380 // bytes of the largest
)

// virtual is a headset that the kernel takes for a real one.
type virtual struct{ *os.File }

func newVirtual(t *testing.T, descriptor []byte) virtual {
	t.Helper()
	file, err := os.OpenFile("/dev/uhid", os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		t.Skipf("no virtual HID device here, the kernel has no CONFIG_UHID or does not let us: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	var create struct {
		Type                            uint32
		Name                            [128]byte
		Phys, Uniq                      [64]byte
		Size, Bus                       uint16
		Vendor, Product, Version, Place uint32
		Descriptor                      [maxDescriptor]byte
	}
	create.Type, create.Size, create.Bus, create.Vendor = uhidCreate2, uint16(len(descriptor)), 3, 0x1209
	copy(create.Name[:], "Permanence test headset")
	copy(create.Descriptor[:], descriptor)
	v := virtual{file}
	v.send(t, create)
	t.Cleanup(func() { v.send(t, uint32(uhidDestroy)); _ = file.Close() })
	return v
}

func (v virtual) send(t *testing.T, event any) {
	t.Helper()
	var b bytes.Buffer
	if err := binary.Write(&b, binary.NativeEndian, event); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Write(b.Bytes()); err != nil {
		t.Fatal(err)
	}
}

// report is the wearer's thumb.
func (v virtual) report(t *testing.T, report ...byte) {
	t.Helper()
	input := struct {
		Type uint32
		Size uint16
		Data [4096]byte
	}{Type: uhidInput2, Size: uint16(len(report))}
	copy(input.Data[:], report)
	v.send(t, input)
}

// lamps waits until the computer writes these.
func (v virtual) lamps(t *testing.T, want ...byte) {
	t.Helper()
	_ = v.SetReadDeadline(time.Now().Add(10 * time.Second))
	event := make([]byte, uhidEvent)
	for {
		n, err := v.Read(event)
		if err != nil {
			t.Fatalf("the lamps were not set to %x: %v", want, err)
		}
		if n > 4+len(want) && binary.NativeEndian.Uint32(event) == uhidOutput && bytes.Equal(event[4:4+len(want)], want) {
			return
		}
	}
}

// TestVirtualHeadset goes through the kernel: a call that rings is taken by the button.
func TestVirtualHeadset(t *testing.T) {
	v := newVirtual(t, wired)
	pressed, names, look := make(chan Button, 4), make(chan string, 4), make(chan time.Time)
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	h := open(Config{Pressed: func(b Button) { pressed <- b }, Changed: func(n string) { names <- n }, Log: log},
		systemBus(), time.Now, look)
	defer h.Close()
	for deadline := time.Now().Add(10 * time.Second); len(names) == 0 && time.Now().Before(deadline); {
		look <- time.Now() // the kernel takes a moment to make the device
	}
	wait(t, names, "Permanence test headset")
	h.Show(State{Ringing: true})
	v.lamps(t, 2, ringLit, 0)
	v.report(t, 2, 1, 0)
	wait(t, pressed, Hook)
	h.Show(State{OffHook: true})
	v.lamps(t, 2, hookLit, 0)
	v.report(t, 2, 5, 0)
	wait(t, pressed, Mute)
}
