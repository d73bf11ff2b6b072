package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// dialBar is where a number is typed to be called, or keys to be sent in a call.
// It stands above the calls while it is open.
type dialBar struct {
	kit
	root   *widgets.Box
	desk   *Desk
	field  *widgets.Field
	entry  *widgets.Entry
	button *widgets.KeyButton
	remark *widgets.Text

	client clients.ID // in whose name
	tones  bool       // keys go to the call as they are typed
	sent   int        // how many of them went
}

func newDialBar(k kit, d *Desk) *dialBar {
	b := &dialBar{kit: k, desk: d}
	b.entry = widgets.NewEntry(k.keys)
	b.entry.OnEnter = b.call
	b.entry.OnEscape = b.close
	b.entry.OnTyped = b.typed
	b.field = widgets.NewField("", b.entry)
	b.button = widgets.NewKeyButton(k.words.T("act.call"), k.words.T("key.enter"), widgets.Primary, b.call).Small()
	b.remark = widgets.NewText("", widgets.TextStyle{Size: theme.SizeTiny, Color: theme.Muted, Cut: true})
	leave := widgets.NewKeyButton(k.words.T("act.leave"), k.words.T("key.escape"), widgets.Quiet, b.close).Small()
	buttons := container.New(&widgets.Row{Gap: 6}, b.button, leave)
	b.root = widgets.NewBox(
		widgets.BoxStyle{Fill: theme.PrimaryTint, Radius: 6, Pad: widgets.All(9)},
		container.New(&widgets.Column{Gap: 6}, b.field, b.remark, buttons))
	b.root.Hide()
	return b
}

// open shows the bar with a number, to be called for a client.
func (b *dialBar) open(number string, client *clients.Client) {
	b.tones, b.client = false, ""
	b.field.SetLabel(b.words.T("dial.label"))
	remark := b.words.T("dial.for-nobody")
	if client != nil {
		b.client = client.ID
		remark = b.words.T("dial.for", client.Name)
	}
	b.remark.Set(remark)
	b.reveal(number)
}

// openTones shows the bar for keys to be sent to the call.
func (b *dialBar) openTones() {
	b.tones, b.sent = true, 0
	b.field.SetLabel(b.words.T("dial.tones"))
	b.remark.Set(b.words.T("dial.tones-how"))
	b.reveal("")
}

func (b *dialBar) reveal(text string) {
	b.entry.Replace(text)
	widgets.Show(b.button, !b.tones)
	b.root.Show()
	widgets.Relayout(b.desk.left.stack)
	b.desk.focus(b.entry)
	b.entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
}

func (b *dialBar) close() {
	if !b.root.Visible() {
		return
	}
	b.root.Hide()
	widgets.Relayout(b.desk.left.stack)
	b.desk.returnFocus()
}

func (b *dialBar) call() {
	if b.tones || b.entry.Text == "" {
		return
	}
	b.send(desk.DialPressed{Target: b.entry.Text, Client: b.client})
	b.close()
}

// typed sends new keys at once; what is not a key of a telephone stays here.
func (b *dialBar) typed(text string) {
	if !b.tones {
		return
	}
	runes := []rune(text)
	if len(runes) > b.sent {
		if keys := telephoneKeys(runes[b.sent:]); keys != "" {
			b.send(desk.DTMFPressed{Digits: keys})
		}
	}
	b.sent = len(runes)
}

func telephoneKeys(typed []rune) string {
	var keys []rune
	for _, r := range typed {
		if r >= '0' && r <= '9' || r == '*' || r == '#' {
			keys = append(keys, r)
		}
	}
	return string(keys)
}

// show closes the bar for keys when there is no call to send them to.
func (b *dialBar) show(s *desk.State) bool {
	if b.root.Visible() && b.tones && len(s.Calls) == 0 {
		b.close()
		return true
	}
	return false
}

// callBack prepares calling somebody of the history.
func (d *Desk) callBack(e desk.Entry) {
	if e.Number != "" {
		d.left.dial.open(phone.Number(e.Number).Display(), d.state.Directory.Client(e.Client))
	}
}
