package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"permanence/ui/desk"
	"permanence/ui/story"
)

// The office asks for a name: whoever works is only told, and keeps the keyboard.
func TestLoginTakesNoKeyboard(t *testing.T) {
	o := open(t, story.InStep(), wide, high)
	o.window.Canvas().Focus(o.form.text)
	o.Show(story.AskedToLogInCalling())
	if o.stage.on != stageWork || o.focused() != fyne.Focusable(o.form.text) {
		t.Error("the login came between the operator and her message")
	}
	o.Key(fyne.KeyO, fyne.KeyModifierControl)
	if o.stage.on != stageTeam {
		t.Error("Ctrl O does not open the login")
	}
}

func TestLoginOpensOnAnIdleDesk(t *testing.T) {
	o := open(t, story.Calm(), wide, high)
	o.Show(story.AskedToLogIn())
	if o.stage.on != stageTeam || o.focused() == nil {
		t.Error("nothing was going on, and the login is not there")
	}
	s := story.AskedToLogIn()
	s.Office.Phase = desk.OfficeInStep
	o.Show(s)
	if o.stage.on != stageWork {
		t.Error("the login stays though the operator is let in")
	}
}

func TestTakingOverByKey(t *testing.T) {
	o := open(t, story.Calm(), wide, high)
	before := len(o.sent)
	o.Key(fyne.KeyR, fyne.KeyModifierControl)
	if len(o.sent) != before {
		t.Errorf("there was nothing to take over: %#v", o.last(t))
	}
	o.Show(story.TakeOver())
	o.Key(fyne.KeyR, fyne.KeyModifierControl)
	want := story.TakeOver().Offers[0]
	if got := o.last(t); got != (desk.TakeOverPressed{Desk: want.Desk, Ticket: want.Draft.Ticket}) {
		t.Errorf("sent %#v", got)
	}
}

func TestAwayKeyGoesAndComesBack(t *testing.T) {
	o := open(t, story.InStep(), wide, high)
	o.Key(fyne.KeyF10, fyne.KeyModifierShift)
	if o.stage.on != stageTeam {
		t.Error("the reasons are not asked for")
	}
	o.stage.close()
	o.Show(story.Absent())
	o.Key(fyne.KeyF10, fyne.KeyModifierShift)
	if got := o.last(t); got != (desk.BackPressed{}) {
		t.Errorf("sent %#v", got)
	}
}

func TestTopBarTellsTheOffice(t *testing.T) {
	for name, want := range map[string]struct {
		state desk.State
		words string
	}{
		"alone":   {story.Calm(), "Poste autonome"},
		"in step": {story.InStep(), "Bureau à jour"},
		"copying": {story.Copying(), "Bureau copie 42 %"},
		"cut off": {story.CutOff(), "Bureau coupé depuis 14:02 · 3 non envoyés"},
		"login":   {story.AskedToLogIn(), "Bureau attend un mot de passe"},
		"revoked": {story.Revoked(), "Bureau ce poste n’est plus autorisé"},
	} {
		o := open(t, want.state, wide, high)
		if got := plainSpaces(o.top.office.text.String()); got != want.words {
			t.Errorf("%s: the top bar says %q", name, got)
		}
	}
}

func TestAMessageTakenOverIsCalledBackAndGoesOn(t *testing.T) {
	o := open(t, story.Calm(), wide, high)
	s := story.TakenOver()
	o.Show(s)
	o.Key(fyne.KeyF12, 0)
	if got := o.last(t); got != (desk.TicketCalledBack{Ticket: s.Front}) {
		t.Errorf("F12 sent %#v", got)
	}
	if o.left.history.back != "" {
		t.Error("F12 stands at the missed call as well")
	}
	o.Key(fyne.KeyF6, 0)
	o.typeIn(o.form.text, "ain")
	text := s.Tickets[0].Draft.Message.Text + "ain"
	if got := o.last(t); got != (desk.DraftTyped{Ticket: s.Front, Field: "text", Value: text}) {
		t.Errorf("typing sent %#v", got)
	}
}

func TestAMessageTakenAwayIsLeftWithItsButton(t *testing.T) {
	o := open(t, story.Calm(), wide, high)
	s := story.TakenAfterCall()
	o.Show(s)
	if !o.sheet.hands.box.Visible() || o.sheet.hands.button.Label() == "" {
		t.Fatal("nothing tells who has it")
	}
	o.sheet.hands.button.Tapped(&fyne.PointEvent{})
	if got := o.last(t); got != (desk.TicketPutAway{Ticket: s.Front}) {
		t.Errorf("sent %#v", got)
	}
	o.Show(story.TakenAway())
	if o.sheet.hands.button.Visible() {
		t.Error("a card cannot be left while the caller is on the telephone")
	}
}

// A new machine is often the next desk of a bureau: its first screen leads there, to
// the page that asks for the code. Once it is joined, the office sends the messages.
func TestFirstStepsLeadToTheOffice(t *testing.T) {
	o := open(t, story.Empty(), wide, high)
	join := o.calm.todos(&o.state)[4]
	join.act()
	if f, ok := o.stage.screen(stageSettings).(*fakeOverlay); !ok || f.page != "office" || o.stage.on != stageSettings {
		t.Errorf("%q does not open the page of the office", join.label)
	}
	o.stage.close()
	s := story.Empty()
	s.Office.Phase = desk.OfficeInStep
	if got := len(o.calm.todos(&s)); got != 3 {
		t.Errorf("%d steps on a desk of an office; want a client, a line and a headset", got)
	}
}
