package ui

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// calmPage stands on the stage when nothing is in front: what to do first on a
// new desk; later the day's figures and what still waits.
type calmPage struct {
	kit
	root    *widgets.Box
	title   *widgets.Text
	lead    *widgets.Text
	figures [4]*figure
	row     *fyne.Container
	todo    *stepList
	always  *stepList
	column  *fyne.Container
	desk    *Desk
}

// figure is a number of the day with its word.
type figure struct{ number, word *widgets.Text }

// step is something to do, with its key or button, ticked when it is done.
type step struct {
	box    *widgets.Box
	mark   *fyne.Container
	dot    *widgets.Dot
	tick   *widgets.Icon
	title  *widgets.Text
	detail *widgets.Text
	button *widgets.KeyButton
	act    func()
}

// todo is what a step says.
type todo struct {
	title, detail, label, key string
	done                      bool
	color                     fyne.ThemeColorName
	act                       func()
}

func newCalmPage(k kit, d *Desk) *calmPage {
	p := &calmPage{kit: k, desk: d}
	p.title = widgets.NewText("", widgets.TextStyle{Size: theme.SizeGreeting, Bold: true, Lines: 2})
	p.lead = widgets.NewText("", widgets.TextStyle{Color: theme.Muted, Lines: 3})
	p.row = container.New(&evenLayout{})
	for i := range p.figures {
		f := &figure{
			number: widgets.NewText("", widgets.TextStyle{Size: theme.SizeGreeting, Bold: true}),
			word:   widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Cut: true}),
		}
		p.figures[i] = f
		p.row.Add(widgets.NewBox(widgets.BoxStyle{Fill: theme.Field, Radius: 7, Pad: widgets.Pad{16, 10, 12, 12}},
			container.New(&widgets.Column{}, f.number, f.word)))
	}
	p.todo, p.always = newStepList(), newStepList()
	p.column = container.New(&widgets.Column{Gap: 16}, p.title, p.lead, p.row, p.todo.root, p.always.root)
	p.root = widgets.NewBox(widgets.Panel, widgets.NewScroll(container.New(&pageLayout{}, p.column)))
	return p
}

func (p *calmPage) show(s *desk.State) {
	changed := p.showTitle(s)
	changed = p.showFigures(s) || changed
	heading, steps := p.words.T("calm.todo"), p.todos(s)
	if p.fresh(s) {
		heading = p.words.T("calm.first")
	}
	changed = p.todo.show(heading, steps) || changed
	changed = p.always.show(p.words.T("calm.always"), p.possible(s)) || changed
	if changed {
		widgets.Relayout(p.root.Content)
		p.root.Refresh()
	}
}

// fresh reports whether the desk cannot answer for anybody yet.
func (p *calmPage) fresh(s *desk.State) bool {
	return s.Ready && (s.Directory.Len() == 0 || len(s.Settings.Lines) == 0)
}

func (p *calmPage) showTitle(s *desk.State) bool {
	title, lead := "calm.title", "calm.lead"
	switch {
	case s.Closing:
		title, lead = "calm.closing", "calm.closing-lead"
	case !s.Ready:
		title, lead = "calm.opening", "calm.opening-lead"
	case p.fresh(s):
		title, lead = "calm.welcome", "calm.welcome-lead"
	case s.Missed > 0 || failed(s) > 0:
		title = "calm.busy"
	}
	changed := p.title.Set(p.words.T(title))
	return p.lead.Set(p.words.T(lead)) || changed
}

