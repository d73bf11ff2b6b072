package editor

import (
	"fyne.io/fyne/v2"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/forwards"
	"permanence/ui/sheet"
	"permanence/ui/widgets"
	"permanence/ui/words"
)

// voicePage is what this client's callers hear beside the operator, and what is
// kept of what they say.
func (p *Panel) voicePage(g *form) fyne.CanvasObject {
	name := newSoundPart(p, g, "voice.name", p.t("voice.name"), clients.SoundName, func(c *client) *phone.SoundID { return &c.Voice.Name })
	music := newSoundPart(p, g, "voice.music", p.t("voice.music"), clients.SoundMusic, func(c *client) *phone.SoundID { return &c.Voice.Music })
	wait := newSoundPart(p, g, "voice.wait.sound", p.t("voice.wait"), clients.SoundWait, func(c *client) *phone.SoundID { return &c.Voice.Wait.Sound })
	after := sheet.Parsed(g, p.in("voice.wait.after", "voice.wait.after"),
		func(c *client) string { return formatCount(c.Voice.Wait.After) },
		func(c *client, s string) string { return p.setCount(&c.Voice.Wait.After, s) })
	machines := sheet.NewList(g, sheet.ListConfig[client, clients.Machine]{
		Path: "voice.machines", At: func(c *client) *[]clients.Machine { return &c.Voice.Machines },
		Build: p.machineCard,
		Fresh: func() clients.Machine {
			return clients.Machine{When: clients.ForwardNoAnswer, After: 30, Seconds: clients.MachineSeconds}
		},
		Name: func(m clients.Machine) string { return p.cfg.Words.T("forward.when." + string(m.When)) },
		Add:  p.t("machine.add"), Empty: p.t("machine.empty"),
	})
	return sheet.Sections(
		sheet.Headed(p.t("spoken"), p.t("spoken.note"), newSpokenPart(p, g).column),
		sheet.Headed(p.t("voice"), p.t("voice.note"), sheet.Beside(nil, name, music), sheet.Beside([]float32{3, 1}, wait, after)),
		sheet.Headed(p.t("machine"), p.t("machine.note"), machines.Content()),
		sheet.Headed(p.t("recording"), p.t("recording.note"), p.recordingRows(g)),
	)
}

func (p *Panel) machineCard(g *sheet.Group[clients.Machine]) fyne.CanvasObject {
	type machine = clients.Machine
	w := p.cfg.Words
	whens := make([]widgets.Choice, 0, 3)
	for _, when := range []clients.ForwardWhen{clients.ForwardAlways, clients.ForwardBusy, clients.ForwardNoAnswer} {
		whens = append(whens, widgets.Choice{Key: string(when), Label: w.T("forward.when." + string(when))})
	}
	greeting := newSoundPart(p, g, "greeting", p.t("machine.greeting"), clients.SoundMachine, func(m *machine) *phone.SoundID { return &m.Greeting })
	when := sheet.Pick(g, sheet.Input{Path: "when", Label: w.T("forward.when")}, whens, func(m *machine) *clients.ForwardWhen { return &m.When })
	after := sheet.Parsed(g, p.in("after", "machine.after"),
		func(m *machine) string { return formatCount(m.After) },
		func(m *machine, s string) string { return p.setCount(&m.After, s) })
	longest := sheet.Parsed(g, p.in("seconds", "machine.seconds"),
		func(m *machine) string { return formatCount(m.Seconds) },
		func(m *machine, s string) string { return p.setCount(&m.Seconds, s) })
	hours := sheet.Parsed(g, p.in("hours", "machine.hours"),
		func(m *machine) string { return forwards.FormatWeek(w, m.Hours) },
		func(m *machine, s string) string {
			week, bad := forwards.ParseWeek(w, s)
			if bad != "" {
				return w.T("forward.problem.hours", bad)
			}
			m.Hours = week
			return ""
		})
	closed := sheet.Tick(g, p.t("greeting.closed"), func(m *machine) *bool { return &m.Closed })
	off := sheet.Tick(g, w.T("forward.off"), func(m *machine) *bool { return &m.Off })
	return sheet.Rows(greeting, sheet.Beside([]float32{3, 1, 1}, when, after, longest), hours, sheet.Beside(nil, closed, off))
}

// recordingRows are the conditions under which conversations may be recorded.
func (p *Panel) recordingRows(g *form) fyne.CanvasObject {
	health := sheet.Tick(g, p.t("health"), func(c *client) *bool { return &c.Health })
	on := sheet.Tick(g, p.t("recording.on"), func(c *client) *bool { return &c.Voice.Recording.On })
	reason := sheet.Text(g, p.in("voice.recording.reason", "recording.reason"), func(c *client) *string { return &c.Voice.Recording.Reason })
	days := sheet.Parsed(g, p.in("voice.recording.days", "recording.days"),
		func(c *client) string { return formatCount(c.Voice.Recording.Days) },
		func(c *client, s string) string { return p.setCount(&c.Voice.Recording.Days, s) })
	notice := newSoundPart(p, g, "voice.recording.announcement", p.t("recording.announcement"), clients.SoundNotice,
		func(c *client) *phone.SoundID { return &c.Voice.Recording.Announcement })
	return sheet.Rows(health, on, sheet.Beside([]float32{3, 1}, reason, days), notice)
}

// voiceLines writes a client's sounds in the history of its card.
func voiceLines(w *words.Book, c *clients.Client) []string {
	v, r := c.Voice, c.Voice.Recording
	var out []string
	for _, g := range v.Greetings {
		out = append(out, w.T("editor.voice.line.greeting", g.Text))
	}
	add := func(there bool, line string) { out = append(out, single(when(there, line))...) }
	add(v.Name != "", w.T("editor.voice.name"))
	add(v.Music != "", w.T("editor.voice.music"))
	add(v.Wait.Sound != "", joined(w.T("editor.voice.wait"), when(v.Wait.After > 0, w.N("forward.no-answer-after", v.Wait.After))))
	for _, m := range v.Machines {
		out = append(out, joined(w.T("editor.machine.greeting"), machineWhen(w, m), forwards.FormatWeek(w, m.Hours),
			when(m.Closed, w.T("editor.greeting.closed")), when(m.Off, w.T("forward.off"))))
	}
	add(r.On, joined(w.T("editor.recording.on"), r.Reason, w.N("editor.recording.kept", r.Days)))
	return out
}

func machineWhen(w *words.Book, m clients.Machine) string {
	if m.When == clients.ForwardNoAnswer {
		return w.N("forward.no-answer-after", m.After)
	}
	return w.T("forward.when." + string(m.When))
}
