package desk

import (
	"encoding/json"
	"slices"
	"time"

	"permanence/clients"
)

// settleAfter is how long a settlement may be taken back before it leaves.
const settleAfter = 8 * time.Second

func (e ConflictsRead) apply(t *turn) {
	t.Office.Conflicts = slices.DeleteFunc(slices.Clone(e.Conflicts), func(c clients.Conflict) bool { return c.Settled != nil })
	if s := t.Office.Settling; s != nil && t.conflict(s.Conflict.ID) == nil {
		t.Office.Settling = nil // somebody was quicker
	}
	for i := range t.Tickets {
		tk := &t.Tickets[i]
		if tk.Promise != PromiseNone && tk.Promise != PromiseContested && t.isContested(tk.Booked) {
			t.ticket(tk.ID).Promise = PromiseContested
			t.sayPromise(PromiseContested)
		}
	}
}

func (s *State) conflict(id clients.ID) *clients.Conflict {
	for i := range s.Office.Conflicts {
		if s.Office.Conflicts[i].ID == id {
			return &s.Office.Conflicts[i]
		}
	}
	return nil
}

func (s *State) isContested(appointment clients.ID) bool {
	return slices.ContainsFunc(s.Office.Conflicts, func(c clients.Conflict) bool {
		return c.Kind == clients.ConflictOverlap && (c.Earlier.Ref == appointment || c.Later.Ref == appointment)
	})
}

// ConflictsOf lists the open conflicts about a client, oldest first: while there is one
// its card, its calls and its tickets carry a mark. What is held is not one: nothing of
// it was done.
func (s *State) ConflictsOf(client clients.ID) []clients.Conflict {
	var list []clients.Conflict
	for _, c := range s.Office.Conflicts {
		if c.Client == client && client != "" && !c.Held() {
			list = append(list, c)
		}
	}
	return list
}

// ConflictOpened brings the client of a conflict forward, and of an overlap its day.
func (e ConflictOpened) apply(t *turn) {
	c := t.conflict(e.Conflict)
	if c == nil {
		return
	}
	if tk := t.FrontTicket(); tk == nil || tk.Client != c.Client {
		ClientOpened{Client: c.Client}.apply(t)
	}
	t.lookedFor = c.Later.Ref
	t.showLookedFor()
}

// showLookedFor turns the agenda to an appointment once it is loaded.
func (t *turn) showLookedFor() {
	if a, ok := t.appointment(t.lookedFor); ok && t.lookedFor != "" {
		t.Agenda.Day, t.lookedFor = midnight(a.Start.In(t.Agenda.Day.Location())), ""
	}
}

// Choices lists the ways in which a conflict can be settled here.
func Choices(c clients.Conflict) []clients.Choice {
	choices := []clients.Choice{clients.KeepEarlier, clients.KeepLater}
	switch c.Kind {
	case clients.ConflictOverlap:
		return append(choices, clients.KeepBoth)
	case clients.ConflictField:
		if _, ok := Both(c.Field, c.Earlier.Value, c.Later.Value); ok {
			choices = append(choices, clients.KeepBoth)
		}
		return append(choices, clients.KeepOther)
	}
	return choices
}

func (e ConflictSettled) apply(t *turn) {
	c := t.conflict(e.Conflict)
	if c == nil || !slices.Contains(Choices(*c), e.Choice) || c.Held() && !t.mayJudge(e) {
		return
	}
	chosen := *c
	t.settleNow()
	t.Office.Settling = &Settling{Conflict: chosen, Choice: e.Choice, Text: e.Text, Until: t.At.Add(settleAfter), id: t.ID}
}

// mayJudge: a supervisor judges what a revoked desk brought, and says why she discards it.
func (t *turn) mayJudge(e ConflictSettled) bool {
	return t.Operator.Role == clients.Supervisor && (e.Choice == clients.KeepLater || e.Text != "")
}

func (SettlingUndone) apply(t *turn) { t.Office.Settling = nil }

// settleDue sends a settlement that nobody took back in time.
func (t *turn) settleDue() {
	if s := t.Office.Settling; s != nil && !t.At.Before(s.Until) {
		t.settleNow()
	}
}

// settleNow sends a settlement, and before it what follows from it.
func (t *turn) settleNow() {
	s := t.Office.Settling
	if s == nil {
		return
	}
	t.Office.Settling = nil
	e := Settle{Conflict: s.Conflict.ID}
	if c := t.follows(s); c != nil {
		e.Mutations = append(e.Mutations, clients.Mutation{ID: t.Next, At: t.At, Actor: t.Operator.ID, Change: c})
	}
	var settled clients.Change = clients.SettleConflict{Conflict: s.Conflict.ID, Choice: s.Choice}
	if s.Conflict.Held() {
		settled = clients.JudgeHeld{Conflict: s.Conflict.ID, Admit: s.Choice == clients.KeepLater, Reason: s.Text}
	}
	e.Mutations = append(e.Mutations, clients.Mutation{ID: s.id, At: t.At, Actor: t.Operator.ID, Change: settled})
	t.do(e)
}

// follows is the change that follows from a choice; nil when nothing does.
func (t *turn) follows(s *Settling) clients.Change {
	c := s.Conflict
	switch {
	case c.Held(): // judging does it
	case c.Kind == clients.ConflictOverlap:
		return t.cancelled(c, s.Choice)
	case c.Kind == clients.ConflictField:
		return t.putBack(s)
	case c.Kind == clients.ConflictRefused && s.Choice == clients.KeepLater:
		if again, err := clients.DecodeChange(c.Later.Name, []byte(c.Later.Value)); err == nil {
			return again
		}
	}
	return nil
}

// cancelled cancels the appointment that was not kept, and has its caller told.
func (t *turn) cancelled(c clients.Conflict, choice clients.Choice) clients.Change {
	gives := map[clients.Choice]clients.ID{clients.KeepEarlier: c.Later.Ref, clients.KeepLater: c.Earlier.Ref}[choice]
	if gives == "" {
		return nil
	}
	if a, ok := t.appointment(gives); ok {
		t.notify(Notice{ID: "tell:" + string(gives), Code: "conflict.tell", Args: []string{a.Name, a.Number}, Level: Warning})
	}
	return clients.CancelAppointment{Appointment: gives}
}

// putBack writes a field as it was chosen; what came later stands there already.
func (t *turn) putBack(s *Settling) clients.Change {
	c := s.Conflict
	value, ok := c.Earlier.Value, s.Choice == clients.KeepEarlier
	switch {
	case s.Choice == clients.KeepBoth && Prose(c.Field) && s.Text != "":
		text, err := json.Marshal(s.Text)
		value, ok = string(text), err == nil
	case s.Choice == clients.KeepBoth:
		value, ok = Both(c.Field, c.Earlier.Value, c.Later.Value)
	}
	card := t.Directory.Client(c.Client)
	if !ok || card == nil {
		return nil
	}
	if value == "" {
		value = "null"
	}
	return clients.Patch(*card, map[string]json.RawMessage{c.Field: json.RawMessage(value)})
}

func (e Settled) apply(t *turn) {
	t.withdraw("conflict")
	t.remark("conflict", "conflict.settled")
	t.sync()
	t.do(ReadConflicts{})
	if c := t.conflict(e.Conflict); c != nil {
		t.do(LoadClient{Client: c.Client})
		if c.Client == t.Agenda.Client && c.Client != "" {
			t.loadAgenda()
		}
	}
}

func (e SettleFailed) apply(t *turn) { t.alarm("conflict", e.Problem) }
