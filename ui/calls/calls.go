package calls

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
	"permanence/ui/words"
)

// Config is what the list needs from the window.
type Config struct {
	Words *words.Book
	Send  func(desk.Event)
	Close func()       // leaves the list
	Keys  widgets.Keys // the window's, which asks Panel.Key first
}

// Panel is the list of all calls.
type Panel struct {
	cfg     Config
	entry   *widgets.Entry
	kinds   *widgets.Choices
	only    *widgets.Choices
	list    *list
	details *details
	hint    *widgets.Text
	hints   *fyne.Container
	body    *fyne.Container
	content fyne.CanvasObject

	state  desk.State
	filter desk.CallFilter
	at     phone.CallID // the call that is chosen, "" before there is one
	opened phone.CallID // the call whose details are wanted
}

// New builds the list.
func New(c Config) *Panel {
	p := &Panel{cfg: c}
	p.entry = widgets.NewEntry(c.Keys)
	p.entry.OnKey = func(key fyne.KeyName) bool { return p.arrow(key) }
	p.entry.OnTyped = func(q string) { p.narrow(func(f *desk.CallFilter) { f.Query = q }) }
	p.entry.SetPlaceHolder(p.t("placeholder"))
	p.kinds = widgets.NewChoices(func(kind string) { p.narrow(func(f *desk.CallFilter) { f.Kind = desk.CallKind(kind) }) })
	p.only = widgets.NewChoices(func(string) { p.turnClient() })
	p.list, p.details = newList(p), newDetails(p)
	p.hint = widgets.NewText("", widgets.TextStyle{Color: theme.Muted, Lines: 4})
	p.hints = container.New(widgets.Pad{26, 10, 24, 0}, container.New(&widgets.Column{}, p.hint))
	chips := container.New(&widgets.Row{Gap: 10, Grow: p.kinds}, widgets.NewKeyCap(p.cfg.Words.T("callbook.ctrl")), p.kinds, p.only)
	top := container.New(widgets.Pad{24, 14, 24, 10}, container.New(&widgets.Column{Gap: 9}, p.entry, chips))
	left := container.NewStack(container.New(widgets.Pad{16, 0, 8, 4}, p.list.list), p.hints)
	p.body = container.New(&widgets.Columns{Shares: []float32{12, 8}, Fill: true}, left, p.details.content)
	p.content = sheet.Paper(c.Words, p.t("title"), p.leave, container.NewBorder(top, p.foot(), nil, nil, p.body))
	return p
}

// foot names the keys; the arrows cannot be written on buttons.
func (p *Panel) foot() fyne.CanvasObject {
	key := func(cap, does string) fyne.CanvasObject {
		return container.New(&widgets.Row{Gap: 6}, widgets.NewKeyCap(p.cfg.Words.T(cap)),
			widgets.NewText(p.t(does), widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted}))
	}
	keys := container.New(&widgets.Row{Gap: 18},
		key("search.arrows", "does.choose"), key("callbook.right", "does.open"), key("key.enter", "does.call"),
		key("key.listen", "does.listen"), key("key.delete", "does.delete"), key("key.escape", "does.leave"))
	return container.NewVBox(widgets.NewRule(), container.New(widgets.Pad{24, 10, 24, 10}, keys))
}

// Content is what is drawn; it is built once.
func (p *Panel) Content() fyne.CanvasObject { return p.content }

// First is the entry.
func (p *Panel) First() fyne.Focusable { return p.entry }

// Opened asks for the list: all of it, from the newest on.
func (p *Panel) Opened() {
	p.filter, p.at, p.opened = desk.CallFilter{}, "", ""
	p.entry.Replace("")
	p.cfg.Send(desk.CallListOpened{})
}

// Closed lets the core forget it.
func (p *Panel) Closed() { p.cfg.Send(desk.CallListLeft{}) }

// Key handles a key before the window does, and reports whether it did.
func (p *Panel) Key(key fyne.KeyName, mods fyne.KeyModifier) bool {
	switch {
	case mods == 0 && key == fyne.KeyEscape:
		p.escape()
	case mods == fyne.KeyModifierControl && key == fyne.KeyL:
		return p.details.sounds.toggle()
	case mods == fyne.KeyModifierControl|fyne.KeyModifierShift && key == fyne.KeyDelete:
		return p.details.sounds.drop()
	case mods == fyne.KeyModifierControl:
		return p.chip(widgets.Digit(key))
	case mods == 0:
		return p.arrow(key)
	default:
		return false
	}
	return true
}

// kindKeys are the views in the order of their chips.
var kindKeys = []desk.CallKind{"", desk.CallsMissed, desk.CallsIncoming, desk.CallsOutgoing, desk.CallsTransferred}

// chip presses the i-th chip; the last is the client's.
func (p *Panel) chip(i int) bool {
	switch {
	case i >= 0 && i < len(kindKeys):
		p.narrow(func(f *desk.CallFilter) { f.Kind = kindKeys[i] })
	case i == len(kindKeys) && p.owner() != "":
		p.turnClient()
	default:
		return false
	}
	return true
}

