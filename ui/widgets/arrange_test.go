package widgets

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

func block(w, h float32) *canvas.Rectangle {
	r := canvas.NewRectangle(nil)
	r.SetMinSize(fyne.NewSize(w, h))
	return r
}

func TestColumnsShareTheWidth(t *testing.T) {
	test.NewTempApp(t)
	a, b, hidden := block(10, 20), block(10, 50), block(10, 90)
	hidden.Hide()
	c := container.New(&Columns{Gap: 10, Shares: []float32{3, 1, 5}}, a, b, hidden)
	c.Resize(fyne.NewSize(410, 100))
	if a.Size() != fyne.NewSize(300, 20) || b.Size() != fyne.NewSize(100, 50) || b.Position() != fyne.NewPos(310, 0) {
		t.Errorf("a %v, b %v at %v", a.Size(), b.Size(), b.Position())
	}
	if got := HeightOf(c, 410); got != 50 {
		t.Errorf("height %v; want that of the highest visible one", got)
	}
	fill := container.New(&Columns{Fill: true}, a, b)
	fill.Resize(fyne.NewSize(200, 80))
	if a.Size().Height != 80 || b.Size().Height != 80 {
		t.Errorf("heights %v, %v; want all", a.Size(), b.Size())
	}
}

func TestNarrowColumnsStack(t *testing.T) {
	test.NewTempApp(t)
	a, b := block(10, 20), block(10, 50)
	c := container.New(&Columns{Gap: 20, Shares: []float32{3, 1}, Least: 60}, a, b)
	if side, stacked := HeightOf(c, 300), HeightOf(c, 200); side != 50 || stacked != 20+17+50 {
		t.Errorf("heights %v and %v", side, stacked)
	}
	c.Resize(fyne.NewSize(200, 100))
	if a.Size().Width != 200 || b.Position() != fyne.NewPos(0, 37) {
		t.Errorf("a is %v wide, b at %v", a.Size().Width, b.Position())
	}
}

func TestAsideKeepsItsWidth(t *testing.T) {
	test.NewTempApp(t)
	main, side := block(20, 30), block(40, 10)
	c := container.New(&Aside{Gap: 10}, main, side)
	c.Resize(fyne.NewSize(200, 60))
	if main.Size() != fyne.NewSize(150, 60) || side.Size() != fyne.NewSize(40, 10) || side.Position() != fyne.NewPos(160, 0) {
		t.Errorf("main %v, side %v at %v", main.Size(), side.Size(), side.Position())
	}
	c.Resize(fyne.NewSize(10, 60))
	if main.Size().Width < 0 {
		t.Errorf("too narrow gives a width of %v", main.Size().Width)
	}
}

func TestFlowBreaksRows(t *testing.T) {
	test.NewTempApp(t)
	a, b, c := block(60, 20), block(60, 30), block(60, 10)
	f := container.New(&Flow{Gap: 10}, a, b, c)
	f.Resize(fyne.NewSize(140, 100))
	if b.Position() != fyne.NewPos(70, 0) || c.Position() != fyne.NewPos(0, 40) {
		t.Errorf("b at %v, c at %v", b.Position(), c.Position())
	}
	if got := HeightOf(f, 140); got != 50 {
		t.Errorf("height %v; want 50", got)
	}
	if got := HeightOf(f, 500); got != 30 {
		t.Errorf("height in one row %v; want 30", got)
	}
}
