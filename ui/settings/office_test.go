package settings

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"permanence/ui/desk"
)

// officePageAt is the place of the page in the list of pages.
const officePageAt = 7

// officeStory is a machine that becomes a desk and leaves again.
var officeStory = []struct {
	name   string
	change func(*desk.State)
}{
	{"alone", func(*desk.State) {}},
	{"asked", func(s *desk.State) { s.Office.Pairing = &desk.Pairing{Step: desk.PairingAsked} }},
	{"failed", func(s *desk.State) {
		s.Office.Pairing = &desk.Pairing{Step: desk.PairingFailed, Problem: desk.Problem{Code: "office.wrong-code"}}
	}},
	{"copying", func(s *desk.State) {
		s.Office.Pairing = &desk.Pairing{Step: desk.PairingDone}
		s.Office.OfficeLink = desk.OfficeLink{Phase: desk.OfficeCopying, Bureau: "Permanence de Toulouse", Desk: "d1", Done: 46420, Total: 201350}
		s.Office.Desks = []desk.Presence{{Desk: "d1", DeskName: "Poste de Sophie"}}
	}},
	{"cut-off", func(s *desk.State) {
		s.Office.Pairing = nil
		s.Office.Phase, s.Office.Since = desk.OfficeCutOff, noon.Add(-time.Hour)
		s.Office.Unsent, s.Office.Oldest = 3, noon.Add(-50*time.Minute)
	}},
	{"leaving", func(s *desk.State) { s.Office.Leaving = true }},
}

func TestPageByName(t *testing.T) {
	b := open(t, "light", desk.State{Now: noon})
	b.panel.Turn("office")
	b.panel.Turn("nothing of the kind")
	if got := b.panel.sheet.Page(); got != officePageAt {
		t.Errorf("page %d is on top", got)
	}
}

func TestCodeIsDashed(t *testing.T) {
	for typed, want := range map[string]string{
		"": "", "k7qf3": "K7QF3", "k7qf3m": "K7QF3-M", "K7QF3-M2P9X": "K7QF3-M2P9X",
		" k7q f3m 2p9x ": "K7QF3-M2P9X", "k7qf3–m2p9xzz": "K7QF3-M2P9X", "K7QF3-": "K7QF3",
	} {
		if got := dashed(typed); got != want {
			t.Errorf("%q is shown as %q, want %q", typed, got, want)
		}
	}
}

// joining is the page of a machine that stands alone.
func joining(t *testing.T) *bench {
	b := open(t, "light", twoLines())
	b.panel.sheet.Turn(officePageAt)
	return b
}

func TestPairingAsksTheOffice(t *testing.T) {
	b := joining(t)
	if got := b.Entry("Nom de ce poste").Text; got != "Poste de Sophie Martin" {
		t.Errorf("the desk is called %q", got)
	}
	b.Fill("Adresse du bureau", "bureau.exemple.fr:7443")
	b.Fill("Code", "k7qf3m2p")
	b.Key(fyne.KeyReturn, 0)
	if len(b.sent) > 0 || b.Remark("Code") == "" {
		t.Fatalf("half a code was sent: %#v", b.sent)
	}
	b.Type("9x")
	if got := b.Entry("Code").Text; got != "K7QF3-M2P9X" {
		t.Errorf("the code is shown as %q", got)
	}
	b.Press("Relier ce poste")
	want := desk.PairAsked{Address: "bureau.exemple.fr:7443", Code: "K7QF3-M2P9X", DeskName: "Poste de Sophie Martin"}
	if len(b.sent) != 1 || b.sent[0] != desk.Event(want) {
		t.Fatalf("sent %#v", b.sent)
	}
	b.show(func(s *desk.State) { s.Office.Pairing = &desk.Pairing{Step: desk.PairingAsked} })
	b.Press("Relier ce poste")
	if len(b.sent) != 1 {
		t.Error("a second pairing was begun")
	}
}

func TestFirstCopyTellsTheTimeLeft(t *testing.T) {
	b := joining(t)
	b.show(officeStory[3].change)
	if !b.Shows("46 420 sur 201 350") {
		t.Errorf("the copy is not told: %q", b.Texts())
	}
	b.show(func(s *desk.State) { s.Now, s.Office.Done = s.Now.Add(59*time.Second), 96420 })
	if !b.Shows("96 420 sur 201 350 · encore 2 minutes") {
		t.Errorf("the time left is not told: %q", b.Texts())
	}
}

func TestLeavingIsAsked(t *testing.T) {
	b := joining(t)
	b.show(officeStory[3].change)
	b.show(officeStory[4].change)
	b.Press("Quitter le bureau")
	b.show(func(s *desk.State) { s.Office.Leaving = true })
	if !b.Shows("3 changements ne sont pas transmis : le bureau ne les verra pas. Ce poste les garde.") {
		t.Errorf("what is not sent is not told: %q", b.Texts())
	}
	b.Press("Quitter pour de bon")
	if want := []desk.Event{desk.LeaveAsked{}, desk.LeaveAsked{Anyway: true}}; len(b.sent) != 2 || b.sent[0] != want[0] || b.sent[1] != want[1] {
		t.Errorf("sent %#v", b.sent)
	}
}

func TestAPairingThatFailedIsForgottenOnceItWasRead(t *testing.T) {
	for name, act := range map[string]func(*bench){
		"typed anew": func(b *bench) { b.Fill("Code", "k") },
		"closed":     func(b *bench) { b.panel.close() },
	} {
		b := joining(t)
		b.show(func(s *desk.State) { s.Office.Pairing = &desk.Pairing{Step: desk.PairingAsked} })
		act(b)
		if len(b.sent) > 0 {
			t.Errorf("%s while it is agreed to: %#v", name, b.sent)
		}
		b.show(func(s *desk.State) { s.Office.Pairing = &desk.Pairing{Step: desk.PairingFailed} })
		b.sent = nil
		act(b)
		if len(b.sent) == 0 || b.sent[0] != desk.Event(desk.PairingLeft{}) {
			t.Errorf("%s: %#v", name, b.sent)
		}
	}
}
