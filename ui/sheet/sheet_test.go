package sheet_test

import (
	"reflect"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"permanence/ui/sheet"
	"permanence/ui/sheet/sheettest"
	"permanence/ui/widgets"
	"permanence/ui/words"
)

// note is what the tests' sheet edits.
type note struct {
	Title string
	Done  bool
	Kind  string
	Order []string
	Items []item
}

type item struct{ Word string }

// pad is a sheet with one of each part.
type pad struct {
	*sheettest.Stage
	sheet   *sheet.Sheet
	form    *sheet.Group[note]
	saves   int
	closed  int
	changes int
}

func open(t *testing.T) *pad {
	t.Helper()
	sheettest.Theme(t, "light")
	p := &pad{}
	p.sheet = sheet.New(sheet.Config{
		Words: words.New(words.French), Title: "Note",
		Close: func() { p.closed++ }, Save: func() { p.saves++ },
		Dirty: func() bool { return p.form.Touched() },
	})
	p.form = sheet.NewGroup[note](p.sheet, func() { p.changes++ })
	choices := []widgets.Choice{{Key: "a", Label: "A"}, {Key: "b", Label: "B"}, {Key: "c", Label: "C"}}
	list := sheet.NewList(p.form, sheet.ListConfig[note, item]{
		Path: "items", At: func(n *note) *[]item { return &n.Items },
		Build: func(g *sheet.Group[item]) fyne.CanvasObject {
			return sheet.Text(g, sheet.Input{Path: "word", Label: "Mot"}, func(i *item) *string { return &i.Word })
		},
		Fresh: func() item { return item{} }, Name: func(i item) string { return i.Word },
		Add: "Ajouter", Empty: "rien",
	})
	p.sheet.AddPage("Un", sheet.Rows(
		sheet.Parsed(p.form, sheet.Input{Path: "title", Label: "Titre"},
			func(n *note) string { return strings.ToUpper(n.Title) },
			func(n *note, s string) string {
				if s == "?" {
					return "mauvais"
				}
				n.Title = strings.ToLower(s)
				return ""
			}),
		sheet.Tick(p.form, "Fait", func(n *note) *bool { return &n.Done }),
		sheet.Pick(p.form, sheet.Input{Path: "kind", Label: "Sorte"}, choices, func(n *note) *string { return &n.Kind }),
		sheet.Sort(p.form, sheet.Input{Path: "order", Label: "Ordre"}, choices, []string{"c", "a"}, func(n *note) *[]string { return &n.Order }),
		list.Content(),
	))
	p.sheet.AddPage("Deux", widgets.NewText("page deux", widgets.TextStyle{}))
	p.Stage = sheettest.Open(t, p.sheet.Content())
	return p
}

func (p *pad) fill(n note, why sheet.Filling) {
	n.Items = append([]item(nil), n.Items...)
	p.form.Fill(&n, why)
}

// read takes the form over a stored note, with what cannot be read.
func (p *pad) read(n note) (note, []string) {
	var wrong []string
	p.form.Read(&n, "", func(path, sentence string) { wrong = append(wrong, path+": "+sentence) })
	return n, wrong
}

func TestUntouchedPartsFollowAndTouchedOnesStay(t *testing.T) {
	p := open(t)
	p.fill(note{Title: "un", Items: []item{{"x"}}}, sheet.Afresh)
	p.Fill("Titre", "DEUX")
	p.Focus(p.sheet.First())
	stored := note{Title: "trois", Done: true, Kind: "b", Order: []string{"b"}, Items: []item{{"y"}, {"z"}}}
	p.fill(stored, sheet.Follow)
	want := stored
	want.Title = "deux"
	if got, wrong := p.read(stored); !reflect.DeepEqual(got, want) || wrong != nil {
		t.Errorf("read %+v, %v; want %+v", got, wrong, want)
	}
}

func TestUnreadableIsReportedAndChangesNothing(t *testing.T) {
	p := open(t)
	p.fill(note{Title: "un"}, sheet.Afresh)
	p.Fill("Titre", "?")
	got, wrong := p.read(note{Title: "un"})
	if got.Title != "un" || !reflect.DeepEqual(wrong, []string{"title: mauvais"}) {
		t.Errorf("read %+v, %v", got, wrong)
	}
	p.form.Mark("", func(path string) string { return "à " + path })
	if p.Remark("Titre") != "à title" {
		t.Errorf("beside the entry stands %q", p.Remark("Titre"))
	}
}

func TestConfirmedIsNoLongerTouched(t *testing.T) {
	p := open(t)
	p.fill(note{Title: "un", Items: []item{{"x"}}}, sheet.Afresh)
	p.Fill("Titre", "deux")
	p.Fill("Mot", "y")
	p.Press("Fait")
	p.form.Seal()
	sent, _ := p.read(note{Title: "un", Items: []item{{"x"}}})
	p.fill(sent, sheet.Confirm)
	if p.form.Touched() {
		t.Error("what was stored still counts as typed")
	}
	if got := p.Entry("Titre").Text; got != "DEUX" {
		t.Errorf("the stored spelling is not shown: %q", got)
	}
}

