package officesim

import "time"

// heal ends all faults. The office's clock comes to where it had been: a mail that is to
// be tried again then would else wait for days. What had stopped comes up first, with all lines still cut; then
// they are put together, and a minute has to be enough.
func (s *scene) heal() {
	s.resting = true
	for _, st := range s.stations() {
		st.line.up, st.line.down = true, true
		st.line.weather = weather{latency: 50 * time.Millisecond}
		st.disk.fuse, st.disk.refuse = 0, nil
	}
	s.office.disk.fuse, s.office.disk.refuse = 0, nil
	s.office.setClock(s.office.ahead)
	s.pass(10 * time.Minute)
	for _, st := range s.stations() {
		st.line.up, st.line.down = false, false
	}
	for _, st := range s.stations() {
		st.join()
	}
	s.pass(time.Minute)
	for _, st := range s.stations() {
		s.mustBeTold(st)
	}
	s.pass(5 * time.Minute) // mails that were not taken are tried again
	s.quiet = true
	for _, st := range s.stations() {
		st.sync()
	}
}

// mustBeTold looks whether the office has heard of everything that a desk did.
func (s *scene) mustBeTold(st *station) {
	if !st.running() || !st.joined {
		s.violated("%s is not there though all is healed", st.id)
		return
	}
	n, _, err := st.store.Waiting(s.ctx)
	list, err2 := st.store.Unacknowledged(s.ctx, -1)
	if st.revoked {
		list = nil // nothing is acknowledged to it
	}
	if err != nil || err2 != nil || n+len(list) > 0 {
		s.violated("%s: a minute after all was healed %d changes wait and %d are not acknowledged (%v, %v)", st.id, n, len(list), err, err2)
	}
}
