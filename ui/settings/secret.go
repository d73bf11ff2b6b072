package settings

import (
	"permanence/ui/sheet"
	"permanence/ui/widgets"
)

// secretPart is the entry of a password. It shows what is being typed, as dots,
// and never a password that was kept.
type secretPart[T any] struct {
	panel *Panel
	name  func(*T) string // of the password, as the core names it
	kept  func(name string) bool
	now   string
	entry *widgets.Entry
}

func newSecret[T any](p *Panel, g *sheet.Group[T], name func(*T) string, kept func(name string) bool) *widgets.Field {
	s := &secretPart[T]{panel: p, name: name, kept: kept, entry: p.sheet.NewPasswordEntry()}
	s.entry.OnTyped = s.typed
	g.Add(s)
	return widgets.NewField(p.t("password"), s.entry)
}

func (s *secretPart[T]) typed(text string) {
	if text == "" {
		delete(s.panel.secrets, s.now)
	} else {
		s.panel.secrets[s.now] = text
	}
	s.panel.review()
}

// Fill shows what is being typed for this line, or nothing: what was saved a
// moment ago is gone from here.
func (s *secretPart[T]) Fill(v *T, _ sheet.Filling) {
	s.now = s.name(v)
	s.entry.Replace(s.panel.secrets[s.now])
	hint := ""
	if s.kept(s.now) {
		hint = s.panel.t("password.kept")
	}
	if s.entry.PlaceHolder != hint {
		s.entry.SetPlaceHolder(hint)
	}
}

// Read has nothing to give: a password is not part of the settings.
func (s *secretPart[T]) Read(*T, string, sheet.Report) {}

// Mark has nothing to say.
func (s *secretPart[T]) Mark(string, sheet.Say) {}

// Touched is told by the panel, which holds all passwords typed.
func (s *secretPart[T]) Touched() bool { return false }

// Seal has nothing to remember: the panel does.
func (s *secretPart[T]) Seal() {}
