package officesim

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"permanence/clients"
	"permanence/store/link"
	"permanence/store/office"
)

// revokeSometime has the office revoke a desk of a bureau, in one world of two.
func (s *scene) revokeSometime(b *bureau, within time.Duration) {
	if len(b.stations) > 2 && s.chance(0.5) {
		st := b.stations[1+s.rng.IntN(2)]
		s.after(s.upTo(within), func() { s.revoke(b, st) })
	}
}

// revoke makes a machine no desk any more. It may not know for long.
func (s *scene) revoke(b *bureau, st *station) {
	again := func() { s.after(time.Minute, func() { s.revoke(b, st) }) }
	if !s.office.running() || !st.joined {
		again()
		return
	}
	head, incarnation, err := s.headOf(b)
	if err == nil {
		err = s.office.revoke(desk{b.name, st.id})
	}
	if s.office.disk.dead {
		s.office.fell()
	}
	if err != nil {
		again()
		return
	}
	s.injected("desk revoked")
	s.office.people.desks[st.id].revoked = true
	s.office.out = append(s.office.out, desk{b.name, st.id})
	st.revoked, st.lastRead = true, max(head, st.cursor.Seq)
	if incarnation != st.cursor.Incarnation {
		b.forgo() // what it had brought before the office was put back
	}
}

// headOf is the highest number that a bureau's rows have, and in which incarnation of the
// office's data.
func (s *scene) headOf(b *bureau) (head int64, incarnation string, err error) {
	saw, err := s.inspect(b)
	for _, r := range saw.rows {
		head = max(head, r.Seq)
	}
	return head, saw.at.Incarnation, err
}

// toldSo reports whether the office has said that this is no desk any more.
func toldSo(err error) bool {
	var r *link.Refusal
	return errors.As(err, &r) && r.Code() == office.CodeRevoked
}

// revoked: a revoked desk has read nothing since.
func (j *judgement) revoked(st *station) {
	list, err := st.store.Shared(j.ctx)
	if err != nil {
		j.violated("%s: reading: %v", st.id, err)
	}
	for _, r := range list {
		if r.Seq > st.lastRead {
			j.violated("%s was revoked at %d and has read %s %s of %d", st.id, st.lastRead, r.Kind, r.ID, r.Seq)
		}
	}
}

// kept reports whether the office kept a mutation whole, for a person to judge: because
// a revoked desk brought it up, or because its author had lost her right meanwhile.
func (j *judgement) kept(e *entry) bool {
	args, err := json.Marshal(e.m.Change)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(j.conflicts, func(c clients.Conflict) bool {
		if c.Kind != clients.ConflictRefused || c.Later.Desk != e.desk || !c.Later.At.Equal(e.m.At) || c.Later.Name != e.m.Change.MutationName() {
			return false
		}
		lawful := j.b.isRevoked(e.desk) || j.b.ledger.demoted[e.m.Actor] && c.Code == office.CodeForbidden
		return lawful && !j.admitted(c) && canonical([]byte(c.Later.Value)) == canonical(args)
	})
}

// admitted reports whether a supervisor has let a held message in: then it must stand.
func (j *judgement) admitted(c clients.Conflict) bool {
	return c.Held() && c.Settled != nil && c.Settled.Choice == clients.KeepLater && c.Later.Name == clients.TakeMessage{}.MutationName()
}

func (b *bureau) isRevoked(desk clients.ID) bool {
	return slices.ContainsFunc(b.stations, func(st *station) bool { return st.id == desk && st.revoked })
}

// forgo notes what a revoked desk will not bring again: it reads nothing, and so cannot
// know that the office was put back from a backup.
func (b *bureau) forgo() {
	for _, e := range b.ledger.entries {
		if !e.office && b.isRevoked(e.desk) {
			e.onDesk = false
		}
	}
}

// judge has a supervisor look at what a revoked desk brought.
func (s *station) judge() {
	if s.operator.Role != clients.Supervisor {
		return
	}
	list, err := s.store.Conflicts(s.ctx)
	list = slices.DeleteFunc(list, func(c clients.Conflict) bool { return !c.Held() })
	if err != nil || len(list) == 0 {
		s.mayFail("reading what is held", err)
		return
	}
	_, err = s.apply(clients.JudgeHeld{Conflict: pick(s.w, list).ID, Admit: s.w.chance(0.6), Reason: "vérifié"})
	s.mayFail("judging", err)
}

// isOut reports whether a request of a revoked desk was answered though it may only push.
func (p *premises) isOut(q parcel, status int) bool {
	return p.people.desks[q.desk].revoked && q.url != "/v1/push" && status < 300
}
