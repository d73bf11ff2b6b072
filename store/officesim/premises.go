package officesim

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"permanence/clients"
	"permanence/store/office"
)

// officeFile is the office's database in its folder.
const officeFile = "office.db"

// terms are those of leases, short enough for some to run out within a working day, and
// for a desk to be thought gone while it is cut off.
var terms = office.Terms{
	For: 2 * time.Hour, Margin: 5 * time.Minute, Renew: 30 * time.Minute, Days: 2,
	Back: 14 * 24 * time.Hour, Active: 45 * time.Minute,
}

// premises are the machine on which the office runs, for all bureaus.
type premises struct {
	w       *world
	ctx     context.Context
	root    string
	dir     string
	disk    *disk
	db      *office.Database
	offices map[string]*office.Office
	doors   map[string]http.Handler
	skew    time.Duration // of its clock
	ahead   time.Duration // the most that it was
	boots   int
	booted  time.Time
	people  *people
	out     []desk                      // those that were revoked
	erased  map[string][]office.Erasure // the lists that are kept apart from the backups
	paired  map[string][]clients.ID
	copies  []string // backups, the oldest first
	bureaus []string
}

// start opens the database of dir and serves all bureaus.
func (p *premises) start(dir string) error {
	p.dir, p.disk = dir, newDisk(dir)
	db, err := office.OpenSQLite(p.ctx, driverName, filepath.Join(dir, officeFile))
	if err != nil {
		return err
	}
	p.db, p.offices, p.doors = db, map[string]*office.Office{}, map[string]http.Handler{}
	for _, bureau := range p.bureaus {
		o, err := office.New(p.ctx, db, office.Config{
			Bureau: bureau, BureauName: bureau, Version: "simulated", Now: p.now, Boot: p.up, NewID: p.w.id,
			Log: slog.New(slog.DiscardHandler), Terms: terms,
		})
		if err != nil {
			return err
		}
		p.offices[bureau], p.doors[bureau] = o, o.Handler(p.people)
	}
	return nil
}

// desk is a machine of a bureau.
type desk struct {
	bureau string
	id     clients.ID
}

// saveDesk writes down what the office knows of a paired machine.
func (p *premises) saveDesk(bureau string, card office.DeskCard) error {
	p.paired[bureau] = append(p.paired[bureau], card.ID)
	return p.offices[bureau].SaveDesk(p.ctx, card, func(*sql.Tx) error { return nil })
}

// revoke makes a machine no desk any more.
func (p *premises) revoke(d desk) error {
	err := p.saveDesk(d.bureau, office.DeskCard{ID: d.id, Name: string(d.id), Revoked: p.now()})
	if err == nil {
		err = p.offices[d.bureau].Revoke(p.ctx, d.id)
	}
	return err
}

// up is the office's clock that nobody can set.
func (p *premises) up() (string, time.Duration) { return strconv.Itoa(p.boots), p.w.now.Sub(p.booted) }

// reboot gives the machine a new run.
func (p *premises) reboot() { p.boots, p.booted = p.boots+1, p.w.now }

// setClock sets the office's clock.
func (p *premises) setClock(skew time.Duration) {
	p.skew, p.ahead = skew, max(p.ahead, skew)
}

// now is the office's own clock.
func (p *premises) now() time.Time { return p.w.now.Add(p.skew).UTC() }

// running reports whether the office can be reached.
func (p *premises) running() bool { return p.db != nil && !p.disk.dead }

// serve answers a request, or dies of it.
func (p *premises) serve(q parcel) (*http.Response, error) {
	if !p.running() {
		return nil, errNoAnswer
	}
	answer := q.ask(p.doors[p.people.bureauOf(q.desk)])
	if p.disk.dead {
		p.fell()
		return nil, errNoAnswer
	}
	if p.isOut(q, answer.StatusCode) {
		p.w.violated("%s was revoked, and %s answered it", q.desk, q.url)
	}
	return answer, nil
}

// crash stops the office's machine now.
func (p *premises) crash() {
	if p.running() {
		p.disk.stop()
		p.fell()
	}
}