func (p *calmPage) showFigures(s *desk.State) bool {
	var answered, missed, messages, booked int
	for i := range s.History {
		e := &s.History[i]
		if !sameDay(e.ArrivedAt.In(s.Now.Location()), s.Now) {
			continue
		}
		switch {
		case e.Missed:
			missed++
		case !e.AnsweredAt.IsZero() && e.Direction == phone.Incoming:
			answered++
		}
		messages += one(e.Message != "")
		booked += one(e.Booked)
	}
	changed := widgets.Show(p.row, s.Ready && !p.fresh(s))
	for i, v := range []struct {
		n   int
		key string
	}{{answered, "figure.answered"}, {missed, "figure.missed"}, {messages, "figure.messages"}, {booked, "figure.booked"}} {
		changed = p.figures[i].number.Set(strconv.Itoa(v.n)) || changed
		changed = p.figures[i].word.Set(p.words.N(v.key, v.n)) || changed
	}
	return changed
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// todos lists what to do next, the most pressing first.
func (p *calmPage) todos(s *desk.State) []todo {
	if !s.Ready || s.Closing {
		return nil
	}
	if p.fresh(s) {
		return p.firstSteps(s)
	}
	var list []todo
	if s.Missed > 0 {
		list = append(list, p.missed(s))
	}
	see := func(title, how string, c fyne.ThemeColorName) todo {
		return todo{title: title, detail: p.words.T(how), color: c, label: p.words.T("notice.open-outbox"), act: func() { p.desk.stage.open(stageOutbox) }}
	}
	if n := failed(s); n > 0 {
		list = append(list, see(p.words.N("todo.failed", n), "todo.failed-how", theme.Bad))
	}
	if n := len(s.Outbox) - failed(s); n > 0 {
		list = append(list, see(p.words.N("todo.waiting", n), "todo.waiting-how", theme.Wait))
	}
	return list
}

// missed offers to call the newest missed caller back.
func (p *calmPage) missed(s *desk.State) todo {
	t := todo{title: p.words.N("todo.missed", s.Missed), detail: p.words.T("todo.missed-how"), color: theme.Bad}
	for i := range s.History {
		if e := s.History[i]; e.Missed && e.Number != "" {
			t.label = p.words.T("todo.missed-act", nb(e.Number.Display()))
			t.act = func() { p.desk.callBack(e) }
			break
		}
	}
	return t
}

// possible is what can be done at any moment.
func (p *calmPage) possible(s *desk.State) []todo {
	if !s.Ready || s.Closing || p.fresh(s) {
		return nil
	}
	return []todo{
		{
			title: p.words.T("todo.search"), detail: p.words.T("todo.search-how"),
			label: p.words.T("foot.search"), key: p.words.T("key.search"), act: func() { p.desk.stage.open(stageSearch) },
		},
		{
			title: p.words.T("todo.dial"), detail: p.words.T("todo.dial-how"),
			label: p.words.T("foot.dial"), key: p.words.T("key.dial"), act: p.desk.openDial,
		},
	}
}

// firstSteps leads from an empty desk to the first call.
func (p *calmPage) firstSteps(s *desk.State) []todo {
	line, sound := len(s.Settings.Lines) > 0, !s.Sound.Silent
	settings := func(page string) func() { return func() { p.desk.stage.settings(page) } }
	steps := []todo{
		{
			title: p.words.T("first.client"), detail: p.words.T("first.client-how"), done: s.Directory.Len() > 0, color: theme.Wait,
			label: p.words.T("first.client-act"), act: func() { p.desk.OpenEditor(clients.ID("")) },
		},
		{
			title: p.words.T("first.line"), detail: p.words.T("first.line-how"), done: line, color: theme.Wait,
			label: p.words.T("first.line-act"), key: p.words.T("key.settings"), act: settings("lines"),
		},
		{
			title: p.words.T("first.sound"), detail: p.words.T("first.sound-how"), done: sound, color: theme.Wait,
			label: p.words.T("first.sound-act"), act: settings("sound"),
		},
	}
	if s.Office.Linked() {
		return steps // the office sends the messages
	}
	mail := todo{
		title: p.words.T("first.mail"), detail: p.words.T("first.mail-how"), done: s.Settings.Mail.Host != "", color: theme.Wait,
		label: p.words.T("first.mail-act"), act: settings("mail"),
	}
	join := todo{title: p.words.T("first.office"), detail: p.words.T("first.office-how"), label: p.words.T("first.office-act"), act: settings("office")}
	return append(slices.Insert(steps, 2, mail), join)
}

// stepList is a heading with its steps.
type stepList struct {
	root    *fyne.Container
	heading *widgets.Text
	list    *fyne.Container
	steps   []*step
}

func newStepList() *stepList {
	l := &stepList{heading: widgets.Heading(""), list: container.New(&widgets.Column{Gap: 8})}
	l.root = container.New(&widgets.Column{Gap: 8}, l.heading, l.list)
	return l
}

// show fills the list; the first step still to do has the primary button.
func (l *stepList) show(heading string, todos []todo) bool {
	changed := l.heading.Set(upper(heading))
	changed = widgets.Show(l.root, len(todos) > 0) || changed
	for len(l.steps) < len(todos) {
		st := newStep()
		l.steps = append(l.steps, st)
		l.list.Add(st.box)
		changed = true
	}
	first := true
	for i, st := range l.steps {
		changed = widgets.Show(st.box, i < len(todos)) || changed
		if i < len(todos) {
			t := todos[i]
			changed = st.show(t, first && t.color != "" && !t.done) || changed
			first = first && t.done
		}
	}
	return changed
}

func newStep() *step {
	s := &step{dot: widgets.NewDot(theme.Wait), tick: widgets.NewIcon(fynetheme.IconNameConfirm, theme.Good)}
	s.mark = container.NewCenter(s.dot, s.tick)
	s.title = widgets.NewText("", widgets.TextStyle{Bold: true, Cut: true})
	s.detail = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Lines: 3})
	s.button = widgets.NewKeyButton("", "", widgets.Secondary, func() { s.act() })
	s.box = widgets.NewBox(widgets.BoxStyle{Stroke: theme.Edge, Radius: 7, Pad: widgets.Pad{16, 10, 14, 11}},
		container.New(&stepLayout{}, s.mark, container.New(&widgets.Column{Gap: 1}, s.title, s.detail), s.button))
	return s
}

