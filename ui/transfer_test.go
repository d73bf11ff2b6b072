package ui

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/story"
)

// ctrlEnter presses Ctrl+Enter where the keyboard is.
func (o *shown) ctrlEnter() {
	o.focused().(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: fyne.KeyModifierControl})
}

func (o *shown) press(key fyne.KeyName) { o.focused().TypedKey(&fyne.KeyEvent{Name: key}) }

// begun is a window in which F4 was pressed on a call, and the core has answered.
func begun(t *testing.T) *shown {
	t.Helper()
	o := open(t, story.Talking(), wide, high)
	o.window.Canvas().Focus(o.form.text)
	o.Key(fyne.KeyF4, 0)
	o.Show(story.Choosing())
	return o
}

func TestTransferTakesTheKeyboardAndGivesItBack(t *testing.T) {
	o := begun(t)
	if o.focused() != fyne.Focusable(o.transfer.entry) || !o.transfer.root.Visible() || o.form.root.Visible() {
		t.Fatalf("after F4 the keyboard is in %T", o.focused())
	}
	o.press(fyne.KeyEscape)
	if got := o.last(t); got != (desk.TransferCancelled{}) {
		t.Errorf("Escape sent %#v", got)
	}
	if o.focused() != fyne.Focusable(o.form.text) || !o.form.root.Visible() {
		t.Errorf("after Escape the keyboard is in %T", o.focused())
	}
}

func TestTransferBegunElsewhereLeavesTheKeyboard(t *testing.T) {
	o := open(t, story.Talking(), wide, high)
	o.window.Canvas().Focus(o.form.text)
	o.Show(story.Choosing()) // a program at the control socket
	if o.focused() != fyne.Focusable(o.form.text) || !o.form.root.Visible() {
		t.Fatalf("the keyboard went to %T", o.focused())
	}
	if !o.join.box.Visible() || o.join.buttons[0].Key() != "F4" {
		t.Fatal("nothing says that a transfer was begun")
	}
	o.Key(fyne.KeyF4, 0)
	if o.focused() != fyne.Focusable(o.transfer.entry) || o.join.box.Visible() {
		t.Errorf("F4 brings the keyboard to %T", o.focused())
	}
}

// Two keystrokes put through, on any row of a French keyboard, however fast.
func TestTransferInTwoKeystrokes(t *testing.T) {
	caron := desk.TransferChosen{Number: "+33698765432", Name: "Me Caron"}
	roy := desk.TransferChosen{Number: "+33561123457", Name: "Mme Roy"}
	for typed, want := range map[rune]desk.Event{'1': caron, '&': caron, '2': roy, 'é': desk.TransferTyped{Text: "é"}, '6': desk.TransferTyped{Text: "6"}} {
		o := begun(t)
		o.transfer.entry.TypedRune(typed)
		if got := o.last(t); got != want {
			t.Errorf("%c sent %#v, want %#v", typed, got, want)
		}
	}
	o := open(t, story.Talking(), wide, high)
	o.Key(fyne.KeyF4, 0)
	o.transfer.entry.TypedRune('2') // the core has not answered yet
	o.Show(story.Choosing())
	if got := o.last(t); got != roy {
		t.Errorf("a digit that was faster than the core sent %#v", got)
	}
}

// A French digit is typed with Shift, which may still be down when the core's
// answer is drawn: the digit stays, and the next stands after it.
func TestDigitFasterThanTheCoreStays(t *testing.T) {
	o := open(t, story.Talking(), wide, high)
	o.Key(fyne.KeyF4, 0)
	shift := &fyne.KeyEvent{Name: desktop.KeyShiftLeft}
	o.transfer.entry.KeyDown(shift)
	o.transfer.entry.TypedRune('0')
	o.Show(story.Choosing())
	o.transfer.entry.KeyUp(shift)
	o.transfer.entry.TypedRune('6')
	if got := o.last(t); got != (desk.TransferTyped{Text: "06"}) {
		t.Errorf("sent %#v", got)
	}
}

func TestDigitInANumberIsADigit(t *testing.T) {
	o := begun(t)
	o.typeIn(o.transfer.entry, "06 12")
	if got := o.last(t); got != (desk.TransferTyped{Text: "06 12"}) {
		t.Errorf("sent %#v", got)
	}
}