// fell clears a stopped machine away and has it come up again.
func (p *premises) fell() {
	if p.db == nil {
		return
	}
	_ = p.db.Close() // its disk is dead
	p.db = nil
	p.disk.forget()
	p.clear(p.dir)
	if p.w.chance(0.3) {
		p.reboot()
	}
	p.w.after(p.w.upTo(2*time.Minute), p.rise)
}

// clear takes a folder away: a world leaves nothing behind.
func (p *premises) clear(dir string) {
	if err := os.RemoveAll(dir); err != nil {
		p.w.violated("clearing a folder: %v", err)
	}
}

// rise starts the office again from what its disk had.
func (p *premises) rise() {
	if p.running() {
		return
	}
	if err := p.start(p.disk.saved); err != nil {
		p.w.violated("the office does not start again: %v", err)
	}
}

// backUp keeps a copy, as a person would who copies a closed database.
func (p *premises) backUp() {
	if !p.running() || !p.rest() {
		return
	}
	to, err := os.MkdirTemp(p.root, "office-copy-")
	if err == nil {
		err = copyFolder(p.dir, to)
	}
	if err != nil {
		p.w.violated("backing the office up: %v", err)
		return
	}
	p.copies = append(p.copies, to)
	p.wake(p.dir)
}

// rest closes the office in good order.
func (p *premises) rest() bool {
	err := p.db.Close()
	p.db = nil
	p.disk.forget()
	if err != nil {
		p.w.violated("closing the office: %v", err)
	}
	return err == nil
}

// wake opens the office in a folder.
func (p *premises) wake(dir string) {
	if err := p.start(dir); err != nil {
		p.w.violated("opening the office: %v", err)
	}
}

// restore puts a backup back, of whatever age, and the erasures that it does not know.
func (p *premises) restore() bool {
	if !p.running() || len(p.copies) == 0 {
		return false
	}
	p.noteErasures()
	if !p.rest() {
		return false
	}
	p.clear(p.dir)
	from := generation(p.w, p.copies)
	to, err := os.MkdirTemp(p.root, "office-")
	if err == nil {
		err = copyFolder(from, to)
	}
	if err != nil {
		p.w.violated("putting the office back: %v", err)
		return false
	}
	if p.w.chance(0.5) {
		p.reboot()
	}
	p.wake(to)
	for _, d := range p.out { // as is written down apart from the backups
		if err := p.revoke(d); err != nil {
			p.w.violated("revoking a desk again: %v", err)
		}
	}
	for bureau, o := range p.offices {
		if err := o.Restored(p.ctx, office.Past{Erased: p.erased[bureau], Paired: p.paired[bureau]}); err != nil {
			p.w.violated("beginning anew after a backup: %v", err)
		}
	}
	return true
}

// noteErasures keeps the list of what was erased apart from the backups.
func (p *premises) noteErasures() {
	for bureau, o := range p.offices {
		list, err := o.Erased(p.ctx)
		if err != nil {
			p.w.violated("listing what was erased: %v", err)
		}
		for _, e := range list {
			if !slices.Contains(p.erased[bureau], e) {
				p.erased[bureau] = append(p.erased[bureau], e)
			}
		}
	}
}

// tend does what an office does from time to time.
func (p *premises) tend() {
	for _, bureau := range p.bureaus {
		if !p.running() {
			return
		}
		o := p.offices[bureau]
		if err := errors.Join(o.Tend(p.ctx), o.Watch(p.ctx)); err != nil && p.disk.refuse == nil && !p.disk.dead {
			p.w.violated("tending %s: %v", bureau, err)
		}
		if p.disk.dead {
			p.fell()
		}
	}
}

// people is who may come in: it stands where certificates and passwords would be.
type people struct {
	desks map[clients.ID]*badge
}

// badge is what the office knows of a machine.
type badge struct {
	bureau  string
	revoked bool
}

func (p *people) bureauOf(desk clients.ID) string { return p.desks[desk].bureau }

// Identify tells who asks.
func (p *people) Identify(r *http.Request) (office.Identity, error) {
	desk := clients.ID(r.Header.Get(deskHeader))
	b := p.desks[desk]
	return office.Identity{Desk: desk, DeskName: string(desk), Operator: clients.ID(strings.TrimPrefix(r.Header.Get(sessionHeader), "Bearer ")), Revoked: b.revoked}, nil
}
