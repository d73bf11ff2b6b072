package ui

import (
	"strings"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/clients/agenda"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// sheet is the card of the client in front: whose call it is, what to say first,
// who calls, what changed, and the instructions.
type sheet struct {
	kit
	root *widgets.Box

	head               *widgets.Box
	name, trade, found *widgets.Text
	greeting           *widgets.Text
	announce           *announceBar
	caller             *widgets.Text
	hands              *handsBar
	chain              *widgets.Text
	advice             *widgets.Text
	news               *widgets.Text
	newsBox            *widgets.Box
	elsewhere          *widgets.Text // somebody types for this client on another desk
	mark               *widgets.Text // something about it waits to be settled
	markBox            *widgets.Box
	tabs               *tabRow
	pages              *pages
	picker             *clientPicker
	types              *widgets.Choices
	typesRow           *fyne.Container
	parts              *fyne.Container
	said               *widgets.Column
	pads               []*snugPad

	ticket clients.ID
}

func newSheet(k kit) *sheet {
	s := &sheet{kit: k}
	s.name = widgets.NewText("", widgets.TextStyle{Size: theme.SizeTitle, Bold: true})
	s.trade = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Cut: true})
	s.found = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Cut: true, Align: fyne.TextAlignTrailing})
	s.head = widgets.NewBox(sheetHead(false),
		container.New(&headLayout{}, s.name, s.trade, s.found))
	s.greeting = widgets.NewText("", widgets.TextStyle{Size: theme.SizeGreeting, Bold: true, Lines: greetingLines, Cut: true})
	s.announce = newAnnounceBar(k)
	s.caller = widgets.NewText("", widgets.TextStyle{Color: theme.Muted, Cut: true})
	s.hands = newHandsBar(k)
	s.chain = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Lines: 2})
	s.advice = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Bad, Lines: 2})
	s.news = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Ink, Lines: 3})
	s.newsBox = widgets.NewBox(sheetNews(false), s.news)
	s.elsewhere = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Cut: true})
	s.mark = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Bold: true, Color: theme.Wait, Cut: true})
	s.markBox = widgets.NewBox(sheetNews(false), container.New(&widgets.Row{Gap: 10, Grow: s.mark}, s.mark, widgets.NewKeyCap(k.words.T("key.conflicts"))))
	s.markBox.OnTapped = func() { k.keys(fyne.KeyD, fyne.KeyModifierControl) }
	s.pages = newPages(k)
	s.tabs = newTabRow([]string{k.words.T("tab.instructions"), k.words.T("tab.questions"), k.words.T("tab.answers"), k.words.T("tab.contacts")}, s.choose)
	s.picker = newClientPicker(k)
	s.types = widgets.NewChoices(func(key string) { k.send(desk.CallTypeChosen{Ticket: s.ticket, Key: key}) })
	label := widgets.NewText(k.words.T("types.label"), widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted})
	types := newSnugPad(widgets.Pad{18, 9, 18, 11}, widgets.Pad{18, 6, 18, 7}, container.New(&typesLayout{}, label, widgets.NewKeyCap("Ctrl"), s.types))
	s.typesRow = container.New(&widgets.Column{}, widgets.NewRule(), types.Container)

	s.said = &widgets.Column{}
	said := newSnugPad(widgets.Pad{18, 12, 18, 0}, widgets.Pad{18, 6, 18, 0}, container.New(s.said, s.greeting, s.announce.box, s.caller, s.hands.box, s.chain, s.elsewhere, s.advice, s.markBox, s.newsBox))
	s.pads = []*snugPad{said, types, s.tabs.pad}
	s.parts = container.New(&middleLayout{Column: widgets.Column{Grow: s.pages.root}, greeting: s.greeting, caller: s.caller}, said.Container, s.tabs.root, s.picker.root, s.pages.root)
	s.snug(false)
	style := widgets.Panel
	style.Pad = widgets.All(1)
	middle := container.NewClip(s.parts) // in a low window nothing runs over its edge
	middle.ExtendBaseWidget(middle)      // it must know its size before it is drawn
	s.root = widgets.NewBox(style, container.New(sheetLayout{}, s.head, middle, s.typesRow))
	return s
}

// snug moves the parts closer together, or apart again.
func (s *sheet) snug(low bool) {
	s.head.SetStyle(sheetHead(low))
	s.newsBox.SetStyle(sheetNews(low))
	s.markBox.SetStyle(sheetNews(low))
	s.said.Gap = pick[float32](low, 6, 3)
	for _, p := range s.pads {
		p.snug(low)
	}
}

// sheetNews is the ground of what changed since the operator's last call.
func sheetNews(low bool) widgets.BoxStyle {
	pad := pick[float32](low, 7, 3)
	return widgets.BoxStyle{Fill: theme.WaitTint, Stroke: theme.WaitEdge, Radius: 5, Pad: widgets.Pad{12, pad, 12, pad}}
}

// sheetHead is the band in the client's colour.
func sheetHead(low bool) widgets.BoxStyle {
	pad := pick[float32](low, 9, 6)
	return widgets.BoxStyle{Radius: 6, Pad: widgets.Pad{18, pad, 18, pad}}
}

