package settings

import (
	"maps"
	"slices"
	"strconv"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/words"
)

// draft is what the sheet edits: the settings as their controls hold them, and
// the operator's card.
type draft struct {
	lines    []phone.Line
	mail     desk.MailSettings
	sound    map[desk.Role]desk.Preference
	theme    string
	language string
	scale    string // the key of a choice
	operator clients.Operator
	address  string // where this desk is
	disturb  bool   // do not disturb
	treat    desk.Treatment
	whisper  bool // clients' names are said in the operator's ear
	forwards []lineForward
	partners []desk.Partner
}

// from takes a draft from a state. What is left to its usual value is given that
// value, so that the choices show it.
func from(s *desk.State) draft {
	d := draft{
		lines: slices.Clone(s.Settings.Lines), mail: s.Settings.Mail, sound: maps.Clone(s.Settings.Sound),
		theme: s.Settings.Theme, language: s.Settings.Language, scale: scaleKey(s.Settings.Scale),
		operator: s.Operator,
		address:  s.Settings.Address, disturb: s.Settings.DoNotDisturb,
		treat: s.Settings.Treats(), whisper: !s.Settings.Quiet,
		forwards: flatten(s.Settings.Forwards), partners: slices.Clone(s.Settings.Partners),
	}
	for i := range d.lines {
		if d.lines[i].Transport == "" {
			d.lines[i].Transport = phone.UDP
		}
	}
	if d.language == "" {
		d.language = words.French
	}
	if d.mail.Security == "" {
		d.mail.Security = startTLS
	}
	if d.sound == nil {
		d.sound = map[desk.Role]desk.Preference{}
	}
	return d
}

// copy gives a draft that shares no list that parts write in.
func (d draft) copy() draft {
	d.lines = slices.Clone(d.lines)
	d.sound = maps.Clone(d.sound)
	d.forwards, d.partners = slices.Clone(d.forwards), slices.Clone(d.partners)
	return d
}

// settings are the desk's settings as the draft has them. What the sheet does not
// show stays as it was in old, and so does what was left to its usual value: a
// line is not registered anew because somebody looked at it.
func (d draft) settings(old desk.Settings) desk.Settings {
	next := old
	next.Lines, next.Mail, next.Sound, next.Theme = d.leftOpen(old.Lines), d.mail, d.sound, d.theme
	if next.Mail.Security == startTLS && old.Mail.Security == "" {
		next.Mail.Security = ""
	}
	if d.language != words.French || old.Language != "" {
		next.Language = d.language
	}
	if d.scale != scaleKey(old.Scale) {
		next.Scale = scaleOf(d.scale)
	}
	if len(d.sound) == 0 {
		next.Sound = old.Sound
	}
	next.Address, next.DoNotDisturb = d.address, d.disturb
	next.Quiet = !d.whisper
	if d.treat != old.Treats() {
		next.Treatment = &d.treat
	}
	if !slices.EqualFunc(d.forwards, flatten(old.Forwards), sameForward) {
		next.Forwards = byLine(d.forwards)
	}
	if !slices.Equal(d.partners, old.Partners) {
		next.Partners = d.partners
	}
	return next
}

// leftOpen are the draft's lines, without the transport where none was chosen.
func (d draft) leftOpen(old []phone.Line) []phone.Line {
	lines := slices.Clone(d.lines)
	for i := range lines {
		open := func(l phone.Line) bool { return l.ID == lines[i].ID && l.Transport == "" }
		if lines[i].Transport == phone.UDP && slices.ContainsFunc(old, open) {
			lines[i].Transport = ""
		}
	}
	return lines
}

// scales are the text sizes on offer.
var scales = []float32{0.9, 1, 1.15, 1.3, 1.5}

// scaleKey is the choice nearest to a scale.
func scaleKey(scale float32) string {
	if scale == 0 {
		scale = 1
	}
	best := scales[0]
	for _, s := range scales {
		if distance(s, scale) < distance(best, scale) {
			best = s
		}
	}
	return strconv.FormatFloat(float64(best), 'g', -1, 32)
}

func distance(a, b float32) float32 { return max(a-b, b-a) }

func scaleOf(key string) float32 {
	f, err := strconv.ParseFloat(key, 32)
	if err != nil {
		return 1
	}
	return float32(f)
}
