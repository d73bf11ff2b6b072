package headset

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// newSys makes a bus of folders and pipes: each device is a pipe that hears itself.
func newSys(t *testing.T, descriptors map[string][]byte) linuxBus {
	t.Helper()
	b := linuxBus{sys: filepath.Join(t.TempDir(), "hidraw"), dev: t.TempDir()}
	for name, d := range descriptors {
		at := filepath.Join(b.sys, name, "device")
		about := "DRIVER=hid-generic\nHID_ID=0003:00000B0E:0000030C\nHID_NAME=Maker\x1b[31m Casque 20 \nHID_PHYS=usb-1/input3\n"
		err := errors.Join(os.MkdirAll(at, 0o755), os.WriteFile(filepath.Join(at, "report_descriptor"), d, 0o644),
			os.WriteFile(filepath.Join(at, "uevent"), []byte(about), 0o644), syscall.Mkfifo(filepath.Join(b.dev, name), 0o600))
		if err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func TestLinuxList(t *testing.T) {
	b := newSys(t, map[string][]byte{"hidraw0": keyboard, "hidraw3": wired, "hidraw4": {0x05}})
	if err := os.Mkdir(filepath.Join(b.sys, "hidraw5"), 0o755); err != nil { // it goes just now
		t.Fatal(err)
	}
	all, err := b.list()
	if err != nil || len(all) != 1 {
		t.Fatalf("found %+v, %v", all, err)
	}
	f := all[0]
	if f.path != filepath.Join(b.dev, "hidraw3") || f.name != "Maker[31m Casque 20" ||
		f.rule != `SUBSYSTEM=="hidraw", KERNELS=="*:0B0E:*", TAG+="uaccess"` {
		t.Errorf("found %q, %q, %q", f.path, f.name, f.rule)
	}
	if all, err := (linuxBus{sys: filepath.Join(b.sys, "none")}).list(); err != nil || len(all) > 0 {
		t.Errorf("without any HID device there are %v, %v", all, err)
	}
	for _, id := range []string{"", "0003:B0E:1", "0003:00000B0E", `0003:0000"0E":0000`} {
		if got := rule(id); got != "" {
			t.Errorf("%q makes the rule %q", id, got)
		}
	}
}

// TestLinuxReports: every report begins with its number, whether the kernel shows it or
// not, and Close ends a read that waits.
func TestLinuxReports(t *testing.T) {
	b := newSys(t, map[string][]byte{"hidraw0": wired, "hidraw1": simple})
	all, err := b.list()
	if err != nil || len(all) != 2 {
		t.Fatalf("found %v, %v", all, err)
	}
	for i, want := range []string{"\x02\x01\x00", "\x00\x02\x01\x00"} {
		c, err := b.open(all[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(c, "\x02\x01\x00"); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 64)
		if n, err := c.Read(buf); err != nil || string(buf[:n]) != want {
			t.Errorf("%s: read %q, %v", all[i].path, buf[:n], err)
		}
		ended := make(chan error)
		go func() { _, err := c.Read(make([]byte, 64)); ended <- err }()
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; !errors.Is(err, os.ErrClosed) {
			t.Errorf("a read ended with %v", err)
		}
	}
	if _, err := b.open(found{path: filepath.Join(b.dev, "none")}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what is not there: %v", err)
	}
}