func TestTypedBringsBackADraft(t *testing.T) {
	p := open(t)
	stored := note{Title: "un", Items: []item{{"x"}}}
	draft := note{Title: "deux", Done: true, Kind: "c", Order: []string{"b", "c"}, Items: []item{{"x"}, {"y"}}}
	p.fill(stored, sheet.Afresh)
	p.fill(draft, sheet.Typed)
	if got, _ := p.read(stored); !reflect.DeepEqual(got, draft) {
		t.Errorf("read %+v; want %+v", got, draft)
	}
	p.fill(stored, sheet.Afresh)
	p.fill(stored, sheet.Typed)
	if p.form.Touched() {
		t.Error("a draft that says what is stored counts as typed")
	}
}

func TestOrderByTheKeyboard(t *testing.T) {
	p := open(t)
	o := p.Orders()[0]
	p.fill(note{}, sheet.Afresh)
	p.Focus(o)
	steps := []struct {
		key  fyne.KeyName
		mods fyne.KeyModifier
		want string
	}{
		{fyne.KeyUp, 0, "ca"}, // the first is chosen already
		{fyne.KeyDown, fyne.KeyModifierAlt, "ac"},
		{fyne.KeyDown, fyne.KeyModifierAlt, "ac"}, // B is out of use: nothing to pass
		{fyne.KeyDown, 0, "ac"},
		{fyne.KeySpace, 0, "acb"},
		{fyne.KeyUp, fyne.KeyModifierAlt, "abc"},
		{fyne.KeySpace, 0, "ac"},
		{fyne.KeyUp, 0, "ac"},
		{fyne.KeySpace, 0, "a"},
		{fyne.KeyUp, 0, "a"},
		{fyne.KeySpace, 0, "a"}, // one stays
	}
	for i, s := range steps {
		p.Key(s.key, s.mods)
		if got := strings.Join(o.Keys(), ""); got != s.want {
			t.Fatalf("step %d: order %q; want %q", i, got, s.want)
		}
	}
	if got, _ := p.read(note{}); !reflect.DeepEqual(got.Order, []string{"a"}) {
		t.Errorf("read %q", got.Order)
	}
}

func TestUsualOrderStaysUnsaid(t *testing.T) {
	p := open(t)
	p.fill(note{}, sheet.Afresh)
	if got, _ := p.read(note{}); got.Order != nil {
		t.Errorf("an order nobody chose became %q", got.Order)
	}
}

func TestSheetKeys(t *testing.T) {
	p := open(t)
	p.fill(note{}, sheet.Afresh)
	p.Focus(p.sheet.First())
	p.Key(fyne.KeyReturn, fyne.KeyModifierControl)
	p.Key(fyne.KeyDown, 0)
	if p.saves != 1 || p.sheet.Page() != 1 || !p.Shows("page deux") {
		t.Errorf("saved %d times, page %d", p.saves, p.sheet.Page())
	}
	p.Key(fyne.KeyDown, 0)
	if p.sheet.Page() != 1 {
		t.Error("there is no page after the last")
	}
	if p.sheet.Key(fyne.KeyF2, 0) || p.sheet.Key(fyne.KeyK, fyne.KeyModifierControl) {
		t.Error("the window's keys are not the sheet's")
	}
	p.Key(fyne.KeyEscape, 0)
	if p.closed != 1 {
		t.Error("Escape did not close")
	}
}

func TestSavedClosesOnlyAfterLeaving(t *testing.T) {
	p := open(t)
	p.fill(note{}, sheet.Afresh)
	p.sheet.Saved("a")
	p.Fill("Titre", "x")
	p.Key(fyne.KeyEscape, 0)
	p.Press("Enregistrer")
	p.sheet.Stay()
	p.sheet.Saved("b")
	if p.closed != 0 {
		t.Fatal("closed though saving had been refused")
	}
	p.Key(fyne.KeyEscape, 0)
	p.Press("Enregistrer")
	p.sheet.Saved("c")
	if p.closed != 1 || p.sheet.Said() != "c" {
		t.Errorf("closed %d times, says %q", p.closed, p.sheet.Said())
	}
}

func TestKeysGoToTheWindowFirst(t *testing.T) {
	sheettest.Theme(t, "light")
	var got []fyne.KeyName
	s := sheet.New(sheet.Config{
		Words: words.New(words.French), Close: func() {},
		Keys: func(k fyne.KeyName, _ fyne.KeyModifier) bool { got = append(got, k); return true },
	})
	s.AddPage("Un", s.NewEntry())
	stage := sheettest.Open(t, s.Content())
	stage.Focus(stage.Entries()[0])
	stage.Key(fyne.KeyEscape, 0)
	stage.Focus(s.First())
	stage.Key(fyne.KeyF8, 0)
	if want := []fyne.KeyName{fyne.KeyEscape, fyne.KeyF8}; !reflect.DeepEqual(got, want) {
		t.Errorf("the window was asked for %v; want %v", got, want)
	}
}
