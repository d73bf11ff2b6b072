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

func TestEveryFieldReachesTheCard(t *testing.T) {
	tests := []struct {
		name string
		page int
		do   func(b *bench)
		want func(c *clients.Client)
	}{
		{"name", 0, func(b *bench) { b.Fill(labelName, "Cabinet D.") }, func(c *clients.Client) { c.Name = "Cabinet D." }},
		{"trade", 0, func(b *bench) { b.Fill(labelTrade, "notaire") }, func(c *clients.Client) { c.Trade = "notaire" }},
		{
			"numbers in any spelling", 0,
			func(b *bench) { b.Fill(labelDIDs, "05.61.23.45.69\n\n+33 5 61 23 45 67") },
			func(c *clients.Client) { c.DIDs = []string{"+33561234569", "+33561234567"} },
		},
		{"colour by its code", 0, func(b *bench) { b.Fill("Code", "#1f5f99") }, func(c *clients.Client) { c.Color = "#1f5f99" }},
		{"colour by the arrows", 0, func(b *bench) {
			b.Focus(b.panel.parts.palette)
			b.Key(fyne.KeyRight, 0)
			b.Key(fyne.KeyRight, 0)
			b.Key(fyne.KeyLeft, 0)
		}, func(c *clients.Client) { c.Color = swatches[1] }},
		{"archived", 0, func(b *bench) { b.Press("Archivé : ses appels ne sont plus reconnus") }, func(c *clients.Client) { c.Archived = true }},
		{"a greeting's hours", 1, func(b *bench) { b.Fill("De", "19h30") }, func(c *clients.Client) { c.Greetings[0].From = 19*60 + 30 }},
		{"a greeting all day", 1, func(b *bench) { b.Fill("De", ""); b.Fill("À", "") }, func(c *clients.Client) { c.Greetings[0].From, c.Greetings[0].To = 0, 0 }},
		{"a greeting when open too", 1, func(b *bench) { b.Press("seulement hors des heures d'ouverture") }, func(c *clients.Client) { c.Greetings[0].Closed = false }},
		{"hours as they are said", 1, func(b *bench) { b.Fill("mardi", "9h-12h30 et 14h-18h") }, func(c *clients.Client) {
			c.Hours[time.Tuesday] = []clients.Range{{From: 540, To: 750}, {From: 840, To: 1080}}
		}},
		{"closed on Monday", 1, func(b *bench) { b.Fill("lundi", "") }, func(c *clients.Client) { c.Hours[time.Monday] = nil }},
		{"Monday for all the week", 1, func(b *bench) { b.Press("Copier lundi sur la semaine") }, func(c *clients.Client) {
			for _, d := range weekdays[1:5] {
				c.Hours[d] = c.Hours[time.Monday]
			}
		}},
		{"instructions", 2, func(b *bench) { b.Fill("Consignes", "**Jamais** le portable.\nMerci.") }, func(c *clients.Client) { c.Instructions = "**Jamais** le portable.\nMerci." }},
		{"a call type keeps its key", 3, func(b *bench) { b.Fill("Mot sur le bouton", "Cliente") }, func(c *clients.Client) { c.CallTypes[0].Label = "Cliente" }},
		{"questions", 3, func(b *bench) { b.Fill("Questions, une par ligne", "Votre nom ?\n\n Quel dossier ? ") }, func(c *clients.Client) {
			c.CallTypes[0].Questions = []string{"Votre nom ?", "Quel dossier ?"}
		}},
		{"a field not required", 3, func(b *bench) { b.Press("à remplir avant d'envoyer") }, func(c *clients.Client) { c.Fields[0].Required = false }},
		{"an answer", 4, func(b *bench) { b.Fill("Réponse", "Place du Capitole.") }, func(c *clients.Client) { c.FAQ[0].Answer = "Place du Capitole." }},
		{"a contact's number", 5, func(b *bench) { b.Fill("Téléphone", "07 00 00 00 01") }, func(c *clients.Client) { c.Contacts[0].Number = "+33700000001" }},
		{"a recipient's calls", 6, func(b *bench) { b.Press("Client") }, func(c *clients.Client) { c.Recipients[0].CallTypes = []string{"client"} }},
		{"duration", 7, func(b *bench) { b.Fill("Durée d'un rendez-vous, en minutes", "30") }, func(c *clients.Client) { c.Agenda.Duration = 30 }},
		{"emergencies", 7, func(b *bench) { b.Fill("Plages réservées", "11-12") }, func(c *clients.Client) {
			c.Agenda.Emergency = []clients.Range{{From: 660, To: 720}}
		}},
		{"agenda hours", 7, func(b *bench) { b.Fill("vendredi", "8-10") }, func(c *clients.Client) {
			c.Agenda.Hours[time.Friday] = []clients.Range{{From: 480, To: 600}}
		}},
	}
	for _, tt := range tests {
		b := open(t, "light", "durand", durand(), petit())
		b.turn(tt.page)
		tt.do(b)
		b.save()
		want := durand()
		tt.want(&want)
		if got := b.saved().Client; !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", tt.name, got, want)
		}
	}
}

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