func TestTransferChoosesByTheArrows(t *testing.T) {
	o := begun(t)
	o.press(fyne.KeyDown)
	o.press(fyne.KeyDown)
	o.press(fyne.KeyReturn)
	if got, want := o.last(t), (desk.TransferChosen{Number: "+33561445566", Name: "Étude Vidal", Announced: true}); got != want {
		t.Errorf("Enter sent %#v, want %#v", got, want)
	}
	o.press(fyne.KeyUp)
	o.ctrlEnter()
	if got, want := o.last(t), (desk.TransferChosen{Number: "+33561123457", Name: "Mme Roy"}); got != want {
		t.Errorf("Ctrl+Enter sent %#v, want %#v", got, want)
	}
}

func TestTransferToATypedNumber(t *testing.T) {
	for typed, want := range map[string]string{"0612345678": "0612345678", "sip:anne@bureau.example": "sip:anne@bureau.example", " 212": "212"} {
		o := begun(t)
		s := story.Choosing()
		s.Transfer.Targets = nil
		o.typeIn(o.transfer.entry, typed)
		s.Transfer.Typed = typed
		o.Show(s)
		o.press(fyne.KeyReturn)
		if got := o.last(t); got != (desk.TransferChosen{Number: want, Announced: true}) {
			t.Errorf("%q sent %#v", typed, got)
		}
	}
	o := begun(t)
	s := story.Choosing()
	s.Transfer.Targets, s.Transfer.Typed = nil, "personne"
	o.typeIn(o.transfer.entry, "personne")
	o.Show(s)
	o.sent = nil
	o.press(fyne.KeyReturn)
	if len(o.sent) > 0 {
		t.Errorf("a name nobody has sent %#v", o.sent)
	}
}

func TestTransferThatNeverBeganClosesItself(t *testing.T) {
	s := story.Talking()
	o := open(t, s, wide, high)
	o.window.Canvas().Focus(o.form.text)
	o.Key(fyne.KeyF4, 0)
	s.Now = s.Now.Add(answerWithin + time.Second)
	o.Show(s)
	if o.transfer.root.Visible() || o.focused() != fyne.Focusable(o.form.text) {
		t.Errorf("the panel stays, the keyboard is in %T", o.focused())
	}
}

func TestConsultationKeys(t *testing.T) {
	for key, want := range map[fyne.KeyName]desk.Event{
		fyne.KeyF4: desk.TransferCompleted{}, fyne.KeyF3: desk.TransferSwapped{},
		fyne.KeyF11: desk.ConferencePressed{}, fyne.KeyEscape: desk.TransferCancelled{},
	} {
		o := open(t, story.Consulting(), wide, high)
		o.window.Canvas().Focus(o.form.text)
		o.press(key)
		if len(o.sent) != 1 || o.sent[0] != want {
			t.Errorf("%s sent %#v, want %#v", key, o.sent, want)
		}
	}
}

// The keys stand on the buttons, and what cannot be done yet cannot be pressed.
func TestConsultationIsWritten(t *testing.T) {
	o := open(t, story.Asking(), wide, high)
	for i, want := range []struct {
		key, label string
		enabled    bool
	}{
		{"F4", "Transférer sans attendre", true},
		{"F3", "Parler à Mme Lefèvre", false},
		{"F11", "Conférence à trois", false},
		{"Échap", "Annuler et reprendre", true},
	} {
		if b := o.join.buttons[i]; b.Key() != want.key || b.Enabled() != want.enabled {
			t.Errorf("button %d is %s %q, enabled %v; want %+v", i, b.Key(), b.Label(), b.Enabled(), want)
		}
	}
	o.Key(fyne.KeyF4, 0)
	o.join.buttons[0].Tapped(nil)
	if want := []desk.Event{desk.TransferCompleted{}, desk.TransferCompleted{}}; !reflect.DeepEqual(o.sent, want) {
		t.Errorf("F4 and its button sent %#v before an answer", o.sent)
	}
	o.Key(fyne.KeyF3, 0)
	if got := o.last(t); got != (desk.HoldPressed{}) {
		t.Errorf("F3 before an answer sent %#v", got)
	}
	o.Show(story.Consulting())
	if b := o.join.buttons[0]; !b.Enabled() || b.Label() != "Passer Mme Lefèvre à Me Caron" {
		t.Errorf("after the answer the button says %q, enabled %v", b.Label(), b.Enabled())
	}
	if got := o.join.parties[0].age.String() + " " + o.join.parties[1].age.String(); got != "01:05 00:41" {
		t.Errorf("the ages are %q", got)
	}
}

