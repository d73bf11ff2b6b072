//go:build !office

package main_test

import (
	"strings"
	"testing"

	"permanence/phone"
	"permanence/phone/phonetest"
	"permanence/ui/control"
)

// TestE2EConferenceCrash: after kill -9 in a conference of three the desk
// knows that neither call goes on.
func TestE2EConferenceCrash(t *testing.T) {
	c, _ := newCalls(t, bureau{Bind: loopback(phonetest.FreePort(t))})
	over := make(chan error, 1)
	go func() {
		_, err := c.world.Call(patient(t), c.plan("+33536491010"))
		over <- err
	}()
	call := c.desk.expect("call.arrived", func(control.Happening) bool { return true }).Call
	c.ctl("answer")
	c.becomes("call.answered", call.ID)
	c.ctl("dial", "06 39 98 11 33")
	c.desk.until("the third talks", func(s control.Status) bool { return len(s.Calls) == 2 && s.Calls[1].State == "talking" })
	c.ctl("conference")
	c.desk.until("they confer", func(s control.Status) bool { return s.Calls[0].Conference && s.Calls[1].Conference })
	c.desk.kill()
	c.desk.open("desk-again", "--headless")
	s := c.desk.status()
	if len(s.Calls) != 0 || len(s.History) != 2 {
		t.Fatalf("after the crash: %+v, %+v", s.Calls, s.History)
	}
	for _, past := range s.History {
		if past.Cause != string(phone.Shutdown) {
			t.Errorf("the call with %s ended %q", past.Caller.Number, past.Cause)
		}
	}
	c.desk.registered() // on the same port
	_ = c.world.Close()
	if err := <-over; err == nil || !strings.Contains(err.Error(), "481") {
		t.Errorf("the caller, who hangs up, is told %v", err)
	}
}
