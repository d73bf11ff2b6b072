package settings

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

func (p *Panel) soundPage(g *form) fyne.CanvasObject {
	rows := []fyne.CanvasObject{}
	for _, role := range desk.Roles {
		r := newRoleChoice(p, g, role)
		rows = append(rows, r.content)
	}
	p.parts.sound = newSoundTest(p)
	return sheet.Sections(
		sheet.Rows(append([]fyne.CanvasObject{sheet.Note(p.t("sound.note"))}, rows...)...),
		p.parts.sound.content,
		p.voiceRows(g),
	)
}

// voiceRows are the switches of what is done to voices on their way, and the
// headset whose buttons work.
func (p *Panel) voiceRows(g *form) fyne.CanvasObject {
	p.parts.headset = sheet.Note("")
	tick := func(key string, at func(*draft) *bool) fyne.CanvasObject {
		return sheet.Under(container.New(&widgets.Flow{}, sheet.Tick(g, p.t(key), at)), p.t(key+".note"))
	}
	return sheet.Sections(
		sheet.Headed(p.t("voice"), p.t("voice.note"),
			tick("voice.high-pass", func(d *draft) *bool { return &d.treat.HighPass }),
			tick("voice.noise", func(d *draft) *bool { return &d.treat.Noise }),
			tick("voice.echo", func(d *draft) *bool { return &d.treat.Echo }),
			tick("voice.gain", func(d *draft) *bool { return &d.treat.Gain }),
			tick("voice.whisper", func(d *draft) *bool { return &d.whisper })),
		container.New(&widgets.Column{Gap: 5}, widgets.Heading(p.t("headset")), p.parts.headset),
	)
}

// showHeadset names the headset whose buttons work.
func (p *Panel) showHeadset(s *desk.State) {
	words := p.t("headset.none")
	if s.Sound.Headset != "" {
		words = p.t("headset.works", s.Sound.Headset)
	}
	if p.parts.headset.Set(words) {
		p.sheet.Relayout()
	}
}

// roleChoice chooses the device of one role, by name: the system's default, what
// is plugged in, and the device that was chosen even while it is absent.
type roleChoice struct {
	panel   *Panel
	role    desk.Role
	sel     *sheet.Select
	field   *widgets.Field
	content fyne.CanvasObject
	chosen  string // device name; "" is the system's default
	shown   string
	names   map[string]string // of the options
}

// selectFrame gives a list that opens the border of an entry.
var selectFrame = widgets.BoxStyle{Stroke: theme.Control, Width: 1.5, Radius: 5, Pad: widgets.All(1)}

func newRoleChoice(p *Panel, g *form, role desk.Role) *roleChoice {
	r := &roleChoice{panel: p, role: role, names: map[string]string{}}
	r.sel = p.sheet.NewSelect(r.choose)
	r.field = widgets.NewField(p.t("role."+string(role)), widgets.NewBox(selectFrame, r.sel))
	r.content = sheet.Beside([]float32{3, 2}, r.field, sheet.Note(""))
	p.parts.roles = append(p.parts.roles, r)
	g.Add(r)
	return r
}

func (r *roleChoice) choose(option string) {
	r.chosen = r.names[option]
	r.panel.review()
	r.panel.parts.sound.live(&r.panel.state)
}

// offer lists the devices that there are now.
func (r *roleChoice) offer(s *desk.State) {
	devices := s.Sound.Playback
	if r.role == desk.Microphone {
		devices = s.Sound.Captures
	}
	r.names = map[string]string{}
	options := []string{}
	add := func(option, name string) {
		r.names[option] = name
		options = append(options, option)
	}
	add(r.panel.t("sound.default"), "")
	for _, name := range devices {
		add(name, name)
	}
	selected := r.chosen
	if _, there := r.names[selected]; selected != "" && !there {
		selected = r.panel.t("sound.absent", r.chosen)
		add(selected, r.chosen)
	}
	if r.chosen == "" {
		selected = options[0]
	}
	r.sel.Set(options, selected)
	r.remark(s.Sound.Devices[r.role])
}

