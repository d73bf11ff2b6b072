package ui

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/story"
	"permanence/ui/widgets"
)

const wide, high = 1440, 900

func TestIncomingCallLeavesTheKeyboard(t *testing.T) {
	o := open(t, story.Talking(), wide, high)
	o.typeIn(o.form.text, " Merci")
	typed, column := o.form.text.Text, o.form.text.CursorColumn

	o.Show(story.ThreeCalls())

	if o.focused() != fyne.Focusable(o.form.text) {
		t.Errorf("the keyboard went to %T", o.focused())
	}
	if o.form.text.Text != typed || o.form.text.CursorColumn != column {
		t.Errorf("the text became %q, the cursor went to %d", o.form.text.Text, o.form.text.CursorColumn)
	}
}

func TestEnterAnswersNothing(t *testing.T) {
	enter := &fyne.KeyEvent{Name: fyne.KeyReturn}
	o := open(t, story.RingingWhileTyping(), wide, high)
	for _, e := range append(o.form.entries(), o.left.dial.entry, o.agenda.booking.name) {
		o.window.Canvas().Focus(e)
		e.TypedKey(enter)
	}
	o.window.Canvas().Unfocus()
	o.window.Canvas().OnTypedKey()(enter)
	for _, e := range o.sent {
		if _, answered := e.(desk.AnswerPressed); answered {
			t.Fatal("Enter answered the call")
		}
	}
}

// Nothing that answers can have the keyboard, so that neither Tab nor a key typed
// blindly comes upon it.
func TestAnswerButtonIsNoStop(t *testing.T) {
	o := open(t, story.RingingWhileTyping(), wide, high)
	seen := map[fyne.Focusable]bool{}
	for f := o.focused(); !seen[f]; f = o.focused() {
		seen[f] = true
		if b, ok := f.(*widgets.Button); ok && b.Label() == o.words.T("act.answer") {
			t.Fatal("Tab reaches the answer button")
		}
		o.window.Canvas().FocusNext()
	}
	if len(seen) < 5 {
		t.Errorf("Tab reaches %d places only", len(seen))
	}
}

func TestKeysSend(t *testing.T) {
	s := story.ThreeCalls()
	for _, c := range []struct {
		key  fyne.KeyName
		mods fyne.KeyModifier
		want desk.Event
	}{
		{fyne.KeyF2, 0, desk.AnswerPressed{}},
		{fyne.KeyF3, 0, desk.HoldPressed{}},
		{fyne.KeyF4, 0, desk.TransferOpened{}},
		{fyne.KeyF5, 0, desk.MutePressed{}},
		{fyne.KeyF7, 0, desk.NextFreePressed{}},
		{fyne.KeyF8, 0, desk.HangupPressed{}},
		{fyne.KeyF9, 0, desk.TicketChosen{Ticket: "t2"}},
		{fyne.KeyF10, 0, desk.DoNotDisturbSet{On: true}},
		{fyne.KeyF11, 0, desk.ConferencePressed{}},
		{fyne.KeyF12, 0, desk.CalledBack{Call: s.History[2].Call}},
		{fyne.KeyReturn, fyne.KeyModifierControl, desk.SendPressed{Ticket: "t1"}},
		{fyne.KeyW, fyne.KeyModifierControl, desk.TicketPutAway{}},
		{fyne.KeyU, fyne.KeyModifierControl, desk.DraftTyped{Ticket: "t1", Field: "urgent", Value: "1"}},
		{fyne.Key3, fyne.KeyModifierControl, desk.CallTypeChosen{Ticket: "t1", Key: "urgent"}},
		{fyne.KeyF2, fyne.KeyModifierShift, desk.WaitPressed{}},
		{fyne.KeyP, fyne.KeyModifierControl, desk.RecordingPaused{}},
		{fyne.KeyLeft, fyne.KeyModifierAlt, desk.DayStepped{Days: -1}},
		{fyne.KeyRight, fyne.KeyModifierAlt, desk.DayStepped{Days: 1}},
		{fyne.KeyUp, fyne.KeyModifierAlt, desk.DayChosen{Day: s.Now}},
		{"É", fyne.KeyModifierControl, desk.CallTypeChosen{Ticket: "t1", Key: "prospect"}},
	} {
		o := open(t, s, wide, high)
		o.window.Canvas().Focus(o.form.text)
		if c.mods == 0 {
			o.form.text.TypedKey(&fyne.KeyEvent{Name: c.key})
		} else {
			o.form.text.TypedShortcut(&desktop.CustomShortcut{KeyName: c.key, Modifier: c.mods})
		}
		if len(o.sent) != 1 || !reflect.DeepEqual(o.sent[0], c.want) {
			t.Errorf("%s with %v sent %#v, want %#v", c.key, c.mods, o.sent, c.want)
		}
	}
}

