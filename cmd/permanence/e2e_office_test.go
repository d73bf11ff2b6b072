//go:build !office

package main_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/office/service"
	"permanence/store/wire"
	"permanence/ui/control"
)

// quickly is when what one writes is seen by the others. A second is aimed at, which
// BenchmarkOffice measures; here it must be before they would have asked by themselves.
const quickly = wire.PollEvery - 5*time.Second

const officePassword = "un mot de passe assez long"

// officeYAML is what the first desk brings along.
const officeYAML = `permanence: 1
operator:
  name: Sophie Marchand
clients:
  - name: Maître Durand
    dids: ["05 36 49 10 10"]
    agenda: {hours: {lun-dim: "00:00-24:00"}, duration: 20}
  - name: Docteur Petit
    dids: ["05 36 49 20 20"]
`

// premises are an office and its desks, each in a network of its own, joined by cables.
type premises struct {
	t      *testing.T
	office *officeServer
	second *officeServer // nil where there is one
	desks  []*station
	client string          // Maître Durand's ID
	sent   map[string]bool // texts that a desk said it keeps
}

// station is a desk of the premises.
type station struct {
	*workstation
	place    *place
	number   int
	name     string
	windowed bool // it has a window; the others are driven by programs alone
}

// newPremises starts an office with SQLite and n desks, pairs them by code and logs
// Claire in. The first has worked alone before and brings its clients along.
func newPremises(t *testing.T, n int) *premises {
	t.Helper()
	p := emptyPremises(t, "")
	p.furnish(n)
	return p
}

// emptyPremises are an office without desks, before a PostgreSQL database when there is
// an address.
func emptyPremises(t *testing.T, database string) *premises {
	t.Helper()
	needPlaces(t)
	p := &premises{t: t, office: newOfficeServer(t, 1, database), sent: map[string]bool{}}
	p.office.open()
	p.office.order(service.Request{
		Do: "operator.add", Operator: clients.Operator{Name: "Claire", Role: clients.Supervisor}, Password: officePassword,
	})
	return p
}

// furnish brings n desks in.
func (p *premises) furnish(n int) {
	p.t.Helper()
	for i := range n {
		p.desks = append(p.desks, p.station(i))
	}
	p.client = p.desks[0].one(`SELECT id FROM client ORDER BY sort DESC LIMIT 1`)
}

func (p *premises) station(n int) *station {
	p.t.Helper()
	dir := filepath.Join(p.t.TempDir(), "desk")
	s := &station{
		workstation: &workstation{t: p.t, binary: p.office.binary, dir: dir, env: alone(p.t)},
		place:       newPlace(p.t), number: n, name: string(rune('A' + n)),
	}
	if n == 0 {
		yaml := filepath.Join(p.t.TempDir(), "bureau.yaml")
		if err := os.WriteFile(yaml, []byte(officeYAML), 0o600); err != nil {
			p.t.Fatal(err)
		}
		s.run("import", "--data", dir, yaml)
	}
	for _, o := range p.offices() {
		o.wire(s)
	}
	s.start("first")
	at := p.offices()[n%len(p.offices())]
	s.ask(control.Request{Do: "pair", Address: at.host, Code: p.office.order(service.Request{Do: "pair"}).Pairing, Name: s.name})
	s.phase("login")
	s.ask(control.Request{Do: "login", Name: "Claire", Password: officePassword})
	s.phase("in-step")
	return s
}

// start starts the desk in its network, and returns when it has read its folder.
func (s *station) start(name string) {
	s.t.Helper()
	s.process = start(s.t, s.name+"-"+name, s.place.command(s.command("desk", "--headless", "--data", s.dir)))
	s.until("the desk is ready", func(st control.Status) bool { return st.Ready })
}

// until waits until the desk says that it is so.
func (s *station) until(what string, fits func(control.Status) bool) {
	s.t.Helper()
	var last control.Reply
	defer func() {
		if s.t.Failed() && last.Status != nil {
			s.t.Logf("waiting for %q, desk %s was last: %+v", what, s.name, last.Status.Office)
		}
	}()
	eventually(s.t, s.name+": "+what, func() bool {
		r, err := control.Ask(s.dir, control.Request{Do: "status"})
		if err == nil {
			last = r
		}
		return err == nil && fits(*r.Status)
	})
}