func TestConsultationStandsUnderItsCaller(t *testing.T) {
	s := story.ThreeCalls()
	s.Calls = append(s.Calls, desk.Call{ID: "c9", Direction: phone.Outgoing, Phase: desk.Talking, Consults: "c1"})
	o := open(t, s, wide, high)
	var order []string
	for _, c := range o.left.cards {
		mark := string(c.call)
		if c.slot.Layout.(*indent).in {
			mark = ">" + mark
		}
		order = append(order, mark)
	}
	if want := []string{"c1", ">c9", "c2", "c3"}; !reflect.DeepEqual(order, want) {
		t.Errorf("the calls stand as %q, want %q", order, want)
	}
}

func TestTransferIsToldInWords(t *testing.T) {
	s := story.Passing()
	for step, want := range map[phone.TransferStep]string{
		phone.TransferAsked: "transfert demandé", phone.TransferRinging: "ça sonne chez Me Caron", phone.TransferDone: "transmis à Me Caron",
	} {
		s.Calls[0].Passing = step
		if o := open(t, s, wide, high); o.join.detail.String() != want {
			t.Errorf("%s says %q", step, o.join.detail)
		}
	}
}

func TestCallerWhoComesBack(t *testing.T) {
	o := open(t, story.CameBack(), wide, high)
	if got := o.join.title.String(); !strings.Contains(got, "Me Caron") || !strings.Contains(got, "occupé") {
		t.Errorf("the bar says %q", got)
	}
	if o.notices.root.Visible() {
		t.Error("the same is said in two bars")
	}
	if c := o.left.cards[0]; c.main.Key() != "F2" || c.main.Label() != "Reprendre" {
		t.Errorf("the card says %s %q", c.main.Key(), c.main.Label())
	}
	o.left.cards[0].main.Tapped(nil)
	o.join.buttons[0].Tapped(nil)
	o.Key(fyne.KeyF4, 0)
	want := []desk.Event{desk.AnswerPressed{Call: "c1"}, desk.AnswerPressed{Call: "c1"}, desk.TransferOpened{Call: "c1"}}
	if !reflect.DeepEqual(o.sent, want) {
		t.Errorf("sent %#v, want %#v", o.sent, want)
	}
}

func TestFailedConsultationIsToldInItsBar(t *testing.T) {
	o := open(t, story.ConsultingFailed(), wide, high)
	if got := o.join.title.String(); !strings.Contains(got, "n’a pas abouti") {
		t.Errorf("the bar says %q", got)
	}
	s := story.Choosing()
	s.Transfer.Problem = desk.Problem{Code: "transfer.busy"}
	s.Notices = []desk.Notice{{ID: "dial", Code: "dial.busy", Args: []string{"Me Caron"}, Level: desk.Warning}}
	if p := open(t, s, wide, high); p.notices.root.Visible() || p.join.detail.String() != "C’est occupé." {
		t.Errorf("the bar says %q, and a notice is shown: %v", p.join.detail, p.notices.root.Visible())
	}
	if len(o.join.parties) != 2 || o.join.buttons[3].Key() != "Échap" {
		t.Error("the way back is not written")
	}
}

// refused is a consultation that nobody answered.
func refused(s desk.State) desk.State {
	s.Transfer = &desk.Transfer{Call: "c1", Targets: story.Targets(), Problem: desk.Problem{Code: "transfer.busy"}}
	s.Calls = s.Calls[:1]
	return s
}

func TestFailedConsultationBringsThePanelBack(t *testing.T) {
	o := open(t, story.Asking(), wide, high)
	o.Show(refused(story.Asking()))
	if o.focused() != fyne.Focusable(o.transfer.entry) || !o.transfer.root.Visible() || o.join.box.Visible() {
		t.Errorf("the panel is in view: %v; the keyboard is in %T", o.transfer.root.Visible(), o.focused())
	}
	if got := o.transfer.wrong.String(); got != "C’est occupé." {
		t.Errorf("the panel says %q", got)
	}
	o.press(fyne.KeyEscape)
	if got := o.last(t); got != (desk.TransferCancelled{}) || !o.form.root.Visible() {
		t.Errorf("Escape sent %#v", got)
	}
}