func TestKeysThatMeanNothing(t *testing.T) {
	o := open(t, story.Talking(), wide, high)
	for _, c := range []struct {
		key  fyne.KeyName
		mods fyne.KeyModifier
	}{
		{fyne.KeyF11, 0},
		{fyne.KeyF11, fyne.KeyModifierControl},
		{fyne.KeyA, 0},
		{fyne.KeyEscape, 0},
		{fyne.KeyF2, fyne.KeyModifierAlt},
		{fyne.KeyV, fyne.KeyModifierControl},
	} {
		if o.Key(c.key, c.mods) || len(o.sent) > 0 {
			t.Errorf("%s with %v was taken, sent %v", c.key, c.mods, o.sent)
		}
	}
}

func TestF6GoesToTheMessage(t *testing.T) {
	o := open(t, story.Talking(), wide, high)
	if !o.Key(fyne.KeyF6, 0) || o.focused() != fyne.Focusable(o.form.text) {
		t.Errorf("F6 went to %T", o.focused())
	}
}

// On a busy machine a key comes before the window shows what the operator hears.
func TestKeysMeanWhatIsNow(t *testing.T) {
	for _, c := range []struct {
		say           string
		drawn, newest desk.State
		key           fyne.KeyName
		want          desk.Event // nil for none
	}{
		{"the call that was just answered", story.Calm(), story.Talking(), fyne.KeyF4, desk.TransferOpened{}},
		{"the third who has just answered", story.Asking(), story.Consulting(), fyne.KeyF3, desk.TransferSwapped{}},
		{"the caller who is just back", story.Passing(), story.CameBack(), fyne.KeyF4, desk.TransferOpened{Call: "c1"}},
		{"the conference that has just begun", story.Consulting(), story.Conference(), fyne.KeyF11, desk.ConferenceLeft{}},
		{"the transfer that a program has just begun", story.Talking(), story.Choosing(), fyne.KeyEscape, desk.TransferCancelled{}},
		{"the card that is just in front", story.Calm(), story.Talking(), fyne.KeyF7, desk.NextFreePressed{}},
		{"the call that is just over", story.Talking(), story.Calm(), fyne.KeyF4, nil},
	} {
		o := open(t, c.drawn, wide, high)
		o.newest = &c.newest
		o.Key(c.key, 0)
		switch {
		case c.want == nil && len(o.sent) > 0:
			t.Errorf("%s: %s sent %#v", c.say, c.key, o.sent)
		case c.want != nil && (len(o.sent) != 1 || o.sent[0] != c.want):
			t.Errorf("%s: %s sent %#v, want %#v", c.say, c.key, o.sent, c.want)
		}
	}
}

// What is typed right after a key belongs to the card that the key means.
func TestWhatIsTypedAfterAKeyGoesWhereTheKeyMeant(t *testing.T) {
	newest := story.Talking()
	o := open(t, story.Calm(), wide, high)
	o.newest = &newest
	o.Key(fyne.KeyF6, 0)
	if o.focused() != fyne.Focusable(o.form.text) {
		t.Errorf("after F6 the keyboard is in %T", o.focused())
	}
	o.Key(fyne.KeyF4, 0)
	if o.focused() != fyne.Focusable(o.transfer.entry) {
		t.Errorf("after F4 the keyboard is in %T", o.focused())
	}
}

// The other keys mean what is in view.
func TestF12CallsWhomItShows(t *testing.T) {
	shown, newest := story.Calm(), story.Calm()
	want := newestMissed(&shown)
	newest.History = slices.Clone(newest.History)
	for i := range newest.History {
		newest.History[i].Call += "-later"
	}
	o := open(t, shown, wide, high)
	o.newest = &newest
	o.Key(fyne.KeyF12, 0)
	if got := o.last(t); want == nil || got != (desk.CalledBack{Call: want.Call}) {
		t.Errorf("F12 sent %#v, in view is %+v", got, want)
	}
}

