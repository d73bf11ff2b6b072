//go:build !office

package main

import (
	"context"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"permanence/audio/device/pulsetest"
	"permanence/ui"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/words"
)

// What the program aims at.
const (
	aimCard   = 100 * time.Millisecond
	aimAnswer = 50 * time.Millisecond
	aimSearch = 30 * time.Millisecond
)

// rounds is how many calls each measure takes.
const rounds = 60

// BenchmarkDesk measures a running desk: real SIP and RTP on loopback, the real
// store with a large bureau, a sound server, the real window in memory.
//
// The window's pixels are BenchmarkScreen's: Fyne's driver in memory paints with a
// painter that no user sees, and that takes far longer than all the rest.
func BenchmarkDesk(b *testing.B) {
	pulsetest.Start(b).Use(b)
	dir, line := largeDesk(b), directLine(b)
	giveLine(b, dir, line)
	s, err := openStation(b.Context(), stationOptions{dir: dir}, io.Discard)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.close(); err != nil {
			b.Error(err)
		}
	})
	states, cancel := s.core.Subscribe()
	defer cancel()
	m := &measured{station: s, states: states, caller: newRawCaller(b, line.Bind)}
	m.wait(b, "the line listens", func(s *desk.State) bool { return len(s.Lines) > 0 && s.Lines[0].State.Ready() })
	m.dids = everyDID(s.core.State().Directory)
	m.card(b)
	m.answer(b)
	m.search(b)
}

// measured is a desk under measure.
type measured struct {
	*station
	states <-chan desk.State
	caller *rawCaller
	dids   []string
	next   int
}

func everyDID(d *desk.Directory) (all []string) {
	for _, c := range d.List() {
		all = append(all, c.DIDs...)
	}
	return all
}

// nextDID is a number of another client each time, not in the order of the cards.
func (m *measured) nextDID() string {
	m.next += 37
	return m.dids[m.next%len(m.dids)]
}

func (m *measured) wait(b *testing.B, what string, fits func(*desk.State) bool) time.Time {
	b.Helper()
	_, at := stateWhen(b, m.states, what, fits)
	return at
}

// shows reports whether the card of a number's client is in front, ringing.
func shows(s *desk.State, did string) bool {
	c, call := s.FrontClient(), s.FrontCall()
	return c != nil && call != nil && call.Phase == desk.Ringing && slices.Contains(c.DIDs, did)
}

func idle(s *desk.State) bool { return len(s.Calls) == 0 && s.Front == "" }

// card measures from the INVITE on the wire to the state with its client's card,
// and to the card laid out in the window, ready to be painted.
func (m *measured) card(b *testing.B) {
	w := openLaidOut(b, m.station)
	var toState, toCard samples
	for range rounds {
		did := m.nextDID()
		w.expect(func(s *desk.State) bool { return shows(s, did) })
		began := m.caller.invite(did)
		toState = append(toState, m.wait(b, "the card is in front", func(s *desk.State) bool { return shows(s, did) }).Sub(began))
		toCard = append(toCard, w.cardIsOut(b).Sub(began))
		m.caller.giveUp()
		m.wait(b, "the call is over", idle)
		w.rest(b)
	}
	m.rush(b, w)
	w.close()
	toState.reportAs(b, "invite-to-state", 0)
	toCard.reportAs(b, "invite-to-card-laid-out", 0)
}

// rush measures how long it takes until everybody is in the window when many call
// at the same moment.
func (m *measured) rush(b *testing.B, w *laidOut) {
	const many, times = 50, 10
	callers := make([]*rawCaller, many)
	for i := range callers {
		callers[i] = newRawCaller(b, m.caller.desk.String())
	}
	var all samples
	for range times {
		w.expect(func(s *desk.State) bool { return len(s.Calls) == many })
		began := time.Now()
		for _, c := range callers {
			c.invite(m.nextDID())
		}
		all = append(all, w.cardIsOut(b).Sub(began))
		for _, c := range callers {
			c.giveUp()
		}
		m.wait(b, "the calls are over", idle)
		w.rest(b)
	}
	all.reportAs(b, "50-invites-to-all-laid-out", 0)
}

// laidOut is the desk's window on Fyne's driver in memory.
type laidOut struct {
	desk   *ui.Desk
	native fyne.Window
	mu     sync.Mutex // Fyne's one goroutine
	done   sync.WaitGroup
	stop   context.CancelFunc

	wanted  atomic.Pointer[func(*desk.State) bool] // what is looked for
	card    chan time.Time                         // when it was there
	resting chan struct{}                          // the empty desk was there after it
}

