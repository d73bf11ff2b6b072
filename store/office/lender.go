package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"permanence/clients"
	"permanence/clients/agenda"
	"permanence/store/boot"
	"permanence/store/shared"
	"permanence/store/shared/planted"
)

// Terms are how slots are lent.
type Terms struct {
	For    time.Duration // how long a desk may use a lease after it received it
	Margin time.Duration // how much longer the office waits, for clocks that do not run alike
	Renew  time.Duration // a lease that was sent so long ago is sent again
	Days   int           // working days ahead
	Back   time.Duration // how far a desk's bookings are looked back at
	Active time.Duration // a desk that was in step so recently gets leases
}

// DefaultTerms carry a desk through an outage of four days at least.
var DefaultTerms = Terms{
	For: 5 * 24 * time.Hour, Margin: 2 * time.Hour, Renew: 24 * time.Hour, Days: 5,
	Back: 14 * 24 * time.Hour, Active: 24 * time.Hour,
}

// workingDaysBack is how many working days two weeks have, by which a desk's bookings
// are counted.
const workingDaysBack = 10

// searchDays is how far ahead working days are looked for.
const searchDays = 21

// use is how many appointments a desk has lately set in an agenda.
type use struct {
	desk     clients.ID
	client   clients.ID
	bookings int
}

