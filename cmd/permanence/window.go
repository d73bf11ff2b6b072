//go:build !office

package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"

	"permanence/assets"
	_ "permanence/cmd/permanence/locale" // before Fyne looks at the locale
	"permanence/phone"
	"permanence/ui"
	"permanence/ui/calls"
	"permanence/ui/desk"
	"permanence/ui/editor"
	"permanence/ui/help"
	"permanence/ui/office"
	"permanence/ui/search"
	"permanence/ui/settings"
	"permanence/ui/theme"
	"permanence/ui/words"
)

// appID names the program to the system; FyneApp.toml says the same.
const appID = "fr.permanence.desk"

// window joins a Fyne window to a running station.
type window struct {
	station *station
	desk    *ui.Desk
	native  fyne.Window
	urge    attention
	drawn   *desk.State   // the core's, as it was drawn last; of Fyne's goroutine
	quit    chan struct{} // closed when Fyne has ended
}

// showWindow opens the desk's window and stays until it is closed or ctx ends.
// It must run on the program's first goroutine, which Fyne needs. ready, when
// given, is called once the window takes keys.
func showWindow(ctx context.Context, s *station, ready ...func()) error {
	a := newApp()
	w := &window{station: s, native: a.NewWindow("Permanence"), urge: func() {}, quit: make(chan struct{})}
	w.native.SetMaster()
	w.native.SetCloseIntercept(func() { w.desk.AskToClose(w.native.Close) })
	w.native.Resize(fyne.NewSize(1400, 860))
	book := words.New(s.core.State().Settings.Language)
	w.desk = ui.NewDesk(ui.Config{
		Window: w.native, Send: s.core.Send, Meters: s.levels, Do: w.do, CatchUp: w.catchUp, Words: book,
		Overlays: overlays(s, book, w.chooseSound),
	})
	var workers sync.WaitGroup
	ctx, stop := context.WithCancel(ctx)
	a.Lifecycle().SetOnStarted(func() {
		w.urge = chainKeys(w.native, w.desk.Key)
		fitScreen(w.native)
		workers.Go(func() { w.follow(ctx) })
		workers.Go(func() { w.desk.Run(ctx) })
		workers.Go(func() { <-ctx.Done(); w.do(a.Quit) })
		for _, f := range ready {
			f()
		}
	})
	w.native.ShowAndRun()
	close(w.quit)
	stop()
	workers.Wait()
	return nil
}

// newApp makes Fyne's side of the program. FyneApp.toml is only read beside the
// binary, so what it says is said here too.
func newApp() fyne.App {
	needNoBus()
	app.SetMetadata(fyne.AppMetadata{
		ID: appID, Name: "Permanence", Version: version,
		Migrations: map[string]bool{"fyneDo": true},
	})
	a := app.NewWithID(appID)
	a.SetIcon(fyne.NewStaticResource("permanence.png", assets.Icon))
	a.Settings().SetTheme(theme.New("", 1))
	return a
}

// do carries a function to Fyne's goroutine and waits for it, so that states are
// drawn one at a time: while one is drawn only the newest of the others waits.
// This is the one place where fyne.Do stands.
func (w *window) do(f func()) {
	done := make(chan struct{})
	fyne.Do(func() { defer close(done); f() })
	select {
	case <-done:
	case <-w.quit:
	}
}

// follow draws the core's states as they come.
func (w *window) follow(ctx context.Context) {
	states, cancel := w.station.core.Subscribe()
	defer cancel()
	waiting := 0
	for {
		select {
		case <-ctx.Done():
			return
		case s := <-states:
			w.do(w.catchUp)
			now := countWaiting(&s)
			if now > waiting {
				w.do(w.urge)
			}
			waiting = now
		}
	}
}

// catchUp draws the core's newest state, unless that is in view already. A key can
// be there before it: Fyne takes the keys first, then what waits in do.
func (w *window) catchUp() {
	if s := w.station.core.Newest(); s != w.drawn {
		w.drawn = s
		w.show(*s)
	}
}

// show draws a state. A fault in drawing must not end a call: it is logged, and
// the next state is drawn afresh.
func (w *window) show(s desk.State) {
	defer func() {
		if fault := recover(); fault != nil {
			w.station.log.Error("window: drawing failed", slog.Any("fault", fault))
		}
	}()
	w.desk.Show(s)
}

// countWaiting counts those who wait for somebody: calls that ring, and the callers of
// colleagues whose desks were lost.
func countWaiting(s *desk.State) (n int) {
	n = len(s.Offers)
	for i := range s.Calls {
		if s.Calls[i].Phase == desk.Ringing {
			n++
		}
	}
	return n
}

// levels are the meters' values now.
func (s *station) levels() ui.Levels {
	mic, ear := s.console.Levels()
	return ui.Levels{Microphone: mic, Earpiece: ear}
}

// overlays are the screens that open over the desk.
func overlays(s *station, book *words.Book, chooseSound func(func(string))) ui.Overlays {
	return ui.Overlays{
		Search: func(h ui.Host) ui.Overlay {
			return search.New(search.Config{Words: book, Send: s.core.Send, Close: h.Close, Keys: h.Keys})
		},
		Help: func(h ui.Host) ui.Overlay {
			return help.New(help.Config{Words: book, Close: h.Close})
		},
		Calls: func(h ui.Host) ui.Overlay {
			return calls.New(calls.Config{Words: book, Send: s.core.Send, Close: h.Close, Keys: h.Keys})
		},
		Team: func(h ui.Host) ui.Overlay {
			return office.NewTeam(office.Config{Words: book, Send: s.core.Send, Close: h.Close, Keys: h.Keys, Edit: h.Edit})
		},
		Conflicts: func(h ui.Host) ui.Overlay {
			return office.NewConflicts(office.Config{Words: book, Send: s.core.Send, Close: h.Close, Keys: h.Keys, Edit: h.Edit})
		},
		Settings: func(h ui.Host) ui.Overlay {
			return settings.New(settings.Config{
				Words: book, Send: s.core.Send, Close: h.Close, Keys: h.Keys, NewLine: newLineID,
				Level: func() float64 { return s.levels().Microphone },
			})
		},
		Editor: func(h ui.Host) ui.Editor {
			return editor.New(editor.Config{
				Words: book, Send: s.core.Send, Close: h.Close, Keys: h.Keys, ChooseFile: chooseSound,
			})
		},
	}
}

// newLineID names a line for ever; it also stands in the name of its password.
func newLineID() phone.LineID { return phone.LineID("l-" + rand.Text()[:8]) }

// soundFiles are the endings of the files that can be taken in, in any case.
var soundFiles = []string{".wav", ".mp3", ".ogg", ".oga", ".opus"}

// chooseSound asks for a sound file.
func (w *window) chooseSound(chosen func(path string)) {
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		if err != nil {
			w.station.core.Send(desk.SoundNotKept{Problem: soundProblem(err, "sound.unreadable")})
			return
		}
		if file == nil {
			return // she left it
		}
		_ = file.Close() // it is opened again by whoever decodes it
		chosen(file.URI().Path())
	}, w.native)
	d.SetFilter(storage.NewExtensionFileFilter(soundFiles))
	d.Resize(w.native.Canvas().Size())
	d.Show()
}
