package ui

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

const closeIcon = fynetheme.IconNameCancel

// crowd is from how many calls on the cards that are not next are made small.
const crowd = 4

// callCard is one live call. It is kept and filled with other calls.
type callCard struct {
	kit
	box     *widgets.Box
	slot    *fyne.Container // the box, moved in under the caller who waits
	name    *widgets.Text
	age     *widgets.Text
	who     *widgets.Text
	phase   *widgets.Text
	meter   *widgets.Meter
	lock    *widgets.Padlock
	quality *widgets.Quality
	rec     *widgets.Dot
	chain   *widgets.Text
	third   *fyne.Container
	main    *widgets.KeyButton
	other   *widgets.KeyButton
	wait    *widgets.KeyButton
	buttons *fyne.Container

	call     phone.CallID
	standing string // of the third line, while the padlock is not explained
	safe     phone.Security
	heard    phone.Quality
	onMain   desk.Event
	onOther  desk.Event
	shades   theme.Shades
	ringing  bool
	front    bool
}

func newCallCard(k kit) *callCard {
	c := &callCard{kit: k, meter: widgets.NewMeter()}
	c.name = widgets.NewText("", widgets.TextStyle{Bold: true, Cut: true})
	c.age = widgets.NewText("", widgets.TextStyle{Bold: true, Align: fyne.TextAlignTrailing})
	c.who = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Cut: true})
	c.phase = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Cut: true})
	c.main = widgets.NewKeyButton("", "", widgets.Primary, func() { k.send(c.onMain) }).Small()
	c.other = widgets.NewKeyButton("", "", widgets.Secondary, func() { k.send(c.onOther) }).Small()
	c.wait = widgets.NewKeyButton(k.words.T("act.wait"), "", widgets.Secondary, func() { k.send(desk.WaitPressed{Call: c.call}) }).Small()
	c.buttons = container.New(widgets.Pad{0, 4, 0, 0}, container.New(&widgets.Flow{Gap: 6}, c.main, c.wait, c.other))
	c.lock = widgets.NewPadlock()
	c.lock.OnHover = c.explain
	c.quality = widgets.NewQuality()
	c.quality.OnHover = c.explainQuality
	c.rec = widgets.NewDot(theme.Bad)
	c.rec.Hide()
	c.chain = widgets.NewText("", widgets.TextStyle{Size: theme.SizeTiny, Color: theme.Muted, Cut: true})
	c.third = container.New(&widgets.Row{Gap: 8, Grow: c.phase}, c.rec, c.phase, c.meter)
	first := container.New(&widgets.Row{Gap: 8, Grow: c.name}, c.name, c.quality, c.lock, c.age)
	c.box = widgets.NewBox(
		widgets.BoxStyle{Fill: theme.Panel, Stroke: theme.Edge, Radius: 6, Bar: 5, Pad: widgets.Pad{10, 8, 11, 9}},
		container.New(&widgets.Column{Gap: 1}, first, c.who, c.chain, c.third, c.buttons))
	c.slot = container.New(&indent{}, c.box)
	c.box.OnTapped = func() { k.send(desk.CallChosen{Call: c.call}) }
	return c
}

// show fills the card, and reports whether its height may have changed.
func (c *callCard) show(s *desk.State, call *desk.Call, keys keyTargets) bool {
	c.call = call.ID
	client := s.Directory.Client(call.Client)
	t := s.TicketOf(call.ID)
	c.front = t != nil && s.Front == t.ID
	c.ringing = (call.Phase == desk.Ringing || call.Phase == desk.Back) && call.Pending == ""
	c.paint(theme.Client(ownColor(client)))
	changed := c.name.Set(c.clientName(client))
	c.age.SetColor(phaseColor(call.Phase, theme.Ink))
	changed = c.age.Set(c.words.Age(call.Age(s.Now))) || changed
	small := len(s.Calls) > crowd && !c.front && keys.answer != call.ID && call.Phase != desk.Back
	changed = c.showWords(call, small) || changed
	changed = c.showChain(call, small) || changed
	changed = c.lock.Set(call.Security != phone.Clear, call.Security == phone.Protected) || changed
	c.safe = call.Security
	changed = c.showQuality(call) || changed
	changed = widgets.Show(c.rec, recording(call) && !call.Recording.Paused) || changed
	changed = c.indent(s.Call(call.Consults) != nil) || changed
	changed = widgets.Show(c.buttons, !small) || changed
	changed = c.showWait(s, call, keys) || changed
	return c.showButtons(call, keys) || changed
}

func (c *callCard) showWords(call *desk.Call, small bool) bool {
	who, phase := c.caller(call.KnownAs, call.Caller), c.phaseWords(call)
	if small {
		who = joined(phase, who)
	}
	changed := c.who.Set(who)
	c.phase.SetColor(phaseColor(call.Phase, talkColor(call)))
	c.standing = phase
	changed = c.phase.Set(phase) || changed
	changed = widgets.Show(c.meter, call.Phase == desk.Talking) || changed
	return widgets.Show(c.third, !small) || changed
}

