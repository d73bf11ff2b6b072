//go:build !office

package main_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"permanence/store/office/pgtest"
	"permanence/ui/control"
)

// TestE2EOfficeDrill is the practice of an accident with SQLite: a copy while the bureau
// works, and the copy put back while it works.
func TestE2EOfficeDrill(t *testing.T) {
	p := newPremises(t, 2)
	copied := filepath.Join(t.TempDir(), "copie.db")
	p.drill(
		func() { p.office.says("Sauvegardé et relu", "backup", copied) },
		func() { p.office.says("Remis en place", "restore", copied) },
	)
}

// TestE2EOfficeDrillPostgres: the same with PostgreSQL's own tools, and two servers, as
// the README says.
func TestE2EOfficeDrillPostgres(t *testing.T) {
	server := pgtest.Start(t)
	p := newTwoServers(t, server.Database(t), 2)
	var dump string
	p.drill(
		func() { dump = server.Dump(p.office.database) },
		func() {
			p.office.stop()
			p.second.stop()
			server.PutBack(p.office.database, dump)
			p.office.says("Noté", "restore")
			p.office.open()
			p.second.open()
		},
	)
}

// drill: what desks sent after the back-up they send again, what was erased after it
// stays erased, and who was cut off meanwhile misses nothing.
func (p *premises) drill(backup, restore func()) {
	p.t.Helper()
	a, b := p.desks[0], p.desks[1]
	p.soon(a, "avant la sauvegarde")
	p.soon(a, "à effacer plus tard")
	gone := a.one(`SELECT id FROM message WHERE body ->> 'text' = 'à effacer plus tard'`)
	backup()
	before := p.incarnation()

	p.soon(a, "depuis la sauvegarde")
	p.books(b)
	p.office.says("Effacé", "erase", "--find", "a effacer plus tard", "--yes")
	delete(p.sent, "à effacer plus tard")
	p.same() // all of it was acknowledged
	for _, o := range p.offices() {
		o.cut(b)
	}
	p.writes(b, "sans réseau")

	restore()
	if p.incarnation() == before {
		p.t.Error("the incarnation is the same")
	}
	for _, o := range p.offices() {
		o.mend(b)
	}
	for _, s := range p.desks {
		s.phase("login") // sessions of then are void
		s.ask(control.Request{Do: "login", Name: "Claire", Password: officePassword})
		s.phase("in-step")
	}
	p.same()
	p.nothingLost()
	for _, s := range p.desks {
		if n := s.one(`SELECT count(*) FROM message WHERE id = ?`, gone); n != "0" {
			p.t.Errorf("%s has again what was erased", s.name)
		}
		if n := s.one(`SELECT count(*) FROM appointment WHERE NOT cancelled`); n != "1" {
			p.t.Errorf("%s has %s appointments; want the one that was booked since", s.name, n)
		}
	}
	p.soon(b, "après l'exercice")
}

// incarnation names the life of the office's data.
func (p *premises) incarnation() (name string) {
	p.t.Helper()
	err := p.office.look(func(db *sql.DB) error { return db.QueryRow(`SELECT incarnation FROM head`).Scan(&name) })
	if err != nil {
		p.t.Fatal(err)
	}
	return name
}
