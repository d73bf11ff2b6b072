package settings

import (
	"reflect"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"permanence/clients"
	"permanence/ui/desk"
)

// supervised is the page as a supervisor of four people and three clients sees it.
func supervised(t *testing.T, mode string) *bench {
	s := twoLines()
	s.Operator.Role = clients.Supervisor
	s.Office.OfficeLink = desk.OfficeLink{Phase: desk.OfficeInStep, Bureau: "Permanence de Toulouse", Desk: "d1"}
	s.Office.Operators = map[clients.ID]clients.Operator{}
	for _, o := range []clients.Operator{
		s.Operator,
		{ID: "claire", Name: "Claire Dubois", Role: clients.Secretary},
		{ID: "julie", Name: "Julie Roux", Role: clients.Secretary, Clients: []clients.ID{"durand", "elsewhere"}},
		{ID: "ana", Name: "Ana Paz", Role: clients.Secretary, Left: true},
	} {
		s.Office.Operators[o.ID] = o
	}
	s.Directory = desk.NewDirectory([]clients.Client{
		{ID: "durand", Name: "Maître Durand"}, {ID: "petit", Name: "Dr Petit"}, {ID: "roc", Name: "Plomberie Roc"}, {ID: "old", Name: "Ancien", Archived: true},
	})
	b := open(t, mode, s)
	b.panel.sheet.Turn(officePageAt)
	return b
}

func (b *bench) sentOne(t *testing.T, want desk.Event) {
	t.Helper()
	got := slices.DeleteFunc(slices.Clone(b.sent), func(e desk.Event) bool { return e == desk.Event(desk.PasswordLeft{}) })
	if len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		t.Fatalf("sent %#v, want %#v", got, want)
	}
	b.sent = nil
}

func TestRightsByClientAreGivenAtTheDesk(t *testing.T) {
	b := supervised(t, "light")
	for _, words := range []string{"secrétaire · tous les clients", "secrétaire · pour 2 clients", "partie", "responsable · tous les clients · vous"} {
		if !b.Shows(words) {
			t.Errorf("%q is not shown: %q", words, b.Texts())
		}
	}
	b.PressNo("Modifier", 1) // Julie
	b.Press("Dr Petit")
	b.Press("Maître Durand")
	b.Press("Enregistrer ses droits")
	b.sentOne(t, desk.OperatorSaved{Operator: clients.Operator{ID: "julie", Name: "Julie Roux", Role: clients.Secretary, Clients: []clients.ID{"elsewhere", "petit"}}})

	b.PressNo("Modifier", 0) // Claire
	b.Press("Tous les clients, y compris ceux à venir")
	b.Press("Enregistrer ses droits")
	if len(b.sent) > 0 || !b.Shows("Cochez au moins un client.") {
		t.Fatalf("none became all: %#v", b.sent)
	}
	b.Press("Responsable : gère les postes, les personnes et leurs droits")
	b.Press("Enregistrer ses droits")
	b.sentOne(t, desk.OperatorSaved{Operator: clients.Operator{ID: "claire", Name: "Claire Dubois", Role: clients.Supervisor}})
}

func TestASecretarySeesNoRights(t *testing.T) {
	b := supervised(t, "light")
	b.show(func(s *desk.State) { s.Operator.Role = clients.Secretary })
	if b.Shows("Ajouter une personne") || !b.Shows("Changer le mot de passe") {
		t.Errorf("she sees %q", b.Texts())
	}
}

func TestWhoLeavesIsAskedAbout(t *testing.T) {
	b := supervised(t, "light")
	b.PressNo("Modifier", 0)
	b.Press("Elle a quitté le bureau")
	b.Press("Oui, elle est partie")
	b.sentOne(t, desk.OperatorSaved{Operator: clients.Operator{ID: "claire", Name: "Claire Dubois", Role: clients.Secretary, Left: true}})
	b.PressNo("Modifier", 2) // Ana, who had left
	b.Press("Elle est revenue")
	b.sentOne(t, desk.OperatorSaved{Operator: clients.Operator{ID: "ana", Name: "Ana Paz", Role: clients.Secretary}})
}

func TestAPersonIsTakenOn(t *testing.T) {
	b := supervised(t, "light")
	b.Fill("Prénom et nom", " claire  dubois ")
	b.Key(fyne.KeyReturn, 0)
	if len(b.sent) > 0 || b.Remark("Prénom et nom") == "" {
		t.Fatalf("two of one name: %#v", b.sent)
	}
	b.Fill("Prénom et nom", "Léa  Blanc")
	b.Press("Ajouter une personne")
	b.sentOne(t, desk.OperatorSaved{Operator: clients.Operator{Name: "Léa Blanc", Role: clients.Secretary}})
}

func TestPasswordsAreTypedTwice(t *testing.T) {
	b := supervised(t, "light")
	b.Fill("Mot de passe actuel", "l'ancien mot de passe")
	b.Fill("Nouveau mot de passe", "trop court")
	b.Fill("Encore une fois", "trop long")
	b.Press("Changer le mot de passe")
	if len(b.sent) > 0 || b.Remark("Nouveau mot de passe") != "Au moins 12 signes." || b.Remark("Encore une fois") != "Ce n'est pas le même." {
		t.Fatalf("sent %#v", b.sent)
	}
	b.Fill("Nouveau mot de passe", "quatre chats sur un toit")
	b.Fill("Encore une fois", "quatre chats sur un toit")
	b.Key(fyne.KeyReturn, 0)
	b.sentOne(t, desk.PasswordAsked{Old: "l'ancien mot de passe", New: "quatre chats sur un toit"})
	b.show(func(s *desk.State) {
		s.Office.Password = &desk.PasswordChange{Operator: "o", Problem: desk.Problem{Code: "office.not-the-password"}}
	})
	if !b.Shows("Ce n'est pas votre mot de passe actuel.") || b.Entry("Encore une fois").Text == "" {
		t.Errorf("refused: %q", b.Texts())
	}
	b.show(func(s *desk.State) { s.Office.Password = &desk.PasswordChange{Operator: "o"} })
	if !b.Shows("Changé.") || b.Entry("Encore une fois").Text != "" {
		t.Errorf("changed: %q", b.Texts())
	}
}

func TestASupervisorGivesAPassword(t *testing.T) {
	b := supervised(t, "light")
	b.PressNo("Modifier", 1)
	b.EntryNo("Nouveau mot de passe", 1).SetText("quatre chats sur un toit")
	b.EntryNo("Encore une fois", 1).SetText("quatre chats sur un toit")
	b.Press("Donner ce mot de passe")
	b.sentOne(t, desk.PasswordGiven{Operator: "julie", Password: "quatre chats sur un toit"})
}

func TestStaffPictures(t *testing.T) {
	for _, mode := range []string{"light", "dark"} {
		b := supervised(t, mode)
		b.SizeTo(1280, 1500)
		b.PressNo("Modifier", 1)
		b.Picture("settings-people-" + mode)
	}
}
