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

	identity *widgets.Choices // which number is shown
	choices  []widgets.Choice
	chips    *fyne.Container
	offered  string // by another program, as the state last said
}

func newDialBar(k kit, d *Desk) *dialBar {
	b := &dialBar{kit: k, desk: d}
	b.entry = widgets.NewEntry(b.Key)
	b.identity = widgets.NewChoices(func(key string) { b.identity.Set(b.choices, key) })
	b.chips = container.New(&widgets.Column{Gap: 4},
		container.New(&widgets.Row{Gap: 7}, widgets.NewText(k.words.T("dial.shown"), widgets.TextStyle{Size: theme.SizeTiny, Color: theme.Muted}), widgets.NewKeyCap("Alt")), b.identity)
	b.entry.OnEnter = b.call
	b.entry.OnEscape = b.close
	b.entry.OnTyped = b.typed
	b.field = widgets.NewField("", b.entry)
	b.button = widgets.NewKeyButton(k.words.T("act.call"), k.words.T("key.enter"), widgets.Primary, b.call).Small()
	b.remark = widgets.NewText("", widgets.TextStyle{Size: theme.SizeTiny, Color: theme.Muted, Lines: 2})
	leave := widgets.NewKeyButton(k.words.T("act.leave"), k.words.T("key.escape"), widgets.Quiet, b.close).Small()
	buttons := container.New(&widgets.Row{Gap: 6}, b.button, leave)
	b.root = widgets.NewBox(
		widgets.BoxStyle{Fill: theme.PrimaryTint, Radius: 6, Pad: widgets.All(9)},
		container.New(&widgets.Column{Gap: 6}, b.field, b.remark, b.chips, buttons))
	b.root.Hide()
	return b
}

// open shows the bar with a number, to be called for a client.
func (b *dialBar) open(number string, client *clients.Client) {
	b.prepare(number, client)
	b.reveal(number)
}

// prepare fills the bar for a call.
func (b *dialBar) prepare(number string, client *clients.Client) {
	b.tones, b.client = false, ""
	b.field.SetLabel(b.words.T("dial.label"))
	remark := b.words.T("dial.for-nobody")
	if client != nil {
		b.client = client.ID
		remark = b.words.T("dial.for", client.Name)
	}
	b.remark.Set(remark)
	b.identities(client)
	widgets.Show(b.chips, true)
	b.entry.Replace(number)
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
	widgets.Show(b.chips, !b.tones)
	b.button.SetKey(b.words.T("key.enter"))
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
	if b.offered != "" {
		b.send(desk.DialOffered{})
	}
	widgets.Relayout(b.desk.left.stack)
	if b.entry.Focused() {
		b.desk.returnFocus()
	}
}

// Key handles a key of the bar's entry before the window does.
func (b *dialBar) Key(key fyne.KeyName, mods fyne.KeyModifier) bool {
	if mods == fyne.KeyModifierAlt && !b.tones && b.identify(widgets.Digit(key)) {
		return true
	}
	return b.keys(key, mods)
}

func (b *dialBar) call() {
	if b.tones || b.entry.Text == "" {
		return
	}
	b.send(desk.DialPressed{
		Target: b.entry.Text, Client: b.client,
		AsClient: b.identity.Chosen() == showClient, Private: b.identity.Chosen() == showNothing,
	})
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
	return b.offer(s)
}

// callBack prepares calling somebody of the history.
func (d *Desk) callBack(e desk.Entry) {
	if e.Number != "" {
		d.left.dial.open(phone.Number(e.Number).Display(), d.state.Directory.Client(e.Client))
	}
}

// callMissedBack is F12: it calls the caller of the message in front that was taken
// over, or else whom nobody answered last; nil when that is no one.
func (d *Desk) callMissedBack() func() {
	if t := d.state.FrontTicket(); mayCallBack(t) {
		return d.sends(desk.TicketCalledBack{Ticket: t.ID})
	}
	if e := newestMissed(&d.state); e != nil {
		return d.sends(desk.CalledBack{Call: e.Call})
	}
	return nil
}

// offer shows a number that another program wants called. It never takes the
// keyboard, and nothing is dialled before the operator does it.
func (b *dialBar) offer(s *desk.State) bool {
	switch {
	case s.Offered == b.offered, s.Offered != "" && b.root.Visible():
		return false // known, or after what is being typed
	case s.Offered == "":
		b.offered = ""
		return false
	}
	b.offered = s.Offered
	b.prepare(asRead(s.Offered), s.FrontClient())
	b.remark.Set(b.words.T("dial.offered"))
	b.button.SetKey("")
	widgets.Show(b.button, true)
	b.root.Show()
	return true
}

// How the desk shows itself to who is called.
const (
	showLine    = "line"
	showClient  = "client"
	showNothing = "private"
)

// identities offers the numbers that may be shown: a client's only with its
// written agreement.
func (b *dialBar) identities(c *clients.Client) {
	list := []widgets.Choice{{Key: showLine, Label: b.words.T("dial.show-line"), Cap: "1"}}
	if c != nil && c.CallerID.OnFile(b.desk.state.Now) {
		list = append(list, widgets.Choice{Key: showClient, Label: b.words.T("dial.show-client", short(c.Name, 18)), Cap: "2"})
	}
	list = append(list, widgets.Choice{Key: showNothing, Label: b.words.T("dial.show-nothing"), Cap: "3"})
	b.choices = list
	b.identity.Set(list, showLine)
}

// identify chooses what is shown, by the digit of its chip with Alt.
func (b *dialBar) identify(digit int) bool {
	for _, c := range b.choices {
		if digit >= 0 && c.Cap == string(rune('1'+digit)) {
			b.identity.Set(b.choices, c.Key)
			return true
		}
	}
	return false
}
