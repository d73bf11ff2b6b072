//go:build !office

package main_test

import (
	"slices"
	"testing"

	"permanence/ui/control"

	"permanence/phone/phonetest"
)

// A wrong password is told as such, and not tried over and over as if the server
// were away.
func TestE2EWrongPassword(t *testing.T) {
	o := startKamailio(t, operator{Accounts: []account{{"desk", "another-secret"}}})
	desk := newWorkstation(t, newBureau(t, o, account{"desk", "desk-secret"}), alone(t))
	desk.open("desk", "--headless")
	desk.until("the line is refused", lineIs("refused"))
	if s := desk.status(); len(s.Notices) == 0 {
		t.Errorf("the operator is told nothing: %+v", s)
	}
}

// A server that is away is tried again until it is there; nobody has to press
// anything.
func TestE2EServerComesBack(t *testing.T) {
	needPrograms(t, "kamailio")
	ours := account{"desk", "desk-secret"}
	o := operator{Addr: loopback(phonetest.FreePort(t)), Accounts: []account{ours}}
	desk := newWorkstation(t, newBureau(t, o, ours), alone(t))
	desk.open("desk", "--headless")
	desk.until("the line is without a server", lineIs("unreachable"))
	startKamailio(t, o)
	desk.registered()
}

func lineIs(state string) func(control.Status) bool {
	return func(s control.Status) bool {
		return slices.ContainsFunc(s.Lines, func(l control.Line) bool { return l.State == state })
	}
}
