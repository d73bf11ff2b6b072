package agenda

import (
	"time"

	"permanence/clients"
)

// NextFree finds the first place to offer at or after from, which is also taken
// for the present, in horizonDays days beginning with from's own. An urgent
// caller is offered Emergency places too. appts must cover all those days: a day
// that was not loaded looks empty.
func NextFree(rules clients.AgendaRules, zone *time.Location, from time.Time, horizonDays int,
	appts []clients.Appointment, urgent bool,
) (Slot, bool) {
	if !rules.Enabled() {
		return Slot{}, false
	}
	var p planner
	first := dateOf(from, zone)
	for n := range horizonDays {
		for _, s := range p.day(rules, first.plus(n), from, appts) {
			if s.Kind == Free || urgent && s.Kind == Emergency {
				return s, true
			}
		}
	}
	return Slot{}, false
}
