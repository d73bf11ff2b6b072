// Package help is F1: every key of the window on one card, and the first steps of
// a new desk. Both are drawn from one table (keys.go).
package help

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
	"permanence/ui/words"
)

// Config is what the help needs from the window.
type Config struct {
	Words *words.Book
	Close func() // leaves the help
}

// Panel is the card of keys.
type Panel struct {
	cfg     Config
	scroll  *container.Scroll
	content fyne.CanvasObject
}

// New draws the card.
func New(c Config) *Panel {
	p := &Panel{cfg: c}
	half := (len(Keys) + 1) / 2
	left := container.New(&widgets.Column{Gap: 26}, p.groups(Keys[:half])...)
	right := container.New(&widgets.Column{Gap: 26}, p.groups(Keys[half:])...)
	keys := container.New(&widgets.Columns{Gap: 44, Least: 300}, left, right)
	all := container.New(&widgets.Column{Gap: 26}, p.steps(), widgets.NewRule(), keys)
	p.scroll = widgets.NewScroll(container.New(widgets.Pad{28, 22, 28, 22}, all))
	p.content = sheet.Paper(c.Words, c.Words.T("help.title"), c.Close, p.scroll)
	return p
}

// Content is what is drawn; it is built once.
func (p *Panel) Content() fyne.CanvasObject { return p.content }

// Show has nothing to follow: the keys are always the same.
func (p *Panel) Show(desk.State) {}

// First takes no keyboard: there is nothing to type.
func (p *Panel) First() fyne.Focusable { return nil }

// Key closes by Escape and scrolls by the arrows where the card is cut.
func (p *Panel) Key(key fyne.KeyName, mods fyne.KeyModifier) bool {
	line, page := theme.Px(40), p.scroll.Size().Height*0.9
	by := map[fyne.KeyName]float32{fyne.KeyDown: line, fyne.KeyUp: -line, fyne.KeyPageDown: page, fyne.KeyPageUp: -page}[key]
	switch {
	case mods != 0:
		return false
	case key == fyne.KeyEscape:
		p.cfg.Close()
	case by != 0:
		p.scroll.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -by)})
	default:
		return false
	}
	return true
}

func (p *Panel) groups(list []Group) []fyne.CanvasObject {
	objects := make([]fyne.CanvasObject, len(list))
	for i, g := range list {
		rows := []fyne.CanvasObject{widgets.Heading(p.cfg.Words.T(g.Name))}
		for _, k := range g.Keys {
			rows = append(rows, p.key(k))
		}
		objects[i] = container.New(&widgets.Column{Gap: 9}, rows...)
	}
	return objects
}

// key is a key with what it does beside it, all in one line under one another.
func (p *Panel) key(k Key) fyne.CanvasObject {
	does := widgets.NewText(p.cfg.Words.T(k.Does), widgets.TextStyle{Lines: 3})
	return container.New(&capRow{}, p.cap(k), does)
}

func (p *Panel) cap(k Key) fyne.CanvasObject { return widgets.NewKeyCap(p.cfg.Words.T(k.Cap)) }

// steps are the first steps, numbered.
func (p *Panel) steps() fyne.CanvasObject {
	rows := []fyne.CanvasObject{widgets.Heading(p.cfg.Words.T("help.first"))}
	for i, s := range Steps {
		number := widgets.NewText(strconv.Itoa(i+1), widgets.TextStyle{Bold: true, Color: theme.Primary})
		does := widgets.NewText(p.cfg.Words.T(s.Does), widgets.TextStyle{Cut: true})
		rows = append(rows, container.New(&widgets.Row{Gap: 14}, number, does, p.cap(s)))
	}
	return container.New(&widgets.Column{Gap: 9}, rows...)
}

// capRow keeps a column of its own for the keys, so that the words stand in line.
type capRow struct{}

// capWidth is the width of that column.
const capWidth = 104

// MinSize is that of the key's column and the words.
func (*capRow) MinSize(o []fyne.CanvasObject) fyne.Size {
	words := o[1].MinSize()
	return fyne.NewSize(theme.Px(capWidth)+words.Width, max(o[0].MinSize().Height, words.Height))
}

// HeightFor is the height of the words at a width.
func (*capRow) HeightFor(o []fyne.CanvasObject, width float32) float32 {
	return max(o[0].MinSize().Height, widgets.HeightOf(o[1], width-theme.Px(capWidth)))
}

// Layout puts the key at the left of the first line of the words.
func (*capRow) Layout(o []fyne.CanvasObject, size fyne.Size) {
	c := o[0].MinSize()
	o[0].Resize(c)
	o[1].Move(fyne.NewPos(theme.Px(capWidth), 0))
	o[1].Resize(fyne.NewSize(size.Width-theme.Px(capWidth), size.Height))
}
