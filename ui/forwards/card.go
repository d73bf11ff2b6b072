// Package forwards is the card on which one forward is edited, the same for a
// client and for a line of this desk, with its hours written in one line as they
// are said: "lun-ven 12h-14h, 18h-24h ; sam 9h-12h".
package forwards

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/sheet"
	"permanence/ui/widgets"
	"permanence/ui/words"
)

// Fresh is what a new card begins with: everything, from now on.
func Fresh() clients.Forward { return clients.Forward{When: clients.ForwardAlways, After: usualAfter} }

// usualAfter is after how many seconds an unanswered call goes elsewhere unless
// told otherwise: five rings.
const usualAfter = 20

// Card builds the entries of one forward inside a T. Path is where the forward
// stands in a T: "", or with its dot.
func Card[T any](g *sheet.Group[T], w *words.Book, path string, at func(*T) *clients.Forward) fyne.CanvasObject {
	in := func(name string) sheet.Input {
		return sheet.Input{Path: path + name, Label: w.T("forward." + name), Hint: w.T("forward." + name + ".hint")}
	}
	whens := make([]widgets.Choice, 0, 3)
	for _, when := range []clients.ForwardWhen{clients.ForwardAlways, clients.ForwardBusy, clients.ForwardNoAnswer} {
		whens = append(whens, widgets.Choice{Key: string(when), Label: w.T("forward.when." + string(when))})
	}
	to := sheet.Parsed(g, in("to"),
		func(v *T) string { return Shown(at(v).To) },
		func(v *T, s string) string { at(v).To = Target(s); return "" })
	name := sheet.Text(g, in("name"), func(v *T) *string { return &at(v).Name })
	when := sheet.Pick(g, sheet.Input{Path: path + "when", Label: w.T("forward.when")}, whens,
		func(v *T) *clients.ForwardWhen { return &at(v).When })
	after := sheet.Parsed(g, in("after"),
		func(v *T) string { return seconds(at(v).After) },
		func(v *T, s string) string { return setSeconds(w, &at(v).After, s) })
	hours := sheet.Parsed(g, in("hours"),
		func(v *T) string { return FormatWeek(w, at(v).Hours) },
		func(v *T, s string) string { return setWeek(w, &at(v).Hours, s) })
	off := sheet.Tick(g, w.T("forward.off"), func(v *T) *bool { return &at(v).Off })
	return sheet.Rows(
		sheet.Beside(nil, to, name),
		sheet.Beside([]float32{3, 1}, when, after),
		sheet.Beside([]float32{3, 1}, hours, container.New(widgets.Pad{0, 26, 0, 0}, off)),
	)
}

func seconds(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func setSeconds(w *words.Book, at *int, s string) string {
	if s = strings.TrimSpace(s); s == "" {
		*at = 0
		return ""
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return w.T("forward.problem.seconds", s)
	}
	*at = n
	return ""
}

// Target keeps a number as it is compared, and anything else as it was typed.
func Target(s string) string {
	s = strings.TrimSpace(s)
	if n := phone.ParseNumber(s); n != "" && !strings.ContainsAny(s, "@:") {
		return string(n)
	}
	return s
}

// Shown writes a number as it is read, and anything else as it is.
func Shown(s string) string {
	if n := phone.ParseNumber(s); string(n) == s {
		return n.Display()
	}
	return s
}

func setWeek(w *words.Book, at *clients.Week, s string) string {
	week, bad := ParseWeek(w, s)
	if bad != "" {
		return w.T("forward.problem.hours", bad)
	}
	*at = week
	return ""
}
