package settings

import (
	"strings"

	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// showCheck says how a test went, in words; the technical ones follow.
func (p *Panel) showCheck(t *widgets.Text, c desk.Check, of string) {
	tone, sentence := theme.Muted, ""
	switch {
	case c.Running:
		sentence = p.t("check.running")
	case c.At.IsZero():
	case c.OK:
		tone, sentence = theme.Good, p.t("check."+of+".ok")
	default:
		tone = theme.Bad
		sentence = joined(p.cfg.Words.Or(nil, "settings.check."+c.Code, "problem."+c.Code, "settings.check.failed"), c.Detail)
	}
	t.SetColor(tone)
	shown := widgets.Show(t, sentence != "")
	if t.Set(sentence) || shown {
		p.sheet.Relayout()
	}
}

// joined puts together what there is, with the dot that the window uses.
func joined(parts ...string) string {
	kept := parts[:0]
	for _, s := range parts {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, " · ")
}
