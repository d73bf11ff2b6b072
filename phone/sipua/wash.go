package sipua

import (
	"context"
	"log/slog"
	"slices"

	"permanence/phone"
)

// washed is an event as it may be told: nothing in it that the network wrote can
// harm a screen, a log, a journal or another program's terminal. It stands before
// the only way out, so that no event can forget it. The raw request of an Invite
// stays as it came.
func washed(e phone.Event) phone.Event {
	switch e := e.(type) {
	case phone.LineChanged:
		e.Detail = printableUpTo(maxDetail, e.Detail)
		return e
	case phone.CallArrived:
		e.Invite = washedInvite(e.Invite)
		return e
	case phone.CallReferred:
		e.Target = washedIdentity(e.Target)
		return e
	case phone.CallReplaced:
		e.Invite = washedInvite(e.Invite)
		return e
	case phone.TransferProgressed:
		e.Detail = printable(e.Detail)
		return e
	case phone.CallEnded:
		e.Detail = printable(e.Detail)
		return e
	case phone.CommandFailed:
		e.Detail = printable(e.Detail)
		return e
	case phone.AnnouncementEnded:
		e.Fault = printable(e.Fault)
		return e
	case phone.RecordingEnded:
		e.Fault = printable(e.Fault)
		return e
	case phone.StrangersTurnedAway:
		e.From = printable(e.From)
		return e
	}
	return e
}

func washedIdentity(id phone.Identity) phone.Identity {
	id.Number = phone.ParseNumber(string(id.Number))
	id.Name, id.URI = printable(id.Name), printable(id.URI)
	return id
}

func washedInvite(i phone.Invite) phone.Invite {
	i.Caller = washedIdentity(i.Caller)
	i.Called = slices.Clone(i.Called)
	for n := range i.Called {
		i.Called[n].Number = phone.ParseNumber(string(i.Called[n].Number))
	}
	i.Diversions = slices.Clone(i.Diversions)
	for n := range i.Diversions {
		i.Diversions[n].From = washedIdentity(i.Diversions[n].From)
		i.Diversions[n].Reason = printable(i.Diversions[n].Reason)
	}
	return i
}

// washingLog writes every text through printable before a handler sees it, whoever
// writes: the library's transactions log what they were sent.
type washingLog struct{ slog.Handler }

// Handle implements slog.Handler.
func (w washingLog) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, printable(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(washedAttr(a))
		return true
	})
	return w.Handler.Handle(ctx, clean)
}

// WithAttrs implements slog.Handler.
func (w washingLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = washedAttr(a)
	}
	return washingLog{w.Handler.WithAttrs(clean)}
}

// WithGroup implements slog.Handler.
func (w washingLog) WithGroup(name string) slog.Handler {
	return washingLog{w.Handler.WithGroup(name)}
}

// ours is a text that no message had a part in, of any length and form.
type ours string

func washedAttr(a slog.Attr) slog.Attr {
	a.Value = a.Value.Resolve()
	switch a.Value.Kind() {
	case slog.KindString, slog.KindAny:
		if text, mine := a.Value.Any().(ours); mine {
			return slog.String(a.Key, string(text))
		}
		a.Value = slog.StringValue(printable(a.Value.String()))
	case slog.KindGroup:
		group := slices.Clone(a.Value.Group())
		for i := range group {
			group[i] = washedAttr(group[i])
		}
		a.Value = slog.GroupValue(group...)
	}
	return a
}