func (s *sheet) show(st *desk.State) {
	t, c := st.FrontTicket(), st.FrontClient()
	turned := s.ticket != t.ID
	s.ticket = t.ID
	changed := s.showHead(t, c) || turned
	changed = s.showGreeting(s.greetingWords(st, c)) || changed
	changed = s.announce.show(st) || changed
	changed = s.caller.SetSpans(s.callerSpans(st, t)...) || changed
	changed = s.hands.show(t) || changed
	changed = s.showChain(st.Call(t.Call)) || changed
	changed = s.showAdvice(st.FrontCall()) || changed
	changed = s.showNews(t) || changed
	changed = s.showMarks(st, t) || changed
	changed = s.showTypes(t, c) || changed
	known := c != nil
	changed = widgets.Show(s.tabs.root, known) || changed
	changed = widgets.Show(s.picker.root, !known) || changed
	changed = widgets.Show(s.pages.root, known) || changed
	if known {
		if turned {
			s.tabs.set(0)
		}
		changed = s.pages.show(s.tabs.chosen, c, t.Draft.Message.CallType) || changed
	} else {
		changed = s.picker.show(st, t.ID) || changed
	}
	if changed {
		s.root.Refresh()
		widgets.Relayout(s.root.Content)
	}
}

// choose shows another page of the client's card.
func (s *sheet) choose(tab int) {
	if s.pages.turn(tab) {
		widgets.Relayout(s.parts)
	}
}

func (s *sheet) showHead(t *desk.Ticket, c *clients.Client) bool {
	shades := theme.Client(ownColor(c))
	s.head.SetGround(shades.Bar)
	for _, w := range []*widgets.Text{s.name, s.trade, s.found} {
		w.Paint(shades.Text)
	}
	trade := ""
	if c != nil {
		trade = c.Trade
	}
	changed := s.name.Set(s.clientName(c))
	changed = s.trade.Set(trade) || changed
	return s.found.Set(s.foundWords(t)) || changed
}

// foundWords says by which number the client was found, and how sure that is.
func (s *sheet) foundWords(t *desk.Ticket) string {
	if t.From.Name != "" {
		return s.words.T("work.from", t.From.Name)
	}
	if t.Found.Code == "" {
		if t.Journal == "" {
			return s.words.T("found.opened")
		}
		return ""
	}
	return s.words.Or([]any{nb(t.Found.Number.Display())}, t.Found.Code, "found.did")
}

// shortGreeting is how many characters of a greeting are shown large; a longer
// one is said whole in a smaller size, for it is read aloud to its end.
const shortGreeting = 64

func (s *sheet) showGreeting(words string) bool {
	size := theme.SizeGreeting
	if utf8.RuneCountInString(words) > shortGreeting {
		size = theme.SizeTitle
	}
	resized := s.greeting.SetSize(size)
	return s.greeting.Set(words) || resized
}

// greetingWords is what to say, at the client's own time of day.
func (s *sheet) greetingWords(st *desk.State, c *clients.Client) string {
	if c == nil {
		return s.quoted(s.words.T("greeting.unknown"))
	}
	now := st.Now
	if c.Agenda.Zone != "" {
		now = now.In(agenda.Zone(c.Agenda))
	}
	if g, ok := c.Greet(now); ok {
		return s.quoted(g.Text)
	}
	return s.quoted(s.words.T("greeting.plain", c.Name))
}

// callerSpans tells who calls and what is known of them.
func (s *sheet) callerSpans(st *desk.State, t *desk.Ticket) []widgets.Span {
	if t.Journal == "" && t.Caller == (phone.Identity{}) {
		return []widgets.Span{{Text: s.words.T("caller.none")}}
	}
	lead := "caller.lead"
	if c := st.FrontCall(); c != nil && c.Direction != 0 {
		lead = "caller.called"
	}
	spans := []widgets.Span{{Text: s.words.T(lead) + " "}}
	name, number := callerName(t.Earlier.Name, t.Caller), s.callerNumber(t.Caller)
	if name != "" {
		spans = append(spans, widgets.Span{Text: name, Bold: true, Color: theme.Ink}, widgets.Span{Text: ", " + number})
	} else {
		spans = append(spans, widgets.Span{Text: number, Bold: true, Color: theme.Ink})
	}
	if e := t.Earlier; e.Calls > 0 {
		spans = append(spans, widgets.Span{Text: " · " + s.earlier(e, st.Now)})
	} else if t.Caller.Number != "" && t.Client != "" {
		spans = append(spans, widgets.Span{Text: " · " + s.words.T("caller.first")})
	}
	return spans
}

func (s *sheet) earlier(e desk.Earlier, now time.Time) string {
	words := s.words.N("caller.earlier", e.Calls, s.words.When(e.LastAt, now))
	if text := strings.Join(strings.Fields(e.LastText), " "); text != "" {
		words += " (" + s.quoted(short(text, 48)) + ")"
	}
	return words
}

