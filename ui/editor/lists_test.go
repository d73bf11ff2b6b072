package editor

import (
	"reflect"
	"testing"

	"fyne.io/fyne/v2"

	"permanence/clients"
	"permanence/ui/desk"
)

func TestListsAddMoveRemoveAndTakeBack(t *testing.T) {
	b := open(t, "light", "durand", durand())
	b.turn(6)
	b.Press("Ajouter un destinataire")
	b.Type("Accueil")
	b.Tab()
	b.Type("accueil@durand.example")
	b.PressNo("Monter", 2)
	b.PressNo("Supprimer", 0)
	names := func() (list []string) {
		for _, r := range b.panel.draft.Recipients {
			list = append(list, r.Name)
		}
		return list
	}
	if got := names(); !reflect.DeepEqual(got, []string{"Accueil", "Me Caron"}) {
		t.Fatalf("recipients %q", got)
	}
	b.Press("Rétablir « Cabinet »")
	if got := names(); !reflect.DeepEqual(got, []string{"Cabinet", "Accueil", "Me Caron"}) {
		t.Fatalf("taken back: %q", got)
	}
	b.save()
	want := append(durand().Recipients[:1:1], clients.Recipient{Name: "Accueil", Channel: "mail", Address: "accueil@durand.example"}, durand().Recipients[1])
	if got := b.saved().Client.Recipients; !reflect.DeepEqual(got, want) {
		t.Errorf("sent %+v; want %+v", got, want)
	}
}

func TestMovedThereAndBackIsNoChange(t *testing.T) {
	b := open(t, "light", "durand", durand())
	b.turn(6)
	b.PressNo("Descendre", 0)
	b.PressNo("Monter", 1)
	b.save()
	b.Key(fyne.KeyEscape, 0)
	if b.saves() != 0 || b.closed != 1 {
		t.Errorf("saved %d times, closed %d", b.saves(), b.closed)
	}
}

func TestRecipientOfARemovedTypeIsSaid(t *testing.T) {
	b := open(t, "light", "durand", durand())
	b.turn(3)
	b.PressNo("Supprimer", 1) // Urgent, which Me Caron is for
	b.turn(6)
	if !b.Shows("Pour quels appels   le type « urgent » n'existe plus") {
		t.Errorf("not said: %q", b.Texts())
	}
	b.panel.sheet.Save()
	if b.saves() != 0 {
		t.Error("she would silently get the messages of all calls")
	}
	b.Press("urgent (supprimé)")
	b.save()
	if got := b.saved().Client.Recipients[1].CallTypes; len(got) != 0 {
		t.Errorf("call types %q", got)
	}
}

func TestRecipientOfANewType(t *testing.T) {
	b := open(t, "light", "durand", durand())
	b.turn(3)
	b.Press("Ajouter un type d'appel")
	b.Type("Confrère")
	b.turn(6)
	b.Press("Confrère")
	b.turn(3)
	b.EntryNo("Mot sur le bouton", 3).SetText("Confrères")
	b.panel.sheet.Save()
	c := b.saved().Client
	if c.CallTypes[3].Key != "confrere" || c.CallTypes[3].Label != "Confrères" || !reflect.DeepEqual(c.Recipients[0].CallTypes, []string{"confrere"}) {
		t.Errorf("types %+v, recipient for %q", c.CallTypes[3], c.Recipients[0].CallTypes)
	}
}

func TestHistoryIsAskedShownAndRestored(t *testing.T) {
	b := open(t, "light", "durand", durand())
	if want := (desk.ClientHistoryAsked{Client: "durand", Saw: 7}); b.sent[0] != want {
		t.Fatalf("sent %v; want %v", b.sent[0], want)
	}
	b.Fill(labelName, "typed and not saved")
	b.state.Edit = historyOfDurand()
	b.panel.Show(b.state)
	b.turn(10)
	for _, text := range []string{
		"Heures d'ouverture   25 novembre à 12:32 · Sophie Martin", "− lundi 09:00-12:00",
		"+ lundi 09:00-12:30, 14:00-18:00", "+ mardi 09:00-12:30", "− avocat", "+ avocat · Toulouse",
	} {
		if !b.Shows(text) {
			t.Errorf("%q is not shown: %q", text, b.Texts())
		}
	}
	b.PressNo("Rétablir cette version", 2)
	want := durand()
	want.Trade = "avocat"
	if got := b.saved(); !reflect.DeepEqual(got.Client, want) || got.Saw != 7 {
		t.Fatalf("sent %+v", got.Client)
	}
	want.Version = 8
	b.store(want)
	b.turn(0)
	if b.Entry(labelTrade).Text != "avocat" || b.Entry(labelName).Text != "typed and not saved" {
		t.Errorf("trade %q, name %q", b.Entry(labelTrade).Text, b.Entry(labelName).Text)
	}
}
