//go:build !office

package main_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"permanence/store/office/pgtest"
	"permanence/ui/control"
)

// kills is how often a test kills; PERMANENCE_KILLS says otherwise.
func kills(otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv("PERMANENCE_KILLS")); err == nil {
		return n
	}
	return otherwise
}

// TestE2EOfficeKilled kills the office and its desks with -9 at any moment, in the middle
// of writing, sending and starting, while now and then a cable is out. Whatever a desk
// said it keeps is everywhere afterwards.
func TestE2EOfficeKilled(t *testing.T) {
	p := newPremises(t, 3)
	p.killed(kills(30), massacre{p: p, offices: p.offices()})
}

// TestE2EOfficeKilledPostgres: the same with two servers before one PostgreSQL, which is
// killed too.
func TestE2EOfficeKilledPostgres(t *testing.T) {
	server := pgtest.Start(t, "fsync=on")
	p := newTwoServers(t, server.Database(t), 3)
	p.killed(kills(10), massacre{p: p, offices: p.offices(), database: server})
}

// massacre is who is killed, and how often it happened.
type massacre struct {
	p        *premises
	offices  []*officeServer
	database *pgtest.Server // nil when there is none

	desks, servers, databases, cables int
}

// cut pulls a cable out now and then, until mend.
func (m *massacre) cut(chance *rand.Rand) (mend func()) {
	m.p.t.Helper()
	o, s := m.offices[chance.IntN(len(m.offices))], m.p.desks[chance.IntN(len(m.p.desks))]
	if chance.IntN(5) > 0 {
		return func() {}
	}
	m.cables++
	o.cut(s)
	return func() { m.p.t.Helper(); o.mend(s) }
}

// killed writes and kills, so many times, and compares.
func (p *premises) killed(times int, m massacre) {
	p.t.Helper()
	chance := rand.New(rand.NewPCG(5, uint64(times)))
	began := time.Now()
	for i := range times {
		s := p.desks[chance.IntN(len(p.desks))]
		mend := m.cut(chance)
		p.writes(s, fmt.Sprint("message ", i))
		m.kill(chance, s, i)
		mend()
	}
	p.same()
	p.nothingLost()
	p.t.Logf("killed %d times in %v: desks %d, offices %d, PostgreSQL %d; %d cables cut; %d messages kept, none lost",
		times, time.Since(began).Round(time.Second), m.desks, m.servers, m.databases, m.cables, len(p.sent))
}

// kill kills somebody: most often the desk, which is about to keep a message.
func (m *massacre) kill(chance *rand.Rand, s *station, number int) {
	m.p.t.Helper()
	pause := time.Duration(chance.IntN(60)) * time.Millisecond
	switch die := chance.IntN(12); {
	case die == 0 && m.database != nil:
		m.databases++
		time.Sleep(pause) // the moment is what is tried
		m.database.Crash()
		m.database.Restart()
	case die < 4:
		m.servers++
		o := m.offices[chance.IntN(len(m.offices))]
		time.Sleep(pause) // the moment is what is tried
		o.kill()
		o.open()
	default:
		m.desks++
		m.p.killWriting(s, fmt.Sprint("coupé ", number), pause)
	}
}

// killWriting kills a desk that is about to keep a message.
func (p *premises) killWriting(s *station, text string, after time.Duration) {
	p.t.Helper()
	p.types(s, text)
	s.until("the draft is on the disk", func(st control.Status) bool { return st.Front.DraftSaved })
	s.ask(control.Request{Do: "send"})
	time.Sleep(after / 10) // the moment is what is tried
	s.kill()
	s.start(fmt.Sprint("again-", len(p.sent)))
	p.sent[text] = true
	if s.has(text) {
		return // it was kept, and nobody was told
	}
	s.until("it is in hand again", func(st control.Status) bool { return st.Front.Text == text })
	s.ask(control.Request{Do: "send"})
	eventually(p.t, s.name+" keeps "+text, func() bool { return s.has(text) })
}
