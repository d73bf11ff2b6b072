package ui

import (
	"testing"
	"time"

	"permanence/ui/desk"
	"permanence/ui/story"
)

// BenchmarkCallPainted is from the state with a new call to the client's card
// drawn by the software painter, which is slower than any display.
func BenchmarkCallPainted(b *testing.B) {
	calm, call := story.Calm(), story.ThreeCalls()
	call.Notices = nil
	o := open(b, calm, wide, high)
	for b.Loop() {
		o.Show(call)
		o.window.Canvas().Capture()
		b.StopTimer()
		o.Show(calm)
		b.StartTimer()
	}
}

// BenchmarkCallShown is the same without painting: what Show itself costs.
func BenchmarkCallShown(b *testing.B) {
	calm, call := story.Calm(), story.ThreeCalls()
	o := open(b, calm, wide, high)
	for b.Loop() {
		o.Show(call)
		b.StopTimer()
		o.Show(calm)
		b.StartTimer()
	}
}

// BenchmarkTick is the second that passes while three people call.
func BenchmarkTick(b *testing.B) {
	s := story.ThreeCalls()
	o := open(b, s, wide, high)
	for b.Loop() {
		s.Now = s.Now.Add(time.Second)
		o.Show(s)
	}
}

// BenchmarkKey is a character typed in a message of a thousand.
func BenchmarkKey(b *testing.B) {
	text := make([]rune, 1000)
	for i := range text {
		text[i] = []rune("bonjour ")[i%8]
	}
	s := draft(story.Talking(), func(d *desk.Draft) { d.Message.Text = string(text) })
	o := open(b, s, wide, high)
	o.window.Canvas().Focus(o.form.text)
	for b.Loop() {
		o.form.text.TypedRune('x')
		o.Show(draft(s, func(d *desk.Draft) { d.Message.Text = o.form.text.Text }))
		b.StopTimer()
		o.form.text.Replace(string(text))
		b.StartTimer()
	}
}

// BenchmarkBeat is one tenth of a second of meters and a ringing card.
func BenchmarkBeat(b *testing.B) {
	s := story.ThreeCalls()
	o := open(b, s, wide, high)
	o.cfg.Meters = func() Levels { return Levels{Microphone: float64(-o.beats % 60), Earpiece: float64(-o.beats % 50)} }
	for b.Loop() {
		o.beat()
	}
}

// BenchmarkFiftyCalls is the fiftieth call coming in while fifty ring.
func BenchmarkFiftyCalls(b *testing.B) {
	many := story.ManyCalls(50)
	fewer := many
	fewer.Calls = many.Calls[:49]
	o := open(b, many, wide, high)
	for b.Loop() {
		o.Show(many)
		b.StopTimer()
		o.Show(fewer)
		b.StartTimer()
	}
}
