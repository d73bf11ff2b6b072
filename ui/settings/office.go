package settings

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// officePage joins this machine to an office, or tells how it stands with the one that
// it belongs to. Nothing on it is part of the settings: what is typed here is used once.
type officePage struct {
	panel *Panel
	join  *joinForm
	steps *joinSteps
	link  *linkCard
	own   *ownPassword
	staff *staff

	alone, joining, linked, password, people *fyne.Container
}

func (p *Panel) officePage(*form) fyne.CanvasObject {
	o := &officePage{panel: p}
	p.parts.office = o
	o.join, o.steps, o.link = newJoinForm(p), newJoinSteps(p), newLinkCard(p)
	o.alone = sheet.Headed(p.t("office.join"), p.t("office.join.note"), o.join.content)
	o.joining = sheet.Headed(p.t("office.steps"), p.t("office.steps.note"), o.steps.content)
	o.linked = sheet.Headed(p.t("office.linked"), p.t("office.linked.note"), o.link.content)
	o.own, o.staff = newOwnPassword(p), newStaff(p)
	o.password = sheet.Headed(p.t("office.password"), p.t("office.password.note"), o.own.content)
	o.people = sheet.Headed(p.t("office.people"), p.t("office.people.note"), o.staff.content)
	return sheet.Sections(o.alone, o.joining, o.linked, o.password, o.people)
}

func (o *officePage) live(s *desk.State) {
	pairing, linked := s.Office.Pairing, s.Office.Linked()
	moved := widgets.Show(o.alone, !linked)
	done := pairing != nil && pairing.Step == desk.PairingDone && linked // the first copy is what is left to tell
	moved = widgets.Show(o.joining, pairing != nil && !done || s.Office.Phase == desk.OfficeCopying) || moved
	moved = widgets.Show(o.linked, linked) || moved
	moved = o.join.live(s) || moved
	moved = o.steps.live(s) || moved
	moved = o.link.live(s) || moved
	moved = widgets.Show(o.password, linked && s.Operator.ID != "") || moved
	moved = widgets.Show(o.people, linked && s.Operator.Role == clients.Supervisor) || moved
	moved = o.own.live(s) || moved
	moved = o.staff.live(s) || moved
	if moved {
		o.panel.sheet.Relayout()
	}
}

// joinForm asks for what joining takes: where the office is, the code that it shows,
// and how the others will call this machine.
type joinForm struct {
	panel               *Panel
	address, code, name *widgets.Entry
	fields              [3]*widgets.Field
	button              *sheet.Button
	content             *fyne.Container
	running             bool
}

func newJoinForm(p *Panel) *joinForm {
	f := &joinForm{panel: p, address: p.sheet.NewEntry(), code: p.sheet.NewEntry(), name: p.sheet.NewEntry()}
	f.address.PlaceHolder, f.code.PlaceHolder = p.t("office.address.hint"), "K7QF3-M2P9X"
	f.code.Max = len(f.code.PlaceHolder) + 4 // dashes and spaces of her own
	f.code.OnTyped = func(s string) { f.dash(s); p.leavePairing() }
	f.address.OnTyped = func(string) { p.leavePairing() }
	for i, e := range []*widgets.Entry{f.address, f.code, f.name} {
		e.OnEnter = f.send
		f.fields[i] = widgets.NewField(p.t([]string{"office.address", "office.code", "office.name"}[i]), e)
	}
	f.button = p.sheet.NewButton(p.t("office.pair"), widgets.Primary, f.send)
	f.content = sheet.Rows(
		sheet.Under(f.fields[0], p.t("office.address.note")),
		sheet.Beside([]float32{2, 3}, f.fields[1], f.fields[2]),
		container.New(&widgets.Flow{}, f.button))
	return f
}

// codeHalf is how many letters a pairing code has on each side of its dash.
const codeHalf = 5

// dash writes the code as the office shows it while it is typed at its end. What is
// changed in the middle stays as it is typed.
func (f *joinForm) dash(typed string) {
	if f.code.CursorColumn < widgets.Runes(typed) && f.code.CursorColumn > 0 && f.code.Focused() {
		return
	}
	if shown := dashed(typed); shown != typed {
		f.code.Replace(shown)
	}
}

// dashed is a code in capitals with its dash, however it was typed: K7QF3-M2P9X. The
// dash comes with the letter after it, so that it can be deleted.
func dashed(typed string) string {
	letters := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, typed)
	if len(letters) <= codeHalf {
		return letters
	}
	return letters[:codeHalf] + "-" + letters[codeHalf:min(len(letters), 2*codeHalf)]
}

// send asks for what is missing, or asks the office.
func (f *joinForm) send() {
	if f.running {
		return
	}
	address, name, code := strings.TrimSpace(f.address.Text), strings.TrimSpace(f.name.Text), dashed(f.code.Text)
	wrong := [3]string{}
	if address == "" {
		wrong[0] = f.panel.t("problem.missing")
	}
	if len(code) != 2*codeHalf+1 {
		wrong[1] = f.panel.t("office.code.short")
	}
	if name == "" {
		wrong[2] = f.panel.t("problem.missing")
	}
	for i, field := range f.fields {
		field.SetRemark(wrong[i], theme.Bad)
	}
	if wrong == [3]string{} {
		f.panel.cfg.Send(desk.PairAsked{Address: address, Code: code, DeskName: name})
	}
}

