package headset

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// lookEvery is how soon a headset that was plugged in is found.
const lookEvery = 2 * time.Second

// Config says who is told. All must be set. The functions are called from one
// goroutine, and must not block.
type Config struct {
	Pressed func(Button)
	// Changed names the headsets whose buttons work, "" when there is none.
	Changed func(name string)
	Log     *slog.Logger
}

// Headsets are all that are plugged in. A goroutine of its own owns them; each has
// another that waits for its reports.
type Headsets struct {
	cfg  Config
	bus  bus
	now  func() time.Time
	look <-chan time.Time
	rest func() // ends the looking

	mu      sync.Mutex
	state   State
	changed chan struct{} // the state did

	quit    chan struct{}
	closing sync.Once
	gone    chan struct{}
	heard   chan heard
	readers sync.WaitGroup

	// ------------------------------------------------------------ owned by run

	open    map[string]*device
	refused map[string]bool // paths that could not be opened, and were complained of
	blind   bool            // the bus could not be looked at, and that was said
	name    string          // last told
}

// heard is a report, or the end of a device.
type heard struct {
	from   *device
	report []byte
	err    error
}

// device is one headset.
type device struct {
	found
	io.ReadWriteCloser
	buttons *buttons
	lamps   map[uint8][]byte // last written
}

// Open begins to look for headsets.
func Open(cfg Config) *Headsets {
	tick := time.NewTicker(lookEvery)
	h := open(cfg, systemBus(), time.Now, tick.C)
	h.rest = tick.Stop
	return h
}

func open(cfg Config, b bus, now func() time.Time, look <-chan time.Time) *Headsets {
	h := &Headsets{
		cfg: cfg, bus: b, now: now, look: look, changed: make(chan struct{}, 1),
		quit: make(chan struct{}), gone: make(chan struct{}), heard: make(chan heard),
		open: map[string]*device{}, refused: map[string]bool{}, rest: func() {},
	}
	go h.run()
	return h
}

// Show lights the lamps of all headsets. It returns at once; only the latest state
// counts.
func (h *Headsets) Show(s State) {
	h.mu.Lock()
	h.state = s
	h.mu.Unlock()
	select {
	case h.changed <- struct{}{}:
	default:
	}
}

// Close puts the lamps out and lets the headsets go. A second time does nothing.
func (h *Headsets) Close() {
	h.closing.Do(func() { close(h.quit) })
	<-h.gone
	h.rest()
}

func (h *Headsets) wanted() State {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state
}

func (h *Headsets) run() {
	defer close(h.gone)
	h.find()
	for {
		select {
		case <-h.quit:
			h.letGo()
			return
		case <-h.look:
			h.find()
			h.straighten()
		case <-h.changed:
			h.showAll()
		case r := <-h.heard:
			h.take(r)
		}
	}
}

// find opens what was plugged in. What was pulled out ends its reader.
func (h *Headsets) find() {
	all, err := h.bus.list()
	if err != nil && !h.blind {
		h.cfg.Log.Warn("headset: its buttons cannot be looked for", "error", err)
	}
	h.blind = err != nil
	for _, f := range all {
		if h.open[f.path] == nil {
			h.begin(f)
		}
	}
	for path := range h.refused {
		if !slices.ContainsFunc(all, func(f found) bool { return f.path == path }) {
			delete(h.refused, path)
		}
	}
}

func (h *Headsets) begin(f found) {
	conn, err := h.bus.open(f)
	if err != nil {
		h.complain(f, err)
		return
	}
	delete(h.refused, f.path)
	d := &device{found: f, ReadWriteCloser: conn, buttons: newButtons(f.layout), lamps: map[uint8][]byte{}}
	h.open[f.path] = d
	h.readers.Go(func() { h.listen(d) })
	h.cfg.Log.Info("headset: its buttons work", "name", f.name, "at", f.path)
	h.show(d, h.wanted())
	h.tell()
}

// complain says once why a headset cannot be used, and what helps.
func (h *Headsets) complain(f found, err error) {
	if h.refused[f.path] {
		return
	}
	h.refused[f.path] = true
	if errors.Is(err, fs.ErrPermission) && f.rule != "" {
		h.cfg.Log.Warn("headset: its buttons need a rule of udev, and to be plugged in again",
			"name", f.name, "at", f.path, "rule", f.rule)
		return
	}
	h.cfg.Log.Warn("headset: its buttons cannot be used", "name", f.name, "at", f.path, "error", err)
}

// listen waits for reports until the device is closed or gone.
func (h *Headsets) listen(d *device) {
	buf := make([]byte, 1+maxReportBits/8)
	for {
		n, err := d.Read(buf)
		select {
		case h.heard <- heard{d, bytes.Clone(buf[:n]), err}:
		case <-h.quit:
			return
		}
		if err != nil {
			return
		}
	}
}

func (h *Headsets) take(r heard) {
	if r.err != nil {
		h.lose(r.from, r.err)
		return
	}
	if h.open[r.from.path] != r.from {
		return // it was let go meanwhile
	}
	for _, b := range r.from.buttons.take(r.report, h.now()) {
		h.cfg.Pressed(b)
	}
}

// lose lets a device go that was pulled out, or broke.
func (h *Headsets) lose(d *device, err error) {
	if h.open[d.path] != d {
		return
	}
	delete(h.open, d.path)
	_ = d.Close()
	h.cfg.Log.Info("headset: gone", "name", d.name, "at", d.path, "error", err)
	h.tell()
}

func (h *Headsets) showAll() {
	s := h.wanted()
	for _, d := range h.open {
		h.show(d, s)
	}
}

// show writes the reports that differ from those before.
func (h *Headsets) show(d *device, s State) {
	d.buttons.tell(s, h.now())
	for number, report := range d.layout.reports(s.lit()) {
		if bytes.Equal(report, d.lamps[number]) {
			continue
		}
		if _, err := d.Write(report); err != nil {
			h.lose(d, err)
			return
		}
		d.lamps[number] = report
	}
}

// straighten brings hooks back that were pressed to no end: the headset is told that
// it is in a call, as it believes, and then that it is not.
func (h *Headsets) straighten() {
	for _, d := range h.open {
		if d.buttons.astray(h.now()) {
			s := h.wanted()
			s.OffHook = true
			h.show(d, s)
			s.OffHook = false
			h.show(d, s)
		}
	}
}

// tell names the headsets, if that is news.
func (h *Headsets) tell() {
	var names []string
	for _, d := range h.open {
		names = append(names, d.name)
	}
	slices.Sort(names)
	if name := strings.Join(slices.Compact(names), ", "); name != h.name {
		h.name = name
		h.cfg.Changed(name)
	}
}

func (h *Headsets) letGo() {
	for _, d := range h.open {
		h.show(d, State{})
	}
	for _, d := range h.open {
		_ = d.Close()
	}
	h.readers.Wait()
}
