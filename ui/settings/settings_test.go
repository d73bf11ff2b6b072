package settings

import (
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/sheet/sheettest"
	"permanence/ui/words"
)

var noon = time.Date(2026, 11, 26, 14, 32, 7, 0, time.UTC)

// bench is the settings on a stage, with what they sent.
type bench struct {
	*sheettest.Stage
	t      *testing.T
	panel  *Panel
	sent   []desk.Event
	closed int
	fresh  int
	state  desk.State
}

func open(t *testing.T, mode string, s desk.State) *bench {
	t.Helper()
	sheettest.Theme(t, mode)
	b := &bench{t: t, state: s}
	b.panel = New(Config{
		Words: words.New(words.French),
		Send:  func(e desk.Event) { b.sent = append(b.sent, e) },
		Close: func() { b.closed++ },
		Level: func() float64 { return -18 },
		NewLine: func() phone.LineID {
			b.fresh++
			return phone.LineID("n" + string(rune('0'+b.fresh)))
		},
	})
	b.Stage = sheettest.Open(t, b.panel.Content())
	b.panel.Show(b.state)
	b.Focus(b.panel.First())
	return b
}

func (b *bench) show(change func(*desk.State)) {
	b.state.Now = b.state.Now.Add(time.Second)
	change(&b.state)
	b.panel.Show(b.state)
}

func twoLines() desk.State {
	lines := []phone.Line{
		{ID: "a1", Label: "05 61 12 34 56", User: "0033561123456", Domain: "sip.example.fr"},
		{ID: "b2", Label: "Central", Direct: true, Bind: "192.168.1.10:5060", Transport: phone.TCP},
	}
	s := desk.State{Now: noon, Ready: true, Operator: clients.Operator{ID: "o", Name: "Sophie Martin", Email: "sophie@example.fr"}}
	s.Settings = desk.Settings{
		Lines: lines, Operator: "o", Language: "fr", Scale: 1,
		Sound: map[desk.Role]desk.Preference{desk.Microphone: {"Jabra Evolve 20"}, desk.Earpiece: {"Jabra Evolve 20"}},
		Mail:  desk.MailSettings{Host: "smtp.example.fr", Port: 587, Security: "starttls", User: "permanence", From: "permanence@example.fr", FromName: "Permanence Toulouse"},
	}
	s.Lines = []desk.Line{
		{Line: lines[0], State: phone.LineRefused, Status: 401, Detail: "401 Unauthorized"},
		{Line: lines[1], State: phone.LineListening},
	}
	s.Sound = desk.SoundState{
		Captures: []string{"HDA Intel", "Webcam"}, Playback: []string{"HDA Intel", "Haut-parleurs"},
		Devices: map[desk.Role]desk.Device{
			desk.Microphone: {Wanted: "Jabra Evolve 20", Using: "HDA Intel", Lost: true},
			desk.Earpiece:   {Wanted: "Jabra Evolve 20", Using: "HDA Intel", Lost: true},
			desk.Ringer:     {Using: "Haut-parleurs"},
		},
	}
	return s
}

func TestStories(t *testing.T) {
	for _, mode := range []string{"light", "dark"} {
		b := open(t, mode, twoLines())
		b.show(func(s *desk.State) {
			s.Checks = map[string]desk.Check{
				"line:a1": {Code: "line.refused", Detail: "403 Forbidden", At: noon},
				"mail":    {OK: true, At: noon},
			}
		})
		b.Picture("settings-lines-" + mode)
		b.Press("Plus de réglages")
		b.Picture("settings-line-more-" + mode)
		for i, name := range []string{"", "sound", "mail", "appearance", "operator", "away", "partners"} {
			if i > 0 {
				b.panel.sheet.Turn(i)
				b.panel.Show(b.state)
				b.Picture("settings-" + name + "-" + mode)
			}
		}
	}
	for _, mode := range []string{"light", "dark"} {
		b := open(t, mode, away())
		for i, name := range []string{"away-full", "partners-full"} {
			b.panel.sheet.Turn(5 + i)
			b.Picture("settings-" + name + "-" + mode)
		}
	}
	for _, mode := range []string{"light", "dark"} {
		b := open(t, mode, twoLines())
		b.panel.sheet.Turn(officePageAt)
		for _, step := range officeStory {
			b.show(step.change)
			b.show(func(s *desk.State) { s.Now = s.Now.Add(time.Minute) })
			b.show(func(s *desk.State) { s.Office.Done += 20000 })
			b.Picture("settings-office-" + step.name + "-" + mode)
		}
	}
	b := open(t, "light", desk.State{Now: noon, Ready: true})
	b.Picture("settings-empty-light")
}

// away is a desk whose calls go elsewhere, with colleagues.
func away() desk.State {
	s := twoLines()
	s.Settings.DoNotDisturb, s.Settings.Address = true, "12 rue d'Alsace-Lorraine, Toulouse"
	s.Settings.Forwards = map[phone.LineID][]clients.Forward{
		"":   {{When: clients.ForwardNoAnswer, After: 20, To: "201", Name: "Claire"}},
		"b2": {{When: clients.ForwardAlways, To: "+33612345678", Off: true}},
	}
	s.Settings.Partners = []desk.Partner{
		{Name: "Claire", Number: "201", Key: "7", Watch: "201"}, {Name: "Nadia", Number: "+33612345678"},
	}
	return s
}