func TestTypingSendsTheField(t *testing.T) {
	o := open(t, story.Talking(), wide, high)
	o.typeIn(o.form.fields[0].entry, "B")
	want := desk.DraftTyped{Ticket: "t1", Field: "field:dossier", Value: "B2026-0417"}
	if got := o.last(t); got != want {
		t.Errorf("sent %#v, want %#v", got, want)
	}
}

// draft changes the message in front of a state.
func draft(s desk.State, change func(*desk.Draft)) desk.State {
	s.Tickets = slices.Clone(s.Tickets)
	change(&s.Tickets[0].Draft)
	return s
}

func TestOlderStateNeverOverwrites(t *testing.T) {
	s := story.Talking()
	o := open(t, s, wide, high)
	o.typeIn(o.form.name.entry, "X")
	typed := o.form.name.entry.Text

	o.Show(s) // the core has not seen the key yet
	if o.form.name.entry.Text != typed {
		t.Fatalf("the entry under the cursor became %q", o.form.name.entry.Text)
	}
	o.window.Canvas().Focus(o.form.text)
	o.Show(s)
	if o.form.name.entry.Text != typed {
		t.Fatalf("the entry just left became %q", o.form.name.entry.Text)
	}
	o.Show(draft(s, func(d *desk.Draft) { d.Message.Name = typed }))
	o.Show(draft(s, func(d *desk.Draft) { d.Message.Name = "Mme Lefèvre-Roux" }))
	if got := o.form.name.entry.Text; got != "Mme Lefèvre-Roux" {
		t.Errorf("what the state says later is not shown: %q", got)
	}
}

func TestFillDoesNotSend(t *testing.T) {
	s := story.Talking()
	o := open(t, s, wide, high)
	o.Show(draft(s, func(d *desk.Draft) { d.Message.Name, d.Message.Text = "Autre", "Autre texte" }))
	if len(o.sent) > 0 {
		t.Errorf("showing a state sent %#v", o.sent)
	}
}

func TestFrontChangeSwapsDrafts(t *testing.T) {
	s := story.ThreeCalls()
	o := open(t, s, wide, high)
	o.typeIn(o.form.text, "!")
	s.Front = "t4"
	s.Agenda = desk.Agenda{}
	o.Show(s)
	if got := o.form.name.entry.Text + "|" + o.form.text.Text; got != "M. Garcia|" {
		t.Errorf("the entries hold %q, want the other ticket's draft", got)
	}
	o.form.text.TypedRune('a')
	if got := o.last(t); got != (desk.DraftTyped{Ticket: "t4", Field: "text", Value: "a"}) {
		t.Errorf("a key went to %#v", got)
	}
}

// After a message is taken during the call the ticket goes on with a fresh one:
// the entries empty although the keyboard is in them.
func TestSentMessageLeavesTheEntries(t *testing.T) {
	s := story.Talking()
	o := open(t, s, wide, high)
	o.typeIn(o.form.text, "!")
	o.Show(draft(s, func(d *desk.Draft) { *d = desk.Draft{Message: clients.Message{ID: "next", Name: "Mme Lefèvre"}} }))
	if o.form.text.Text != "" {
		t.Errorf("the text is still %q", o.form.text.Text)
	}
	if o.focused() != fyne.Focusable(o.form.text) {
		t.Error("the keyboard left the message")
	}
}

func TestNoKeysWhileSending(t *testing.T) {
	s := story.Talking()
	o := open(t, s, wide, high)
	o.window.Canvas().Focus(o.form.text)
	o.Show(draft(s, func(d *desk.Draft) { d.Sending = true }))
	before := o.form.text.Text
	o.form.text.TypedRune('a')
	o.form.text.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	if o.form.text.Text != before || len(o.sent) > 0 {
		t.Errorf("a key was taken: %q, %v", o.form.text.Text, o.sent)
	}
}