func (s *station) phase(want string) {
	s.t.Helper()
	s.until(want, func(st control.Status) bool { return st.Office != nil && st.Office.Phase == want })
}

func (s *station) ask(r control.Request) {
	s.t.Helper()
	if _, err := control.Ask(s.dir, r); err != nil {
		s.t.Fatalf("%s: %s: %v", s.name, r.Do, err)
	}
}

// writes has the desk take a message for Maître Durand. It is sent when the card is
// empty again and the desk's own database has it.
func (p *premises) writes(s *station, text string) {
	p.t.Helper()
	p.types(s, text)
	s.ask(control.Request{Do: "send"})
	eventually(p.t, s.name+" keeps "+text, func() bool { return s.has(text) })
	p.sent[text] = true
}

// types has the desk begin such a message.
func (p *premises) types(s *station, text string) {
	p.t.Helper()
	s.ask(control.Request{Do: "open", Client: p.client})
	s.until("the card is in front", func(st control.Status) bool { return st.Front.Client == "Maître Durand" && st.Front.Text == "" })
	s.ask(control.Request{Do: "type", Text: text})
	s.until("it is typed", func(st control.Status) bool { return st.Front.Text == text })
}

// one asks the desk's database for one value.
func (s *station) one(query string, args ...any) (v string) {
	s.t.Helper()
	err := s.look(func(db *sql.DB) error { return db.QueryRow(query, args...).Scan(&v) })
	if err != nil {
		s.t.Fatalf("%s: %s: %v", s.name, query, err)
	}
	return v
}

func (s *station) look(f func(*sql.DB) error) error {
	return look(filepath.Join(s.dir, "permanence.db"), f)
}

// look opens a database beside the program that writes it.
func look(path string, f func(*sql.DB) error) error {
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	defer db.Close()
	return f(db)
}

// has reports whether the desk's own database holds a message with this text, once.
func (s *station) has(text string) bool {
	return s.one(`SELECT count(*) FROM message WHERE body ->> 'text' = ?`, text) == "1"
}

// everybodyHas waits until all desks have a message.
func (p *premises) everybodyHas(text string) {
	p.t.Helper()
	for _, s := range p.desks {
		eventually(p.t, s.name+" has "+text, func() bool { return s.has(text) })
	}
}

// rows is what a database holds of the shared data, in one order.
func rows(db *sql.DB, query string) (list []string, err error) {
	found, err := db.Query(query)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var row string
		if err := found.Scan(&row); err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	slices.Sort(list)
	return list, found.Err()
}

// same waits until every desk holds what the office holds, byte for byte, with nothing
// unsent.
func (p *premises) same() {
	p.t.Helper()
	for _, s := range p.desks {
		eventually(p.t, s.name+" is like the office", func() bool {
			var of, at []string
			err := p.office.look(func(db *sql.DB) (err error) {
				of, err = rows(db, `SELECT kind || id || ' ' || seq || body FROM shared_row
					WHERE kind IN ('client', 'message', 'appointment', 'change', 'conflict', 'operator') AND NOT gone`)
				return err
			})
			if err == nil {
				err = s.look(func(db *sql.DB) (err error) { at, err = rows(db, everything); return err })
			}
			return err == nil && slices.Equal(of, at) && s.one(`SELECT count(*) FROM pending WHERE acked = 0`) == "0"
		})
	}
}

// everything is the desk's side of what same compares.
var everything = func() string {
	var parts []string
	for _, kind := range []string{"client", "message", "appointment", "change", "conflict", "operator"} {
		parts = append(parts, `SELECT '`+kind+`' || id || ' ' || seq || body FROM `+kind)
	}
	return strings.Join(parts, " UNION ALL ")
}()