// leavePairing takes away how the last pairing went, once it has been read: the page was
// closed, or what had failed is being typed anew.
func (p *Panel) leavePairing() {
	if o := p.state.Office.Pairing; o != nil && (o.Step == desk.PairingFailed || o.Step == desk.PairingDone) {
		p.cfg.Send(desk.PairingLeft{})
	}
}

// live names the machine after its operator until somebody types, and keeps a second
// pairing from being begun.
func (f *joinForm) live(s *desk.State) bool {
	if f.name.Text == "" && !f.name.Focused() && s.Operator.Name != "" {
		f.name.Replace(f.panel.t("office.name.of", s.Operator.Name))
	}
	p := s.Office.Pairing
	f.running = p != nil && p.Step != desk.PairingFailed
	f.button.SetEnabled(!f.running)
	return false
}

// joinSteps tells how far joining has come: what was agreed, and the first copy.
type joinSteps struct {
	panel    *Panel
	rows     [3]stepRow
	progress *widgets.Progress
	rest     *widgets.Text
	wrong    *widgets.Text
	content  *fyne.Container

	began time.Time // when the copy was first seen, and how far it was then
	from  int
}

// stepRow is one step with its light.
type stepRow struct {
	dot  *widgets.Dot
	text *widgets.Text
}

func newJoinSteps(p *Panel) *joinSteps {
	j := &joinSteps{panel: p, progress: widgets.NewProgress()}
	column := container.New(&widgets.Column{Gap: 8})
	for i := range j.rows {
		r := stepRow{widgets.NewDot(theme.Rim), widgets.NewText(p.t("office.step."+digits[i]), widgets.TextStyle{Cut: true})}
		j.rows[i] = r
		column.Add(container.New(&widgets.Row{Gap: 10, Grow: r.text}, r.dot, r.text))
	}
	j.rest = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Lines: 2})
	j.wrong = widgets.NewText("", widgets.TextStyle{Color: theme.Bad, Lines: 4})
	j.content = sheet.Rows(column, container.New(&widgets.Column{Gap: 2}, j.progress, j.rest), j.wrong)
	return j
}

// digits number the steps in the translation.
var digits = [3]string{"1", "2", "3"}

func (j *joinSteps) live(s *desk.State) bool {
	o := &s.Office
	reached, wrong := j.reached(o)
	for i, r := range j.rows {
		color, ink := theme.Rim, theme.Muted
		switch {
		case i < reached:
			color, ink = theme.Good, theme.Ink
		case i == reached && wrong:
			color, ink = theme.Bad, theme.Ink
		case i == reached:
			color, ink = theme.Wait, theme.Ink
		}
		r.dot.SetColor(color)
		r.text.SetColor(ink)
	}
	copying := o.Phase == desk.OfficeCopying
	if !copying {
		j.began = time.Time{}
	}
	moved := widgets.Show(j.progress, copying)
	moved = widgets.Show(j.rest, copying) || moved
	if copying {
		j.progress.Set(share(o.Done, o.Total))
		moved = j.rest.Set(j.copyWords(s)) || moved
	}
	words := ""
	if wrong {
		words = j.panel.cfg.Words.Or(nil, "problem."+o.Pairing.Problem.Code, "notice."+o.Pairing.Problem.Code, "settings.office.failed")
	}
	moved = j.wrong.Set(words) || moved
	return widgets.Show(j.wrong, wrong) || moved
}

// reached is the step that is under way, 0 to 3, and whether it failed.
func (j *joinSteps) reached(o *desk.OfficeState) (step int, wrong bool) {
	switch p := o.Pairing; {
	case o.Phase == desk.OfficeCopying:
		return 2, false
	case p == nil:
		return 3, false
	case p.Step == desk.PairingFailed:
		return 0, true
	case p.Step == desk.PairingProved:
		return 1, false
	case p.Step == desk.PairingDone:
		return 2, false
	}
	return 0, false
}

// copyWords is how much of the first copy is here, and how long the rest takes at the
// pace it had so far.
func (j *joinSteps) copyWords(s *desk.State) string {
	o, p := &s.Office, j.panel
	if j.began.IsZero() || o.Done < j.from {
		j.began, j.from = s.Now, o.Done
	}
	words := p.t("office.copied", thousands(o.Done), thousands(o.Total))
	took, done := s.Now.Sub(j.began), o.Done-j.from
	if took < copyPace || done <= 0 || o.Total <= o.Done {
		return words
	}
	left := time.Duration(float64(took) / float64(done) * float64(o.Total-o.Done))
	return joined(words, p.leftWords(left))
}

// copyPace is after how long the pace of a copy tells something.
const copyPace = 2 * time.Second

// leftWords rounds a duration as one says it.
func (p *Panel) leftWords(left time.Duration) string {
	if left < time.Minute {
		return p.t("office.left-soon")
	}
	return p.cfg.Words.N("settings.office.left", int(left.Round(time.Minute)/time.Minute))
}

// share is how much of a whole is done, 0..1.
func share(done, total int) float64 {
	if total <= 0 {
		return 0
	}
	return float64(done) / float64(total)
}

// thousands groups the digits of a number by threes, as French writes it.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return s
}