func TestSavedIsSaidOnlyWhenItIs(t *testing.T) {
	at := time.Date(2026, 11, 26, 14, 32, 7, 0, time.UTC)
	for name, c := range map[string]struct {
		draft desk.Draft
		saved bool
	}{
		"saved":             {desk.Draft{SavedAt: at}, true},
		"typed since":       {desk.Draft{SavedAt: at, Dirty: true}, false},
		"being saved":       {desk.Draft{SavedAt: at, Saving: true}, false},
		"refused":           {desk.Draft{SavedAt: at, Error: "store.disk-full"}, false},
		"never":             {desk.Draft{}, false},
		"refused and dirty": {desk.Draft{SavedAt: at, Dirty: true, Error: "store.disk-full"}, false},
	} {
		s := story.Talking()
		o := open(t, draft(s, func(d *desk.Draft) { c.draft.Message = d.Message; *d = c.draft }), wide, high)
		if said := strings.Contains(o.form.standing.String(), "14:32:07"); said != c.saved {
			t.Errorf("%s: the form says %q", name, o.form.standing)
		}
	}
}

func TestTextIsCapped(t *testing.T) {
	s := draft(story.Talking(), func(d *desk.Draft) { d.Message.Text = strings.Repeat("é", desk.MaxText-1) })
	o := open(t, s, wide, high)
	if !strings.Contains(o.form.textField.Remark(), "1999") {
		t.Errorf("the counter says %q", o.form.textField.Remark())
	}
	o.typeIn(o.form.text, "ab")
	if got := widgets.Runes(o.form.text.Text); got != desk.MaxText {
		t.Errorf("the text has %d characters", got)
	}
}

func TestBookingTakesTheKeyboardWhenAsked(t *testing.T) {
	talking, booking := story.Talking(), story.Booking()
	o := open(t, talking, wide, high)
	o.window.Canvas().Focus(o.form.text)
	o.Show(booking) // somebody else's doing: a program at the control socket
	if o.focused() != fyne.Focusable(o.form.text) {
		t.Fatalf("the keyboard went to %T unasked", o.focused())
	}
	o.Show(talking)
	o.Key(fyne.KeyF7, 0)
	o.Show(booking)
	if o.focused() != fyne.Focusable(o.agenda.booking.name) {
		t.Fatalf("after F7 the keyboard is in %T", o.focused())
	}
	o.agenda.booking.name.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if got := o.last(t); got != (desk.BookingConfirmed{}) {
		t.Errorf("Enter in the booking sent %#v", got)
	}
	o.Show(talking)
	if o.focused() != fyne.Focusable(o.form.text) {
		t.Errorf("after the booking the keyboard is in %T", o.focused())
	}
}

func TestEnterNeverBooksOverAnother(t *testing.T) {
	o := open(t, story.Overlap(), wide, high)
	o.agenda.booking.name.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if got := o.last(t); got != (desk.BookingConfirmed{Anyway: false}) {
		t.Errorf("Enter sent %#v", got)
	}
	if !slices.ContainsFunc(o.texts(), func(s string) bool { return strings.Contains(s, "chevauchent") }) {
		t.Error("the question is not asked")
	}
}

func TestOverlay(t *testing.T) {
	o := open(t, story.ThreeCalls(), wide, high)
	o.window.Canvas().Focus(o.form.number.entry)
	o.Key(fyne.KeyK, fyne.KeyModifierControl)
	search, ok := o.stage.current().(*fakeOverlay)
	if !ok || o.focused() != fyne.Focusable(search.entry) || o.stage.work.Visible() {
		t.Fatalf("Ctrl+K opened %T, the keyboard is in %T", o.stage.current(), o.focused())
	}
	search.entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF2})
	if got := o.last(t); got != (desk.AnswerPressed{}) {
		t.Errorf("F2 over the search sent %#v", got)
	}
	shows := search.shows
	o.Show(story.Talking())
	if search.shows != shows+1 {
		t.Error("the open overlay is not refilled")
	}
	search.entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if o.stage.current() != nil || o.focused() != fyne.Focusable(o.form.number.entry) {
		t.Errorf("after Escape the keyboard is in %T", o.focused())
	}
}

func TestSendDoesNothingUnderAnOverlay(t *testing.T) {
	o := open(t, story.Talking(), wide, high)
	o.Key(fyne.KeyComma, fyne.KeyModifierControl)
	o.Key(fyne.KeyReturn, fyne.KeyModifierControl)
	if len(o.sent) > 0 {
		t.Errorf("sent %#v out of sight", o.sent)
	}
}

