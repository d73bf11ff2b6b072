//go:build !office

package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"permanence/ui/control"
)

// program is a running program under measure.
type program struct {
	b      testing.TB
	name   string
	cmd    *exec.Cmd
	output bytes.Buffer // read it after the end only
	ended  chan struct{}
}

// startProgram runs a program until it is stopped, at the latest at the end of the
// benchmark, and tells when it began.
func startProgram(b testing.TB, env []string, name string, args ...string) (*program, time.Time) {
	b.Helper()
	p := newProgram(b, env, name, args...)
	p.cmd.Stdout = &p.output
	return p, p.start()
}

func newProgram(b testing.TB, env []string, name string, args ...string) *program {
	p := &program{b: b, name: name, cmd: exec.Command(name, args...), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stderr = &p.output
	return p
}

func (p *program) start() time.Time {
	p.b.Helper()
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		p.b.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // it is told to end
		close(p.ended)
	}()
	p.b.Cleanup(p.stop)
	return began
}

// taken reports whether a UDP address is in use.
func taken(addr string) bool {
	c, err := net.ListenPacket("udp", addr)
	if err == nil {
		_ = c.Close()
	}
	return err != nil
}

// stop asks the program to end, and insists after a while.
func (p *program) stop() {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		if err := p.cmd.Process.Signal(signal); errors.Is(err, os.ErrProcessDone) {
			<-p.ended
			return
		}
		select {
		case <-p.ended:
			return
		case <-time.After(benchPatience):
			p.b.Errorf("%s did not end when asked to", p.name)
		}
	}
	<-p.ended
}

// startDesk runs the program as a desk in a folder, and tells when it began.
func startDesk(b testing.TB, dir string, env []string, args ...string) (*program, time.Time) {
	b.Helper()
	binary, err := benchProgram()
	if err != nil {
		b.Fatalf("building permanence: %v", err)
	}
	return startProgram(b, env, binary, append([]string{"desk", "--data", dir}, args...)...)
}

// deskWhen waits for a status of the desk in a folder.
func (p *program) deskWhen(dir, what string, fits func(*control.Status) bool) {
	p.b.Helper()
	p.until(what, func() bool {
		reply, err := control.Ask(dir, control.Request{Do: "status"})
		return err == nil && reply.Status != nil && fits(reply.Status)
	})
}

// until waits for something that the program does not announce.
func (p *program) until(what string, holds func() bool) {
	p.b.Helper()
	late := time.After(benchPatience)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-p.ended:
			p.b.Fatalf("%s ended:\n%s", p.name, p.output.String())
		case <-late:
			p.b.Fatalf("waited %v in vain: %s", benchPatience, what)
		}
	}
}

func isReady(s *control.Status) bool { return s.Ready }

// jiffy is the unit of /proc/PID/stat on every Linux.
const jiffy = 10 * time.Millisecond

// cpu is the time of all cores that the program has used (proc_pid_stat(5), utime
// and stime).
func (p *program) cpu() time.Duration {
	p.b.Helper()
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		p.b.Fatal(err)
	}
	_, after, _ := strings.Cut(string(content), ") ") // the name may hold anything
	fields := strings.Fields(after)
	user, err1 := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	if err := errors.Join(err1, err2); err != nil {
		p.b.Fatal(err)
	}
	return time.Duration(user+system) * jiffy
}

// memory is the program's own share of the memory it uses, in MB (PSS: what is
// shared counts in parts).
func (p *program) memory() float64 {
	p.b.Helper()
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", p.cmd.Process.Pid))
	if err != nil {
		p.b.Fatal(err)
	}
	var kb float64
	_, after, _ := strings.Cut(string(content), "\nPss:")
	if _, err := fmt.Sscan(after, &kb); err != nil {
		p.b.Fatal(err)
	}
	return kb / 1024
}

// usage is what a program takes of the machine.
type usage struct{ cpuPercent, megabytes float64 }

// use watches the program for a while.
func (p *program) use(long time.Duration) usage {
	p.b.Helper()
	before, began := p.cpu(), time.Now()
	select {
	case <-time.After(long):
	case <-p.ended:
		p.b.Fatalf("%s ended:\n%s", p.name, p.output.String())
	}
	return usage{100 * (p.cpu() - before).Seconds() / time.Since(began).Seconds(), p.memory()}
}

func (u usage) report(b *testing.B) {
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(u.cpuPercent, "cpu-%")
	b.ReportMetric(u.megabytes, "MB")
}