func TestWrongEntriesAreSaidAndNotSent(t *testing.T) {
	tests := []struct {
		name   string
		page   int
		label  string
		typed  string
		remark string
	}{
		{"no name", 0, labelName, "", "le nom manque"},
		{"no number", 0, labelDIDs, "05 61", "« 05 61 » n'est pas un numéro"},
		{"a number twice", 0, labelDIDs, "05 61 23 45 67\n0561234567", "+33561234567 est là deux fois"},
		{"another client's number", 0, labelDIDs, "05 61 80 11 22", "05 61 80 11 22 est déjà le numéro de Dr Petit"},
		{"a colour by name", 0, "Code", "rouge", "écrire #7a2c39"},
		{"no greeting", 1, "Ce que l'on dit en décrochant", "", "la phrase manque"},
		{"no time", 1, "De", "midi", "« midi » n'est pas une heure"},
		{"no hours", 1, "mardi", "matin", "« matin » : écrire 9h-12h30"},
		{"hours backwards", 1, "mardi", "9-12, 18-14", "« 18-14 » : écrire 9h-12h30"},
		{"no label", 3, "Mot sur le bouton", "", ""},
		{"a contact's address", 5, "E-mail", "caron@", "« caron@ » n'est pas une adresse e-mail"},
		{"a contact's number", 5, "Téléphone", "poste douze", "« poste douze » n'est pas un numéro"},
		{"a contact's key", 5, "Touche après F4", "12", "un chiffre seul"},
		{"a recipient's address", 6, "Adresse e-mail", "cabinet", "« cabinet » n'est pas une adresse e-mail"},
		{"a duration", 7, "Durée d'un rendez-vous, en minutes", "vingt", "« vingt » n'est pas un nombre de minutes"},
		{"a zone", 7, "Fuseau horaire", "Europe/Toulouse", "« Europe/Toulouse » n'est pas un fuseau, écrire Europe/Paris"},
	}
	for _, tt := range tests {
		b := open(t, "light", "durand", durand(), petit())
		b.turn(tt.page)
		b.Fill(tt.label, tt.typed)
		if got := b.Remark(tt.label); got != tt.remark {
			t.Errorf("%s: beside the entry stands %q; want %q", tt.name, got, tt.remark)
		}
		if tt.remark == "" {
			continue // its key keeps it legal
		}
		b.turn(8)
		b.panel.sheet.Save()
		if b.saves() != 0 {
			t.Errorf("%s: was sent", tt.name)
		}
		if got := b.panel.sheet.Page(); got != tt.page {
			t.Errorf("%s: saving turned to page %d; want %d", tt.name, got, tt.page)
		}
		if !b.Shows("1 point à corriger") {
			t.Errorf("%s: the foot says %q", tt.name, b.panel.sheet.Said())
		}
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
	if want := (desk.ClientHistoryAsked{Client: "durand"}); b.sent[0] != want {
		t.Fatalf("sent %v; want %v", b.sent[0], want)
	}
	b.Fill(labelName, "typed and not saved")
	b.state.Edit = historyOfDurand()
	b.panel.Show(b.state)
	b.turn(8)
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
