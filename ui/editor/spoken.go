package editor

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/sheet"
	"permanence/ui/widgets"
)

// spokenPart is the written greetings, each with its recording in the voice of
// whoever sits here. Other operators' recordings stay as they are.
type spokenPart struct {
	panel   *Panel
	changed func()
	rows    []*spokenRow
	column  *fyne.Container
	empty   *widgets.Text
	stored  []clients.SpokenGreeting // of all operators
}

// spokenRow is one written greeting.
type spokenRow struct {
	*slot
	box   fyne.CanvasObject
	text  string
	shown phone.SoundID
}

func newSpokenPart(p *Panel, g *form) *spokenPart {
	s := &spokenPart{panel: p, changed: g.Changed, empty: sheet.Note(p.t("spoken.empty"))}
	s.column = container.New(&widgets.Column{Gap: 14}, s.empty)
	g.Add(s)
	return s
}

// operator is whose voice is recorded here.
func (s *spokenPart) operator() clients.ID { return s.panel.state.Operator.ID }

// Fill shows the recordings of a card.
func (s *spokenPart) Fill(c *client, why sheet.Filling) {
	s.arrange(c.Greetings)
	if why != sheet.Typed {
		s.stored = c.Voice.Greetings
	}
	for _, r := range s.rows {
		next, _ := c.Voice.Spoken(s.operator(), clients.Greeting{Text: r.text})
		switch {
		case why == sheet.Typed:
			r.id = next
		case why == sheet.Afresh, r.id == r.shown, r.id == next:
			r.id, r.shown = next, next
		}
		r.show(&s.panel.state)
	}
}

// arrange makes a row for each written greeting.
func (s *spokenPart) arrange(list []clients.Greeting) {
	var texts []string
	for _, g := range list {
		if g.Text != "" && !slices.Contains(texts, g.Text) {
			texts = append(texts, g.Text)
		}
	}
	for len(s.rows) < len(texts) {
		s.addRow()
	}
	for i, r := range s.rows {
		widgets.Show(r.box, i < len(texts))
		if i < len(texts) && r.text != texts[i] {
			r.turn(texts[i], s)
		} else if i >= len(texts) {
			r.text, r.id, r.shown = "", "", ""
		}
	}
	widgets.Show(s.empty, len(texts) == 0)
}

func (s *spokenPart) addRow() {
	r := &spokenRow{}
	r.slot = newSlot(s.panel, "", clients.SoundGreeting, func() string { return r.text }, s.changed)
	r.box = r.field
	s.rows = append(s.rows, r)
	s.column.Add(r.box)
}

// turn gives a row another text, and the recording that belongs to that.
func (r *spokenRow) turn(text string, s *spokenPart) {
	v := clients.Voice{Greetings: s.stored}
	r.text = text
	r.id, _ = v.Spoken(s.operator(), clients.Greeting{Text: text})
	r.shown = r.id
	r.field.SetLabel(s.panel.cfg.Words.T("editor.quoted", text))
	r.show(&s.panel.state)
}

// Touched reports whether something was recorded or taken away.
func (s *spokenPart) Touched() bool {
	return slices.ContainsFunc(s.rows, func(r *spokenRow) bool { return r.id != r.shown })
}

// Seal has nothing to remember: sounds are stored as they stand.
func (s *spokenPart) Seal() {}

// Mark has nothing to say: a greeting without a recording is spoken live.
func (s *spokenPart) Mark(string, sheet.Say) {}

// Read gives a card the recordings of this operator, and follows its greetings.
func (s *spokenPart) Read(c *client, _ string, _ sheet.Report) {
	s.arrange(c.Greetings)
	for _, r := range s.rows {
		if r.id != r.shown {
			c.Voice.Greetings = withSpoken(c.Voice.Greetings, clients.SpokenGreeting{Operator: s.operator(), Text: r.text, Sound: r.id})
		}
	}
}

// withSpoken puts a recording in the place of the one before; without a sound it
// takes that away.
func withSpoken(list []clients.SpokenGreeting, g clients.SpokenGreeting) []clients.SpokenGreeting {
	list = slices.DeleteFunc(slices.Clone(list), func(o clients.SpokenGreeting) bool {
		return o.Operator == g.Operator && o.Text == g.Text
	})
	if g.Sound != "" {
		list = append(list, g)
	}
	return list
}
