package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// footer shows the keys, which are the same everywhere, and who waits.
type footer struct {
	kit
	root  *fyne.Container
	keys  []*footKey
	waits *widgets.Text
}

func newFooter(k kit, d *Desk) *footer {
	f := &footer{kit: k}
	f.waits = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Align: fyne.TextAlignTrailing, Cut: true})
	var objects []fyne.CanvasObject
	for _, key := range footKeys {
		cap := key.cap
		if key.word != "" {
			cap = k.words.T(key.word)
		}
		fk := newFootKey(cap, k.words.T(key.label), func() { d.Key(key.name, key.mods) })
		f.keys = append(f.keys, fk)
		objects = append(objects, fk)
	}
	row := container.New(&footLayout{}, append(objects, f.waits)...)
	f.root = container.New(widgets.Pad{4, 7, 6, 8}, row)
	return f
}

// footKeys are the keys of the footer, the ones that may give way last.
var footKeys = []struct {
	cap, word, label string
	name             fyne.KeyName
	mods             fyne.KeyModifier
}{
	{cap: "F1", label: "foot.help", name: fyne.KeyF1},
	{cap: "F2", label: "foot.answer", name: fyne.KeyF2},
	{cap: "F3", label: "foot.hold", name: fyne.KeyF3},
	{cap: "F4", label: "foot.transfer", name: fyne.KeyF4},
	{cap: "F6", label: "foot.message", name: fyne.KeyF6},
	{cap: "F7", label: "foot.agenda", name: fyne.KeyF7},
	{cap: "F8", label: "foot.hangup", name: fyne.KeyF8},
	{word: "key.search", label: "foot.search", name: fyne.KeyK, mods: fyne.KeyModifierControl},
	{cap: "F9", label: "foot.next", name: fyne.KeyF9},
	{word: "key.dial", label: "foot.dial", name: fyne.KeyN, mods: fyne.KeyModifierControl},
	{cap: "F5", label: "foot.mute", name: fyne.KeyF5},
	{word: "key.calls", label: "foot.calls", name: fyne.KeyH, mods: fyne.KeyModifierControl},
	{cap: "F10", label: "foot.disturb", name: fyne.KeyF10},
}

// show dims the keys that would do nothing now, and counts who waits.
func (f *footer) show(d *Desk, s *desk.State) {
	k := keysOf(s)
	ticket := s.FrontTicket() != nil
	can := map[fyne.KeyName]bool{
		fyne.KeyF1: true, fyne.KeyF2: k.answer != "", fyne.KeyF3: k.hold != "" || consulted(s), fyne.KeyF4: d.transferKey() != nil, fyne.KeyF6: ticket,
		fyne.KeyF7: s.Agenda.Client != "", fyne.KeyF8: k.hangup != "", fyne.KeyF9: len(s.Tickets) > 1,
		fyne.KeyF5: true, fyne.KeyK: true, fyne.KeyN: true, fyne.KeyH: true, fyne.KeyF10: true,
	}
	for i, key := range f.keys {
		key.dim(!can[footKeys[i].name])
	}
	if f.waits.Set(f.waitWords(s)) {
		widgets.Relayout(f.root)
	}
}

func (f *footer) waitWords(s *desk.State) string {
	n, oldest := 0, ""
	for i := range s.Calls {
		if c := &s.Calls[i]; c.Phase == desk.Ringing || c.Phase == desk.Held || c.Phase == desk.Back {
			if age := f.words.Age(c.Age(s.Now)); n == 0 || len(age) > len(oldest) || len(age) == len(oldest) && age > oldest {
				oldest = age
			}
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return f.words.N("foot.waiting", n, oldest)
}

// footKey is a key-cap with its word.
type footKey struct {
	widget.BaseWidget
	cap     *widgets.KeyCap
	text    *widgets.Text
	content *fyne.Container
	tapped  func()
}

func newFootKey(cap, label string, tapped func()) *footKey {
	k := &footKey{tapped: tapped, cap: widgets.NewKeyCap(cap)}
	k.text = widgets.NewText(label, widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted})
	k.content = container.New(&widgets.Row{Gap: 6}, k.cap, k.text)
	k.ExtendBaseWidget(k)
	return k
}

func (k *footKey) dim(yes bool) {
	color := theme.Muted
	if yes {
		color = theme.Faint
	}
	k.text.SetColor(color)
}

// Tapped does what the key does.
func (k *footKey) Tapped(*fyne.PointEvent) { k.tapped() }

// CreateRenderer is Fyne's way to the drawing of a widget.
func (k *footKey) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(k.content) }

// footLayout shows as many keys as fit beside the words at the right; those that
// do not fit are in the help.
type footLayout struct{}

// MinSize is the height of a key.
func (footLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, o[0].MinSize().Height)
}

// Layout places the keys from the left.
func (footLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	waits := o[len(o)-1].(*widgets.Text)
	right := min(waits.Natural().Width, size.Width/3)
	waits.Move(fyne.NewPos(size.Width-right, 0))
	waits.Resize(fyne.NewSize(right, size.Height))
	space := theme.Px(13)
	room := size.Width - right - space
	x := float32(0)
	for _, k := range o[:len(o)-1] {
		w := k.MinSize().Width
		fits := x+w <= room
		widgets.Show(k, fits)
		if fits {
			k.Move(fyne.NewPos(x, 0))
			k.Resize(fyne.NewSize(w, size.Height))
		} else {
			room = 0
		}
		x += w + space
	}
}