func (s *step) show(t todo, first bool) bool {
	s.act = t.act
	color, ink, kind := t.color, theme.Ink, widgets.Secondary
	if color == "" {
		color = theme.Rim
	}
	if t.done {
		ink = theme.Muted
	}
	if first {
		kind = widgets.Primary
	}
	s.dot.SetColor(color)
	widgets.Show(s.dot, !t.done)
	widgets.Show(s.tick, t.done)
	s.button.SetKind(kind)
	s.title.SetColor(ink)
	changed := s.title.Set(t.title)
	changed = s.detail.Set(t.detail) || changed
	changed = s.button.SetKey(t.key) || changed
	changed = s.button.SetLabel(t.label) || changed
	return widgets.Show(s.button, t.act != nil && !t.done) || changed
}

// stepLayout puts the dot before the words and the button after them.
type stepLayout struct{}

// MinSize is the button's height.
func (stepLayout) MinSize(o []fyne.CanvasObject) fyne.Size { return o[2].MinSize() }

func (stepLayout) wordsWidth(o []fyne.CanvasObject, width float32) float32 {
	w := width - theme.Px(26)
	if o[2].Visible() {
		w -= o[2].MinSize().Width + theme.Px(14)
	}
	return w
}

// HeightFor is the height of the words.
func (l stepLayout) HeightFor(o []fyne.CanvasObject, width float32) float32 {
	return max(widgets.HeightOf(o[1], l.wordsWidth(o, width)), theme.Px(34))
}

// Layout places the three.
func (l stepLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	d := o[0].MinSize()
	o[0].Move(fyne.NewPos((theme.Px(15)-d.Width)/2, (size.Height-d.Height)/2))
	o[0].Resize(d)
	w := l.wordsWidth(o, size.Width)
	h := widgets.HeightOf(o[1], w)
	o[1].Move(fyne.NewPos(theme.Px(26), (size.Height-h)/2))
	o[1].Resize(fyne.NewSize(w, h))
	b := o[2].MinSize()
	o[2].Move(fyne.NewPos(size.Width-b.Width, (size.Height-b.Height)/2))
	o[2].Resize(b)
}

// evenLayout gives its objects the same width.
type evenLayout struct{}

// MinSize is the greatest height.
func (evenLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	h := float32(0)
	for _, x := range o {
		h = max(h, x.MinSize().Height)
	}
	return fyne.NewSize(0, h)
}

// Layout shares the width.
func (evenLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	space := theme.Px(10)
	w := (size.Width - space*float32(len(o)-1)) / float32(len(o))
	for i, x := range o {
		x.Move(fyne.NewPos(float32(i)*(w+space), 0))
		x.Resize(fyne.NewSize(w, size.Height))
	}
}

// pageLayout keeps a page's lines short enough to be read, a bit above the
// middle.
type pageLayout struct{}

// MinSize is nothing: the frame's counts.
func (pageLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (pageLayout) width(all float32) float32 { return min(all-theme.Px(64), theme.Px(720)) }

// HeightFor is the height of the page with some air.
func (l pageLayout) HeightFor(o []fyne.CanvasObject, width float32) float32 {
	return widgets.HeightOf(o[0], l.width(width)) + 2*theme.Px(20)
}

// Layout centres the page.
func (l pageLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	w := l.width(size.Width)
	h := widgets.HeightOf(o[0], w)
	o[0].Move(fyne.NewPos((size.Width-w)/2, max((size.Height-h)*0.36, theme.Px(20))))
	o[0].Resize(fyne.NewSize(w, h))
}
