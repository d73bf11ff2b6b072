package editor

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"permanence/clients"
	"permanence/ui"
	"permanence/ui/desk"
)

var _ ui.Editor = (*Panel)(nil)

// The labels that the tests use.
const (
	labelName  = "Nom, comme il se dit au téléphone"
	labelTrade = "Métier · ville"
	labelDIDs  = "Numéros appelés (SDA), un par ligne"
)

// save presses Ctrl+Enter where the keyboard is.
func (b *bench) save() { b.Key(fyne.KeyReturn, fyne.KeyModifierControl) }

// turn shows a page by its place.
func (b *bench) turn(page int) { b.panel.sheet.Turn(page) }

func TestNothingTypedSendsNothing(t *testing.T) {
	b := open(t, "light", "durand", durand())
	for i := range 9 {
		b.turn(i)
	}
	b.panel.sheet.Save()
	if b.saves() != 0 {
		t.Errorf("sent %+v", b.saved())
	}
	b.turn(0)
	b.Fill(labelTrade, "x")
	b.Fill(labelTrade, "avocat · Toulouse")
	b.Key(fyne.KeyEscape, 0)
	if b.closed != 1 {
		t.Error("a field typed back to what it was still asks before closing")
	}
}

func TestNewClient(t *testing.T) {
	b := open(t, "light", "", petit())
	b.Fill(labelName, "Plomberie Roc")
	b.turn(3)
	b.Press("Ajouter un type d'appel")
	b.Type("Dégât des eaux")
	b.save()
	got := b.saved()
	if got.Client.ID != "" || got.Client.Name != "Plomberie Roc" || got.Saw != 0 {
		t.Fatalf("sent %+v, saw %d", got.Client, got.Saw)
	}
	if last := got.Client.CallTypes[4]; last.Key != "degat-des-eaux" || last.Label != "Dégât des eaux" {
		t.Errorf("the new call type is %+v", last)
	}
	stored := got.Client
	stored.ID, stored.Version = "roc", 1
	b.store(stored)
	if !b.Shows("Enregistré à 14:32:08") {
		t.Errorf("the foot says %q", b.panel.sheet.Said())
	}
	b.turn(0)
	b.Fill(labelTrade, "plombier")
	b.save()
	if got := b.saved(); got.Client.ID != "roc" || got.Saw != 1 {
		t.Errorf("the second save went to %q, saw %d", got.Client.ID, got.Saw)
	}
}

func TestAnotherDesksChange(t *testing.T) {
	b := open(t, "light", "durand", durand())
	b.Fill(labelTrade, "notaire")
	b.Focus(b.Entry(labelName))
	theirs := durand()
	theirs.Version, theirs.Name, theirs.Trade, theirs.Archived = 9, "Me Durand", "avocate", true
	b.store(theirs)
	if got := b.Entry(labelTrade).Text; got != "notaire" {
		t.Errorf("what was typed became %q", got)
	}
	if got := b.Entry(labelName).Text; got != "Maître Durand" {
		t.Errorf("the entry under the cursor became %q", got)
	}
	b.save()
	want := theirs
	want.Trade = "notaire"
	if got := b.saved(); !reflect.DeepEqual(got.Client, want) || got.Saw != 9 {
		t.Errorf("sent %+v, saw %d; want %+v", got.Client, got.Saw, want)
	}
}

func TestTypedWhileSaving(t *testing.T) {
	b := open(t, "light", "durand", durand())
	b.Fill(labelTrade, "notaire")
	b.save()
	b.Type("s")
	stored := b.saved().Client
	stored.Version = 8
	b.store(stored)
	if got := b.Entry(labelTrade).Text; got != "notaires" {
		t.Errorf("the entry became %q", got)
	}
	b.save()
	if got := b.saved(); got.Client.Trade != "notaires" || got.Saw != 8 {
		t.Errorf("then sent %q, saw %d", got.Client.Trade, got.Saw)
	}
}

func TestOwnSpellingIsNoChangeOnceSaved(t *testing.T) {
	b := open(t, "light", "durand", durand())
	b.Fill(labelDIDs, "05.61.23.45.69")
	b.save()
	stored := b.saved().Client
	stored.Version = 8
	b.store(stored)
	b.Key(fyne.KeyEscape, 0)
	if b.closed != 1 {
		t.Error("the sheet still thinks something is unsaved")
	}
}