// showChain says who forwarded the call, the last diverter only: the client's
// card has them all.
func (c *callCard) showChain(call *desk.Call, small bool) bool {
	words := ""
	if chain := chainOf(call); len(chain) > 0 {
		words = c.diverted(chain[:1])
	}
	changed := c.chain.Set(words)
	return widgets.Show(c.chain, words != "" && !small) || changed
}

// explain says in words what the padlock means while the pointer is on it.
func (c *callCard) explain(over bool) {
	words := c.standing
	if over {
		words = c.words.T("security." + string(c.safe))
	}
	c.phase.Set(words)
}

// barsOf is how many bars stand for a grade.
var barsOf = map[phone.Grade]int{phone.Good: 3, phone.Fair: 2, phone.Poor: 1}

// showQuality lights the bars of a call that is heard.
func (c *callCard) showQuality(call *desk.Call) bool {
	c.heard = call.Quality
	lit := 0
	if call.Phase == desk.Talking {
		lit = barsOf[call.Quality.Grade()]
	}
	return c.quality.Set(lit)
}

// explainQuality says in words what the bars mean while the pointer is on them.
func (c *callCard) explainQuality(over bool) {
	words := c.standing
	if over {
		words = c.qualityWords(c.heard)
	}
	c.phase.Set(words)
}

// qualityWords says how a call is heard, and where it is spoilt.
func (k kit) qualityWords(q phone.Quality) string {
	switch g := q.Grade(); {
	case g == phone.Unrated:
		return ""
	case g == phone.Good:
		return k.words.T("quality.good")
	case q.Side == phone.SideHere:
		return k.words.T("quality.here")
	case q.Side == phone.SideThere:
		return k.words.T("quality.there")
	}
	return k.words.T("quality.bad")
}

// showWait offers to let a caller wait whom the operator cannot take now.
func (c *callCard) showWait(s *desk.State, call *desk.Call, keys keyTargets) bool {
	client := s.Directory.Client(call.Client)
	can := call.Phase == desk.Ringing && call.Direction == phone.Incoming && client != nil && client.Voice.Wait.Sound != ""
	c.wait.SetEnabled(call.Pending == "")
	changed := c.wait.SetKey(keys.on(call.ID == keys.answer, c.words.T("key.wait")))
	return widgets.Show(c.wait, can) || changed
}

// spoilt reports whether a call that is talked can hardly be heard.
func spoilt(c *desk.Call) bool {
	return c.Phase == desk.Talking && c.Pending == "" && c.Quality.Grade() == phone.Poor
}

// recording reports whether the call is being recorded.
func recording(c *desk.Call) bool { return c.Recording != nil && !c.Recording.Since.IsZero() }

// indent moves a consultation in under the caller who waits for it.
func (c *callCard) indent(in bool) bool {
	l := c.slot.Layout.(*indent)
	if l.in == in {
		return false
	}
	l.in = in
	return true
}

// indent keeps a distance at the left, or not.
type indent struct{ in bool }

func (l *indent) pad() widgets.Pad {
	if l.in {
		return widgets.Pad{20, 0, 0, 0}
	}
	return widgets.Pad{}
}

// MinSize is the object's with the distance.
func (l *indent) MinSize(o []fyne.CanvasObject) fyne.Size { return l.pad().MinSize(o) }

// Layout places the object inside.
func (l *indent) Layout(o []fyne.CanvasObject, size fyne.Size) { l.pad().Layout(o, size) }

// HeightFor is the height the object needs at a width.
func (l *indent) HeightFor(o []fyne.CanvasObject, width float32) float32 {
	return l.pad().HeightFor(o, width)
}

func (c *callCard) paint(shades theme.Shades) {
	c.shades = shades
	c.box.SetBar(shades.Bar)
	switch {
	case c.ringing:
	case c.front:
		c.box.SetGround(shades.Tint)
	default:
		c.box.SetGround(nil)
	}
}

// pulseSteps is in how many steps a ringing card breathes once: in 2.4 seconds.
const pulseSteps = 8

// pulse lets a ringing card breathe: its ground goes to the client's tint and back.
func (c *callCard) pulse(step int) {
	if !c.ringing || !c.box.Visible() {
		return
	}
	depth := 0.5 - 0.5*math.Cos(2*math.Pi*float64(step%pulseSteps)/pulseSteps)
	c.box.SetGround(theme.Mix(theme.Color(theme.Panel), theme.Mix(c.shades.Tint, c.shades.Bar, 0.12), depth))
}

func (c *callCard) level(dbfs float64) { c.meter.SetLevel(dbfs) }

