package officesim

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"permanence/clients"
	"permanence/store/office"
)

// Config is a world to be run.
type Config struct {
	Seed  uint64
	Desks int           // of the first bureau
	Time  time.Duration // until all is healed
	Dir   string        // where its files lie while it runs
}

// Report is what became of a world.
type Report struct {
	Wrong     []string // the invariants that were found broken, with the time
	Mutations int
	Faults    map[string]int
}

// Run runs a world, heals it, and looks whether everything is as was promised. An
// error is the machine's own, not the world's. A world is not broken off: to be ready
// for that takes a goroutine for each statement.
func Run(ctx context.Context, c Config) (Report, error) {
	root, err := os.MkdirTemp(c.Dir, "world-")
	if err != nil {
		return Report{}, err
	}
	s, err := newScene(ctx, c, root)
	if err == nil {
		s.live(c.Time)
		s.heal()
		s.check()
		s.close()
	}
	report := s.report()
	if err == nil {
		var typed Report
		typed, err = Type(ctx, c)
		report.add(typed)
	}
	return report, errors.Join(err, os.RemoveAll(root))
}

// scene is everything in a world.
type scene struct {
	*world
	ctx     context.Context
	root    string
	office  *premises
	bureaus []*bureau
	weather weather
	full    error
	busy    error
	resting bool // nobody works, nothing breaks any more
	quiet   bool // the office does nothing by itself
}

// days are when worlds begin: an ordinary one, and the evenings before the clocks of
// Paris change.
var days = []time.Time{
	time.Date(2026, 6, 9, 7, 0, 0, 0, time.UTC),
	time.Date(2026, 3, 28, 20, 0, 0, 0, time.UTC),
	time.Date(2026, 10, 24, 20, 0, 0, 0, time.UTC),
}

func newScene(ctx context.Context, c Config, root string) (*scene, error) {
	s := &scene{world: newWorld(c.Seed, days[c.Seed%uint64(len(days))]), ctx: context.WithoutCancel(ctx), root: root}
	s.bureaus = []*bureau{{name: "azur", ledger: newLedger("azur")}, {name: "brume", ledger: newLedger("brume")}}
	s.office = &premises{
		w: s.world, ctx: s.ctx, root: root, people: &people{desks: map[clients.ID]*badge{}},
		erased: map[string][]office.Erasure{}, paired: map[string][]clients.ID{}, bureaus: []string{"azur", "brume"}, booted: s.now,
	}
	s.office.setClock(s.anyClock(time.Minute))
	var err error
	if s.full, s.busy, err = refusals(root); err != nil {
		return s, err
	}
	dir, err := os.MkdirTemp(root, "office-")
	if err != nil {
		return s, err
	}
	if err := s.office.start(dir); err != nil {
		return s, err
	}
	for i, b := range s.bureaus {
		if err := s.settle(b, []int{c.Desks, 1}[i]); err != nil {
			return s, err
		}
	}
	return s, nil
}

// settle founds a bureau and sets its desks up. The last desk of the first one stands
// alone for a while.
func (s *scene) settle(b *bureau, desks int) error {
	if err := b.found(s.world, s.office); err != nil {
		return err
	}
	for i := range desks {
		if err := s.newStation(b, i); err != nil {
			return err
		}
	}
	return nil
}

func (s *scene) newStation(b *bureau, i int) error {
	id := clients.ID(fmt.Sprintf("%s-%d", b.name, i))
	s.office.people.desks[id] = &badge{bureau: b.name}
	if err := s.office.saveDesk(b.name, office.DeskCard{ID: id, Name: string(id)}); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(s.root, "desk-")
	if err != nil {
		return err
	}
	st := &station{
		w: s.world, ctx: s.ctx, id: id, bureau: b.name, root: s.root, ledger: b.ledger,
		operator: b.operators[i%len(b.operators)], skew: s.anyClock(48 * time.Hour), booted: s.now,
		waited: map[clients.ID]clients.Lease{},
		line:   &line{w: s.world, desk: id, to: s.office},
	}
	b.stations = append(b.stations, st)
	if err := st.start(dir); err != nil {
		return err
	}
	if late := i == 3 || i > 0 && i%5 == 0; late {
		st.operator = b.operators[0]
		st.remote.SetSession(string(st.operator.ID))
		s.after(s.upTo(3*time.Hour), st.join)
		return nil
	}
	st.join()
	return nil
}

// anyClock is how far a clock may be off.
func (s *scene) anyClock(most time.Duration) time.Duration {
	if s.chance(0.5) {
		return 0
	}
	return s.upTo(2*most) - most
}

// live lets the world live.
func (s *scene) live(d time.Duration) {
	s.weather = weather{lost: 0.03, unheard: 0.03, repeated: 0.03, late: 0.02, latency: 200 * time.Millisecond}
	for _, st := range s.stations() {
		st.line.weather = s.weather
		s.every(5*time.Minute, s.unless(&s.resting, st.work))
		s.every(30*time.Second, st.sync)
		s.every(90*time.Minute, s.unless(&s.resting, func() { s.trouble(st) }))
		s.every(100*time.Minute, s.unless(&s.resting, func() { s.compare(st) }))
	}
	s.revokeSometime(s.bureaus[0], d)
	s.every(2*time.Hour, s.unless(&s.resting, func() { s.writeRitual(pick(s.world, s.bureaus)) }))
	s.every(5*time.Minute, s.unless(&s.quiet, s.office.tend))
	s.every(20*time.Second, s.unless(&s.quiet, s.post))
	s.every(75*time.Minute, s.unless(&s.resting, s.accident))
	s.every(40*time.Minute, s.unless(&s.resting, s.setOfficeClock))
	s.pass(d / 2)
	s.closeDown()
	s.pass(d - d/2)
}

// unless makes something stop when a time has come.
func (s *scene) unless(over *bool, do func()) func() {
	return func() {
		if !*over {
			do()
		}
	}
}

func (s *scene) stations() []*station {
	var list []*station
	for _, b := range s.bureaus {
		list = append(list, b.stations...)
	}
	return list
}

// close closes what is open.
func (s *scene) close() {
	for _, st := range s.stations() {
		if st.running() {
			st.rest()
		}
	}
	if s.office.running() {
		s.office.rest()
	}
}

func (s *scene) report() Report {
	r := Report{Wrong: s.wrong, Faults: s.faults}
	for _, b := range s.bureaus {
		r.Mutations += len(b.ledger.entries)
	}
	return r
}