// Who types goes on typing; who paused long ago has the panel.
func TestFailedConsultationLeavesWhoTypes(t *testing.T) {
	for pause, stays := range map[time.Duration]bool{time.Second: true, thinks: false} {
		o := open(t, story.Asking(), wide, high)
		o.typeIn(o.form.text, " Merci")
		s := refused(story.Asking())
		s.Now = s.Now.Add(pause)
		o.Show(s)
		if o.form.text.Focused() != stays || o.form.root.Visible() != stays || o.join.box.Visible() != stays {
			t.Errorf("after %v the keyboard is in %T, the message in view: %v", pause, o.focused(), o.form.root.Visible())
		}
	}
	o := open(t, story.Talking(), wide, high)
	o.typeIn(o.form.text, " Merci") // before she asked
	o.Show(story.Asking())
	o.Show(refused(story.Asking()))
	if !o.transfer.entry.Focused() {
		t.Errorf("who typed before: the keyboard is in %T", o.focused())
	}
	o = open(t, story.Asking(), wide, high)
	o.openDial()
	o.Show(refused(story.Asking()))
	if !o.left.dial.entry.Focused() || !o.transfer.root.Visible() {
		t.Errorf("who dials: the keyboard is in %T, the panel in view: %v", o.focused(), o.transfer.root.Visible())
	}
}

func TestFailedConsultationBehindAScreen(t *testing.T) {
	o := open(t, story.Asking(), wide, high)
	o.Key(fyne.KeyF1, 0)
	help := o.focused()
	o.Show(refused(story.Asking()))
	if o.focused() != help || !o.join.box.Visible() {
		t.Errorf("the keyboard went to %T", o.focused())
	}
	o.stage.close()
	o.Show(refused(story.Asking()))
	if o.transfer.root.Visible() {
		t.Error("the panel comes unasked when the screen is closed")
	}
}

// The keyboard is never in a message that the panel hides.
func TestPanelThatComesBackIntoViewHasTheKeyboard(t *testing.T) {
	o := begun(t)
	other := withoutFront(story.Choosing())
	other.Tickets = append(other.Tickets, desk.Ticket{ID: "t9"})
	other.Front = "t9"
	o.Show(other)
	o.typeIn(o.form.text, "M")
	o.Show(story.Choosing())
	if !o.transfer.root.Visible() || o.focused() != fyne.Focusable(o.transfer.entry) {
		t.Errorf("the panel is in view: %v; the keyboard is in %T", o.transfer.root.Visible(), o.focused())
	}
}

// F4 without a card in front begins all the same, and has the keyboard once the
// core has brought the caller's card.
func TestTransferFromTheCalmPage(t *testing.T) {
	o := open(t, withoutFront(story.Talking()), wide, high)
	o.Key(fyne.KeyF4, 0)
	if got := o.last(t); got != (desk.TransferOpened{}) {
		t.Fatalf("sent %#v", got)
	}
	o.Show(story.Choosing())
	if o.focused() != fyne.Focusable(o.transfer.entry) {
		t.Errorf("the keyboard is in %T", o.focused())
	}
}

func TestConferenceKeys(t *testing.T) {
	o := open(t, story.Conference(), wide, high)
	o.Key(fyne.KeyF11, 0)
	o.Show(story.ConferenceLeft())
	o.Key(fyne.KeyF11, 0)
	o.Key(fyne.KeyF11, fyne.KeyModifierControl)
	want := []desk.Event{desk.ConferenceLeft{}, desk.ConferenceJoined{}, desk.ConferenceEnded{}}
	if !reflect.DeepEqual(o.sent, want) {
		t.Errorf("sent %#v, want %#v", o.sent, want)
	}
	if got := o.join.parties[0].state.String(); !strings.HasSuffix(got, "sans vous") {
		t.Errorf("the operator is said to be %q", got)
	}
}

func TestPadlockTellsTheTruth(t *testing.T) {
	o := open(t, story.Diverted(), wide, high)
	for i, want := range []struct{ there, closed bool }{{true, true}, {false, false}, {true, false}} {
		if l := o.left.cards[i].lock; l.Visible() != want.there || l.Closed() != want.closed {
			t.Errorf("card %d: there %v, closed %v; want %+v", i, l.Visible(), l.Closed(), want)
		}
	}
	c := o.left.cards[2]
	c.lock.MouseIn(nil)
	if got := c.phase.String(); got != "voix chiffrée, mais clés lisibles sur le réseau" {
		t.Errorf("the open padlock is explained as %q", got)
	}
	c.lock.MouseOut()
	if got := c.phase.String(); got != "en garde" {
		t.Errorf("then the card says %q", got)
	}
}

