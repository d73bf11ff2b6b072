//go:build !office

package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
)

// place is a network of its own: a namespace in which programs are run, and which ends
// with the process that holds it.
type place struct {
	t      *testing.T
	holder *exec.Cmd
}

// needPlaces skips a test that may not make networks.
func needPlaces(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root may make network namespaces")
	}
	needPrograms(t, "ip", "unshare", "nsenter")
	if out, err := exec.Command("unshare", "--net", "true").CombinedOutput(); err != nil {
		t.Skipf("no network namespace can be made here: %s", out)
	}
}

// newPlace makes a network. Whoever holds it reads from the test, so that it is gone
// when the test is, however that ends.
func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{t: t, holder: exec.Command("unshare", "--net", "cat")}
	in, err := p.holder.StdinPipe()
	if err == nil {
		err = p.holder.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = p.holder.Wait() // it was told to end
	})
	own, err := os.Readlink("/proc/self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the network is there", func() bool {
		there, err := os.Readlink("/proc/" + p.pid() + "/ns/net")
		return err == nil && there != own
	})
	p.ip("link", "set", "lo", "up")
	return p
}

func (p *place) pid() string { return strconv.Itoa(p.holder.Process.Pid) }

// command is a program in this network.
func (p *place) command(cmd *exec.Cmd) *exec.Cmd {
	there := exec.Command("nsenter", append([]string{"--net=/proc/" + p.pid() + "/ns/net", "--", cmd.Path}, cmd.Args[1:]...)...)
	there.Env = cmd.Env
	return there
}

func (p *place) ip(args ...string) {
	p.t.Helper()
	if out, err := p.command(exec.Command("ip", args...)).CombinedOutput(); err != nil {
		p.t.Fatalf("ip %v: %v %s", args, err, out)
	}
}

// cable joins a place with this one; n tells cables apart.
func (p *place) cable(n int, other *place) {
	p.t.Helper()
	uplink := fmt.Sprint("uplink", n)
	p.ip("link", "add", port(n), "type", "veth", "peer", "name", uplink, "netns", other.pid())
	p.ip("address", "add", here(n)+"/24", "dev", port(n))
	p.ip("link", "set", port(n), "up")
	other.ip("address", "add", fmt.Sprintf("10.77.%d.2/24", n), "dev", uplink)
	other.ip("link", "set", uplink, "up")
}

// here is this place's address on a cable.
func here(n int) string { return fmt.Sprintf("10.77.%d.1", n) }

// named gives this place one address for all of its cables.
func (p *place) named(host string) {
	p.t.Helper()
	p.ip("address", "add", host+"/32", "dev", "lo")
}

// finds has this place send over a cable what is for another's host.
func (p *place) finds(host string, n int) {
	p.t.Helper()
	p.ip("route", "add", host+"/32", "via", here(n))
}

func port(n int) string { return "cable" + strconv.Itoa(n) }

// cut pulls a cable out: what is sent on it goes nowhere, and nobody is told.
func (p *place) cut(n int) { p.t.Helper(); p.ip("link", "set", port(n), "down") }

// mend puts it back.
func (p *place) mend(n int) { p.t.Helper(); p.ip("link", "set", port(n), "up") }
