package ui

import (
	"context"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
	"permanence/ui/words"
)

// Levels are the voice levels of this moment, in dBFS; -96 is silence.
type Levels struct {
	Microphone float64
	Earpiece   float64
}

// Config is what the window needs. Meters may be nil; the rest must be set.
type Config struct {
	Window   fyne.Window
	Send     func(desk.Event) // must not block
	Meters   func() Levels    // read ten times a second while somebody talks
	Do       func(func())     // carries a function to the window's goroutine
	CatchUp  func()           // shows the newest state, on the window's goroutine, if a later one than that in view is there
	Words    *words.Book
	Overlays Overlays
}

// kit is what every part of the window is given.
type kit struct {
	words *words.Book
	send  func(desk.Event)
	keys  widgets.Keys
}

// Desk is the main window. All its methods but Run belong to the window's
// goroutine: call them inside Config.Do.
type Desk struct {
	kit
	cfg   Config
	state desk.State

	root     *fyne.Container
	centre   *fyne.Container // card and message, or what stands there instead
	middle   *fyne.Container // the bar above the stage, and the stage
	top      *topBar
	notices  *noticeBar
	remind   *reminderBar
	join     *joinBar
	offer    *offerBar
	left     *leftColumn
	sheet    *sheet
	form     *form
	transfer *transferPanel
	danger   [2]*emergencyCard // over the client's card, and over the calm page
	agenda   *agendaPanel
	calm     *calmPage
	stage    *stage
	footer   *footer

	resume *widgets.Entry // of the message, where the keyboard returns to

	low     bool        // the window is low
	lively  atomic.Bool // somebody talks or rings: beat
	talking bool
	beats   int
}

// NewDesk builds the window's content and its keys. Nothing is shown in it before
// the first Show.
func NewDesk(cfg Config) *Desk {
	d := &Desk{cfg: cfg}
	d.kit = kit{words: cfg.Words, send: cfg.Send, keys: d.Key}
	d.build()
	d.catchKeys()
	return d
}

// build makes every part once; a change of language makes them anew.
func (d *Desk) build() {
	d.resume, d.low = nil, false
	d.top = newTopBar(d.kit, d)
	d.notices = newNoticeBar(d.kit, d)
	d.remind = newReminderBar(d.kit, d)
	d.join = newJoinBar(d.kit, d)
	d.offer = newOfferBar(d.kit)
	d.left = newLeftColumn(d.kit, d)
	d.sheet = newSheet(d.kit)
	d.form = newForm(d.kit)
	d.transfer = newTransferPanel(d.kit, d)
	d.danger = [2]*emergencyCard{newEmergencyCard(d.kit), newEmergencyCard(d.kit)}
	d.agenda = newAgendaPanel(d.kit)
	d.calm = newCalmPage(d.kit, d)
	d.stage = newStage(d)
	d.footer = newFooter(d.kit, d)

	d.centre = container.New(&centreLayout{}, d.sheet.root, d.danger[0].root, d.form.root, d.transfer.root)
	work := container.New(&workLayout{agenda: d.agenda.root}, d.centre, d.agenda.root)
	d.stage.set(work, container.NewStack(d.calm.root, d.danger[1].root))
	d.middle = container.New(&widgets.Column{Gap: gap, Grow: d.stage.root}, d.offer.box, d.join.box, d.stage.root)
	body := container.New(&bodyLayout{}, d.left.root, d.middle)
	d.root = container.New(&frameLayout{body: body, snug: d.snug}, newGround(), d.top.root, d.remind.root, d.notices.root, body, d.footer.root)
	d.cfg.Window.SetPadded(false)
	d.cfg.Window.SetContent(d.root)
}

// Show refills the window from a state. It touches only what changed since the
// last one, and never the keyboard's place.
func (d *Desk) Show(s desk.State) {
	d.adopt(s.Settings)
	before := d.state
	d.state = s
	d.top.show(&s)
	moved := d.remind.show(&s)
	if d.notices.show(&s) || moved {
		widgets.Relayout(d.root)
	}
	d.left.show(&s)
	d.stage.show(&s)
	d.showJoined(&s)
	if s.FrontTicket() != nil {
		d.sheet.show(&s)
		if d.form.show(&s) {
			widgets.Relayout(d.centre)
		}
		d.agenda.show(&s)
	} else {
		d.form.leave()
		d.calm.show(&s)
	}
	d.footer.show(d, &s)
	d.settleFocus(&before, &s)
	d.settleLogin(&before, &s)
	d.talking = anyIn(&s, desk.Talking)
	d.lively.Store(d.talking || anyIn(&s, desk.Ringing) || anyIn(&s, desk.Back))
}

// adopt follows the settings of appearance.
func (d *Desk) adopt(set desk.Settings) {
	app := fyne.CurrentApp().Settings()
	if !theme.Current().Same(set.Theme, set.Scale) {
		app.SetTheme(theme.New(set.Theme, set.Scale))
		widgets.Relayout(d.root)
	}
	if set.Language != "" && set.Language != d.words.Language() {
		d.words.Use(set.Language)
		d.build()
	}
}

// showJoined shows the bars above the stage (what may be taken over, how calls are put
// together), and an emergency call over the client's card.
func (d *Desk) showJoined(s *desk.State) {
	d.transfer.show(s)
	offered := d.offer.show(s)
	if d.join.show(s) || offered {
		widgets.Relayout(d.middle)
	}
	for _, c := range d.danger {
		c.show(s)
	}
	d.arrangeCentre()
	d.transfer.arrive()
}

// arrangeCentre puts in their places what stands instead of the client's card,
// the message and the calm page.
func (d *Desk) arrangeCentre() {
	danger, choosing := d.state.Calling != nil, d.transfer.inView()
	widgets.Show(d.calm.root, !danger)
	widgets.Show(d.danger[1].root, danger)
	changed := widgets.Show(d.sheet.root, !danger)
	changed = widgets.Show(d.danger[0].root, danger) || changed
	changed = widgets.Show(d.form.root, !choosing) || changed
	changed = widgets.Show(d.transfer.root, choosing) || changed
	if changed {
		widgets.Relayout(d.centre)
	}
}

func anyIn(s *desk.State, p desk.Phase) bool {
	for i := range s.Calls {
		if s.Calls[i].Phase == p {
			return true
		}
	}
	return false
}

// Each change draws the whole window again, which costs a machine without a
// graphics card 30 ms: meters are read ten times a second and only while somebody
// talks, and the pulse of a ringing card takes few steps.
const (
	beatEvery     = 100 * time.Millisecond
	beatsPerPulse = 3
)

// Run moves what moves by itself, until ctx ends. It is the only goroutine of
// the window's own.
func (d *Desk) Run(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if d.lively.Load() {
				d.cfg.Do(d.beat)
			}
		}
	}
}

func (d *Desk) beat() {
	d.beats++
	if d.beats%beatsPerPulse == 0 {
		d.left.pulse(d.beats / beatsPerPulse)
	}
	if d.talking && d.cfg.Meters != nil {
		l := d.cfg.Meters()
		d.top.level(l.Microphone)
		d.left.level(l.Earpiece)
	}
}

// OpenEditor opens the editor on a client, "" for a new one.
func (d *Desk) OpenEditor(client clients.ID) { d.stage.edit(client) }

// openOffice shows who is at work; on a desk without an office, how to join one.
func (d *Desk) openOffice() {
	if d.state.Office.Linked() {
		d.stage.open(stageTeam)
		return
	}
	d.stage.settings("office")
}

// OpenSettings opens the settings.
func (d *Desk) OpenSettings() { d.stage.open(stageSettings) }
