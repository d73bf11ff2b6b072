package officesim

import (
	"context"
	"os"
	"strconv"
	"time"

	"permanence/clients"
	"permanence/store"
	"permanence/store/link"
)

// station is a machine at which a secretary works.
type station struct {
	w        *world
	ctx      context.Context
	id       clients.ID
	bureau   string
	root     string
	dir      string
	disk     *disk
	store    *store.Store
	line     *line
	remote   *link.Remote
	exchange *link.Exchange
	ledger   *ledger
	operator clients.Operator // who is logged in
	skew     time.Duration    // of its clock
	boots    int
	booted   time.Time
	joined   bool
	revoked  bool  // at the office
	lastRead int64 // the highest number that it can have read before
	out      bool  // the secretary was told that this is no desk any more
	steps    int   // after which it was in step
	syncing  bool
	working  bool
	inStep   time.Time // when it last was
	cursor   cursorSeen
	waited   map[clients.ID]clients.Lease // places that callers wait for
	copies   []copyOf                     // backups, the oldest first
}

// copyOf is a backup of a desk: what the ledger had then is in it.
type copyOf struct {
	dir    string
	upTo   int
	joined bool
	state  cursorSeen
}

// start opens the store in dir.
func (s *station) start(dir string) error {
	s.dir, s.disk = dir, newDisk(dir)
	var err error
	s.store, err = store.Open(s.ctx, dir, store.Options{
		Driver: driverName, BusyTimeout: time.Millisecond, Now: s.now,
		Boot: func() (string, time.Duration) { return strconv.Itoa(s.boots), s.w.now.Sub(s.booted) },
	})
	if err == nil {
		s.remote = link.NewRemote("office", s.line)
		s.remote.SetSession(string(s.operator.ID))
		s.exchange = &link.Exchange{Remote: s.remote, Replica: s.store}
	}
	return err
}

// reboot gives the machine a new run.
func (s *station) reboot() { s.boots, s.booted = s.boots+1, s.w.now }

// now is the desk's own clock.
func (s *station) now() time.Time { return s.w.now.Add(s.skew) }

// running reports whether anybody can work on it.
func (s *station) running() bool { return s.store != nil && !s.disk.dead }

// online reports whether the desk thinks that it is in step.
func (s *station) online() bool { return s.joined && s.w.now.Sub(s.inStep) < 45*time.Second }

// sync pushes and pulls, unless it is at it.
func (s *station) sync() {
	if !s.running() || !s.joined || s.syncing {
		return
	}
	s.syncing = true
	defer func() { s.syncing = false }()
	was, began := s.store, s.w.now
	err := s.exchange.Step(s.ctx)
	if s.store != was {
		return // it died meanwhile, and another process runs
	}
	if s.disk.dead {
		s.fell()
		return
	}
	if s.out = s.out || toldSo(err); err == nil {
		s.inStep = began
		s.rightsHold()
	}
	if s.disk.dead {
		s.fell()
		return
	}
	s.look()
}

// push brings up what is pending, as the link does without waiting for a pull.
func (s *station) push() {
	if !s.running() || !s.joined || s.syncing || s.revoked {
		return
	}
	s.syncing = true
	defer func() { s.syncing = false }()
	was := s.store
	_ = s.exchange.Push(s.ctx) // the next step tries again
	if s.store == was && s.disk.dead {
		s.fell()
	}
}

// look watches the cursor.
func (s *station) look() {
	text, err := s.store.Cursor(s.ctx)
	if s.disk.dead {
		s.fell()
		return
	}
	if err != nil {
		s.w.violated("%s: reading the cursor: %v", s.id, err)
		return
	}
	s.cursor.look(s, text)
}

// crash stops the machine now.
func (s *station) crash() {
	if s.running() {
		s.disk.stop()
		s.fell()
	}
}

// fell clears a stopped process away and starts another after a while.
func (s *station) fell() {
	if s.store == nil {
		return
	}
	_ = s.store.Close() // its disk is dead
	s.store = nil
	s.disk.forget()
	s.clear(s.dir)
	if s.w.chance(0.3) {
		s.reboot()
	}
	s.w.after(s.w.upTo(5*time.Minute), s.rise)
}

func (s *station) clear(dir string) {
	if err := os.RemoveAll(dir); err != nil {
		s.w.violated("clearing a folder: %v", err)
	}
}

// rise starts the desk again from what its disk had.
func (s *station) rise() {
	if s.running() {
		return
	}
	if err := s.start(s.disk.saved); err != nil {
		s.w.violated("%s does not start again: %v", s.id, err)
	}
}

// rest closes the desk in good order.
func (s *station) rest() bool {
	err := s.store.Close()
	s.store = nil
	s.disk.forget()
	if err != nil {
		s.w.violated("closing %s: %v", s.id, err)
	}
	return err == nil
}

// backUp keeps a copy of the closed desk.
func (s *station) backUp() {
	if !s.running() || s.syncing || s.working || !s.rest() {
		return
	}
	to, err := os.MkdirTemp(s.root, "desk-copy-")
	if err == nil {
		err = copyFolder(s.dir, to)
	}
	if err == nil {
		s.copies = append(s.copies, copyOf{dir: to, upTo: len(s.ledger.entries), joined: s.joined, state: s.cursor})
		err = s.start(s.dir)
	}
	if err != nil {
		s.w.violated("backing %s up: %v", s.id, err)
	}
}

// restore puts a backup back, of whatever age, on a machine that was switched off for it.
func (s *station) restore() bool {
	if !s.running() || s.syncing || s.working || len(s.copies) == 0 || !s.rest() {
		return false
	}
	s.clear(s.dir)
	from := generation(s.w, s.copies)
	to, err := os.MkdirTemp(s.root, "desk-")
	if err == nil {
		err = copyFolder(from.dir, to)
	}
	if err == nil {
		s.reboot()
		s.cursor = from.state
		err = s.start(to)
	}
	if err != nil {
		s.w.violated("putting %s back: %v", s.id, err)
		return false
	}
	s.ledger.lostOnDesk(s.id, from.upTo)
	if s.joined = from.joined; !s.joined { // the backup is older than the pairing
		s.w.after(time.Minute, s.join)
	}
	return true
}

// join makes the machine a desk of the office.
func (s *station) join() {
	if !s.running() || s.joined {
		return
	}
	err := s.store.Join(s.ctx, link.Membership{Address: "office", Bureau: s.bureau, BureauName: s.bureau, Desk: s.id, DeskName: string(s.id)})
	switch {
	case s.disk.dead:
		s.fell()
		s.w.after(10*time.Minute, s.join)
	case err != nil && s.disk.refuse != nil:
		s.w.after(10*time.Minute, s.join)
	case err != nil:
		s.w.violated("%s: joining: %v", s.id, err)
	default:
		s.joined = true
	}
}
