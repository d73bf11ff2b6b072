//go:build !office

package main_test

import (
	"fmt"
	"net"
	"testing"
	"time"

	"permanence/phone/phonetest"
	"permanence/phone/simulator"
	"permanence/ui/control"
)

// TestE2EStrangers: who scans the line's port rings nobody and is counted, while
// a real call comes and is talked in.
func TestE2EStrangers(t *testing.T) {
	bind := loopback(phonetest.FreePort(t))
	c, _ := newCalls(t, bureau{Bind: bind})
	scan(t, bind)
	counted := func(s control.Status) bool { return s.Lines[0].Strangers > 0 }
	c.desk.until("strangers are counted", counted)
	who, call := c.arrive(c.plan("+33536491010"))
	c.ctl("answer")
	who.notices(simulator.Hearing)
	s := c.desk.status()
	if len(s.Calls) != 1 || s.Calls[0].ID != call.ID || len(s.History) != 0 {
		t.Errorf("besides the call: %+v, %+v", s.Calls, s.History)
	}
	c.ctl("hangup")
	if out := who.isOver(); out.Ending != simulator.LeftHere {
		t.Errorf("the call ended %q", out.Ending)
	}
}

// scan sends OPTIONS and INVITE from another address until the test is over.
func scan(t *testing.T, to string) {
	t.Helper()
	dialer := net.Dialer{LocalAddr: &net.UDPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	conn, err := dialer.Dial("udp", to)
	if err != nil {
		t.Fatal(err)
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		again := time.NewTicker(5 * time.Millisecond)
		defer again.Stop()
		for n := 0; ; n++ {
			method := []string{"OPTIONS", "INVITE"}[n%2]
			fmt.Fprintf(conn, "%[1]s sip:100@%[2]s SIP/2.0\r\nVia: SIP/2.0/UDP %[3]s;branch=z9hG4bK%[4]d\r\n"+
				"From: <sip:100@1.1.1.1>;tag=%[4]d\r\nTo: <sip:100@1.1.1.1>\r\nCall-ID: scan%[4]d\r\nCSeq: 1 %[1]s\r\n"+
				"Contact: <sip:100@%[3]s>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n", method, to, conn.LocalAddr(), n)
			select {
			case <-again.C:
			case <-stop:
				return
			}
		}
	}()
	t.Cleanup(func() { close(stop); <-stopped; conn.Close() })
}
