package editor

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/sheet/sheettest"
	"permanence/ui/words"
)

var noon = time.Date(2026, 11, 26, 14, 32, 7, 0, time.UTC)

// bench is an editor on a stage, with what it sent.
type bench struct {
	*sheettest.Stage
	t      testing.TB
	panel  *Panel
	sent   []desk.Event
	closed int
	state  desk.State
}

func open(t testing.TB, mode string, id clients.ID, all ...clients.Client) *bench {
	t.Helper()
	sheettest.Theme(t, mode)
	b := &bench{t: t}
	b.panel = New(Config{
		Words: words.New(words.French),
		Send:  func(e desk.Event) { b.sent = append(b.sent, e) },
		Close: func() { b.closed++ },
		Keys:  func(k fyne.KeyName, m fyne.KeyModifier) bool { return b.panel.Key(k, m) },
	})
	b.state = desk.State{Now: noon, Ready: true, Directory: desk.NewDirectory(all)}
	b.Stage = sheettest.Open(t, b.panel.Content())
	b.panel.Edit(b.state, id)
	b.panel.Show(b.state)
	b.Focus(b.panel.First())
	return b
}

// saved is the card of the last ClientSaved.
func (b *bench) saved() desk.ClientSaved {
	b.t.Helper()
	for i := len(b.sent) - 1; i >= 0; i-- {
		if e, ok := b.sent[i].(desk.ClientSaved); ok {
			return e
		}
	}
	b.t.Fatalf("no card was sent; events: %v", b.sent)
	return desk.ClientSaved{}
}

func (b *bench) saves() int {
	n := 0
	for _, e := range b.sent {
		if _, ok := e.(desk.ClientSaved); ok {
			n++
		}
	}
	return n
}

// store lets the directory hold a card, as after its commit.
func (b *bench) store(c clients.Client) {
	b.state.Directory = b.state.Directory.With(c)
	b.state.Now = b.state.Now.Add(time.Second)
	b.panel.Show(b.state)
}

func durand() clients.Client {
	return clients.Client{
		ID: "durand", Name: "Maître Durand", Trade: "avocat · Toulouse", Color: "#7a2c39", Version: 7,
		DIDs: []string{"+33561234567", "+33561234568"},
		Greetings: []clients.Greeting{
			{Text: "Cabinet de Maître Durand, bonsoir !", From: 18 * 60, To: 8 * 60, Closed: true},
			{Text: "Cabinet de Maître Durand, bonjour !"},
		},
		Instructions: "# Consignes\n\nDemander le **nom** et le **numéro de dossier**.\n\nNe jamais donner le portable.\n\n- Garde à vue : transférer à Me Caron\n- Confrères : toujours prendre le message",
		FAQ:          []clients.FAQ{{Question: "Où se garer ?", Answer: "Parking du Capitole, sortie nord."}},
		CallTypes: []clients.CallType{
			{Key: "client", Label: "Client", Questions: []string{"Votre nom ?", "Votre numéro de dossier ?"}},
			{Key: "urgent", Label: "Urgent", Questions: []string{"Êtes-vous en garde à vue ?"}, Urgent: true},
			{Key: "demarchage", Label: "Démarchage", Unwanted: true},
		},
		Fields: []clients.Field{{Key: "dossier", Label: "N° de dossier", Required: true}},
		Contacts: []clients.Contact{
			{Name: "Me Caron", Role: "associée", Number: "+33612345678", Email: "caron@durand.example", Key: "1", When: "urgences pénales"},
		},
		Hours: clients.Week{time.Monday: {{From: 540, To: 750}, {From: 840, To: 1080}}, time.Tuesday: {{From: 540, To: 750}}},
		Recipients: []clients.Recipient{
			{Name: "Cabinet", Channel: "mail", Address: "cabinet@durand.example"},
			{Name: "Me Caron", Channel: "mail", Address: "caron@durand.example", CallTypes: []string{"urgent"}},
		},
		Agenda: clients.AgendaRules{
			Hours: clients.Week{time.Monday: {{From: 540, To: 720}}}, Duration: 20,
			Emergency: []clients.Range{{From: 660, To: 700}}, MinNotice: 60,
		},
	}
}

func petit() clients.Client {
	return clients.Client{ID: "petit", Name: "Dr Petit", Color: "#1f5f99", DIDs: []string{"+33561801122"}, Version: 3}
}

func TestStories(t *testing.T) {
	for _, mode := range []string{"light", "dark"} {
		b := open(t, mode, "durand", durand(), petit())
		b.state.Edit = historyOfDurand()
		b.panel.Show(b.state)
		for i, name := range []string{"card", "welcome", "instructions", "calls", "faq", "contacts", "recipients", "agenda", "phone", "voice", "history"} {
			b.panel.sheet.Turn(i)
			b.Picture("editor-" + name + "-" + mode)
		}
		b.panel.sheet.Turn(8)
		b.Press("Ajouter un renvoi")
		b.Fill("Vers", "06 12 34")
		b.Fill("Seulement", "le midi")
		b.Picture("editor-forward-" + mode)
		b.PressNo("Supprimer", 0)
		b.panel.sheet.Turn(0)
		b.Fill("Numéros appelés (SDA), un par ligne", "05 61 80 11 22\n05 61")
		b.Picture("editor-wrong-" + mode)
		b.Key(fyne.KeyEscape, 0)
		b.Picture("editor-unsaved-" + mode)
	}
}

func historyOfDurand() *desk.ClientHistory {
	js := func(v any) string {
		body, _ := json.Marshal(v)
		return string(body)
	}
	return &desk.ClientHistory{Client: "durand", Changes: []desk.ClientChange{
		{Client: "durand", At: noon.Add(-time.Hour), By: "Sophie Martin", Field: "instructions", Before: js("Demander le **nom**."), After: js(durand().Instructions)},
		{Client: "durand", At: noon.Add(-26 * time.Hour), By: "Sophie Martin", Field: "hours", Before: js(clients.Week{time.Monday: {{From: 540, To: 720}}}), After: js(durand().Hours)},
		{Client: "durand", At: noon.Add(-300 * time.Hour), By: "Claire Dubois", Field: "trade", Before: `"avocat"`, After: `"avocat · Toulouse"`},
	}}
}

func TestSavedWholeAndSaidOnceStored(t *testing.T) {
	b := open(t, "light", "durand", durand(), petit())
	b.Fill("Nom, comme il se dit au téléphone", "Cabinet Durand")
	b.Key(fyne.KeyReturn, fyne.KeyModifierControl)
	want := durand()
	want.Name = "Cabinet Durand"
	if got := b.saved(); !reflect.DeepEqual(got.Client, want) || got.Saw != 7 {
		t.Fatalf("sent %+v, saw %d", got.Client, got.Saw)
	}
	if got := b.panel.sheet.Said(); got != "Enregistrement…" {
		t.Errorf("before the commit the sheet says %q", got)
	}
	want.Version = 8
	b.store(want)
	if got := b.panel.sheet.Said(); got != "Enregistré à 14:32:08" {
		t.Errorf("after the commit the sheet says %q", got)
	}
	b.Key(fyne.KeyEscape, 0)
	if b.closed != 1 {
		t.Error("Escape did not close a sheet with nothing to save")
	}
}