func TestDiversionsAreTold(t *testing.T) {
	o := open(t, story.Diverted(), wide, high)
	if got := o.sheet.chain.String(); got != "renvoyé par Cabinet Durand (occupé), avant par 06\u00a012\u00a000\u00a000\u00a000 (sans réponse)" {
		t.Errorf("the client's card says %q", got)
	}
	if c := o.left.cards[1]; c.chain.Visible() {
		t.Errorf("the called number's own forward is told: %q", c.chain)
	}
	if got := o.left.cards[0].chain.String(); got != "renvoyé par Cabinet Durand (occupé)" {
		t.Errorf("the call's card says %q", got)
	}
}

func TestEmergencyStandsBeforeTheCard(t *testing.T) {
	for name, s := range map[string]desk.State{"with a card": story.EmergencyCall(), "without": withoutFront(story.EmergencyCall())} {
		o := open(t, s, wide, high)
		all := strings.Join(o.texts(), "|")
		for _, want := range []string{"15", "SAMU", "12 rue d’Alsace-Lorraine", "4 place des Arts"} {
			if !strings.Contains(all, want) {
				t.Errorf("%s: %q is not shown", name, want)
			}
		}
		s.Calling = nil
		o.Show(s)
		if o.danger[0].root.Visible() || o.danger[1].root.Visible() {
			t.Errorf("%s: the card stays after the call", name)
		}
	}
}

func withoutFront(s desk.State) desk.State {
	s.Front, s.Agenda = "", desk.Agenda{}
	return s
}

func TestEmergencyLeavesTheKeyboard(t *testing.T) {
	o := open(t, story.Talking(), wide, high)
	o.window.Canvas().Focus(o.form.text)
	o.Show(story.EmergencyCall())
	if o.focused() != fyne.Focusable(o.form.text) || !o.form.root.Visible() {
		t.Errorf("the keyboard went to %T", o.focused())
	}
}

func TestRemindersStayUntilWhatTheySayEnds(t *testing.T) {
	s := story.Away()
	o := open(t, s, wide, high)
	want := []string{
		"Ne pas déranger\u00a0: rien ne sonne ici, les appelants entendent occupé.",
		"Renvoi actif\u00a0: toutes les lignes vers 200 (si vous êtes déjà en ligne)",
		"Renvoi actif\u00a0: Dr Petit vers 05\u00a061\u00a080\u00a011\u00a099 (sans réponse après 20 secondes) (+\u00a01 autre)",
	}
	for i, r := range o.remind.rows {
		if got := strings.ReplaceAll(r.text.String(), "+ 1", "+\u00a01"); got != want[i] {
			t.Errorf("bar %d says %q, want %q", i, got, want[i])
		}
		r.button.Tapped(nil)
	}
	sent := []desk.Event{desk.DoNotDisturbSet{}, desk.ForwardsPaused{Off: true}, desk.ForwardsPaused{Client: story.Petit, Off: true}}
	if !reflect.DeepEqual(o.sent, sent) {
		t.Errorf("sent %#v, want %#v", o.sent, sent)
	}
	s.Settings.DoNotDisturb, s.Settings.Forwards = false, nil
	s.Directory = desk.NewDirectory(story.Clients())
	o.Show(s)
	if o.remind.root.Visible() {
		t.Error("a bar stays after what it said has ended")
	}
}

// A forward that sleeps at this hour is none; one that was suspended here can be
// taken back.
func TestRemindersKnowTheHour(t *testing.T) {
	s := story.Away()
	s.Settings.DoNotDisturb = false
	o := open(t, s, wide, high)
	o.remind.rows[0].button.Tapped(nil)
	night := s
	night.Now = s.Now.Add(6 * time.Hour)
	night.Settings.Forwards = map[phone.LineID][]clients.Forward{"": {{When: "busy", To: "200", Off: true}}}
	o.Show(night)
	got := []string{o.remind.rows[0].text.String(), o.remind.rows[1].text.String()}
	if !strings.Contains(got[0], "Plomberie Roc") || !strings.Contains(got[1], "suspendu") {
		t.Fatalf("the bars say %q", got)
	}
	o.remind.rows[1].button.Tapped(nil)
	if last := o.last(t); last != (desk.ForwardsPaused{}) {
		t.Errorf("sent %#v", last)
	}
}
