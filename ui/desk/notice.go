package desk

import (
	"slices"
	"time"
)

// remarkFor is how long a remark that asks for nothing stays on screen.
const remarkFor = 6 * time.Second

// notify shows a notice; it replaces the one of the same ID.
func (t *turn) notify(n Notice) {
	n.At = t.At
	own(&t.ownNotices, &t.Notices)
	for i := range t.Notices {
		if t.Notices[i].ID == n.ID {
			t.Notices[i] = n
			return
		}
	}
	t.Notices = append(t.Notices, n)
}

// remark shows something good that needs no answer.
func (t *turn) remark(id, code string, args ...string) {
	t.notify(Notice{ID: id, Code: code, Args: args, Level: Info, Until: t.At.Add(remarkFor)})
}

// warn shows something that was not done, and why.
func (t *turn) warn(id, code string, args ...string) {
	t.notify(Notice{ID: id, Code: code, Args: args, Level: Warning, Until: t.At.Add(10 * time.Second)})
}

// alarm shows something that stops work until it is mended.
func (t *turn) alarm(id string, p Problem, args ...string) {
	t.notify(Notice{ID: id, Code: p.Code, Args: args, Detail: p.Detail, Level: Alarm})
}

// withdraw takes a notice away.
func (t *turn) withdraw(id string) {
	own(&t.ownNotices, &t.Notices)
	t.Notices = slices.DeleteFunc(t.Notices, func(n Notice) bool { return n.ID == id })
}

func (t *turn) expireNotices() {
	gone := func(n Notice) bool { return !n.Until.IsZero() && !t.At.Before(n.Until) }
	if slices.ContainsFunc(t.Notices, gone) {
		own(&t.ownNotices, &t.Notices)
		t.Notices = slices.DeleteFunc(t.Notices, gone)
	}
}

func (e NoticeClosed) apply(t *turn) { t.withdraw(e.ID) }