func TestAssignUnknownNumber(t *testing.T) {
	o := open(t, story.UnknownNumber(), wide, high)
	p := o.sheet.picker
	o.typeIn(p.entry, "medecin")
	if len(p.found) != 1 {
		t.Fatalf("found %d clients for a trade typed without accents", len(p.found))
	}
	p.entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if got := o.last(t); got != (desk.ClientAssigned{Ticket: "t1", Client: story.Petit}) {
		t.Errorf("sent %#v", got)
	}
}

func TestDialBar(t *testing.T) {
	o := open(t, story.Talking(), wide, high)
	o.window.Canvas().Focus(o.form.text)
	o.Key(fyne.KeyN, fyne.KeyModifierControl)
	bar := o.left.dial
	o.typeIn(bar.entry, "3949")
	bar.entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if got := o.last(t); got != (desk.DialPressed{Target: "3949", Client: story.Durand}) {
		t.Errorf("sent %#v", got)
	}
	if bar.root.Visible() || o.focused() != fyne.Focusable(o.form.text) {
		t.Error("the bar stayed, or kept the keyboard")
	}
}

// A client's number is shown only with its agreement, and chosen without leaving
// the entry.
func TestDialBarChoosesWhatIsShown(t *testing.T) {
	for _, c := range []struct {
		state desk.State
		keys  []fyne.KeyName
		want  desk.DialPressed
	}{
		{story.Agreed(), nil, desk.DialPressed{Target: "3949", Client: story.Durand}},
		{story.Agreed(), []fyne.KeyName{fyne.Key2}, desk.DialPressed{Target: "3949", Client: story.Durand, AsClient: true}},
		{story.Agreed(), []fyne.KeyName{"É", fyne.Key3}, desk.DialPressed{Target: "3949", Client: story.Durand, Private: true}},
		{story.Agreed(), []fyne.KeyName{fyne.Key2, fyne.Key1}, desk.DialPressed{Target: "3949", Client: story.Durand}},
		{story.Talking(), []fyne.KeyName{fyne.Key2}, desk.DialPressed{Target: "3949", Client: story.Durand}},
	} {
		o := open(t, c.state, wide, high)
		o.Key(fyne.KeyN, fyne.KeyModifierControl)
		o.typeIn(o.left.dial.entry, "3949")
		for _, key := range c.keys {
			o.left.dial.entry.TypedShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierAlt})
		}
		o.left.dial.entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		if got := o.last(t); got != c.want {
			t.Errorf("with %v sent %#v, want %#v", c.keys, got, c.want)
		}
	}
}

func TestOfferedNumberWaits(t *testing.T) {
	o := open(t, story.Agreed(), wide, high)
	o.window.Canvas().Focus(o.form.text)
	o.Show(story.Offered())
	bar := o.left.dial
	if o.focused() != fyne.Focusable(o.form.text) || len(o.sent) > 0 {
		t.Fatalf("the keyboard is in %T, sent %#v", o.focused(), o.sent)
	}
	if !bar.root.Visible() || bar.entry.Text != "05\u00a034\u00a000\u00a011\u00a022" {
		t.Fatalf("the bar holds %q", bar.entry.Text)
	}
	o.Key(fyne.KeyN, fyne.KeyModifierControl)
	if o.focused() != fyne.Focusable(bar.entry) || bar.entry.Text == "" || len(o.sent) > 0 {
		t.Fatalf("Ctrl+N on it: the keyboard is in %T over %q, sent %#v", o.focused(), bar.entry.Text, o.sent)
	}
	bar.close()
	if got := o.last(t); got != (desk.DialOffered{}) {
		t.Errorf("closing the bar sent %#v", got)
	}
	o.Show(story.Offered())
	if bar.root.Visible() {
		t.Error("the number that was put away comes again")
	}
}

func TestServerIsTold(t *testing.T) {
	o := open(t, story.Server(), wide, high)
	all := strings.Join(o.texts(), "|")
	for _, want := range []string{"Claire libre", "Nadia occupé", "2 messages vocaux", "37 intrus écartés"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not shown", want)
		}
	}
	if strings.Contains(all, "Sans lampe") {
		t.Error("a partner nobody watches has a lamp")
	}
	o.left.colleagues.chips[1].box.Tapped(nil)
	if o.left.dial.entry.Text != "202" {
		t.Errorf("pressing a lamp prepares calling %q", o.left.dial.entry.Text)
	}
}

