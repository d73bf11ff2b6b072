package search

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// preview shows what is chosen, as much as is known of it, and what Enter does.
type preview struct {
	panel   *Panel
	kind    *widgets.Text
	title   *widgets.Text
	beside  *widgets.Text
	player  *widgets.Player // of a message left on the answering machine
	sound   *fyne.Container // the player with its key
	lines   []*widgets.Text
	column  *fyne.Container
	deed    *widgets.KeyButton
	paper   *widgets.Box
	content fyne.CanvasObject
}

func newPreview(p *Panel) *preview {
	v := &preview{panel: p, kind: widgets.Heading("")}
	v.title = widgets.NewText("", widgets.TextStyle{Size: theme.SizeTitle, Bold: true, Lines: 3})
	v.beside = widgets.NewText("", widgets.TextStyle{Color: theme.Muted, Lines: 3})
	v.deed = widgets.NewKeyButton("", p.cfg.Words.T("key.enter"), widgets.Primary, p.enter)
	v.column = container.New(&widgets.Column{Gap: 8})
	v.player = widgets.NewPlayer()
	v.player.OnPlay = func(from time.Duration) {
		if m := p.soundOf(); m != nil {
			p.cfg.Send(desk.SoundPlayed{Sound: m.Sound, From: from})
		}
	}
	v.player.OnStop = func() { p.cfg.Send(desk.SoundStopped{}) }
	v.sound = container.New(&widgets.Row{Gap: 8, Grow: v.player.Root}, v.player.Root, widgets.NewKeyCap(p.cfg.Words.T("key.listen")))
	top := container.New(&widgets.Column{Gap: 6}, v.kind, v.title, v.beside, v.sound)
	rest := widgets.NewScroll(v.column)
	foot := container.New(&widgets.Flow{}, v.deed)
	all := container.New(&widgets.Column{Gap: 12, Grow: rest}, top, widgets.NewRule(), rest, foot)
	style := widgets.BoxStyle{Fill: theme.Field, Radius: 6, Pad: widgets.Pad{20, 16, 20, 16}}
	v.paper = widgets.NewBox(style, all)
	v.content = container.New(widgets.Pad{8, 0, 24, 14}, v.paper)
	return v
}

// show fills the preview with the line that is chosen.
func (v *preview) show() {
	r, ok := v.panel.chosen()
	widgets.Show(v.paper, ok)
	if !ok {
		return
	}
	v.head(r)
	widgets.Show(v.beside, v.beside.String() != "")
	v.showSound()
	v.put(v.panel.lines(r))
	deed := v.panel.deed(r)
	widgets.Show(v.deed, deed != "")
	v.deed.SetLabel(deed)
	widgets.Relayout(v.paper)
}

// showSound shows the player of a message that has one.
func (v *preview) showSound() {
	m := v.panel.soundOf()
	widgets.Show(v.sound, m != nil)
	if m != nil {
		at, playing := v.panel.state.Heard(m.Sound, m.SoundLength)
		v.player.Show(m.SoundLength, at, playing, v.panel.cfg.Words.Played(at, m.SoundLength, playing))
	}
}

// listen plays the chosen message or stops it, and reports whether it has a sound.
func (v *preview) listen() bool {
	if v.panel.soundOf() == nil {
		return false
	}
	v.player.Toggle()
	return true
}

// soundOf is the chosen message if a caller left it on the answering machine, nil
// otherwise.
func (p *Panel) soundOf() *clients.Message {
	r, ok := p.chosen()
	read := p.state.Reading
	if !ok || read == nil || r.hit.Kind != desk.HitMessage || read.Message.ID != clients.ID(r.hit.ID) || read.Message.Sound == "" {
		return nil
	}
	return &read.Message
}

func (v *preview) head(r row) {
	p := v.panel
	if r.dial != "" {
		v.kind.Set(upper(p.t("kind.dial")))
		v.title.Set(r.dial.Display())
		v.beside.Set("")
		return
	}
	v.kind.Set(upper(p.t("one." + string(r.hit.Kind))))
	v.title.Set(r.hit.Title)
	owner := ""
	if c := p.clientOf(r.hit); c != nil && r.hit.Kind != desk.HitClient {
		owner = p.t("for", c.Name)
	}
	v.beside.Set(joined(owner, p.when(r.hit)))
}

// put shows the paragraphs of the text.
func (v *preview) put(list []widgets.Span) {
	for len(v.lines) < len(list) {
		t := widgets.NewText("", widgets.TextStyle{Lines: 40})
		v.lines = append(v.lines, t)
		v.column.Add(t)
	}
	for i, t := range v.lines {
		widgets.Show(t, i < len(list))
		if i < len(list) {
			t.SetSpans(list[i])
		}
	}
}

// lines are the paragraphs of what is chosen.
func (p *Panel) lines(r row) []widgets.Span {
	switch {
	case r.dial != "":
		return []widgets.Span{{Text: p.t("dial.detail"), Color: theme.Muted}}
	case r.hit.Kind == desk.HitClient:
		return p.clientLines(r.hit)
	case r.hit.Kind == desk.HitMessage:
		return p.messageLines(r.hit)
	}
	return p.plainLines(r.hit)
}

func (p *Panel) plainLines(h desk.Hit) []widgets.Span {
	var list []widgets.Span
	if n := callable(h); n != "" {
		list = append(list, widgets.Span{Text: n.Display(), Bold: true})
	}
	return append(list, paragraphs(h.Detail)...)
}

func (p *Panel) clientLines(h desk.Hit) []widgets.Span {
	c := p.clientOf(h)
	if c == nil {
		return paragraphs(h.Detail)
	}
	list := paragraphs(c.Trade)
	if g, ok := c.Greet(p.state.Now); ok {
		list = append(list, widgets.Span{Text: p.cfg.Words.T("quote", g.Text), Bold: true})
	}
	for _, did := range c.DIDs {
		list = append(list, widgets.Span{Text: p.t("client.did", phone.Number(did).Display()), Color: theme.Muted})
	}
	return list
}

// messageLines are the message as it was taken, once it was read from the store;
// its beginning before.
func (p *Panel) messageLines(h desk.Hit) []widgets.Span {
	read := p.state.Reading
	if read == nil || read.Message.ID != clients.ID(h.ID) {
		return paragraphs(h.Detail)
	}
	m := read.Message
	number := m.Number
	if n := phone.ParseNumber(number); n != "" {
		number = n.Display()
	}
	list := []widgets.Span{{Text: joined(m.Name, number), Bold: true}}
	if c := p.clientOf(h); c != nil {
		for _, f := range c.Fields {
			if v := m.Fields[f.Key]; v != "" {
				list = append(list, widgets.Span{Text: p.t("field", f.Label, v)})
			}
		}
	}
	list = append(list, paragraphs(m.Text)...)
	for _, d := range read.Deliveries {
		list = append(list, p.deliveryLine(d))
	}
	return list
}

func (p *Panel) deliveryLine(d clients.Delivery) widgets.Span {
	tone := map[clients.DeliveryState]fyne.ThemeColorName{
		clients.Sent: theme.Good, clients.Waiting: theme.Wait, clients.Failed: theme.Bad,
	}[d.State]
	to := joined(d.Recipient.Name, d.Recipient.Address)
	return widgets.Span{Text: joined(p.t("delivery."+string(d.State), to), d.Error), Color: tone}
}
