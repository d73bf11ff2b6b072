package search

import (
	"image/color"
	"strings"

	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// detail is the second line of something found: whose it is, then the beginning
// of what it says.
func (p *Panel) detail(h desk.Hit) string {
	owner := ""
	if c := p.clientOf(h); c != nil && h.Kind != desk.HitClient {
		owner = c.Name
	}
	return joined(owner, oneLine(h.Detail))
}

// when is the date of something found, short; today it is the time.
func (p *Panel) when(h desk.Hit) string {
	if h.At.IsZero() {
		return ""
	}
	w, at := p.cfg.Words, h.At.In(p.state.Now.Location())
	if h.Kind == desk.HitAppointment {
		return p.t("at", w.ShortDay(at), w.Clock(at))
	}
	y, m, d := at.Date()
	if ny, nm, nd := p.state.Now.Date(); y == ny && m == nm && d == nd {
		return w.Clock(at)
	}
	return w.ShortDay(at)
}

// color is that of the client something belongs to.
func (p *Panel) color(h desk.Hit) color.Color {
	if c := p.clientOf(h); c != nil {
		return theme.Client(c.Color).Bar
	}
	return theme.Client("").Bar
}

func upper(s string) string { return strings.ToUpper(s) }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

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

// paragraphs are the lines of a text that say something.
func paragraphs(s string) []widgets.Span {
	var list []widgets.Span
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, widgets.Span{Text: line})
		}
	}
	return list
}
