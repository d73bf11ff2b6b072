//go:build !office

package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"permanence/store/office/pgtest"
	"permanence/store/office/service"
	"permanence/ui/control"
)

// newTwoServers are premises of n desks with two offices before one PostgreSQL database,
// set up as the README says. The odd desks are paired at the second one.
func newTwoServers(t *testing.T, database string, n int) *premises {
	t.Helper()
	p := emptyPremises(t, database)
	p.second = newOfficeServer(t, 2, database)
	p.second.refusesToFound()
	p.second.bringKeys(p.office)
	p.second.open()
	p.second.order(service.Request{Do: "addresses.set", Addresses: []string{p.office.host, p.second.host}})
	p.furnish(n)
	return p
}

// refusesToFound sees that a second server without the keys makes no second bureau, and
// says what to do.
func (o *officeServer) refusesToFound() {
	o.t.Helper()
	out, err := o.place.command((&workstation{binary: o.binary, env: os.Environ()}).
		command("office", "--data", o.dir, "--database", o.database)).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "Mettez-y ca.crt et ca.key") {
		o.t.Errorf("a second server without keys: %v\n%s", err, out)
	}
	if made, _ := filepath.Glob(filepath.Join(o.dir, "ca.*")); len(made) > 0 { // the pattern is good
		o.t.Errorf("it made %v", made)
	}
}

func (o *officeServer) bringKeys(from *officeServer) {
	o.t.Helper()
	for _, name := range []string{"ca.crt", "ca.key"} {
		text, err := os.ReadFile(filepath.Join(from.dir, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(o.dir, name), text, 0o600)
		}
		if err != nil {
			o.t.Fatal(err)
		}
	}
}

// sees waits until a desk sees another one stand so.
func (s *station) sees(other *station, standing string) {
	s.t.Helper()
	s.until("it sees "+other.name+" "+standing, func(st control.Status) bool {
		return st.Office != nil && slices.ContainsFunc(st.Office.Desks, func(d control.Desk) bool {
			return d.Name == other.name && d.Standing == standing
		})
	})
}

// soon has a desk write, and sees that everybody has it within moments: pokes cross.
func (p *premises) soon(s *station, text string) {
	p.t.Helper()
	p.writes(s, text)
	began := time.Now()
	p.everybodyHas(text)
	if late := time.Since(began); late > quickly {
		p.t.Errorf("everybody had %q after %v", text, late)
	}
}

// TestE2EOfficeTwoServers: two offices before one database are one bureau. What one
// takes in the other's desks see at once; when either is killed, or its cable pulled,
// its desks go on with the other by themselves.
func TestE2EOfficeTwoServers(t *testing.T) {
	p := newTwoServers(t, pgtest.Start(t).Database(t), 2)
	a, b := p.desks[0], p.desks[1]
	p.soon(a, "par le premier")
	p.soon(b, "par le second")
	a.ask(control.Request{Do: "away", Text: "déjeuner"})
	b.sees(a, "away")
	a.ask(control.Request{Do: "back"})
	b.sees(a, "here")

	p.office.kill()
	p.writes(a, "le premier est mort")
	a.phase("in-step")
	p.soon(a, "chez le second")
	p.books(a)
	b.sees(a, "here")
	a.kill() // and it finds the way though it starts before a server that is dead
	a.start("again")
	a.phase("in-step")
	p.office.open()

	p.second.cut(a) // nobody is told of a cable that was pulled out
	p.writes(a, "le câble est arraché")
	eventually(t, "B has it by another way", func() bool { return b.has("le câble est arraché") })
	p.second.kill()
	p.writes(b, "le second est mort")
	b.phase("in-step")
	p.soon(b, "chez le premier")
	p.same()
	p.nothingLost()
}

// books has a desk give the next free slot of Maître Durand, for certain.
func (p *premises) books(s *station) {
	p.t.Helper()
	s.ask(control.Request{Do: "open", Client: p.client})
	s.until("a slot is free", func(st control.Status) bool { return st.Front.NextFree != nil })
	s.ask(control.Request{Do: "book", Name: "Mme " + s.name})
	s.until("it is given", func(st control.Status) bool { return st.Front.Booked != "" })
	if n := s.one(`SELECT count(*) FROM appointment WHERE coalesce(body ->> 'unconfirmed', 0)`); n != "0" {
		p.t.Error("it is not certain")
	}
}

// TestE2EOfficeDatabaseKilled: PostgreSQL is killed with -9 while desks write, and is
// started again. The desks go on meanwhile, and nothing is lost.
func TestE2EOfficeDatabaseKilled(t *testing.T) {
	server := pgtest.Start(t, "fsync=on")
	p := emptyPremises(t, server.Database(t))
	p.furnish(2)
	a, b := p.desks[0], p.desks[1]
	for round := range 2 {
		crashed := make(chan struct{})
		time.AfterFunc(time.Duration(50+100*round)*time.Millisecond, func() { defer close(crashed); server.Crash() })
		for i := range 4 {
			p.writes(p.desks[i%2], fmt.Sprintf("sous charge %d.%d", round, i))
		}
		<-crashed
		p.writes(a, fmt.Sprint("sans base ", round))
		p.writes(b, fmt.Sprint("sans base non plus ", round))
		a.until("it says that it is alone", func(st control.Status) bool { return st.Office.Phase == "cut-off" && st.Office.Unsent > 0 })
		server.Restart()
		p.same()
		p.soon(a, fmt.Sprint("de retour ", round))
	}
	p.nothingLost()
}
