package settings

import (
	"reflect"
	"slices"

	"fyne.io/fyne/v2"

	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/widgets"
	"permanence/ui/words"
)

// Config is what the settings need from the window.
type Config struct {
	Words   *words.Book
	Send    func(desk.Event)
	Close   func()              // leaves the settings
	Keys    widgets.Keys        // the window's, which asks Panel.Key first
	Level   func() float64      // of the microphone, in dBFS; read ten times a second. May be nil
	NewLine func() phone.LineID // a fresh name for a line, never one that was used
}

type form = sheet.Group[draft]

// Panel is the sheet of settings.
type Panel struct {
	cfg   Config
	sheet *sheet.Sheet
	pages []*form
	names []string // of the pages
	parts struct {
		lines   []*lineCard
		roles   []*roleChoice
		sound   *soundTest
		headset *widgets.Text
		mail    *mailTest

		choices []*lineChoice
		office  *officePage
	}

	state   desk.State
	base    draft // as it is in use
	draft   draft // base with what was typed
	wrong   troubles
	secrets map[string]string // passwords typed and not saved, by the core's names
	sending *sending
}

// New builds the sheet.
func New(c Config) *Panel {
	p := &Panel{cfg: c, secrets: map[string]string{}}
	p.sheet = sheet.New(sheet.Config{
		Words: c.Words, Title: c.Words.T("settings.title"), Keys: c.Keys,
		Close: p.close, Save: p.save, Dirty: p.dirty,
	})
	for _, page := range []struct {
		key   string
		build func(g *form) fyne.CanvasObject
	}{
		{"lines", p.linesPage},
		{"sound", p.soundPage},
		{"mail", p.mailPage},
		{"appearance", p.appearancePage},
		{"operator", p.operatorPage},
		{"away", p.awayPage},
		{"partners", p.partnersPage},
		{"office", p.officePage},
	} {
		g := sheet.NewGroup[draft](p.sheet, p.review)
		p.pages, p.names = append(p.pages, g), append(p.names, page.key)
		p.sheet.AddPage(p.t("page."+page.key), page.build(g))
	}
	return p
}

// Content is what is drawn; it is built once.
func (p *Panel) Content() fyne.CanvasObject { return p.sheet.Content() }

// Turn shows the page with a name; an unknown one changes nothing.
func (p *Panel) Turn(page string) { p.sheet.Turn(slices.Index(p.names, page)) }

// First is the list of pages.
func (p *Panel) First() fyne.Focusable { return p.sheet.First() }

// Key handles a key before the window does, and reports whether it did.
func (p *Panel) Key(key fyne.KeyName, mods fyne.KeyModifier) bool { return p.sheet.Key(key, mods) }

// Show follows a new state: what is in use, what the devices and lines are doing,
// how the tests went, what became of saving.
func (p *Panel) Show(s desk.State) {
	p.state = s
	p.settle()
	if next := from(&s); !reflect.DeepEqual(next, p.base) {
		p.base = next
		p.fill(sheet.Follow)
	}
	p.live()
}

// live shows what changes by itself beside what is typed.
func (p *Panel) live() {
	for _, r := range p.parts.roles {
		r.offer(&p.state)
	}
	for _, l := range p.parts.lines {
		l.live(&p.state)
	}
	p.parts.sound.live(&p.state)
	p.showHeadset(&p.state)
	p.parts.mail.live(&p.state)
	p.parts.office.live(&p.state)
}

func (p *Panel) fill(why sheet.Filling) {
	for _, g := range p.pages {
		d := p.base.copy()
		g.Fill(&d, why)
	}
	p.review()
	p.sheet.Relayout()
}

// dirty reports whether something was typed that is not saved.
func (p *Panel) dirty() bool {
	if len(p.secrets) > 0 {
		return true
	}
	for _, g := range p.pages {
		if g.Touched() {
			return true
		}
	}
	return false
}

// close forgets what was typed and not saved: she was asked, or saved it. How a pairing
// went has been read.
func (p *Panel) close() {
	p.sending = nil
	p.leavePairing()
	p.parts.office.own.forget()
	p.parts.office.staff.card.close()
	clear(p.secrets)
	p.fill(sheet.Afresh)
	p.sheet.Say("", "")
	p.cfg.Close()
}

// t says a sentence of the settings.
func (p *Panel) t(key string, args ...any) string { return p.cfg.Words.T("settings."+key, args...) }

// in describes an entry whose label and hint stand in the translation.
func (p *Panel) in(path, key string) sheet.Input {
	in := sheet.Input{Path: path, Label: p.t(key)}
	if hint := "settings." + key + ".hint"; p.cfg.Words.Has(hint) {
		in.Hint = p.cfg.Words.T(hint)
	}
	return in
}

// choices are keys with their words, which stand under a common beginning.
func (p *Panel) choices(under string, keys ...string) []widgets.Choice {
	list := make([]widgets.Choice, len(keys))
	for i, k := range keys {
		list[i] = widgets.Choice{Key: k, Label: p.t(under + "." + k)}
	}
	return list
}