// TestE2EOffice: what is written on one desk is on the others; a desk that is cut off
// goes on, and so do the others; when the cable is back all are the same.
func TestE2EOffice(t *testing.T) {
	p := newPremises(t, 3)
	a, b := p.desks[0], p.desks[1]
	p.writes(a, "bonjour")
	began := time.Now()
	p.everybodyHas("bonjour")
	if late := time.Since(began); late > quickly {
		t.Errorf("everybody had it after %v", late)
	}
	p.same()

	p.office.cut(b)
	for i := range 3 {
		p.writes(b, fmt.Sprint("sans réseau ", i))
		p.writes(a, fmt.Sprint("pendant ce temps ", i))
	}
	eventually(t, "C has the last", func() bool { return p.desks[2].has("pendant ce temps 2") })
	b.until("it says how much waits", func(st control.Status) bool { return st.Office.Unsent == 3 })
	if b.has("pendant ce temps 0") || a.has("sans réseau 0") {
		t.Error("the cable was not cut")
	}
	p.office.mend(b)
	p.same()
	p.nothingLost()
	for _, desk := range []*station{a, b} { // each message began with the client's card
		p.seen(desk, clients.ReadingClient)
	}
}

// seen looks whether the access record has that something was opened on a desk.
func (p *premises) seen(desk *station, what string) {
	p.t.Helper()
	list := p.office.order(service.Request{Do: "access", Access: &service.AccessQuery{
		From: time.Now().Add(-time.Hour), To: time.Now().Add(time.Hour), Client: string(p.client),
	}}).Access
	if !slices.ContainsFunc(list, func(r service.Reading) bool { return r.What == what && r.Desk == desk.name }) {
		p.t.Errorf("the access record does not have that %s opened a %s: %+v", desk.name, what, list)
	}
}

// TestE2EOfficeDoubleBooking: two desks that are cut off give the same slot. Neither is
// refused nor forgotten: both are there and contested, and every desk says so.
func TestE2EOfficeDoubleBooking(t *testing.T) {
	p := newPremises(t, 3)
	a, b := p.desks[0], p.desks[1]
	for _, s := range []*station{a, b} {
		p.office.cut(s)
	}
	for _, s := range []*station{a, b} {
		s.phase("cut-off")
		s.ask(control.Request{Do: "open", Client: p.client})
		s.until("a slot is free", func(st control.Status) bool { return st.Front.NextFree != nil })
		s.ask(control.Request{Do: "book", Name: "Mme " + s.name})
		s.until("it is given", func(st control.Status) bool { return st.Front.Booked != "" })
	}
	for _, s := range []*station{a, b} {
		p.office.mend(s)
	}
	p.same()
	for _, s := range p.desks {
		s.until("the conflict is shown", func(st control.Status) bool { return st.Office.Conflicts == 1 })
		if n := s.one(`SELECT count(*) FROM appointment WHERE body ->> 'contested' AND NOT cancelled`); n != "2" {
			t.Errorf("%s has %s contested appointments; want 2", s.name, n)
		}
	}
}

// nothingLost: each message that a desk said it keeps is everywhere, once.
func (p *premises) nothingLost() {
	p.t.Helper()
	for text := range p.sent {
		p.everybodyHas(text)
	}
	for _, s := range p.desks {
		n, _ := strconv.Atoi(s.one(`SELECT count(*) FROM message`))
		if n != len(p.sent) {
			p.t.Errorf("%s has %d messages; %d were kept", s.name, n, len(p.sent))
		}
	}
}

// TestE2EOfficeTakeover: a desk is killed with a message half typed; its partner is
// offered it, with the client, and takes it over.
func TestE2EOfficeTakeover(t *testing.T) {
	p := newPremises(t, 2)
	dead, partner := p.desks[0], p.desks[1]
	p.types(dead, "La cliente demande que")
	seen := func() bool { return p.drafts() == 1 }
	eventually(t, "the office has seen the draft", seen)
	dead.kill()
	partner.until("it is offered", func(st control.Status) bool {
		return st.Office != nil && len(st.Office.Offers) == 1 && st.Office.Offers[0].Client == "Maître Durand"
	})
	partner.ask(control.Request{Do: "takeover"})
	partner.until("it is in hand", func(st control.Status) bool {
		return st.Front.Text == "La cliente demande que" && st.Front.Client == "Maître Durand"
	})
	partner.ask(control.Request{Do: "send"})
	eventually(t, "it is kept", func() bool { return partner.has("La cliente demande que") })
}

// drafts counts what the office shows as half typed.
func (p *premises) drafts() (n int) {
	p.t.Helper()
	err := p.office.look(func(db *sql.DB) error {
		return db.QueryRowContext(context.Background(), `SELECT count(*) FROM draft WHERE body LIKE '%demande que%'`).Scan(&n)
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}