// lend sees to the leases of all agendas: it takes back what came to an end unused,
// sends again what a desk is to keep, and lends what is missing.
func (o *Office) lend(ctx context.Context) error {
	if err := o.settleDoubt(ctx); err != nil {
		return err
	}
	agendas, err := o.lending(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, client := range slices.Sorted(maps.Keys(agendas)) {
		errs = append(errs, o.lendOf(ctx, client, agendas[client]))
	}
	return errors.Join(errs...)
}

// lending lists the agendas that desks use, or of which something is lent.
func (o *Office) lending(ctx context.Context) (map[clients.ID][]use, error) {
	agendas := map[clients.ID][]use{}
	err := o.db.read(ctx, func(tx *sql.Tx) error {
		uses, err := o.uses(ctx, tx)
		if err != nil {
			return err
		}
		for _, u := range uses {
			agendas[u.client] = append(agendas[u.client], u)
		}
		found, err := tx.QueryContext(ctx, `SELECT DISTINCT client FROM lent WHERE bureau = $1`, o.Bureau)
		lent, err := collect(found, err, func(r *sql.Rows) (id clients.ID, err error) { return id, r.Scan(&id) })
		for _, client := range lent {
			if _, used := agendas[client]; !used {
				agendas[client] = nil
			}
		}
		return err
	})
	return agendas, err
}

// uses counts the bookings of the desks that are in step, the most first. While the
// bureau is in doubt nothing is lent, nor without a clock that nobody can set.
func (o *Office) uses(ctx context.Context, tx *sql.Tx) ([]use, error) {
	now := o.Now()
	doubt, err := o.rows(tx).doubt(ctx)
	if err != nil || doubt > 0 || o.Boot.Now().Run == "" {
		return nil, err
	}
	found, err := tx.QueryContext(ctx, `SELECT mutation.desk, mutation.client, count(*) FROM mutation
		JOIN contact ON contact.bureau = mutation.bureau AND contact.desk = mutation.desk
		WHERE mutation.bureau = $1 AND name = $2 AND at > $3 AND outcome <> 'refused' AND outcome <> 'held' AND contact.clear > $4
		GROUP BY mutation.desk, mutation.client ORDER BY count(*) DESC, mutation.desk`,
		o.Bureau, clients.BookAppointment{}.MutationName(), micros(now.Add(-o.Terms.Back)), micros(now.Add(-o.Terms.Active)))
	return collect(found, err, func(r *sql.Rows) (u use, err error) { return u, r.Scan(&u.desk, &u.client, &u.bookings) })
}

// lendOf sees to one agenda. It takes its turn only when there is something to do, and
// looks again when it has it.
func (o *Office) lendOf(ctx context.Context, client clients.ID, uses []use) error {
	var p plan
	err := o.db.read(ctx, func(tx *sql.Tx) (err error) {
		p, err = o.plan(ctx, o.rows(tx), client, uses)
		return err
	})
	if err != nil || p.empty() {
		return err
	}
	return o.change(ctx, func(t *turn) error {
		p, err := o.plan(ctx, t.rows, client, uses)
		if err != nil {
			return err
		}
		return t.carryOutPlan(ctx, p)
	})
}

// plan is what is to be done about the leases of one agenda at a moment.
type plan struct {
	at       boot.Moment
	withdraw []shared.Row
	recall   []shared.Row
	renew    []shared.Row
	watch    []clients.ID
	lend     []clients.Lease
}

func (p plan) empty() bool {
	return len(p.withdraw)+len(p.recall)+len(p.renew)+len(p.watch)+len(p.lend) == 0
}

func (t *turn) carryOutPlan(ctx context.Context, p plan) error {
	for _, row := range p.withdraw {
		if err := t.withdraw(ctx, row); err != nil {
			return err
		}
	}
	for _, row := range p.recall {
		if err := t.recall(ctx, row); err != nil {
			return err
		}
	}
	for _, id := range p.watch {
		if err := t.watch(ctx, id, p.at); err != nil {
			return err
		}
	}
	for _, row := range p.renew {
		row.Seq = t.seq
		if err := t.Put(ctx, row); err != nil {
			return err
		}
	}
	for _, l := range p.lend {
		if err := t.lendOut(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

func (t *turn) withdraw(ctx context.Context, row shared.Row) error {
	return shared.EndLease(ctx, t.rows, t.seq, row)
}

// recall ends the use of a lease. It binds the office until its desk has read that, and
// has nothing left to tell.
func (t *turn) recall(ctx context.Context, row shared.Row) error {
	var l clients.Lease
	err := json.Unmarshal(row.Body, &l)
	if err != nil {
		return err
	}
	l.For = 0
	if row.Body, err = json.Marshal(l); err != nil {
		return err
	}
	row.Seq = t.seq
	if err := t.Put(ctx, row); err != nil {
		return err
	}
	_, err = t.tx.ExecContext(ctx, `UPDATE lent SET recalled = $3 WHERE bureau = $1 AND id = $2`, t.bureau, row.ID, t.seq)
	return err
}

func (t *turn) lendOut(ctx context.Context, l clients.Lease) error {
	body, err := json.Marshal(l)
	if err != nil {
		return err
	}
	row := shared.Row{Kind: shared.Lease, ID: l.ID, Client: l.Client, Seq: t.seq, Body: body}
	if err := t.Put(ctx, row); err != nil {
		return err
	}
	_, err = t.tx.ExecContext(ctx, `INSERT INTO lent (bureau, id, desk, client, sent) VALUES ($1, $2, $3, $4, 0)`,
		t.bureau, l.ID, l.Desk, l.Client)
	return err
}

// loan is a lease as the office knows it.
type loan struct {
	row      shared.Row
	lease    clients.Lease
	sent     bool        // to its desk
	recalled int64       // under this number; 0 not yet
	seen     int64       // what its desk had read when it had nothing unsent
	since    boot.Moment // from when on this machine knows that it was not sent again
}

func (r *rows) loans(ctx context.Context, client clients.ID, run string) ([]loan, error) {
	list, err := r.query(ctx, `kind = 'lease' AND client = $2 AND NOT gone ORDER BY start, id`, client)
	if err != nil {
		return nil, err
	}
	leases, err := decodeAll[clients.Lease](list)
	if err != nil {
		return nil, err
	}
	loans := make([]loan, len(list))
	for i := range list {
		l := loan{row: list[i], lease: leases[i]}
		err := r.tx.QueryRowContext(ctx, `SELECT sent <> 0, recalled, coalesce(seen, 0) FROM lent
			LEFT JOIN contact ON contact.bureau = lent.bureau AND contact.desk = lent.desk
			WHERE lent.bureau = $1 AND lent.id = $2`, r.bureau, list[i].ID).Scan(&l.sent, &l.recalled, &l.seen)
		if err != nil {
			return nil, err
		}
		if l.since, err = r.witnessed(ctx, list[i].ID, run); err != nil {
			return nil, err
		}
		loans[i] = l
	}
	return loans, nil
}

// over reports whether a lease may be taken back: its desk has never had it, or has
// read that it was called back, and had nothing unsent then. No time is enough, nor that
// the slot has begun: a desk that is cut off may have promised it while it could, and
// not yet have told; and what day it is a clock says that anybody may set.
func (l loan) over() bool {
	if l.recalled > 0 {
		return l.seen >= l.recalled
	}
	return !l.sent
}

// plan looks at an agenda and the loans on it.
func (o *Office) plan(ctx context.Context, r *rows, client clients.ID, uses []use) (plan, error) {
	var p plan
	now := o.Now()
	at := o.Boot.Now()
	loans, err := r.loans(ctx, client, at.Run)
	if err != nil {
		return p, err
	}
	card, found, err := value[clients.Client](ctx, r, shared.Client, client)
	if err != nil {
		return p, err
	}
	var free []agenda.Slot
	if found && !card.Archived && card.Agenda.Enabled() {
		if free, err = o.free(ctx, r, card, now); err != nil {
			return p, err
		}
	}
	l := &lender{
		office: o, now: now, client: client, free: free, left: len(free) / 2, has: map[clients.ID]int{}, plan: plan{at: at},
	}
	for _, loan := range loans {
		l.look(loan, uses)
	}
	l.add(uses)
	return l.plan, nil
}

// free lists the places of the next working days that nobody has, lent ones too.
func (o *Office) free(ctx context.Context, r *rows, card clients.Client, now time.Time) ([]agenda.Slot, error) {
	taken, err := r.Overlapping(ctx, card.ID, now, now.AddDate(0, 0, searchDays+1))
	if err != nil {
		return nil, err
	}
	appointments, err := decodeAll[clients.Appointment](taken)
	if err != nil {
		return nil, err
	}
	zone := agenda.Zone(card.Agenda)
	var free []agenda.Slot
	for day, working := 0, 0; day < searchDays && working < o.Terms.Days; day++ {
		slots := agenda.Day(card.Agenda, zone, now.In(zone).AddDate(0, 0, day), now, appointments)
		if slices.ContainsFunc(slots, func(s agenda.Slot) bool { return s.End.After(now) }) {
			working++
		}
		for _, s := range slots {
			if s.Kind == agenda.Free {
				free = append(free, s)
			}
		}
	}
	return free, nil
}

// lender makes the plan of one agenda.
type lender struct {
	office *Office
	now    time.Time
	client clients.ID
	free   []agenda.Slot // not lent yet
	left   int           // how many more may be lent: never more than half of what is free
	has    map[clients.ID]int
	plan   plan
}

// look decides about one loan: it goes, or stays. If its desk is to keep it, it is sent
// again; else it is called back when the desk cannot use it any more. How long that
// takes this machine measures itself, from when it first knew that the lease was out.
func (l *lender) look(loan loan, uses []use) {
	wanted := loan.recalled == 0 && l.wanted(loan, uses)
	if l.plants(loan) || loan.over() && !wanted {
		l.plan.withdraw = append(l.plan.withdraw, loan.row)
		return
	}
	l.keep(loan)
	if !loan.sent || loan.recalled > 0 {
		return
	}
	terms := l.office.Terms
	passed, known := l.plan.at.Since(loan.since)
	switch {
	case !known:
		l.plan.watch = append(l.plan.watch, loan.row.ID)
	case wanted && passed >= terms.Renew:
		l.plan.renew = append(l.plan.renew, loan.row)
	case passed > terms.For+terms.Margin:
		l.plan.recall = append(l.plan.recall, loan.row)
	}
}

// plants is where mistakes are planted.
func (l *lender) plants(loan loan) bool {
	passed, known := l.plan.at.Since(loan.since)
	return planted.Is(planted.LeaseReused) && known && passed > l.office.Terms.Margin ||
		planted.Is(planted.ClockTrusted) && !l.now.Before(loan.lease.Start)
}

// keep takes the place of a loan out of what is free. One that can be used counts for
// its desk.
func (l *lender) keep(loan loan) {
	before := len(l.free)
	l.free = slices.DeleteFunc(l.free, func(s agenda.Slot) bool {
		return s.Start.Before(loan.lease.End) && loan.lease.Start.Before(s.End)
	})
	l.left -= before - len(l.free)
	if loan.recalled == 0 && l.now.Before(loan.lease.Start) {
		l.has[loan.lease.Desk]++
	}
}

// wanted reports whether a desk is to keep a lease: its place is free, and the desk has
// no more than it uses.
func (l *lender) wanted(loan loan, uses []use) bool {
	i := slices.IndexFunc(uses, func(u use) bool { return u.desk == loan.lease.Desk })
	if i < 0 || l.has[loan.lease.Desk] >= l.quota(uses[i]) {
		return false
	}
	return slices.ContainsFunc(l.free, func(s agenda.Slot) bool {
		return s.Start.Equal(loan.lease.Start) && s.End.Equal(loan.lease.End)
	})
}

// quota is how many slots of an agenda a desk needs for so many working days, from what
// it booked in two weeks.
func (l *lender) quota(u use) int {
	return max(1, (u.bookings*l.office.Terms.Days+workingDaysBack-1)/workingDaysBack)
}

// add lends what is missing, spread over the days, as long as half of the free places
// stay with everybody.
func (l *lender) add(uses []use) {
	for _, u := range uses {
		missing := min(l.quota(u)-l.has[u.desk], l.left)
		n := len(l.free)
		var chosen []agenda.Slot
		for i := range missing {
			chosen = append(chosen, l.free[(2*i+1)*n/(2*missing)])
		}
		for _, s := range chosen {
			l.plan.lend = append(l.plan.lend, clients.Lease{
				ID: l.office.NewID(), Client: l.client, Desk: u.desk, Start: s.Start, End: s.End, For: l.office.Terms.For,
			})
			l.left--
		}
		l.free = slices.DeleteFunc(l.free, func(s agenda.Slot) bool {
			return slices.ContainsFunc(chosen, func(c agenda.Slot) bool { return c.Start.Equal(s.Start) })
		})
	}
}
