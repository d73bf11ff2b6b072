//go:build !office

package main_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"permanence/store/office/service"
)

// officeServer is an office's folder in a network of its own, and the program that
// serves it.
type officeServer struct {
	*process
	t        *testing.T
	number   int
	binary   string
	place    *place
	host     string
	dir      string
	database string // PostgreSQL's address; a file in dir when empty
	starts   int
}

// cablesEach is how many cables an office may have.
const cablesEach = 10

func newOfficeServer(t *testing.T, number int, database string) *officeServer {
	t.Helper()
	o := &officeServer{
		t: t, number: number, binary: needProgram(t), place: newPlace(t), host: fmt.Sprintf("10.78.0.%d", number),
		dir: filepath.Join(t.TempDir(), "bureau"), database: database,
	}
	o.place.named(o.host)
	return o
}

// open starts the office, and returns when it answers.
func (o *officeServer) open() {
	o.t.Helper()
	o.starts++
	args := []string{"office", "--data", o.dir, "--listen", ":7443"}
	if o.database != "" {
		args = append(args, "--database", o.database)
	}
	cmd := (&workstation{binary: o.binary, env: os.Environ()}).command(args...)
	o.process = start(o.t, fmt.Sprintf("office-%d-%d", o.number, o.starts), o.place.command(cmd))
	eventually(o.t, "the office answers", func() bool {
		_, err := service.Ask(o.t.Context(), o.dir, service.Request{Do: "status"})
		return err == nil
	})
}

// says runs an action beside the open office, as its owner does, and expects words.
func (o *officeServer) says(words string, action ...string) {
	o.t.Helper()
	w := &workstation{t: o.t, binary: o.binary, env: os.Environ()}
	if out := w.run(append(append([]string{"office"}, action...), "--data", o.dir)...); !strings.Contains(out, words) {
		o.t.Errorf("office %v says %q; want %q", action, out, words)
	}
}

func (o *officeServer) order(q service.Request) service.Reply {
	o.t.Helper()
	r, err := service.Ask(o.t.Context(), o.dir, q)
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

// wire lays a cable to a desk.
func (o *officeServer) wire(s *station) {
	o.t.Helper()
	n := o.cable(s)
	o.place.cable(n, s.place)
	s.place.finds(o.host, n)
}

// cable is the number of the cable to a desk.
func (o *officeServer) cable(s *station) int { return (o.number-1)*cablesEach + s.number }

func (o *officeServer) cut(s *station)  { o.t.Helper(); o.place.cut(o.cable(s)) }
func (o *officeServer) mend(s *station) { o.t.Helper(); o.place.mend(o.cable(s)) }

// look opens the office's database beside the program that writes it.
func (o *officeServer) look(f func(*sql.DB) error) error {
	if o.database == "" {
		return look(filepath.Join(o.dir, "office.db"), f)
	}
	db, err := sql.Open("pgx", o.database)
	if err != nil {
		return err
	}
	defer db.Close()
	return f(db)
}

// offices are those that serve the premises.
func (p *premises) offices() []*officeServer {
	if p.second == nil {
		return []*officeServer{p.office}
	}
	return []*officeServer{p.office, p.second}
}
