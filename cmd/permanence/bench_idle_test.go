//go:build !office

package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"permanence/audio/device/pulsetest"
	"permanence/clients/dispatch/postbox"
)

// The idle desk settles first: fonts, pictures and the sound devices are read once.
const (
	settleFor = 4 * time.Second
	idleFor   = 10 * time.Second
)

// BenchmarkIdle measures what the program takes while nothing happens: with and
// without its window, which a software renderer draws here, with the demo's few
// clients and with a large bureau.
func BenchmarkIdle(b *testing.B) {
	sound := pulsetest.Start(b)
	screen, err := openScreen(b.Context(), "1600x950")
	if err != nil {
		b.Skip(err)
	}
	b.Cleanup(func() { _ = screen.close() })
	demo, large := demoDesk(b), largeDesk(b)
	giveLine(b, large, directLine(b))
	env := append(sound.Env(), "DISPLAY="+screen.display, "WAYLAND_DISPLAY=", "LIBGL_ALWAYS_SOFTWARE=1")
	for _, m := range []struct {
		name, dir string
		args      []string
	}{
		{"demo-window", demo, nil},
		{"demo-headless", demo, []string{"--headless"}},
		{"large-window", large, nil},
		{"large-headless", large, []string{"--headless"}},
	} {
		b.Run(m.name, func(b *testing.B) {
			p, _ := startDesk(b, m.dir, env, m.args...)
			p.deskWhen(m.dir, "the desk is ready", isReady)
			p.use(settleFor)
			p.use(idleFor).report(b)
			p.stop()
		})
	}
}

// demoDesk is a folder with the demo's data.
func demoDesk(b testing.TB) string {
	b.Helper()
	mail, err := postbox.Start(postbox.Options{User: "permanence", Password: demoPassword})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = mail.Close() })
	d := demo{dir: filepath.Join(b.TempDir(), "demo"), bind: directLine(b).Bind, postbox: mail}
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		b.Fatal(err)
	}
	if err := d.fill(b.Context()); err != nil {
		b.Fatal(err)
	}
	return d.dir
}
