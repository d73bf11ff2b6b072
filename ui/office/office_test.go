package office

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"permanence/clients"
	"permanence/ui"
	"permanence/ui/desk"
	"permanence/ui/sheet/sheettest"
	"permanence/ui/story"
	"permanence/ui/words"
)

var (
	_ ui.Overlay = (*Conflicts)(nil)
	_ ui.Overlay = (*Team)(nil)
)

// bench is a screen on a stage, with what it asked for.
type bench struct {
	*sheettest.Stage
	screen ui.Overlay
	sent   []desk.Event
	closed int
	edited []clients.ID
}

func open(t *testing.T, build func(Config) ui.Overlay, s desk.State) *bench {
	t.Helper()
	sheettest.Theme(t, "light")
	b := &bench{}
	b.screen = build(Config{
		Words: words.New(words.French), Send: func(e desk.Event) { b.sent = append(b.sent, e) }, Close: func() { b.closed++ },
		Keys: func(k fyne.KeyName, m fyne.KeyModifier) bool { return b.screen.Key(k, m) },
		Edit: func(c clients.ID) { b.edited = append(b.edited, c) },
	})
	b.Stage = sheettest.Open(t, b.screen.Content())
	b.screen.Show(s)
	if f := b.screen.First(); f != nil {
		b.Focus(f)
	}
	return b
}

func conflicts(c Config) ui.Overlay { return NewConflicts(c) }
func team(c Config) ui.Overlay      { return NewTeam(c) }

func (b *bench) want(t *testing.T, events ...desk.Event) {
	t.Helper()
	if !slices.Equal(b.sent, events) {
		t.Errorf("sent %#v, want %#v", b.sent, events)
	}
	b.sent = nil
}

func TestBothVersionsAreShown(t *testing.T) {
	b := open(t, conflicts, story.Disputed())
	for _, text := range []string{"Maître Durand · Consignes", "Sophie", "Julie", "Ne jamais donner le portable.", "Absent du 1er au 5 décembre."} {
		if !b.Shows(text) {
			t.Errorf("%q is not shown: %q", text, b.Texts())
		}
	}
}

// A client that was refused is in no list of clients, and its conflict says its name.
func TestRefusedClientIsNamed(t *testing.T) {
	s := story.Disputed()
	s.Office.Conflicts = []clients.Conflict{{
		ID: "k9", Kind: clients.ConflictRefused, Client: "nowhere", Code: "office.forbidden",
		Later: clients.Version{By: "op", Name: "client.create.v1", Value: `{"client":{"id":"nowhere","name":"Cabinet Vasseur"}}`},
	}, {ID: "k10", Kind: clients.ConflictRefused, Later: clients.Version{By: "op", Name: "message.forget.v9"}}}
	b := open(t, conflicts, s)
	for _, text := range []string{"Cabinet Vasseur", "Cabinet Vasseur · nouveau client refusé", "demande refusée"} {
		if !b.Shows(text) {
			t.Errorf("%q is not shown: %q", text, b.Texts())
		}
	}
}

// What was refused is told, whatever it was: nobody decides about an empty card.
func TestRefusedIsTold(t *testing.T) {
	for _, c := range []struct {
		change, value string
		shown         []string
	}{
		{
			"operator.save.v1", `{"operator":{"id":"o","name":"Inès","role":"supervisor","clients":["a","b"]}}`,
			[]string{"droits refusés", "Inès", "Responsable", "Répond pour 2 clients"},
		},
		{"operator.save.v1", `{"operator":{"id":"o","name":"Inès","left":true}}`, []string{"Inès", "A quitté le bureau"}},
		{"erase.v1", `{"kind":"client","id":"a","reason":"demandé par écrit"}`, []string{"effacement refusé", "demandé par écrit"}},
		{"message.forget.v9", `{}`, []string{"demande refusée", "Rien à montrer ici : la demande est à refaire là où elle a été faite."}},
	} {
		s := story.Disputed()
		s.Office.Conflicts = []clients.Conflict{{
			ID: "k9", Kind: clients.ConflictRefused, Code: "office.forbidden",
			Later: clients.Version{By: "op", Name: c.change, Value: c.value},
		}}
		b := open(t, conflicts, s)
		for _, text := range c.shown {
			if !b.Shows(text) {
				t.Errorf("%s: %q is not shown: %q", c.change, text, b.Texts())
			}
		}
	}
}