func TestRefusedByTheStore(t *testing.T) {
	b := open(t, "light", "durand", durand())
	b.Fill(labelTrade, "notaire")
	b.Key(fyne.KeyEscape, 0)
	b.Press("Enregistrer")
	b.state.Notices = []desk.Notice{{ID: "client", Code: "store.disk-full", Level: desk.Alarm, At: noon.Add(time.Second)}}
	b.panel.Show(b.state)
	if !strings.HasPrefix(b.panel.sheet.Said(), "Non enregistré") {
		t.Errorf("the foot says %q", b.panel.sheet.Said())
	}
	if b.closed != 0 || b.Entry(labelTrade).Text != "notaire" {
		t.Errorf("closed %d times, the entry holds %q", b.closed, b.Entry(labelTrade).Text)
	}
	b.Focus(b.Entry(labelTrade))
	b.save()
	if b.saves() != 2 {
		t.Errorf("sent %d times; it can be tried again", b.saves())
	}
	b.panel.Show(b.state)
	if b.panel.sheet.Said() != "Enregistrement…" {
		t.Errorf("the old refusal answers the new save: %q", b.panel.sheet.Said())
	}
}

func TestLeavingAsks(t *testing.T) {
	for _, tt := range []struct {
		answer string
		closed int
		saves  int
	}{
		{"Continuer à modifier", 0, 0},
		{"Abandonner les changements", 1, 0},
		{"Enregistrer", 0, 1}, // and closes once it is stored
	} {
		b := open(t, "light", "durand", durand())
		b.Fill(labelTrade, "notaire")
		b.Key(fyne.KeyEscape, 0)
		if b.closed != 0 {
			t.Fatal("closed without asking")
		}
		b.Press(tt.answer)
		if b.closed != tt.closed || b.saves() != tt.saves {
			t.Errorf("%s: closed %d, saved %d; want %d, %d", tt.answer, b.closed, b.saves(), tt.closed, tt.saves)
		}
		if tt.saves == 1 {
			stored := b.saved().Client
			stored.Version = 8
			b.store(stored)
			if b.closed != 1 {
				t.Error("saved, and the sheet is still open")
			}
		}
	}
}

func TestEscapeTwiceStaysAndKeepsTheKeyboard(t *testing.T) {
	b := open(t, "light", "durand", durand())
	b.Fill(labelTrade, "notaire")
	b.Key(fyne.KeyEscape, 0)
	b.Key(fyne.KeyEscape, 0)
	if b.closed != 0 || b.Focused() != fyne.Focusable(b.Entry(labelTrade)) {
		t.Errorf("closed %d, the keyboard is in %T", b.closed, b.Focused())
	}
}

func TestDraftWaitsWhileAnotherCardIsOpened(t *testing.T) {
	b := open(t, "light", "durand", durand(), petit())
	b.Fill(labelTrade, "notaire")
	b.turn(4)
	b.Press("Ajouter une réponse")
	b.Type("Horaires ?")
	b.panel.Edit(b.state, "petit")
	if got := b.Entry(labelName).Text; got != "Dr Petit" {
		t.Fatalf("the card shows %q", got)
	}
	if b.panel.dirty() {
		t.Error("the other card has changes nobody made")
	}
	b.panel.Edit(b.state, "durand")
	b.save()
	want := durand()
	want.Trade = "notaire"
	want.FAQ = append(want.FAQ, clients.FAQ{Question: "Horaires ?"})
	if got := b.saved().Client; !reflect.DeepEqual(got, want) {
		t.Errorf("sent %+v; want %+v", got, want)
	}
}

func TestPagesTurnByKeys(t *testing.T) {
	b := open(t, "light", "durand", durand())
	b.Key(fyne.KeyPageDown, fyne.KeyModifierControl)
	b.Key(fyne.KeyDown, 0)
	b.Key(fyne.KeyUp, 0)
	if got := b.panel.sheet.Page(); got != 1 {
		t.Errorf("page %d; want 1", got)
	}
	b.Key(fyne.KeyPageUp, fyne.KeyModifierControl)
	b.Key(fyne.KeyPageUp, fyne.KeyModifierControl)
	if got := b.panel.sheet.Page(); got != 0 {
		t.Errorf("page %d; want 0", got)
	}
}

// Tab reaches each entry of each page, and what has the keyboard is in view.
func TestTabReachesEverythingInView(t *testing.T) {
	b := open(t, "light", "durand", durand())
	for page := range b.panel.pages {
		b.turn(page)
		b.Focus(b.panel.sheet.First())
		stops := map[fyne.Focusable]bool{}
		for range 80 {
			b.Tab()
			stops[b.Focused()] = true
			if !b.InView(b.Focused()) {
				t.Fatalf("page %d: %T has the keyboard out of view", page, b.Focused())
			}
		}
		for _, e := range b.Entries() {
			if !stops[e] {
				t.Errorf("page %d: Tab never reaches an entry with %q", page, e.Text)
			}
		}
	}
}