// remark says which device is in use when it is not plainly the chosen one.
func (r *roleChoice) remark(d desk.Device) {
	switch {
	case d.Lost:
		r.field.SetRemark(r.panel.t("sound.instead", d.Using), theme.Wait)
	case d.Wanted == "" && d.Using != "":
		r.field.SetRemark(r.panel.t("sound.using", d.Using), theme.Muted)
	default:
		r.field.SetRemark("", theme.Muted)
	}
}

// Fill shows the device of the role.
func (r *roleChoice) Fill(d *draft, why sheet.Filling) {
	next := d.sound[r.role].First()
	switch {
	case why == sheet.Typed:
		r.chosen = next
	case why == sheet.Afresh, !r.Touched(), r.chosen == next:
		r.chosen, r.shown = next, next
	}
	r.offer(&r.panel.state)
}

// Read takes the choice.
func (r *roleChoice) Read(d *draft, _ string, _ sheet.Report) {
	if r.Touched() {
		d.sound[r.role] = d.sound[r.role].With(r.chosen)
	}
}

// Mark has nothing to say: every choice is a legal one.
func (r *roleChoice) Mark(string, sheet.Say) {}

// Touched reports whether another device was chosen.
func (r *roleChoice) Touched() bool { return r.chosen != r.shown }

// Seal has nothing to remember: a choice is stored as it stands.
func (r *roleChoice) Seal() {}

// soundTest is the level of the microphone and the button to hear oneself.
type soundTest struct {
	panel   *Panel
	meter   *widgets.Meter
	hint    *widgets.Text
	button  *sheet.Button
	content fyne.CanvasObject
	moving  *fyne.Animation
}

func newSoundTest(p *Panel) *soundTest {
	t := &soundTest{panel: p, meter: widgets.NewMeter()}
	t.hint = sheet.Note(p.t("sound.hint"))
	t.button = p.sheet.NewButton(p.t("sound.test"), widgets.Secondary, func() { p.cfg.Send(desk.SoundTested{}) })
	level := widgets.NewText(p.t("sound.level"), widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted})
	row := container.New(&widgets.Row{Gap: 14}, t.button, level, t.meter)
	t.content = container.New(&widgets.Column{Gap: 8}, row, t.hint)
	t.moving = &fyne.Animation{Duration: time.Second, RepeatCount: fyne.AnimationRepeatForever, Curve: fyne.AnimationLinear, Tick: t.tick()}
	return t
}

// live says whether the test tries what is chosen, and moves the meter while the
// page is in view.
func (t *soundTest) live(s *desk.State) {
	key := "sound.hint"
	switch {
	case s.Sound.Silent:
		key = "sound.none"
	case t.panel.pages[soundPageNo].Touched():
		key = "sound.save-first"
	}
	if t.hint.Set(t.panel.t(key)) {
		t.panel.sheet.Relayout()
	}
	t.button.SetEnabled(!s.Sound.Silent)
	t.run()
}

// soundPageNo is the place of the page among the others.
const soundPageNo = 1

// run starts or stops the meter: it moves only where it can be seen.
func (t *soundTest) run() {
	seen := t.panel.cfg.Level != nil && t.panel.sheet.Page() == soundPageNo && t.panel.Content().Visible()
	if seen {
		t.moving.Start()
	} else {
		t.moving.Stop()
	}
}

// tick reads the level ten times a second, however often pictures are drawn.
func (t *soundTest) tick() func(float32) {
	last := -1
	return func(part float32) {
		if step := int(part * 10); step != last {
			last = step
			t.meter.SetLevel(t.panel.cfg.Level())
			if !t.panel.Content().Visible() {
				t.moving.Stop()
			}
		}
	}
}
