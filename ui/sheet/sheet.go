package sheet

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/theme"
	"permanence/ui/widgets"
	"permanence/ui/words"
)

// Config is what a sheet needs from its owner.
type Config struct {
	Words *words.Book
	Title string
	Keys  widgets.Keys // the window's, which asks Sheet.Key first; nil: only the sheet's own
	Close func()       // takes the sheet off the window
	Save  func()       // nil: there is nothing to save on this sheet
	Dirty func() bool  // whether something would be lost; nil: never
}

// Sheet is paper on the window: a head, a list of pages, the page, and a foot
// that says where things stand.
type Sheet struct {
	cfg    Config
	head   *head
	nav    *nav
	pages  []*page
	stack  *fyne.Container
	foot   *foot
	above  *fyne.Container // what is said over all pages
	paper  *fyne.Container
	object fyne.CanvasObject
}

// New makes a sheet without pages.
func New(c Config) *Sheet {
	s := &Sheet{cfg: c}
	s.head = newHead(c.Words, c.Title, s.Leave)
	s.nav = newNav(s)
	s.foot = newFoot(s)
	s.stack = container.New(pages{s})
	middle := container.New(split{}, s.nav.scroll, s.stack)
	s.above = container.New(&widgets.Column{}, s.head.object)
	s.paper = container.NewBorder(s.above, s.foot.object, nil, nil, middle)
	s.object = widgets.NewBox(widgets.Panel, s.paper)
	return s
}

// AddPage adds a page at the end; the first one is shown.
func (s *Sheet) AddPage(label string, content fyne.CanvasObject) {
	p := newPage(label, content)
	if len(s.pages) > 0 {
		p.scroll.Hide()
	}
	s.pages = append(s.pages, p)
	s.stack.Add(p.scroll)
	s.nav.add(label)
}

// Above puts something under the head, over all pages.
func (s *Sheet) Above(o fyne.CanvasObject) { s.above.Add(o) }

// Rise gives what stands over the pages its room after it came, went or grew.
func (s *Sheet) Rise() {
	widgets.Relayout(s.paper)
	s.Relayout()
}

// Content is the sheet itself; it takes the room that it is given.
func (s *Sheet) Content() fyne.CanvasObject { return s.object }

// First is where the keyboard begins: the list of pages.
func (s *Sheet) First() fyne.Focusable { return s.nav }

// Page is the number of the page on top.
func (s *Sheet) Page() int { return s.nav.chosen }

// Turn shows another page; there is none before the first or after the last.
func (s *Sheet) Turn(i int) {
	if i < 0 || i >= len(s.pages) || i == s.nav.chosen {
		return
	}
	s.pages[s.nav.chosen].scroll.Hide()
	s.nav.choose(i)
	s.pages[i].scroll.Show()
	s.pages[i].scroll.ScrollToTop()
	s.Relayout()
}

// Mark lights what is wrong on a page in the list of pages.
func (s *Sheet) Mark(i int, wrong bool) { s.nav.rows[i].mark(wrong) }

// Relayout places the page on top again after rows or words came or went.
func (s *Sheet) Relayout() {
	if size := s.stack.Size(); s.top() != nil && size.Width > 0 {
		s.top().relayout(size)
	}
}

// Reveal scrolls the page on top so that an object on it can be seen.
func (s *Sheet) Reveal(o fyne.CanvasObject) {
	if p := s.top(); p != nil {
		p.reveal(o)
	}
}

func (s *Sheet) top() *page {
	if len(s.pages) == 0 {
		return nil
	}
	return s.pages[s.nav.chosen]
}

// keys is where what has the keyboard hands on the keys that it does not want:
// to the window, which asks Key first, or straight to Key.
func (s *Sheet) keys(name fyne.KeyName, mods fyne.KeyModifier) bool {
	if s.cfg.Keys != nil {
		return s.cfg.Keys(name, mods)
	}
	return s.Key(name, mods)
}

// Key uses a key that belongs to the sheet, and reports whether it was one.
func (s *Sheet) Key(name fyne.KeyName, mods fyne.KeyModifier) bool {
	switch {
	case name == fyne.KeyEscape && mods == 0:
		s.Leave()
	case enter(name) && mods == fyne.KeyModifierControl && s.cfg.Save != nil:
		s.Save()
	case name == fyne.KeyPageDown && mods == fyne.KeyModifierControl:
		s.turnAway(s.nav.chosen + 1)
	case name == fyne.KeyPageUp && mods == fyne.KeyModifierControl:
		s.turnAway(s.nav.chosen - 1)
	default:
		return false
	}
	return true
}

func enter(name fyne.KeyName) bool { return name == fyne.KeyReturn || name == fyne.KeyEnter }

// turnAway turns the page under the keyboard, which goes to the list of pages.
func (s *Sheet) turnAway(i int) {
	s.Focus(s.nav)
	s.Turn(i)
}

// Focus gives something on the sheet the keyboard.
func (s *Sheet) Focus(o fyne.Focusable) {
	if c := s.canvas(); c != nil {
		c.Focus(o)
	}
}

func (s *Sheet) canvas() fyne.Canvas {
	return fyne.CurrentApp().Driver().CanvasForObject(s.object)
}

// Save saves what is on the sheet.
func (s *Sheet) Save() {
	s.foot.settle()
	s.cfg.Save()
}

// Saved says that everything is kept now. It closes the sheet if she wanted to
// leave it.
func (s *Sheet) Saved(sentence string) {
	s.Say(sentence, theme.Good)
	if s.foot.leaving {
		s.close()
	}
}

// Say writes in the foot where things stand.
func (s *Sheet) Say(sentence string, c fyne.ThemeColorName) { s.foot.say(sentence, c) }

// Said is what stands in the foot.
func (s *Sheet) Said() string { return s.foot.status.String() }

// Stay takes back that she wanted to leave: saving was refused.
func (s *Sheet) Stay() { s.foot.leaving = false }

// Leave closes the sheet, and asks first when something would be lost.
func (s *Sheet) Leave() {
	switch {
	case s.foot.asking:
		s.foot.settle()
	case s.cfg.Dirty != nil && s.cfg.Dirty():
		s.foot.ask()
	default:
		s.close()
	}
}

func (s *Sheet) close() {
	s.foot.settle()
	s.foot.leaving = false
	s.cfg.Close()
}

// SetTitle writes the head.
func (s *Sheet) SetTitle(title, beside string) { s.head.set(title, beside) }

// SetColor gives the head a client's colour ("#7a2c39"); "" takes it away.
func (s *Sheet) SetColor(hex string) { s.head.color(hex) }
