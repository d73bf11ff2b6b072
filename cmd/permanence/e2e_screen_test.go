//go:build !office

package main_test

import (
	"bufio"
	"bytes"
	"fmt"
	"image"
	"image/color"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// screen is a desktop in memory: an X server with a French keyboard, a window
// manager that gives and takes the focus as on a real desk, a session bus.
type screen struct {
	t   *testing.T
	env []string // for the programs that shall be on it
}

func startScreen(t *testing.T) *screen {
	t.Helper()
	needPrograms(t, "Xvfb", "openbox", "xdotool", "setxkbmap", "xprop", "import", "dbus-daemon")
	home := t.TempDir()
	s := &screen{t: t, env: append(append(os.Environ(), atHome(home)...),
		"DISPLAY="+startX(t), "LIBGL_ALWAYS_SOFTWARE=1", "WAYLAND_DISPLAY=",
		"TZ=Europe/Paris", "LC_ALL=C.UTF-8", // xdotool reads its texts in this locale
		"XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home, "XDG_DATA_HOME="+home,
	)}
	bus := s.start("dbus", "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1")
	bus.waitFor("unix:")
	address, _ := bus.output.read()
	s.env = append(s.env, "DBUS_SESSION_BUS_ADDRESS="+strings.TrimSpace(address))
	s.run("setxkbmap", "fr")
	s.start("openbox", "openbox", "--sm-disable")
	eventually(t, "a window manager is there", func() bool {
		out, err := s.command("xprop", "-root", "_NET_SUPPORTING_WM_CHECK").Output()
		return err == nil && bytes.Contains(out, []byte("window id"))
	})
	return s
}

// startX starts an X server and returns its display once it takes programs.
func startX(t *testing.T) string {
	t.Helper()
	ready, tell, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer ready.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1600x950x24", "-nolisten", "tcp",
		"-r",       // a key held too long by a busy machine is one key
		"-noreset") // or the keyboard is American again as soon as the last program has gone
	cmd.ExtraFiles = []*os.File{tell}
	start(t, "xvfb", cmd)
	tell.Close()
	number, err := bufio.NewReader(ready).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb did not start: %v", err)
	}
	return ":" + strings.TrimSpace(number)
}

func (s *screen) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = s.env
	return cmd
}

// start starts a program on the screen for the rest of the test.
func (s *screen) start(name, program string, args ...string) *process {
	s.t.Helper()
	return start(s.t, name, s.command(program, args...))
}

// run runs a program on the screen to its end.
func (s *screen) run(name string, args ...string) string {
	s.t.Helper()
	out, err := s.command(name, args...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// focus waits for a window by its title and gives it the keyboard. A window that
// comes while openbox starts can be left unmapped, so it is mapped again.
func (s *screen) focus(title string) {
	s.t.Helper()
	eventually(s.t, "the window "+title+" has the keyboard", func() bool {
		found, _ := s.command("xdotool", "search", "--name", title).Output() // none is an error
		for id := range strings.FieldsSeq(string(found)) {
			active, err := s.command("xdotool", "windowmap", id, "windowactivate", id, "getactivewindow").Output()
			if err == nil && strings.TrimSpace(string(active)) == id {
				return true
			}
		}
		return false
	})
}

// press presses keys one after the other: "F2", "ctrl+Return".
func (s *screen) press(keys ...string) {
	s.t.Helper()
	s.run("xdotool", append([]string{"key", "--clearmodifiers", "--delay", "40"}, keys...)...)
}

// write types a text.
func (s *screen) write(text string) {
	s.t.Helper()
	s.run("xdotool", "type", "--clearmodifiers", "--delay", "15", text)
}

// picture keeps what is on the screen as a PNG beside the logs of the test.
func (s *screen) picture(name string) image.Image {
	s.t.Helper()
	file := filepath.Join(outDir(s.t), name+".png")
	s.run("import", "-window", "root", file)
	f, err := os.Open(file)
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	shown, _, err := image.Decode(f)
	if err != nil {
		s.t.Fatalf("%s: %v", file, err)
	}
	return shown
}

// pictureWith keeps the first picture on which a colour covers so many pixels at
// least: what the desk knows is painted a moment later.
func (s *screen) pictureWith(name string, c color.RGBA, pixels int) {
	s.t.Helper()
	eventually(s.t, fmt.Sprintf("picture %s has %d pixels of %v", name, pixels, c), func() bool {
		return count(s.picture(name), c) >= pixels
	})
}

// calmPicture keeps a picture of a screen that has stopped changing.
func (s *screen) calmPicture(name string) {
	s.t.Helper()
	last := s.picture(name)
	eventually(s.t, "the screen is calm", func() bool {
		now := s.picture(name)
		same := reflect.DeepEqual(now, last)
		last = now
		return same
	})
}

// count counts the pixels of a colour, or nearly.
func count(shown image.Image, c color.RGBA) (n int) {
	near := func(got uint32, want uint8) bool { return max(int(got>>8), int(want))-min(int(got>>8), int(want)) <= 8 }
	for y := shown.Bounds().Min.Y; y < shown.Bounds().Max.Y; y++ {
		for x := shown.Bounds().Min.X; x < shown.Bounds().Max.X; x++ {
			if r, g, b, _ := shown.At(x, y).RGBA(); near(r, c.R) && near(g, c.G) && near(b, c.B) {
				n++
			}
		}
	}
	return n
}

// TestE2EScreen proves the screen itself: keys arrive at the focused window in
// the French layout, and a picture shows something.
func TestE2EScreen(t *testing.T) {
	s := startScreen(t)
	needPrograms(t, "xev")
	keys := s.start("xev", "xev", "-event", "keyboard")
	s.focus("Event Tester")
	s.press("F2", "ctrl+Return")
	keys.waitFor("F2)")
	keys.waitFor("Return)")
	s.write("é")
	keys.waitFor("keycode 11 (keysym 0xe9, eacute)")                       // the key itself, not one that xdotool made up
	s.pictureWith("xev", color.RGBA{R: 255, G: 255, B: 255, A: 255}, 1000) // xev's window is white
}
