package main_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// account is somebody Kamailio lets in.
type account struct{ User, Password string }

// forward sends the calls for a client's number to the desk's account.
type forward struct{ Number, To string }

// operator is the SIP server between callers and the desk.
type operator struct {
	Addr       string // host:port for UDP and TCP
	Realm      string
	Algorithm  string // of the digest: "" is MD5, or "SHA-256"
	MaxExpires int    // seconds granted to a registration at most
	Trunk      string // host:port of the way to the world, "" for none
	Accounts   []account
	Forwards   []forward
}

// startKamailio fills in what is not set, and returns when the server answers.
func startKamailio(t *testing.T, o operator) operator {
	t.Helper()
	needPrograms(t, "kamailio")
	o.Realm = "operator.test"
	if o.Addr == "" {
		o.Addr = loopback(freePort(t))
	}
	if o.MaxExpires == 0 {
		o.MaxExpires = 3600
	}
	dir := t.TempDir()
	config := filepath.Join(dir, "kamailio.cfg")
	if err := os.WriteFile(config, []byte(fill(t, "testdata/kamailio.cfg", o)), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "kamailio", exec.Command("kamailio", "-DD", "-E", "-f", config, "-Y", dir))
	eventually(t, "Kamailio answers OPTIONS", func() bool {
		if !p.alive() {
			printed, _ := p.output.read()
			t.Fatalf("Kamailio ended:\n%s", tail(printed))
		}
		return answersOptions(o.Addr)
	})
	return o
}

// answersOptions asks a SIP server over UDP whether it is there.
func answersOptions(addr string) bool {
	conn, err := net.Dial("udp", addr)
	if err != nil {
		return false
	}
	defer conn.Close()
	own := conn.LocalAddr().String()
	fmt.Fprintf(conn, "OPTIONS sip:%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%d\r\n"+
		"From: <sip:ping@%s>;tag=1\r\nTo: <sip:%s>\r\nCall-ID: %s\r\nCSeq: 1 OPTIONS\r\n"+
		"Max-Forwards: 1\r\nContent-Length: 0\r\n\r\n", addr, own, time.Now().UnixNano(), own, addr, own)
	_ = conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	answer := make([]byte, 1500)
	n, err := conn.Read(answer)
	return err == nil && strings.HasPrefix(string(answer[:n]), "SIP/2.0 200")
}
