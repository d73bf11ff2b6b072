package mail

import "strings"

// text is the mail for those who read it as plain text, and for the preview of
// a telephone: its first lines say what matters.
func (l letter) text() string {
	var blocks []string
	add := func(lines ...string) {
		if b := joinLines(lines...); b != "" {
			blocks = append(blocks, b)
		}
	}
	if l.Urgent {
		add("URGENT")
	}
	add(l.Who(), l.Number, l.CallType)
	var fields []string
	for _, f := range l.Fields {
		fields = append(fields, f.Label+" : "+f.Value)
	}
	add(fields...)
	add(l.Voicemail)
	add(l.Text)
	add(append([]string{"—"}, l.Footer()...)...)
	return strings.Join(blocks, "\n\n") + "\n"
}

// Footer says for whom, when and by whom the message was taken.
func (l letter) Footer() []string {
	var lines []string
	switch {
	case l.Client != "" && l.Called != "":
		lines = append(lines, "Pour "+l.Client+", appelé au "+l.Called)
	case l.Client != "":
		lines = append(lines, "Pour "+l.Client)
	case l.Called != "":
		lines = append(lines, "Appelé au "+l.Called)
	}
	if l.Taken != "" {
		lines = append(lines, "Reçu le "+l.Taken)
	}
	if l.Operator != "" {
		lines = append(lines, "Pris par "+l.Operator)
	}
	return lines
}

// joinLines puts the lines that say something under each other.
func joinLines(lines ...string) string {
	var said []string
	for _, l := range lines {
		if l != "" {
			said = append(said, l)
		}
	}
	return strings.Join(said, "\n")
}
