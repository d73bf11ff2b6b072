//go:build !office

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// screen is an X server in memory with a window manager, for machines without a
// display.
type screen struct {
	display string
	server  *exec.Cmd
	manager *exec.Cmd
}

// openScreen starts Xvfb on a free display and openbox on it.
func openScreen(ctx context.Context, size string) (*screen, error) {
	for _, tool := range []string{"Xvfb", "openbox", "setxkbmap", "xprop", "xdotool", "import"} {
		if _, err := exec.LookPath(tool); err != nil {
			return nil, fmt.Errorf("il manque %s (paquets xvfb, openbox, x11-xkb-utils, x11-utils, xdotool, imagemagick)", tool)
		}
	}
	number, ready, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = number.Close() }()
	s := &screen{server: exec.CommandContext(ctx, "Xvfb", "-displayfd", "3", "-screen", "0", size+"x24", "-nolisten", "tcp", "-noreset")}
	s.server.ExtraFiles = []*os.File{ready}
	err = s.server.Start()
	_ = ready.Close() // ours; the server has its own
	if err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(number).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("pas de réponse de Xvfb : %w", err), s.close())
	}
	s.display = ":" + strings.TrimSpace(line)
	s.manager = exec.CommandContext(ctx, "openbox")
	s.manager.Env = append(os.Environ(), "DISPLAY="+s.display)
	err = errors.Join(s.manager.Start(), keyboard{s.display}.tool(ctx, "setxkbmap", "fr"), s.managed(ctx))
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// managed waits until openbox answers: a window that comes before it is ready
// could stay without the keyboard.
func (s *screen) managed(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	for wait(ctx, 20*time.Millisecond) {
		ask := exec.CommandContext(ctx, "xprop", "-root", "_NET_SHOWING_DESKTOP")
		ask.Env = append(os.Environ(), "DISPLAY="+s.display)
		if words, err := ask.Output(); err == nil && strings.Contains(string(words), "=") {
			return nil
		}
	}
	return errors.New("openbox ne répond pas")
}

// close ends what openScreen started, and nothing else.
func (s *screen) close() error {
	for _, c := range []*exec.Cmd{s.manager, s.server} {
		if c != nil && c.Process != nil {
			_ = c.Process.Kill() // it may be gone already
			_ = c.Wait()
		}
	}
	return nil
}