func TestDigitsSettle(t *testing.T) {
	b := open(t, conflicts, story.Disputed())
	b.screen.Key(fyne.Key2, 0)
	b.want(t, desk.ConflictSettled{Conflict: "k1", Choice: clients.KeepLater})
	b.screen.Key(fyne.Key4, 0)
	b.want(t, desk.ConflictSettled{Conflict: "k1", Choice: clients.KeepOther})
	if !slices.Equal(b.edited, []clients.ID{story.Durand}) {
		t.Errorf("the editor was opened for %v", b.edited)
	}
	b.screen.Key(fyne.Key5, 0)
	b.want(t) // there is no fifth way
	b.screen.Key(fyne.KeyDown, 0)
	b.screen.Key("\"", 0) // the 3 of a French keyboard
	b.want(t, desk.ConflictSettled{Conflict: "k2", Choice: clients.KeepBoth})
}

func TestBothTextsAreArrangedBeforeTheyAreKept(t *testing.T) {
	b := open(t, conflicts, story.Disputed())
	b.screen.Key(fyne.Key3, 0)
	entry := b.Entry("Les deux textes, à arranger avant de les garder")
	want := "Demander le nom et le numéro de dossier.\nLe portable se donne aux confrères.\nNe jamais donner le portable.\nGarde à vue : prévenir Me Caron.\nAbsent du 1er au 5 décembre."
	if entry.Text != want || !entry.Focused() {
		t.Errorf("to be arranged: %q, with the keyboard: %v", entry.Text, entry.Focused())
	}
	b.want(t)
	b.Picture("conflict-both")
	b.screen.Key(fyne.KeyEscape, 0)
	if b.closed != 0 || b.Shows("Garder ce texte") {
		t.Error("Escape does not go back to the choices")
	}
	b.screen.Key(fyne.Key3, 0)
	b.Fill("Les deux textes, à arranger avant de les garder", "Ne jamais donner le portable, sauf aux confrères.")
	b.Key(fyne.KeyReturn, fyne.KeyModifierControl)
	b.want(t, desk.ConflictSettled{Conflict: "k1", Choice: clients.KeepBoth, Text: "Ne jamais donner le portable, sauf aux confrères."})
}

func TestASupervisorJudgesWhatIsHeld(t *testing.T) {
	b := open(t, conflicts, story.ToJudge())
	for _, text := range []string{"Maître Durand · à vérifier : message", "Rappeler au sujet du bail avant vendredi.", "Julie", "Admettre"} {
		if !b.Shows(text) {
			t.Errorf("%q is not shown: %q", text, b.Texts())
		}
	}
	b.Picture("conflict-held")
	b.screen.Key(fyne.Key2, 0)
	b.want(t, desk.ConflictSettled{Conflict: "h1", Choice: clients.KeepLater})
	b.screen.Key(fyne.KeyDown, 0)
	b.screen.Key(fyne.Key1, 0)
	b.Key(fyne.KeyReturn, fyne.KeyModifierControl)
	b.want(t) // not without a reason
	b.Type("Poste volé")
	b.Picture("conflict-discard")
	b.Key(fyne.KeyReturn, fyne.KeyModifierControl)
	b.want(t, desk.ConflictSettled{Conflict: "h2", Choice: clients.KeepEarlier, Text: "Poste volé"})

	s := story.ToJudge()
	s.Operator.Role = clients.Secretary
	b.screen.Show(s)
	if !b.Shows("Rien à trancher : tout le monde voit la même chose.") {
		t.Errorf("a secretary sees %q", b.Texts())
	}
}

func TestSettlingIsTakenBackAndTheNextIsInView(t *testing.T) {
	b := open(t, conflicts, story.Disputed())
	b.screen.Show(story.Settling())
	if !b.Shows("Maître Durand · deux rendez-vous à la même heure") {
		t.Errorf("the next one is not in view: %q", b.Texts())
	}
	b.screen.Key(fyne.KeyBackspace, 0)
	b.want(t, desk.SettlingUndone{})
}

