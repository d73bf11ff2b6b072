//go:build !office

package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"permanence/audio/device/pulsetest"
)

// BenchmarkScreen measures the built program from an INVITE on the wire to its
// client's card on the screen: the real window, drawn by OpenGL in software onto an
// X server in memory, whose picture is looked at a thousand times a second.
func BenchmarkScreen(b *testing.B) {
	sound, x := pulsetest.Start(b), startFramebuffer(b)
	dir, line := largeDesk(b), directLine(b)
	giveLine(b, dir, line)
	p, _ := startDesk(b, dir, append(sound.Env(), x.env()...))
	p.deskWhen(dir, "the line listens", lineListens)
	p.use(settleFor)
	c := newRawCaller(b, line.Bind)
	var all samples
	for i := range rounds + 1 {
		x.until(p, "the card is gone", func() bool { return !x.holdsCard() })
		<-time.After(200*time.Millisecond + rand.N(100*time.Millisecond)) // calls come to a desk at rest
		began := c.invite(fmt.Sprintf("+3356100%04d", 37*(i+1)%1000))
		x.until(p, "the card is on the screen", x.holdsCard)
		if i > 0 { // the first draws letters and pictures that are kept
			all = append(all, time.Since(began))
		}
		c.giveUp()
	}
	all.reportAs(b, "invite-to-card-on-screen", aimCard)
}

// framebuffer is an X server in memory with its picture.
type framebuffer struct {
	b       testing.TB
	display string
	pixels  []byte // 4 a pixel: blue, green, red, nothing
}

// The size of the screen.
const fbWidth, fbHeight = 1440, 900

// startFramebuffer starts Xvfb, which keeps its picture in a file that others may
// map, and a window manager.
func startFramebuffer(b testing.TB) *framebuffer {
	b.Helper()
	for _, tool := range []string{"Xvfb", "openbox"} {
		if _, err := exec.LookPath(tool); err != nil {
			b.Skip(err)
		}
	}
	ready, tell, err := os.Pipe()
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = ready.Close() }()
	dir := b.TempDir()
	server := newProgram(b, nil, "Xvfb", "-displayfd", "3", "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset", "-fbdir", dir)
	server.cmd.ExtraFiles = []*os.File{tell}
	server.start()
	_ = tell.Close() // ours; the server has its own
	number, err := bufio.NewReader(ready).ReadString('\n')
	if err != nil {
		b.Fatalf("Xvfb did not start: %v", err)
	}
	x := &framebuffer{b: b, display: ":" + strings.TrimSpace(number), pixels: mapPicture(b, filepath.Join(dir, "Xvfb_screen0"))}
	startProgram(b, x.env(), "openbox", "--sm-disable")
	return x
}

// mapPicture maps the pixels of an XWD file (XWDFile.h: the header's length, then
// 24 more words of which the 20th counts colours of 12 bytes each).
func mapPicture(b testing.TB, file string) []byte {
	b.Helper()
	f, err := os.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	all, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = syscall.Munmap(all) })
	word := func(i int) int { return int(binary.BigEndian.Uint32(all[4*i:])) }
	begin := word(0) + 12*word(19)
	if word(4) != fbWidth || word(5) != fbHeight || word(12) != 4*fbWidth || len(all) < begin+4*fbWidth*fbHeight {
		b.Fatalf("Xvfb's picture is %dx%d, %d bytes a line", word(4), word(5), word(12))
	}
	return all[begin:]
}

func (x *framebuffer) env() []string {
	return []string{"DISPLAY=" + x.display, "WAYLAND_DISPLAY=", "LIBGL_ALWAYS_SOFTWARE=1"}
}

func (x *framebuffer) count(red, green, blue int) (n int) {
	near := func(a byte, b int) bool { return int(a)-b < 3 && b-int(a) < 3 }
	for y := 0; y < fbHeight; y += 4 {
		for at := 4 * fbWidth * y; at < 4*fbWidth*(y+1); at += 16 {
			if near(x.pixels[at+2], red) && near(x.pixels[at+1], green) && near(x.pixels[at], blue) {
				n++
			}
		}
	}
	return n
}

// holdsCard reports whether a client's colour fills the head of a card.
func (x *framebuffer) holdsCard() bool { return x.count(0x7a, 0x2c, 0x39) > 100 }

// until looks at the picture until it is right.
func (x *framebuffer) until(p *program, what string, right func() bool) {
	x.b.Helper()
	late := time.After(benchPatience)
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for !right() {
		select {
		case <-look.C:
		case <-p.ended:
			x.b.Fatalf("the desk ended:\n%s", p.output.String())
		case <-late:
			x.b.Fatalf("waited %v in vain until %s: %d", benchPatience, what, x.count(0x7a, 0x2c, 0x39))
		}
	}
}
