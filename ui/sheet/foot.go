package sheet

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// foot is the line under the pages: where things stand and the save button; or,
// when she leaves with something unsaved, the question and its three answers.
type foot struct {
	sheet    *Sheet
	status   *widgets.Text
	question *widgets.Text
	save     *widgets.KeyButton
	keep     *Button
	rest     *fyne.Container // the usual line
	asked    *fyne.Container // the question
	object   fyne.CanvasObject

	asking  bool
	leaving bool           // close as soon as it is saved
	before  fyne.Focusable // had the keyboard before the question
}

func newFoot(s *Sheet) *foot {
	f := &foot{sheet: s, status: widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Cut: true})}
	w := s.cfg.Words
	f.save = widgets.NewKeyButton(w.T("sheet.save"), w.T("key.send"), widgets.Primary, s.Save)
	f.save.Hidden = s.cfg.Save == nil
	f.rest = container.New(&widgets.Row{Gap: 12, Grow: f.status}, f.status, f.save)
	f.question = widgets.NewText(w.T("sheet.unsaved"), widgets.TextStyle{Bold: true, Cut: true})
	f.keep = f.answer("sheet.save", widgets.Primary, f.saveAndLeave)
	drop := f.answer("sheet.discard", widgets.Danger, s.close)
	stay := f.answer("sheet.continue", widgets.Secondary, f.settle)
	stay.SetKey(w.T("key.escape"))
	f.asked = container.New(&widgets.Row{Gap: 6, Grow: f.question}, f.question, f.keep, drop, stay)
	f.asked.Hide()
	f.object = container.NewVBox(widgets.NewRule(), container.New(widgets.Pad{24, 6, 20, 10}, container.NewStack(f.rest, f.asked)))
	return f
}

func (f *foot) answer(key string, kind widgets.Kind, do func()) *Button {
	b := f.sheet.NewButton(f.sheet.cfg.Words.T(key), kind, do)
	b.fixed = true
	return b
}

func (f *foot) say(sentence string, c fyne.ThemeColorName) {
	f.status.SetColor(c)
	f.status.Set(sentence)
}

func (f *foot) ask() {
	if c := f.sheet.canvas(); c != nil {
		f.before = c.Focused()
	}
	f.asking = true
	f.rest.Hide()
	f.asked.Show()
	widgets.Relayout(f.asked)
	f.sheet.Focus(f.keep)
}

// settle takes the question away and gives the keyboard back.
func (f *foot) settle() {
	if !f.asking {
		return
	}
	f.asking = false
	f.asked.Hide()
	f.rest.Show()
	if f.before != nil {
		f.sheet.Focus(f.before)
	}
}

func (f *foot) saveAndLeave() {
	f.leaving = true
	f.sheet.Save()
}