func openLaidOut(b *testing.B, s *station) *laidOut {
	state := s.core.State()
	app := test.NewTempApp(b)
	app.Settings().SetTheme(theme.New(state.Settings.Theme, state.Settings.Scale))
	w := &laidOut{
		native: test.NewTempWindow(b, nil),
		card:   make(chan time.Time, 1), resting: make(chan struct{}, 1),
	}
	book := words.New(state.Settings.Language)
	w.desk = ui.NewDesk(ui.Config{
		Window: w.native, Send: s.core.Send, Meters: s.levels, Do: w.do, CatchUp: func() {}, Words: book, Overlays: overlays(s, book, nil),
	})
	w.native.Resize(fyne.NewSize(1440, 900))
	ctx, stop := context.WithCancel(context.Background())
	w.stop = stop
	w.done.Go(func() { w.desk.Run(ctx) })
	w.done.Go(func() { w.follow(ctx, s.core) })
	return w
}

func (w *laidOut) close() { w.stop(); w.done.Wait() }

func (w *laidOut) do(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

// follow shows the states as they come and tells when what is wanted was there.
func (w *laidOut) follow(ctx context.Context, core *desk.Core) {
	states, cancel := core.Subscribe()
	defer cancel()
	found := false
	for {
		select {
		case <-ctx.Done():
			return
		case s := <-states:
			w.do(func() { w.desk.Show(s) })
			wanted := w.wanted.Load()
			switch {
			case wanted != nil && !found && (*wanted)(&s):
				found = true
				w.card <- time.Now()
			case found && !(*wanted)(&s):
				found = false
				w.resting <- struct{}{}
			}
		}
	}
}

// expect looks for a state in the window, once before the next rest.
func (w *laidOut) expect(fits func(*desk.State) bool) { w.wanted.Store(&fits) }

func (w *laidOut) cardIsOut(b *testing.B) time.Time {
	b.Helper()
	select {
	case at := <-w.card:
		return at
	case <-time.After(benchPatience):
		b.Fatal("the card was not shown")
		return time.Time{}
	}
}

func (w *laidOut) rest(b *testing.B) {
	b.Helper()
	select {
	case <-w.resting:
	case <-time.After(benchPatience):
		b.Fatal("the empty desk was not shown")
	}
}

// answer measures from the answer key to the first RTP packet at the caller.
func (m *measured) answer(b *testing.B) {
	var all samples
	for range rounds {
		did := m.nextDID()
		m.caller.invite(did)
		m.wait(b, "the call rings", func(s *desk.State) bool { return shows(s, did) })
		m.caller.drain()
		heard := make(chan time.Time, 1)
		go func() { heard <- m.caller.firstRTP() }()
		began := time.Now()
		m.core.Send(desk.AnswerPressed{})
		m.caller.answered()
		all = append(all, (<-heard).Sub(began))
		m.caller.hangUp()
		s, _ := stateWhen(b, m.states, "the call is over", func(s *desk.State) bool { return len(s.Calls) == 0 })
		m.core.Send(desk.TicketPutAway{Ticket: s.Front, Anyway: true})
		m.wait(b, "the desk is empty", idle)
	}
	all.reportAs(b, "answer-key-to-first-rtp", aimAnswer)
}

// typed are searches as they are typed: names with and without accents, beginnings
// of numbers as one says them and as they are stored, words of messages.
var typed = []string{
	"durand", "lefèvre hélène", "06 12 34", "+336", "rappeler demain", "maître n'diaye", "soeur du gérant",
	"bœuf", "docteur haÿ", "fuite d'eau", "4567", "facture noël",
}

// search measures from a key in the search to its results.
func (m *measured) search(b *testing.B) {
	var all samples
	for range 3 {
		for _, text := range typed {
			for _, query := range prefixes(text) {
				began := time.Now()
				m.core.Send(desk.SearchTyped{Query: query})
				at := m.wait(b, "the results are there", func(s *desk.State) bool { return s.Search.Query == query && !s.Search.Pending })
				all = append(all, at.Sub(began))
			}
			m.core.Send(desk.SearchTyped{})
		}
	}
	all.reportAs(b, "search-keystroke-to-results", aimSearch)
}

func prefixes(text string) (all []string) {
	for i := range text {
		if i > 0 {
			all = append(all, text[:i])
		}
	}
	return append(all, text)
}
