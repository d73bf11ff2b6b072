package editor

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"permanence/clients"
	"permanence/ui/desk"
)

const labelInstructions = "Consignes"

// claire stores a card that another desk wrote, with what the history tells of it.
func (b *bench) claire(version int64, change func(*clients.Client)) clients.Client {
	b.t.Helper()
	before := *b.state.Directory.Client("durand")
	card := copyOf(before)
	card.Version = version
	change(&card)
	h := desk.ClientHistory{Client: "durand"}
	if b.state.Edit != nil {
		h = *b.state.Edit
	}
	for field, v := range clients.Diff(before, card) {
		h.Under = append([]desk.ClientChange{{Client: "durand", At: b.state.Now, By: "Claire", Field: field, After: string(v), Seq: version}}, h.Under...)
	}
	b.state.Edit = &h
	b.store(card)
	return card
}

func TestWhoChangedTheOpenCardIsSaid(t *testing.T) {
	b := open(t, "light", "durand", durand())
	b.claire(9, func(c *clients.Client) { c.Trade, c.Instructions = "avocate", "Rappeler." })
	said := ""
	for _, s := range b.Texts() {
		if strings.HasPrefix(s, "Modifiée par") {
			said = s
		}
	}
	if !strings.HasPrefix(said, "Modifiée par Claire à 14:32 : ") || !strings.Contains(said, "métier") || !strings.Contains(said, "consignes") {
		t.Errorf("the line says %q", said)
	}
	if got := b.Entry(labelTrade).Text; got != "avocate" {
		t.Errorf("a field that she did not touch shows %q", got)
	}
	b.Key(fyne.KeyI, fyne.KeyModifierControl)
	if b.panel.sheet.Page() != len(b.panel.pages) || b.Shows(said) {
		t.Error("looking does not turn to the history")
	}
}

func TestAFieldUnderTheCursorFollowsWhenItIsLeft(t *testing.T) {
	b := open(t, "light", "durand", durand())
	b.Focus(b.Entry(labelTrade))
	b.claire(9, func(c *clients.Client) { c.Trade = "avocate" })
	if got := b.Entry(labelTrade).Text; got != "avocat · Toulouse" {
		t.Errorf("the entry under the cursor became %q", got)
	}
	b.Focus(b.Entry(labelName))
	b.panel.Show(b.state)
	if got := b.Entry(labelTrade).Text; got != "avocate" {
		t.Errorf("left, it shows %q", got)
	}
	b.Fill(labelTrade, "avocates")
	b.save()
	if got := b.saved(); len(got.Blind) != 0 || got.Saw != 9 {
		t.Errorf("what she saw counts as not seen: %v, saw %d", got.Blind, got.Saw)
	}
}

func TestTypingOnOverAnothersWordsIsAClash(t *testing.T) {
	b := open(t, "light", "durand", durand())
	b.Focus(b.Entry(labelTrade))
	b.claire(9, func(c *clients.Client) { c.Trade = "avocate" })
	b.Fill(labelTrade, "avocat · Toulouse, Albi")
	if !b.Shows("avocate") || !b.Shows("Garder le mien") {
		t.Error("the other's words are not beside hers")
	}
	b.save()
	if got := b.saved(); got.Blind["trade"] != 7 || got.Saw != 9 || got.Client.Trade != "avocat · Toulouse, Albi" {
		t.Errorf("sent %q, saw %d, blind %v", got.Client.Trade, got.Saw, got.Blind)
	}
}

func TestAClashIsChosenOrKept(t *testing.T) {
	for _, tt := range []struct {
		press string
		text  string
		blind int
	}{
		{"", "Prendre le nom.", 1},
		{"Prendre ce texte", "Rappeler.", 0},
		{"Garder le mien", "Prendre le nom.", 0},
		{"Garder les deux", "Rappeler.\n\nPrendre le nom.", 0},
	} {
		b := open(t, "light", "durand", durand())
		b.Fill(labelTrade, "notaire")
		b.turn(2)
		b.Fill(labelInstructions, "Prendre le nom.")
		b.turn(0)
		b.claire(9, func(c *clients.Client) { c.Instructions, c.Address = "Rappeler.", "1 rue Neuve" })
		b.Key(fyne.KeyI, fyne.KeyModifierControl)
		if b.panel.sheet.Page() != 2 {
			t.Fatalf("looking turns to page %d", b.panel.sheet.Page())
		}
		if tt.press != "" {
			b.Press(tt.press)
		}
		if got := b.Entry(labelInstructions).Text; got != tt.text {
			t.Errorf("%s: the entry holds %q", tt.press, got)
		}
		b.save()
		got := b.saved()
		if got.Client.Instructions != tt.text || got.Client.Trade != "notaire" || got.Client.Address != "1 rue Neuve" {
			t.Errorf("%s: sent %q, %q, %q", tt.press, got.Client.Instructions, got.Client.Trade, got.Client.Address)
		}
		if len(got.Blind) != tt.blind || got.Saw != 9 || tt.blind == 1 && got.Blind["instructions"] != 7 {
			t.Errorf("%s: saw %d, blind %v", tt.press, got.Saw, got.Blind)
		}
		stored := got.Client
		stored.Version = 10
		b.store(stored)
		if b.panel.dirty() || b.Shows("Garder le mien") {
			t.Errorf("%s: stored, and still in question", tt.press)
		}
	}
}

func TestTwoHalvesOfAFieldMerge(t *testing.T) {
	b := open(t, "light", "durand", durand())
	b.turn(7)
	b.Fill("Durée d'un rendez-vous, en minutes", "30")
	b.claire(9, func(c *clients.Client) { c.Agenda.MinNotice = 90 })
	b.save()
	got := b.saved()
	if got.Client.Agenda.Duration != 30 || got.Client.Agenda.MinNotice != 90 || len(got.Blind) != 0 {
		t.Errorf("sent %+v, blind %v", got.Client.Agenda, got.Blind)
	}
}

func TestADraftLeftForAnotherCardMeetsWhatCameMeanwhile(t *testing.T) {
	b := open(t, "light", "durand", durand(), petit())
	b.Fill(labelTrade, "notaire")
	b.panel.Edit(b.state, "petit")
	b.claire(9, func(c *clients.Client) { c.Trade = "avocate" })
	b.panel.Edit(b.state, "durand")
	if got := b.Entry(labelTrade).Text; got != "notaire" || !b.Shows("Garder le mien") {
		t.Errorf("the draft came back as %q, and the other's words are not told", got)
	}
	b.save()
	if got := b.saved(); got.Blind["trade"] != 7 {
		t.Errorf("blind %v", got.Blind)
	}
}

func TestUnderPictures(t *testing.T) {
	for _, mode := range []string{"light", "dark"} {
		b := open(t, mode, "durand", durand())
		b.turn(2)
		b.Fill(labelInstructions, durand().Instructions+"\n- Livraisons : laisser à l’accueil")
		b.state.Now = b.state.Now.Add(time.Minute)
		b.claire(9, func(c *clients.Client) {
			c.Instructions = strings.Replace(c.Instructions, "Me Caron", "Me Caron, sauf le jeudi", 1)
			c.Greetings[1].Text = "Cabinet Durand et associés, bonjour !"
		})
		b.Picture("editor-under-" + mode)
	}
}
