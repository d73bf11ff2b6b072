package editor

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// preview shows instructions as the operator will read them during a call.
type preview struct {
	text    *widget.RichText
	source  string
	content fyne.CanvasObject
}

func newPreview() *preview {
	p := &preview{text: widget.NewRichText()}
	p.text.Wrapping = fyne.TextWrapWord
	p.content = widgets.NewBox(
		widgets.BoxStyle{Fill: theme.Panel, Stroke: theme.Edge, Radius: 5, Pad: widgets.All(4)},
		container.NewVScroll(p.text))
	return p
}

// show draws the Markdown again when it is another.
func (p *preview) show(markdown string) {
	if p.source != markdown {
		p.source = markdown
		p.text.ParseMarkdown(markdown)
	}
}
