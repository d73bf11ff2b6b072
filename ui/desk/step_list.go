package desk

import (
	"time"

	"permanence/clients"
	"permanence/phone"
)

// list gives the list of all calls to be changed, nil while it is closed.
func (t *turn) list() *CallList {
	if t.AllCalls == nil {
		return nil
	}
	l := *t.AllCalls
	t.AllCalls = &l
	return &l
}

func (e CallListOpened) apply(t *turn) {
	next := CallList{Filter: e.Filter, Pending: true}
	if t.AllCalls != nil { // what is shown stays until the answer is there
		next.Entries = t.AllCalls.Entries
	}
	t.AllCalls = &next
	t.do(ListCalls{Filter: e.Filter})
	if e.Filter.Kind == CallsMissed {
		t.Missed = 0
	}
}

func (CallListFurther) apply(t *turn) {
	l := t.list()
	if l == nil || !l.More || l.Pending || len(l.Entries) == 0 {
		return
	}
	l.Pending = true
	t.do(ListCalls{Filter: l.Filter, Before: l.Entries[len(l.Entries)-1].ArrivedAt})
}

func (CallListLeft) apply(t *turn) { t.AllCalls = nil }

func (e CallsListed) apply(t *turn) {
	l := t.list()
	if l == nil || l.Filter != e.Filter {
		return
	}
	first := e.Before.IsZero()
	if !first && (len(l.Entries) == 0 || !l.Entries[len(l.Entries)-1].ArrivedAt.Equal(e.Before)) {
		return // the answer to an older question
	}
	l.Pending, l.More, l.Problem = false, e.More, Problem{}
	if first {
		l.Entries = e.Entries
		return
	}
	l.Entries = append(l.Entries[:len(l.Entries):len(l.Entries)], e.Entries...)
}

func (e CallOpened) apply(t *turn) {
	if l := t.list(); l != nil {
		l.Open = nil
		if e.Call != "" {
			t.noteReading(clients.ReadingCall, clients.ID(e.Call))
			t.do(ReadCall(e))
		}
	}
}

func (e CallRead) apply(t *turn) {
	if l := t.list(); l != nil {
		l.Open, l.Problem = &e.Record, Problem{}
	}
}

// listed puts a call that just ended on top of the list, if it belongs there. What
// a query finds is the store's to say.
func (t *turn) listed(e Entry) {
	if l := t.list(); l != nil && l.Filter.Query == "" && l.Filter.shows(e) {
		l.Entries = inOrder(l.Entries, e)
	}
}

// shows reports whether a call belongs to a view.
func (f CallFilter) shows(e Entry) bool {
	if f.Client != "" && f.Client != e.Client {
		return false
	}
	switch f.Kind {
	case CallsMissed:
		return e.Missed
	case CallsIncoming:
		return e.Direction == phone.Incoming
	case CallsOutgoing:
		return e.Direction == phone.Outgoing
	case CallsTransferred:
		return e.TransferredTo != ""
	}
	return true
}

// listUnread says that the list could not be read.
func (t *turn) listUnread(p Problem) {
	if l := t.list(); l != nil {
		l.Pending, l.Problem = false, p
	}
}

// Duration is how long a past call was talked.
func (e Entry) Duration() time.Duration {
	if e.AnsweredAt.IsZero() || e.EndedAt.Before(e.AnsweredAt) {
		return 0
	}
	return e.EndedAt.Sub(e.AnsweredAt)
}
