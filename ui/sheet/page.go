package sheet

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// page is one page of a sheet. It scrolls when its content is higher than the
// sheet, and the content's height follows from the sheet's width.
type page struct {
	label  string
	body   *body
	scroll *container.Scroll
}

func newPage(label string, content fyne.CanvasObject) *page {
	p := &page{label: label, body: newBody(content)}
	p.scroll = container.NewVScroll(p.body)
	return p
}

// place gives the page its size: the width first, which decides the height.
func (p *page) place(size fyne.Size) {
	p.body.width = size.Width
	p.scroll.Resize(size)
	p.scroll.Refresh()
}

// relayout places everything again after words or rows came or went.
func (p *page) relayout(size fyne.Size) {
	p.place(size)
	p.body.Refresh()
	widgets.Relayout(p.body.content)
}

// reveal scrolls so that an object of the page can be seen.
func (p *page) reveal(o fyne.CanvasObject) {
	driver := fyne.CurrentApp().Driver()
	top := driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(p.body).Y
	room := theme.Px(margin)
	low, high := p.scroll.Offset.Y, p.scroll.Offset.Y+p.scroll.Size().Height
	switch bottom := top + o.Size().Height; {
	case top-room < low || o.Size().Height > high-low:
		low = top - room
	case bottom+room > high:
		low += bottom + room - high
	default:
		return
	}
	p.scroll.ScrollToOffset(fyne.NewPos(0, max(0, low)))
}

// margin is the distance of a page's content from the page's edge.
const margin = 24

// body is the content of a page, as high as it must be at the page's width.
type body struct {
	widget.BaseWidget
	content fyne.CanvasObject
	width   float32
}

func newBody(content fyne.CanvasObject) *body {
	b := &body{content: content}
	b.ExtendBaseWidget(b)
	return b
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (b *body) CreateRenderer() fyne.WidgetRenderer {
	return &bodyRenderer{body: b, objects: []fyne.CanvasObject{b.content}}
}

type bodyRenderer struct {
	body    *body
	objects []fyne.CanvasObject
}

func (r *bodyRenderer) Destroy()                     {}
func (r *bodyRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *bodyRenderer) MinSize() fyne.Size {
	edges := 2 * theme.Px(margin)
	return fyne.NewSize(edges, widgets.HeightOf(r.body.content, column(r.body.width))+edges)
}

func (r *bodyRenderer) Layout(size fyne.Size) {
	r.body.content.Move(fyne.NewSquareOffsetPos(theme.Px(margin)))
	r.body.content.Resize(fyne.NewSize(column(size.Width), size.Height-2*theme.Px(margin)))
}

// widest is how wide a page's content becomes at most: wider is not read well.
const widest = 980

// column is the width of the content on a page of some width.
func column(page float32) float32 {
	return min(max(0, page-2*theme.Px(margin)), theme.Px(widest))
}

func (r *bodyRenderer) Refresh() { r.Layout(r.body.Size()) }

// pages lays the pages of a sheet one upon the other.
type pages struct{ sheet *Sheet }

// MinSize is small: pages scroll.
func (p pages) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(theme.Px(300), theme.Px(200))
}

// Layout gives the visible page all the room.
func (p pages) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	for _, pg := range p.sheet.pages {
		if pg.scroll.Visible() {
			pg.place(size)
		}
	}
}