func phaseColor(p desk.Phase, talking fyne.ThemeColorName) fyne.ThemeColorName {
	switch p {
	case desk.Ringing, desk.Dialing, desk.Machine:
		return theme.Wait
	case desk.Back:
		return theme.Bad
	case desk.Held:
		return theme.Held
	}
	return talking
}

// talkColor is that of a call that is talked.
func talkColor(c *desk.Call) fyne.ThemeColorName {
	if spoilt(c) {
		return theme.Bad
	}
	return theme.Good
}

// phaseWords says where the call stands, and which keys the other side pressed.
func (c *callCard) phaseWords(call *desk.Call) string {
	words := c.words.T("phase." + string(call.Phase))
	switch {
	case underway(call):
		words = c.words.T(passingKey(call), firstOf(call.PassingTo, c.words.T("join.somebody")))
	case call.Pending != "":
		words = c.words.T("pending." + call.Pending)
	case call.Announcing != nil && call.Phase != desk.Machine:
		words = c.words.T("announce." + string(call.Announcing.Kind))
	case call.Aside && call.Phase == desk.Held:
		words = c.words.T("phase.aside")
	case call.Phase == desk.Dialing && call.RingsThere:
		words = c.words.T("phase.rings-there")
	case call.Conference && call.Alone:
		words = c.words.T("phase.conference-alone")
	case call.Conference:
		words = c.words.T("phase.conference")
	case call.HeldThere && call.Phase == desk.Talking:
		words = c.words.T("phase.held-there")
	}
	if spoilt(call) {
		words = c.qualityWords(call.Quality)
	}
	if recording(call) && call.Recording.Kind == clients.SoundCall {
		words = joined(words, c.words.T(recordingKey(call.Recording)))
	}
	if call.DTMF != "" {
		words = joined(words, c.words.T("phase.dtmf", last(call.DTMF, 8)))
	}
	return words
}

func recordingKey(r *desk.Recording) string {
	if r.Paused {
		return "recording.paused"
	}
	return "recording.on"
}

func last(s string, n int) string { return s[max(0, len(s)-n):] }

func (c *callCard) showButtons(call *desk.Call, keys keyTargets) bool {
	main, other := c.actions(call, keys)
	c.onMain, c.onOther = main.event, other.event
	changed := setButton(c.main, main, call.Pending == "" || call.Phase == desk.Dialing)
	changed = setButton(c.other, other, call.Pending == "") || changed
	return changed
}

// action is what a card's button says and does.
type action struct {
	label, key string
	kind       widgets.Kind
	event      desk.Event
}

func (c *callCard) actions(call *desk.Call, keys keyTargets) (main, other action) {
	id := call.ID
	hangup := action{c.words.T("act.hangup"), keys.on(id == keys.hangup, "F8"), widgets.Secondary, desk.HangupPressed{Call: id}}
	switch call.Phase {
	case desk.Ringing:
		main = action{c.words.T("act.answer"), keys.on(id == keys.answer, "F2"), widgets.Secondary, desk.AnswerPressed{Call: id}}
		if id == keys.answer {
			main.kind = widgets.Primary
		}
		return main, action{c.words.T("act.reject"), "", widgets.Quiet, desk.RejectPressed{Call: id}}
	case desk.Back:
		key := keys.on(id == keys.answer, "F2")
		return action{c.words.T("act.resume"), key, widgets.Primary, desk.AnswerPressed{Call: id}}, hangup
	case desk.Talking:
		return action{c.words.T("act.hold"), keys.on(id == keys.hold, "F3"), widgets.Secondary, desk.HoldAsked{Call: id}}, hangup
	case desk.Machine:
		return action{c.words.T("announce.take"), keys.on(id == keys.answer, "F2"), widgets.Secondary, desk.AnswerPressed{Call: id}}, hangup
	case desk.Held:
		return action{c.words.T("act.resume"), keys.on(id == keys.hold, "F3"), widgets.Secondary, desk.ResumeAsked{Call: id}}, hangup
	}
	hangup.label = c.words.T("act.cancel-dial")
	return hangup, action{}
}

func setButton(b *widgets.KeyButton, a action, enabled bool) bool {
	b.SetKind(a.kind)
	b.SetEnabled(enabled)
	changed := b.SetKey(a.key)
	changed = b.SetLabel(a.label) || changed
	return widgets.Show(b, a.label != "") || changed
}

// keyTargets are the calls that the bare keys mean now, so that each key is
// written where it acts.
type keyTargets struct{ answer, hold, hangup phone.CallID }

func (k keyTargets) on(yes bool, key string) string {
	if yes {
		return key
	}
	return ""
}

// keysOf asks the core which call each key means.
func keysOf(s *desk.State) keyTargets {
	k := keyTargets{answer: s.AnswerTarget(), hold: s.HoldTarget(), hangup: s.CurrentCall()}
	if consulted(s) {
		k.hold = "" // F3 goes to the other of the two: it stands on the bar
	}
	return k
}
