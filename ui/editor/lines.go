package editor

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// linesShown bounds how much of a long text the history shows of one change.
const linesShown = 8

// lineList shows lines under one another, each with a sign before it.
type lineList struct {
	sign   string
	color  fyne.ThemeColorName
	lines  []*widgets.Text
	column *fyne.Container
}

func newLineList(sign string, c fyne.ThemeColorName) *lineList {
	return &lineList{sign: sign, color: c, column: container.New(&widgets.Column{Gap: 2})}
}

// set shows other lines; of many, the first and that there are more.
func (l *lineList) set(list []string) {
	if len(list) > linesShown {
		list = append(list[:linesShown-1:linesShown-1], "…")
	}
	for len(l.lines) < len(list) {
		t := widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: l.color, Lines: 3})
		l.lines = append(l.lines, t)
		l.column.Add(t)
	}
	for i, t := range l.lines {
		widgets.Show(t, i < len(list))
		if i < len(list) {
			t.Set(strings.TrimPrefix(l.sign+" "+list[i], " "))
		}
	}
	widgets.Show(l.column, len(list) > 0)
}