func TestEnterGoesToTheAgenda(t *testing.T) {
	b := open(t, conflicts, story.Disputed())
	b.screen.Key(fyne.KeyDown, 0)
	b.screen.Key(fyne.KeyReturn, 0)
	b.want(t, desk.ConflictOpened{Conflict: "k2"})
	if b.closed != 1 {
		t.Errorf("closed %d times", b.closed)
	}
}

func TestAppointmentsOfAnotherAgendaAreShown(t *testing.T) {
	s := story.Disputed()
	s.Agenda = desk.Agenda{}
	c := &s.Office.Conflicts[1]
	c.Earlier.Value = `{"name":"Étude Çelik","start":"2026-11-26T14:00:00Z","end":"2026-11-26T14:20:00Z"}`
	b := open(t, conflicts, s)
	b.screen.Key(fyne.KeyDown, 0)
	if !b.Shows("Étude Çelik") || !b.Shows("14:00 – 14:20") {
		t.Errorf("shown: %q", b.Texts())
	}
}

func TestLeavingWithAReason(t *testing.T) {
	b := open(t, team, story.InStep())
	b.screen.Key(fyne.Key2, fyne.KeyModifierControl)
	b.want(t, desk.AwayPressed{Reason: "déjeuner"})
	b.Type("dentiste")
	b.Key(fyne.KeyReturn, 0)
	b.want(t, desk.AwayPressed{Reason: "dentiste"})
}

func TestColleaguesAreTold(t *testing.T) {
	b := open(t, team, story.InStep())
	for _, text := range []string{"absence : déjeuner · depuis 13:55", "au téléphone pour Dr Petit · depuis 02:14", "1 message en cours"} {
		if !b.Shows(text) {
			t.Errorf("%q is not shown: %q", text, b.Texts())
		}
	}
}

// Before she has logged in nobody is told to her: that is not to say that nobody is there.
func TestTeamIsUnseenBeforeTheLogin(t *testing.T) {
	s := story.AskedToLogIn()
	s.Office.Desks = nil
	b := open(t, team, s)
	if !b.Shows("Connectez-vous pour voir l'équipe.") || b.Shows("Personne d’autre n’est à son poste.") {
		t.Errorf("shown: %q", b.Texts())
	}
}

func TestPasswordGoesOnceAndStaysNowhere(t *testing.T) {
	b := open(t, team, story.AskedToLogIn())
	b.Type("sésame")
	b.Key(fyne.KeyReturn, 0)
	b.want(t, desk.LoginAsked{Name: "Sophie", Password: "sésame"})
	if got := b.Entry("Mot de passe").Text; got != "" {
		t.Errorf("the entry still holds %q", got)
	}
	b.screen.Show(story.InStep())
	if b.closed != 1 {
		t.Error("the screen stays though the operator is let in")
	}
}

// What the screens put together from the words of the types is there in both languages.
func TestEverySentenceIsThere(t *testing.T) {
	var keys []string
	for _, r := range reasons {
		keys = append(keys, "team.reason."+r)
	}
	for _, s := range []desk.Standing{desk.StandingHere, desk.StandingCall, desk.StandingAway, desk.StandingLost, desk.StandingOff} {
		keys = append(keys, "team.standing."+string(s))
	}
	overlap, field, refused := clients.Conflict{Kind: clients.ConflictOverlap},
		clients.Conflict{Kind: clients.ConflictField, Earlier: clients.Version{Value: "[]"}, Later: clients.Version{Value: "[]"}},
		clients.Conflict{Kind: clients.ConflictRefused}
	for _, c := range []clients.Conflict{overlap, field, refused} {
		kind := string(c.Kind)
		keys = append(keys, "conflict.lead."+kind, "conflict.open."+kind)
		for _, choice := range desk.Choices(c) {
			keys = append(keys, "conflict.way."+kind+"."+string(choice), "conflict.settled."+string(choice))
		}
	}
	for _, language := range []string{words.French, words.English} {
		for _, k := range keys {
			if !words.New(language).Has(k) {
				t.Errorf("no sentence for %q in %s", k, language)
			}
		}
	}
}
