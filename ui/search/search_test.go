package search

import (
	"testing"
	"time"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/sheet/sheettest"
	"permanence/ui/words"
)

var noon = time.Date(2026, 11, 26, 14, 32, 7, 0, time.UTC)

// bench is the search on a stage, with what it sent.
type bench struct {
	*sheettest.Stage
	t      *testing.T
	panel  *Panel
	sent   []desk.Event
	closed int
	state  desk.State
}

func open(t *testing.T, mode string) *bench {
	t.Helper()
	sheettest.Theme(t, mode)
	b := &bench{t: t}
	b.panel = New(Config{
		Words: words.New(words.French),
		Send:  func(e desk.Event) { b.sent = append(b.sent, e) },
		Close: func() { b.closed++ },
	})
	b.state = desk.State{Now: noon, Ready: true, Directory: desk.NewDirectory([]clients.Client{
		{
			ID: "durand", Name: "Maître Durand", Trade: "avocat · Toulouse", Color: "#7a2c39", DIDs: []string{"+33561234567"},
			Greetings: []clients.Greeting{{Text: "Cabinet de Maître Durand, bonjour !"}},
			Fields:    []clients.Field{{Key: "dossier", Label: "N° de dossier"}},
		},
		{ID: "petit", Name: "Dr Petit", Trade: "médecin", Color: "#1f5f99"},
	})}
	b.Stage = sheettest.Open(t, b.panel.Content())
	b.panel.Show(b.state)
	b.Focus(b.panel.First())
	return b
}

// found lets the search end with these hits.
func (b *bench) found(hits ...desk.Hit) {
	b.state.Search = desk.Search{Query: b.panel.entry.Text, Hits: hits}
	b.panel.Show(b.state)
}

func fourKinds() []desk.Hit {
	return []desk.Hit{
		{Kind: desk.HitMessage, ID: "m1", Client: "durand", Title: "Mme Lefèvre", Detail: "Demande à avancer l'audience du 3 décembre. Sera joignable demain jusqu'à 18 h.", At: noon.Add(-2 * time.Hour)},
		{Kind: desk.HitClient, ID: "durand", Title: "Maître Durand", Detail: "avocat · Toulouse"},
		{Kind: desk.HitCaller, ID: "+33612345678", Client: "durand", Title: "Mme Lefèvre", Detail: "3 appels", At: noon.Add(-300 * time.Hour), Number: "+33612345678"},
		{Kind: desk.HitMessage, ID: "m2", Client: "petit", Title: "Mme Lefebvre", Detail: "Renouvellement d'ordonnance", At: noon.Add(-50 * time.Hour)},
		{Kind: desk.HitAppointment, ID: "a1", Client: "petit", Title: "Mme Lefèvre", Detail: "contrôle", At: noon.Add(68 * time.Hour), Number: "+33612345678"},
	}
}

func TestStories(t *testing.T) {
	for _, mode := range []string{"light", "dark"} {
		b := open(t, mode)
		b.Picture("search-empty-" + mode)
		b.Type("lefevre")
		b.found(fourKinds()...)
		b.Picture("search-found-" + mode)
		b.panel.choose(5)
		b.state.Reading = &desk.Reading{
			Message: clients.Message{
				ID: "m1", Client: "durand", Name: "Mme Lefèvre", Number: "0612345678", Fields: map[string]string{"dossier": "2026-0417"},
				Text: "Demande à avancer l'audience du 3 décembre.\nSera joignable demain jusqu'à 18 h, préfère un rappel sur son portable.",
			},
			Deliveries: []clients.Delivery{{Recipient: clients.Recipient{Name: "Cabinet", Address: "cabinet@durand.example"}, State: clients.Sent}},
		}
		b.panel.Show(b.state)
		b.Picture("search-message-" + mode)
		b.panel.choose(3)
		b.panel.enter()
		b.Picture("search-call-" + mode)
		b = open(t, mode)
		b.Type("06 12 34 56 78")
		b.found()
		b.Picture("search-number-" + mode)
		b = open(t, mode)
		b.Type("xyz")
		b.found()
		b.Picture("search-nothing-" + mode)
	}
}
