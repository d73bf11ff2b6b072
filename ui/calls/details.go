package calls

import (
	"fmt"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// details is all that is known of the call that was opened: facts, steps in
// their order, and the request that began it, to be selected and copied.
type details struct {
	panel   *Panel
	title   *widgets.Text
	facts   *lines
	sounds  *recordings
	steps   *lines
	heads   [2]*widgets.Text
	raw     *widget.Label
	back    *widgets.KeyButton
	column  *fyne.Container
	scroll  *container.Scroll
	content *fyne.Container
	shown   *desk.CallRecord
}

func newDetails(p *Panel) *details {
	d := &details{panel: p, facts: newLines(), steps: newLines()}
	d.sounds = newRecordings(p)
	d.title = widgets.NewText("", widgets.TextStyle{Size: theme.SizeTitle, Bold: true, Lines: 2})
	d.back = widgets.NewKeyButton(p.t("call-back"), p.cfg.Words.T("key.enter"), widgets.Primary, func() {
		if d.shown != nil {
			p.cfg.Send(desk.CalledBack{Call: d.shown.Entry.Call})
		}
	}).Small()
	d.heads = [2]*widgets.Text{widgets.Heading(p.t("steps")), widgets.Heading(p.t("raw"))}
	d.raw = widget.NewLabel("")
	d.raw.Wrapping, d.raw.Selectable = fyne.TextWrapBreak, true
	d.raw.TextStyle = fyne.TextStyle{Monospace: true}
	d.raw.SizeName = theme.SizeTiny
	d.column = container.New(&widgets.Column{Gap: 10}, d.title, container.New(&widgets.Flow{}, d.back),
		d.facts.column, d.sounds.column, d.heads[0], d.steps.column, d.heads[1], container.New(&wrapped{}, d.raw))
	d.scroll = widgets.NewScroll(container.New(widgets.Pad{18, 4, 20, 12}, d.column))
	d.content = container.NewBorder(nil, nil, widgets.NewRule(), nil, d.scroll)
	d.content.Hide()
	return d
}

// show fills the pane when another call is open. Between two calls it stays.
func (d *details) show(l *desk.CallList) {
	var open *desk.CallRecord
	if l != nil {
		open = l.Open
	}
	if open == nil && d.panel.opened != "" && d.shown != nil {
		return // the next one is on its way
	}
	moved := widgets.Show(d.content, open != nil)
	if open != d.shown {
		d.shown = open
		moved = true
		if open != nil {
			d.fill(open)
		}
	}
	if open != nil {
		moved = d.sounds.show(open) || moved
	}
	if moved {
		widgets.Relayout(d.panel.content)
		widgets.Relayout(d.panel.body)
		d.scroll.ScrollToTop()
	}
}

func (d *details) fill(r *desk.CallRecord) {
	p := d.panel
	d.title.Set(p.who(&r.Entry))
	d.facts.set(p.facts(r))
	d.steps.set(p.steps(r.Steps))
	widgets.Show(d.heads[0], len(r.Steps) > 0)
	widgets.Show(d.heads[1], len(r.Raw) > 0)
	widgets.Show(d.raw, len(r.Raw) > 0)
	d.raw.SetText(legible(r.Raw))
}

// facts are the lines that say what the call was.
func (p *Panel) facts(r *desk.CallRecord) []fact {
	e, w := &r.Entry, p.cfg.Words
	became, _ := p.became(e)
	arrived := e.ArrivedAt.In(p.state.Now.Location())
	list := []fact{
		{p.t("fact.client"), p.client(e)},
		{p.t("fact.when"), p.t("at", w.Day(arrived), w.Seconds(arrived))},
		{p.t("fact.way"), p.t("way." + e.Direction.String())},
		{p.t("fact.called"), nb(e.Called.Display())},
		{p.t("fact.shown"), nb(e.Shown.Display())},
		{p.t("fact.line"), p.line(e.Line)},
		{p.t("fact.lasted"), p.lasted(e)},
		{p.t("fact.end"), w.Or(nil, "callbook.cause."+string(e.Cause), "")},
		{p.t("fact.became"), became},
		{p.t("fact.quality"), p.quality(e.Quality)},
	}
	for _, d := range r.Diversions {
		list = append(list, fact{p.t("fact.diverted"), p.diverted(d)})
	}
	var known []fact
	for _, f := range list {
		if f.text != "" {
			known = append(known, f)
		}
	}
	return known
}

// quality is how well the call was heard, with the figures for who asks.
func (p *Panel) quality(q phone.Quality) string {
	if q.Grade() == phone.Unrated {
		return ""
	}
	words := p.t(fmt.Sprintf("quality.%d", q.Grade()), p.figure(q.Score()))
	if q.Side != phone.NoSide {
		words += p.t("quality.side." + string(q.Side))
	}
	return words
}

// figure writes a score with one decimal, in the language's way.
func (p *Panel) figure(score float64) string {
	return strings.Replace(strconv.FormatFloat(score, 'f', 1, 64), ".", p.t("decimal"), 1)
}

// line is how a line is called, also when it is gone.
func (p *Panel) line(id phone.LineID) string {
	for i := range p.state.Lines {
		if l := &p.state.Lines[i]; l.ID == id {
			return l.Label
		}
	}
	return ""
}

func (p *Panel) diverted(d phone.Diversion) string {
	number := nb(d.From.Number.Display())
	if number == "" {
		number = d.From.URI
	}
	return joined(d.From.Name, number, p.cfg.Words.Or(nil, "diversion."+d.Reason, d.Reason))
}

// steps are the lines of the journal.
func (p *Panel) steps(list []desk.JournalEntry) []fact {
	facts := make([]fact, len(list))
	for i, j := range list {
		facts[i] = fact{p.cfg.Words.Seconds(j.At.In(p.state.Now.Location())), p.cfg.Words.Or(nil, "callbook.step."+string(j.Kind), string(j.Kind))}
	}
	return facts
}

// fact is a line with what it is about before it.
type fact struct{ name, text string }

// lines are facts under one another, made once and refilled.
type lines struct {
	column *fyne.Container
	rows   []*lineRow
}

type lineRow struct {
	box        *fyne.Container
	name, text *widgets.Text
}

func newLines() *lines { return &lines{column: container.New(&widgets.Column{Gap: 3})} }

func (l *lines) set(list []fact) {
	for len(l.rows) < len(list) {
		r := &lineRow{
			name: widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Cut: true}),
			text: widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Lines: 3}),
		}
		r.box = container.New(&widgets.Columns{Gap: 10, Shares: []float32{3, 8}}, r.name, r.text)
		l.rows = append(l.rows, r)
		l.column.Add(r.box)
	}
	for i, r := range l.rows {
		if widgets.Show(r.box, i < len(list)); i < len(list) {
			r.name.Set(list[i].name)
			r.text.Set(strings.TrimSpace(list[i].text))
		}
	}
}

// wrapped gives a label that wraps the height it needs at its width.
type wrapped struct{}

// MinSize is nothing: the width decides.
func (*wrapped) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout gives it all the room.
func (*wrapped) Layout(o []fyne.CanvasObject, size fyne.Size) { o[0].Resize(size) }

// HeightFor wraps the label to learn its height.
func (*wrapped) HeightFor(o []fyne.CanvasObject, width float32) float32 {
	if !o[0].Visible() {
		return 0
	}
	if o[0].Size().Width != width {
		o[0].Resize(fyne.NewSize(width, o[0].Size().Height))
	}
	return o[0].MinSize().Height
}