func TestCallBackKeyKnowsWhoWasCalledSince(t *testing.T) {
	s := story.Calm()
	o := open(t, s, wide, high)
	if got := o.left.history.back; got != s.History[2].Call {
		t.Errorf("F12 stands on %q", got)
	}
	s.History = append([]desk.Entry{{Direction: phone.Outgoing, Number: s.History[2].Number, ArrivedAt: s.Now}}, s.History...)
	o.Show(s)
	if got := o.left.history.back; got != "" {
		t.Errorf("after the call F12 stands on %q", got)
	}
	if o.Key(fyne.KeyF12, 0) {
		t.Error("F12 calls somebody who was called already")
	}
}

func TestTonesAreSentAsTyped(t *testing.T) {
	o := open(t, story.Talking(), wide, high)
	o.Key(fyne.KeyT, fyne.KeyModifierControl)
	o.typeIn(o.left.dial.entry, "1x#")
	want := []desk.Event{desk.DTMFPressed{Digits: "1"}, desk.DTMFPressed{Digits: "#"}}
	if !reflect.DeepEqual(o.sent, want) {
		t.Errorf("sent %#v, want %#v", o.sent, want)
	}
}

// Fifty people ring: the window keeps its size, the cards lie below each other
// inside the column, and one of them has the key.
func TestFiftyCalls(t *testing.T) {
	o := open(t, story.ManyCalls(50), wide, high)
	if got := o.window.Canvas().Size(); got != fyne.NewSize(wide, high) {
		t.Fatalf("the window became %v", got)
	}
	bottom, keys := float32(-1), 0
	for i, c := range o.left.cards {
		if y := c.slot.Position().Y; y <= bottom {
			t.Fatalf("card %d at %v lies over the one before", i, y)
		}
		bottom = c.slot.Position().Y + c.slot.Size().Height
		if c.box.Size().Width > o.left.root.Size().Width {
			t.Fatalf("card %d is wider than its column", i)
		}
		if c.buttons.Visible() && c.main.Key() == "F2" {
			keys++
		}
	}
	if keys != 1 {
		t.Errorf("F2 stands on %d cards", keys)
	}
	o.Show(story.Calm())
	for i, c := range o.left.cards {
		if c.slot.Visible() {
			t.Fatalf("card %d stays after its call", i)
		}
	}
}

func TestKeysAreWrittenWhereTheyAct(t *testing.T) {
	o := open(t, story.ThreeCalls(), wide, high)
	var got []string
	for _, c := range o.left.cards {
		got = append(got, fmt.Sprintf("%s:%s %s:%s", c.main.Key(), c.main.Label(), c.other.Key(), c.other.Label()))
	}
	want := []string{"F3:Garde F8:Raccrocher", "F2:Décrocher :Refuser", ":Reprendre :Raccrocher"}
	if !slices.Equal(got, want) {
		t.Errorf("the cards say %q, want %q", got, want)
	}
}

func TestCardButtonsNameTheirCall(t *testing.T) {
	o := open(t, story.ThreeCalls(), wide, high)
	o.left.cards[2].main.Tapped(nil)
	o.left.cards[1].other.Tapped(nil)
	want := []desk.Event{desk.ResumeAsked{Call: "c3"}, desk.RejectPressed{Call: "c2"}}
	if !reflect.DeepEqual(o.sent, want) {
		t.Errorf("sent %#v, want %#v", o.sent, want)
	}
}

func TestOutcomes(t *testing.T) {
	o := open(t, story.Calm(), wide, high)
	answered := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	for want, e := range map[string]desk.Entry{
		"manqué":        {Missed: true, Cause: phone.CallerGaveUp},
		"échec":         {AnsweredAt: answered, Delivery: clients.Failed, Booked: true},
		"en attente":    {AnsweredAt: answered, Delivery: clients.Waiting},
		"envoyé":        {AnsweredAt: answered, Delivery: clients.Sent, Message: "m"},
		"RDV":           {AnsweredAt: answered, Booked: true, Delivery: clients.Sent},
		"transféré":     {AnsweredAt: answered, TransferredTo: "Me Caron"},
		"démarchage":    {AnsweredAt: answered, CallType: "demarchage"},
		"noté":          {AnsweredAt: answered, CallType: "prospect"},
		"pris ailleurs": {Cause: phone.AnsweredElsewhere},
		"répondu":       {AnsweredAt: answered},
		"appelé":        {AnsweredAt: answered, Direction: phone.Outgoing},
	} {
		row := newHistoryRow(o.kit)
		if got, _ := row.became(&e); got != want {
			t.Errorf("%+v became %q, want %q", e, got, want)
		}
	}
}

