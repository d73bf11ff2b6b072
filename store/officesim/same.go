package officesim

import (
	"bytes"
	"slices"

	"permanence/store/shared"
)

// same: a desk has what its operator may see at the office, and nothing else.
func (j *judgement) same(st *station) {
	list, err := st.store.Shared(j.ctx)
	if err != nil {
		st.mayFail("reading all", err)
		return
	}
	have := map[rowKey]bool{}
	for _, r := range list {
		have[rowKey{r.Kind, r.ID}] = true
		want, ok := j.rows[rowKey{r.Kind, r.ID}]
		switch {
		case j.foreign(r):
			j.violated("%s: %s %s is another bureau's: %s", st.id, r.Kind, r.ID, r.Body)
		case !r.Gone && !st.operator.May(r.Client):
			j.violated("%s: %s has no right to %s %s of %s", st.id, st.operator.Name, r.Kind, r.ID, r.Client)
		case !ok:
			j.violated("%s: %s %s is not the office's: %s", st.id, r.Kind, r.ID, r.Body)
		case r.Seq != want.Seq || r.Gone != want.Gone || r.Client != want.Client || !equal(r.Body, want.Body):
			j.violated("%s: %s %s is %d %v %s %s; want %d %v %s %s", st.id, r.Kind, r.ID, r.Seq, r.Gone, r.Client, r.Body, want.Seq, want.Gone, want.Client, want.Body)
		}
	}
	for key, r := range j.rows {
		if st.operator.May(r.Client) && !have[key] {
			j.violated("%s has no %s %s (gone: %v)", st.id, r.Kind, r.ID, r.Gone)
		}
	}
}

// foreign reports whether a row speaks of another bureau.
func (j *judgement) foreign(r shared.Row) bool {
	return slices.ContainsFunc(j.bureaus, func(b *bureau) bool { return b != j.b && bytes.Contains(r.Body, []byte(b.name)) })
}

// equal reports whether two bodies say the same.
func equal(a, b []byte) bool { return bytes.Equal(a, b) || canonical(a) == canonical(b) }

// compare looks in the midst of everything whether a desk has what the office has.
func (s *scene) compare(st *station) {
	if st.sync(); !st.running() || !st.joined || st.revoked || st.syncing || st.working {
		return
	}
	if b := s.bureauOf(st); st.told() {
		// What the inspector cannot see, or what is newer than the desk asked for, is no matter.
		saw, err := s.sight(b, nil)
		if err == nil && saw.at.Incarnation == st.cursor.Incarnation && saw.at.Seq == st.cursor.Seq {
			j := &judgement{scene: s, b: b, rows: saw.rows}
			j.rightsOf(st)
			j.same(st)
		}
	}
	if st.disk.dead {
		st.fell()
	}
}
