//go:build !office

package main_test

import (
	"strings"
	"testing"

	"permanence/ui/control"
)

// secureDesk opens a desk whose line is over TLS, without a window.
func secureDesk(t *testing.T, name string, o operator, a account) *workstation {
	t.Helper()
	desk := newWorkstation(t, newBureau(t, o, a), alone(t))
	desk.open(name, "--headless")
	return desk
}

// TestE2ESecure: over TLS two desks talk in SRTP, and both say so.
func TestE2ESecure(t *testing.T) {
	ours, theirs := account{"desk", "desk-secret"}, account{"0639981122", "caller-secret"}
	o := startKamailio(t, operator{
		TLS: newSecured(t, "127.0.0.1"), Accounts: []account{ours, theirs}, Forwards: []forward{{"+33536491010", "desk"}},
	})
	a, b := secureDesk(t, "desk", o, ours), secureDesk(t, "caller", o, theirs)
	a.registered()
	b.registered()
	b.run("ctl", "--data", b.dir, "dial", "sip:desk@"+o.TLS.Addr)
	a.expect("call.arrived", func(control.Happening) bool { return true })
	a.run("ctl", "--data", a.dir, "answer")
	for _, d := range []*workstation{a, b} {
		d.until("the voice is protected and arrives", func(s control.Status) bool {
			return len(s.Calls) == 1 && s.Calls[0].Security == "protected" && s.Calls[0].Media != nil && s.Calls[0].Media.Received > 50
		})
	}
	a.run("ctl", "--data", a.dir, "hangup")
	b.expect("call.ended", func(control.Happening) bool { return true })
}

// TestE2ECertificateOfAnother: a server that is not who it should be is named, and
// the line does not fall back to a way that anybody can listen to.
func TestE2ECertificateOfAnother(t *testing.T) {
	ours := account{"desk", "desk-secret"}
	o := startKamailio(t, operator{TLS: newSecured(t, "other.test"), Accounts: []account{ours}})
	desk := secureDesk(t, "desk", o, ours)
	desk.until("the line has failed", lineIs("failed"))
	first := desk.status().Lines[0]
	if !strings.Contains(first.Detail, "not for 127.0.0.1 but for other.test") || first.Registered || first.Until == nil {
		t.Fatalf("the line says %+v", first)
	}
	var next control.Line
	desk.until("the line has tried again", func(s control.Status) bool {
		next = s.Lines[0]
		return next.Until != nil && next.Until.After(*first.Until)
	})
	if next.State != "failed" || next.Detail != first.Detail || next.Registered {
		t.Errorf("then the line says %+v", next)
	}
}