// showChain says through whose telephones the call came here.
func (s *sheet) showChain(c *desk.Call) bool {
	words := ""
	if c != nil {
		words = s.diverted(chainOf(c))
	}
	changed := s.chain.Set(words)
	return widgets.Show(s.chain, words != "") || changed
}

// showAdvice says what helps when a call can hardly be heard.
func (s *sheet) showAdvice(c *desk.Call) bool {
	bad := c != nil && spoilt(c)
	changed := false
	if bad {
		changed = s.advice.Set(s.words.T("advice." + string(c.Quality.Side)))
	}
	return widgets.Show(s.advice, bad) || changed
}

func (s *sheet) showNews(t *desk.Ticket) bool {
	words := s.newsWords(t.News)
	changed := s.news.SetSpans(
		widgets.Span{Text: s.words.T("news.lead") + " ", Bold: true, Color: theme.Wait},
		widgets.Span{Text: words})
	return widgets.Show(s.newsBox, words != "") || changed
}

// showMarks says what other desks have to do with this client: who types for it, and
// what two wrote without knowing of each other.
func (s *sheet) showMarks(st *desk.State, t *desk.Ticket) bool {
	lead, rest := s.elsewhereWords(st, t.Client)
	changed := s.elsewhere.SetSpans(widgets.Span{Text: lead, Bold: true, Color: theme.Held}, widgets.Span{Text: prefixed(" · ", rest)})
	changed = widgets.Show(s.elsewhere, lead != "") || changed
	words, n := "", unsettledOf(st, t.Client)
	if n > 0 {
		words = s.words.N("sheet.conflicts", n)
	}
	changed = s.mark.Set(words) || changed
	return widgets.Show(s.markBox, n > 0) || changed
}

func (s *sheet) showTypes(t *desk.Ticket, c *clients.Client) bool {
	var choices []widgets.Choice
	if c != nil {
		for i, ct := range c.CallTypes {
			choices = append(choices, widgets.Choice{Key: ct.Key, Label: ct.Label, Cap: digitCap(i)})
		}
	}
	changed := s.types.Set(choices, t.Draft.Message.CallType)
	return widgets.Show(s.typesRow, len(choices) > 0) || changed
}

// digitCap is the digit that with Ctrl chooses the i-th call type.
func digitCap(i int) string {
	if i > 8 {
		return ""
	}
	return string(rune('1' + i))
}

// headLayout puts name and trade at the left on one baseline and how the client
// was found at the right, which gives way first.
type headLayout struct{}

// MinSize is the height of the name.
func (headLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, o[0].MinSize().Height)
}

// Layout shares the width: the name first, then the trade, then the rest.
func (headLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	name, trade, found := o[0].(*widgets.Text), o[1].(*widgets.Text), o[2].(*widgets.Text)
	space := theme.Px(14)
	x := float32(0)
	place := func(t *widgets.Text, at, width, down float32) {
		h := t.MinSize().Height
		t.Move(fyne.NewPos(at, (size.Height-h)/2+down))
		t.Resize(fyne.NewSize(max(width, 0), h))
	}
	w := min(name.Natural().Width, size.Width*0.7)
	place(name, x, w, 0)
	x += w + space
	right := min(found.Natural().Width, size.Width-x)
	w = min(trade.Natural().Width, max(size.Width-x-right-space, 0))
	if w < theme.Px(60) && w < trade.Natural().Width {
		w = 0
	}
	place(trade, x, w, theme.Px(1.5))
	place(found, size.Width-right, right, theme.Px(1.5))
}

// typesLayout puts the label and the key before the chips, which may wrap. Where
// the label would make them wrap, the key alone stands there.
type typesLayout struct{}

const typesGap = 9

// MinSize is that of one row of chips.
func (typesLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, o[2].MinSize().Height)
}

// lead is what stands before the chips, and how wide that is.
func (typesLayout) lead(o []fyne.CanvasObject, width float32) (label bool, used float32) {
	space := theme.Px(typesGap)
	key := o[1].MinSize().Width + space
	full := key + o[0].(*widgets.Text).Natural().Width + space
	one := o[2].MinSize().Height
	if widgets.HeightOf(o[2], width-full) > one && widgets.HeightOf(o[2], width-key) == one {
		return false, key
	}
	return true, full
}

// Layout gives the chips what the lead leaves.
func (l typesLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	label, used := l.lead(o, size.Width)
	row, x := o[2].MinSize().Height, float32(0)
	widgets.Show(o[0], label)
	for _, c := range o[:2] {
		if !c.Visible() {
			continue
		}
		m := c.MinSize()
		if t, ok := c.(*widgets.Text); ok {
			m = t.Natural()
		}
		c.Move(fyne.NewPos(x, (row-m.Height)/2))
		c.Resize(m)
		x += m.Width + theme.Px(typesGap)
	}
	o[2].Move(fyne.NewPos(used, 0))
	o[2].Resize(fyne.NewSize(size.Width-used, size.Height))
}

// HeightFor is the height of all rows of chips.
func (l typesLayout) HeightFor(o []fyne.CanvasObject, width float32) float32 {
	_, used := l.lead(o, width)
	return widgets.HeightOf(o[2], width-used)
}