// narrow asks for another part of the list.
func (p *Panel) narrow(change func(f *desk.CallFilter)) {
	before := p.filter
	if change(&p.filter); p.filter != before {
		p.cfg.Send(desk.CallListOpened{Filter: p.filter})
		p.chips()
	}
}

// owner is the client that the last chip narrows to: the one chosen already, that
// of the call that is chosen, or the one in front.
func (p *Panel) owner() clients.ID {
	if p.filter.Client != "" {
		return p.filter.Client
	}
	if e := p.list.entry(p.at); e != nil && e.Client != "" {
		return e.Client
	}
	if c := p.state.FrontClient(); c != nil {
		return c.ID
	}
	return ""
}

func (p *Panel) turnClient() {
	owner := p.owner()
	p.narrow(func(f *desk.CallFilter) {
		if f.Client != "" {
			owner = ""
		}
		f.Client = owner
	})
}

func (p *Panel) chips() {
	choices := make([]widgets.Choice, len(kindKeys))
	for i, k := range kindKeys {
		choices[i] = widgets.Choice{Key: string(k), Label: p.t("kind." + string(k)), Cap: string(rune('1' + i))}
	}
	moved := p.kinds.Set(choices, string(p.filter.Kind))
	owner := p.state.Directory.Client(p.owner())
	if owner != nil {
		only := widgets.Choice{Key: string(owner.ID), Label: p.t("only", short(owner.Name, 22)), Cap: string(rune('1' + len(kindKeys)))}
		moved = p.only.Set([]widgets.Choice{only}, string(p.filter.Client)) || moved
	}
	if widgets.Show(p.only, owner != nil) || moved {
		widgets.Relayout(p.content)
		p.content.Refresh()
	}
}

// Show follows a new state.
func (p *Panel) Show(s desk.State) {
	p.state = s
	p.list.show(s.AllCalls)
	p.chips()
	p.details.show(s.AllCalls)
	p.sayHint()
}

// sayHint says that there is nothing, or why.
func (p *Panel) sayHint() {
	sentence, l := "", p.state.AllCalls
	switch {
	case l == nil || l.Pending && len(l.Entries) == 0:
		sentence = p.t("reading")
	case l.Problem.Code != "":
		sentence = p.cfg.Words.Or(nil, "problem."+l.Problem.Code, "notice."+l.Problem.Code, "problem.other")
	case len(l.Entries) == 0 && p.filter == desk.CallFilter{}:
		sentence = p.t("none")
	case len(l.Entries) == 0:
		sentence = p.t("nothing")
	}
	widgets.Show(p.hints, sentence != "")
	if p.hint.Set(sentence) {
		widgets.Relayout(p.hints)
	}
}

// arrow moves in the list, opens and closes what is chosen, and calls back.
func (p *Panel) arrow(key fyne.KeyName) bool {
	switch key {
	case fyne.KeyDown:
		p.list.step(1)
	case fyne.KeyUp:
		p.list.step(-1)
	case fyne.KeyPageDown:
		p.list.step(pageRows)
	case fyne.KeyPageUp:
		p.list.step(-pageRows)
	case fyne.KeyReturn, fyne.KeyEnter:
		p.enter()
	case fyne.KeyRight:
		return p.openByKey()
	case fyne.KeyLeft:
		return p.closeByKey()
	default:
		return false
	}
	return true
}

// pageRows is how far the page keys go.
const pageRows = 10

// enter calls back whom the arrows chose. Without that it only chooses: Enter
// after a word that was typed must not call anybody.
func (p *Panel) enter() {
	if p.at == "" {
		p.list.step(1)
		return
	}
	p.cfg.Send(desk.CalledBack{Call: p.at})
}

// openByKey shows all of the chosen call, where the cursor can go no further.
func (p *Panel) openByKey() bool {
	if p.at == "" || p.entry.CursorColumn < widgets.Runes(p.entry.Text) {
		return false
	}
	p.open(p.at)
	return true
}

// open asks for all of a call; "" closes what is open.
func (p *Panel) open(call phone.CallID) {
	p.opened = call
	p.cfg.Send(desk.CallOpened{Call: call})
}

func (p *Panel) closeByKey() bool {
	if !p.detailed() || p.entry.CursorColumn > 0 && p.entry.Text != "" {
		return false
	}
	p.open("")
	return true
}

func (p *Panel) detailed() bool { return p.opened != "" }

// escape closes what is nearest.
func (p *Panel) escape() {
	switch {
	case p.details.sounds.keep():
	case p.detailed():
		p.open("")
	default:
		p.leave()
	}
}

func (p *Panel) leave() { p.cfg.Close() }

// chose follows a choice by arrows or mouse: the details go with it.
func (p *Panel) chose(call phone.CallID) {
	p.at = call
	p.details.sounds.keep()
	if p.detailed() {
		p.open(call)
	}
	p.chips()
}

// t says a sentence of the list.
func (p *Panel) t(key string, args ...any) string { return p.cfg.Words.T("callbook."+key, args...) }