func TestNoticesStandWhereTheyBelong(t *testing.T) {
	s := story.Talking()
	s.Notices = []desk.Notice{
		{ID: "message", Code: "message.missing", Args: []string{"Dossier"}, Level: desk.Warning},
		{ID: "sent", Code: "delivery.sent", Args: []string{"Me Durand"}, Level: desk.Info},
	}
	o := open(t, s, wide, high)
	if o.notices.root.Visible() {
		t.Error("a bar pushes the window down for what is said elsewhere")
	}
	if !strings.Contains(o.form.standing.String(), "Dossier") || !strings.Contains(o.top.remark.String(), "Me Durand") {
		t.Errorf("the form says %q, the top %q", o.form.standing, o.top.remark)
	}
	s.Notices = append(s.Notices, desk.Notice{ID: "x", Code: "a.code-nobody-knows", Level: desk.Alarm})
	o.Show(s)
	if got := o.notices.rows[0].text.String(); !o.notices.root.Visible() || got != o.words.T("problem.other") {
		t.Errorf("an unknown code says %q", got)
	}
}

func TestLastBarCountsTheOthers(t *testing.T) {
	s := story.Talking()
	for _, id := range []string{"a", "b", "c"} {
		s.Notices = append(s.Notices, desk.Notice{ID: id, Code: "sound.silent", Level: desk.Alarm})
	}
	o := open(t, s, wide, high)
	first, last := o.notices.rows[0].text.String(), o.notices.rows[1].text.String()
	if strings.Contains(first, "autre") || !strings.HasSuffix(last, o.words.N("notice.others", 1)) {
		t.Errorf("the bars say %q, %q", first, last)
	}
}

func TestThemeAndLanguageFollowTheSettings(t *testing.T) {
	s := story.Talking()
	o := open(t, s, wide, high)
	s.Settings.Language, s.Settings.Theme = "en", "dark"
	o.Show(s)
	if !slices.Contains(o.texts(), "Hang up") || slices.Contains(o.texts(), "Raccrocher") {
		t.Errorf("the window does not speak English: %q", o.texts())
	}
	if o.form.text.Text == "" {
		t.Error("the draft was lost on the way")
	}
}

func TestHalves(t *testing.T) {
	long := strings.Repeat("mot ", 30)
	for _, c := range []struct{ in, first, second string }{
		{"court", "court", ""},
		{long + "\n\n" + long, long, long},
		{long + "\n\n**Titre**\n\n" + long, long, "**Titre**\n\n" + long},
	} {
		if a, b := halves(c.in); a != c.first || b != c.second {
			t.Errorf("halves(%.20q…) = %.20q, %.20q", c.in, a, b)
		}
	}
}

func TestNews(t *testing.T) {
	o := open(t, story.Talking(), wide, high)
	for want, changes := range map[string][]desk.ClientChange{
		"Absent lundi.":     {{Field: "instructions", Before: `"Rien."`, After: `"Rien.\n\n- **Absent** lundi."`}},
		"contacts modifiés": {{Field: "contacts"}, {Field: "contacts"}},
		"fiche modifiée":    {{Field: "something_new"}},
		"":                  {{Field: "version"}},
	} {
		if got := o.sheet.newsWords(changes); got != want {
			t.Errorf("%+v says %q, want %q", changes, got, want)
		}
	}
}

// FuzzHalves cuts any card in two: no word may be lost between the columns.
func FuzzHalves(f *testing.F) {
	f.Add("**a**\n\nb\n\n- c\n- d")
	f.Add(strings.Repeat("- mot\n", 60))
	f.Fuzz(func(t *testing.T, text string) {
		a, b := halves(text)
		text = strings.ReplaceAll(text, "\r\n", "\n")
		if got, want := strings.Fields(a+" "+b), strings.Fields(text); b != "" && !slices.Equal(got, want) {
			t.Errorf("%q became %q and %q", text, a, b)
		}
	})
}
