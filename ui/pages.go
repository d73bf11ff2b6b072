package ui

import (
	"regexp"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// The pages of a client's card, in the order of the tabs.
const (
	pageInstructions = iota
	pageQuestions
	pageAnswers
	pageContacts
)

// pages shows one page of a client's card: Markdown in one or two columns, or
// the contacts with a button each.
type pages struct {
	kit
	root     *container.Scroll
	markdown *columns
	contacts *contactList

	tab      int
	client   *clients.Client
	callType string
}

func newPages(k kit) *pages {
	p := &pages{kit: k, markdown: newColumns(), contacts: newContactList(k)}
	p.contacts.root.Hide()
	p.root = widgets.NewScroll(container.New(widgets.Pad{11, 4, 11, 8},
		container.New(&widgets.Column{}, p.markdown.root, p.contacts.root)))
	return p
}

// show fills the page when the client's card or the call type is another one,
// and reports whether something moved.
func (p *pages) show(tab int, c *clients.Client, callType string) bool {
	if p.tab == tab && p.client == c && p.callType == callType {
		return false
	}
	if p.client != nil && p.client.ID != c.ID {
		p.root.ScrollToTop()
	}
	p.tab, p.client, p.callType = tab, c, callType
	p.fill()
	return true
}

// turn shows another page of the same client.
func (p *pages) turn(tab int) bool {
	if p.tab == tab || p.client == nil {
		return false
	}
	p.tab = tab
	p.fill()
	p.root.ScrollToTop()
	return true
}

func (p *pages) fill() {
	contacts := p.tab == pageContacts && len(p.client.Contacts) > 0
	widgets.Show(p.contacts.root, contacts)
	widgets.Show(p.markdown.root, !contacts)
	if contacts {
		p.contacts.show(p.client)
	} else {
		p.markdown.set(p.content())
	}
	widgets.Relayout(p.root.Content)
	p.root.Refresh()
}

// content is the page as Markdown.
func (p *pages) content() string {
	text, empty := "", ""
	switch p.tab {
	case pageInstructions:
		text, empty = p.client.Instructions, "page.no-instructions"
	case pageQuestions:
		text, empty = p.questions(), "page.no-questions"
	case pageAnswers:
		text, empty = answers(p.client.FAQ), "page.no-answers"
	case pageContacts:
		empty = "page.no-contacts"
	}
	if strings.TrimSpace(text) == "" {
		return "*" + p.words.T(empty) + "*"
	}
	return text
}

// questions are those of the chosen call type, or of all until one is chosen.
func (p *pages) questions() string {
	var b strings.Builder
	for _, t := range p.client.CallTypes {
		if len(t.Questions) == 0 || p.callType != "" && p.callType != t.Key {
			continue
		}
		b.WriteString("**" + t.Label + "**\n\n")
		for _, q := range t.Questions {
			b.WriteString("- " + q + "\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func answers(faq []clients.FAQ) string {
	var b strings.Builder
	for _, f := range faq {
		b.WriteString("**" + f.Question + "**\n\n" + f.Answer + "\n\n")
	}
	return b.String()
}

// columns is Markdown in two columns where there is room.
type columns struct {
	root        *fyne.Container
	left, right *widget.RichText
	text        string
}

// wideEnough is from which width on the text stands in two columns.
const wideEnough = 560

func newColumns() *columns {
	c := &columns{left: richText(), right: richText()}
	c.root = container.New(&columnsLayout{columns: c}, c.left, c.right)
	return c
}

func richText() *widget.RichText {
	t := widget.NewRichText()
	t.Wrapping = fyne.TextWrapWord
	return t
}

func (c *columns) set(text string) {
	if c.text == text {
		return
	}
	c.text = text
	first, second := halves(kept(text))
	c.left.ParseMarkdown(first)
	c.right.ParseMarkdown(second)
	widgets.Show(c.right, second != "")
}

// afterBold is a stop or comma right after bold words.
var afterBold = regexp.MustCompile(`(\S)\*\*([.,;…)]+)`)

// kept moves such a sign into the bold words: a line that ends with them would
// leave it alone on the next.
func kept(text string) string { return afterBold.ReplaceAllString(text, "$1$2**") }

// halves cuts Markdown between two blocks where both parts are nearest in
// length. A short text stays whole.
func halves(text string) (first, second string) {
	blocks := blocksOf(text)
	if len(blocks) < 2 || widgets.Runes(text) < 160 {
		return text, ""
	}
	total, sum, best, cut := len(text), 0, len(text), len(blocks)
	for i := range blocks[:len(blocks)-1] {
		sum += len(blocks[i])
		if d := abs(total - 2*sum); d < best && !heading(blocks[i]) {
			best, cut = d, i+1
		}
	}
	return strings.Join(blocks[:cut], "\n\n"), strings.Join(blocks[cut:], "\n\n")
}

// blocksOf splits Markdown at blank lines, and a long list at its items.
func blocksOf(text string) []string {
	var blocks []string
	for _, b := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if strings.TrimSpace(b) != "" {
			blocks = append(blocks, strings.Trim(b, "\n"))
		}
	}
	if len(blocks) == 1 && strings.HasPrefix(blocks[0], "- ") {
		return strings.SplitAfter(blocks[0], "\n")
	}
	return blocks
}

// heading reports whether a block announces the next one.
func heading(block string) bool {
	return strings.HasPrefix(block, "#") || strings.HasPrefix(block, "**") && strings.HasSuffix(block, "**")
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// columnsLayout places the two halves beside each other, or below where it is
// narrow.
type columnsLayout struct{ columns *columns }

// MinSize is nothing in width: the text wraps.
func (l *columnsLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// HeightFor is the height of the taller half, or of both.
func (l *columnsLayout) HeightFor(_ []fyne.CanvasObject, width float32) float32 {
	a, b, beside := l.heights(width)
	if beside {
		return max(a, b)
	}
	return a + b
}

func (l *columnsLayout) heights(width float32) (left, right float32, beside bool) {
	c := l.columns
	beside = c.right.Visible() && width >= theme.Px(wideEnough)
	if beside {
		width = (width - theme.Px(8)) / 2
	}
	left = richHeight(c.left, width)
	if c.right.Visible() {
		right = richHeight(c.right, width)
	}
	return left, right, beside
}

// richHeight wraps a text at a width to learn its height.
func richHeight(t *widget.RichText, width float32) float32 {
	if t.Size().Width != width {
		t.Resize(fyne.NewSize(width, t.Size().Height))
	}
	return t.MinSize().Height
}

// Layout places the halves.
func (l *columnsLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	a, b, beside := l.heights(size.Width)
	c := l.columns
	if !beside {
		c.left.Resize(fyne.NewSize(size.Width, a))
		c.right.Move(fyne.NewPos(0, a))
		c.right.Resize(fyne.NewSize(size.Width, b))
		return
	}
	w := (size.Width - theme.Px(8)) / 2
	c.left.Resize(fyne.NewSize(w, a))
	c.right.Move(fyne.NewPos(w+theme.Px(8), 0))
	c.right.Resize(fyne.NewSize(w, b))
}

// contactList is the client's people, each with a button that calls.
type contactList struct {
	kit
	root *fyne.Container
	rows []*contactRow
}

type contactRow struct {
	box    *fyne.Container
	name   *widgets.Text
	detail *widgets.Text
	call   *widgets.Button
}

func newContactList(k kit) *contactList {
	return &contactList{kit: k, root: container.New(widgets.Pad{8, 4, 8, 0}, container.New(&widgets.Column{Gap: 8}))}
}

func (l *contactList) show(c *clients.Client) {
	column := l.root.Objects[0].(*fyne.Container)
	for len(l.rows) < len(c.Contacts) {
		r := l.newRow()
		l.rows = append(l.rows, r)
		column.Add(r.box)
	}
	for i, r := range l.rows {
		if widgets.Show(r.box, i < len(c.Contacts)); i < len(c.Contacts) {
			l.fill(r, c, c.Contacts[i])
		}
	}
}

func (l *contactList) newRow() *contactRow {
	r := &contactRow{
		name:   widgets.NewText("", widgets.TextStyle{Cut: true}),
		detail: widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Cut: true}),
		call:   widgets.NewButton(l.words.T("act.call"), widgets.Secondary, nil),
	}
	r.call.Small()
	words := container.New(&widgets.Column{}, r.name, r.detail)
	r.box = container.New(&widgets.Row{Gap: 10, Grow: words}, words, r.call)
	return r
}

func (l *contactList) fill(r *contactRow, c *clients.Client, p clients.Contact) {
	r.name.SetSpans(widgets.Span{Text: p.Name, Bold: true}, widgets.Span{Text: prefixed(" — ", p.Role), Color: theme.Muted})
	r.detail.Set(joined(nb(p.Number), p.When, p.Email))
	widgets.Show(r.call, p.Number != "")
	r.call.OnTapped = func() { l.send(desk.DialPressed{Target: p.Number, Client: c.ID}) }
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}
