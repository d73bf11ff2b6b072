package headset

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// linuxBus is hidraw: anybody may read in sys what devices there are, and who may
// open them in dev is for udev to say.
type linuxBus struct{ sys, dev string }

func systemBus() bus { return linuxBus{sys: "/sys/class/hidraw", dev: "/dev"} }

func (b linuxBus) list() ([]found, error) {
	entries, err := os.ReadDir(b.sys)
	switch {
	case os.IsNotExist(err):
		return nil, nil // no HID device was ever plugged in
	case err != nil:
		return nil, fmt.Errorf("HID devices: %w", err)
	}
	var all []found
	for _, e := range entries {
		if f, ok := b.look(e.Name()); ok {
			all = append(all, f)
		}
	}
	return all, nil
}

// look tells whether a device is a telephone. One that goes meanwhile is none.
func (b linuxBus) look(name string) (found, bool) {
	at := filepath.Join(b.sys, name, "device")
	descriptor, err := os.ReadFile(filepath.Join(at, "report_descriptor"))
	if err != nil {
		return found{}, false
	}
	l, err := parse(descriptor)
	if err != nil || !l.isTelephone() {
		return found{}, false
	}
	f := found{path: filepath.Join(b.dev, name), name: name, layout: l}
	about, _ := os.ReadFile(filepath.Join(at, "uevent")) // without it, it has no name
	for line := range strings.Lines(string(about)) {
		switch key, value, _ := strings.Cut(strings.TrimSpace(line), "="); key {
		case "HID_NAME":
			f.name = printable(value)
		case "HID_ID":
			f.rule = rule(value)
		}
	}
	return f, true
}

// rule lets who sits at this computer open the devices of one maker. id is the bus,
// the maker and the product: 0003:00000B0E:0000030C.
func rule(id string) string {
	parts := strings.Split(id, ":")
	if len(parts) != 3 || len(parts[1]) != 8 || strings.Trim(parts[1], "0123456789ABCDEF") != "" {
		return ""
	}
	return fmt.Sprintf(`SUBSYSTEM=="hidraw", KERNELS=="*:%s:*", TAG+="uaccess"`, parts[1][4:])
}

func (b linuxBus) open(f found) (io.ReadWriteCloser, error) {
	file, err := os.OpenFile(f.path, os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("opening a headset: %w", err)
	}
	if f.layout.numbered {
		return file, nil
	}
	return unnumbered{file}, nil
}

// unnumbered is a device with one kind of report. Linux leaves its number out of what
// is read, and wants it in what is written.
type unnumbered struct{ *os.File }

func (u unnumbered) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, io.ErrShortBuffer
	}
	b[0] = 0
	n, err := u.File.Read(b[1:])
	return n + 1, err
}
