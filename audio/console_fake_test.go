package audio_test

import (
	"errors"
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"permanence/audio"
)

// fakeDriver is a computer with sound devices that a test plugs, pulls and
// breaks. Its devices call every 10 ms of the test's time.
type fakeDriver struct {
	mu        sync.Mutex
	captures  []*fakeDevice
	playbacks []*fakeDevice
	down      bool // the sound server does not answer
	stalled   bool // all devices stand still
	streams   []*fakeStream
	closed    bool
}

// fakeDevice is a microphone or a loudspeaker. The driver's lock guards it.
type fakeDevice struct {
	name    string
	refuse  error             // why it cannot be opened
	dead    bool              // it opens and never calls
	chunk   int               // samples per call, a frame unless set
	hasty   bool              // it calls four times at once, and then not for as long
	says    func(i int) int16 // what a microphone hears, sample by sample
	heard   []int16           // what a loudspeaker played
	opened  int               // how many times
	playing int               // streams open now
	pos     int
}

var (
	errServer = errors.New("connection refused")
	errBusy   = errors.New("device busy")
)

func (d *fakeDriver) Devices() (audio.Devices, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down {
		return audio.Devices{}, errServer
	}
	return audio.Devices{Captures: listing(d.captures), Playbacks: listing(d.playbacks)}, nil
}

// listing says that the first device is the system's default.
func listing(devices []*fakeDevice) []audio.Device {
	var out []audio.Device
	for i, dev := range devices {
		out = append(out, audio.Device{Name: dev.name, Default: i == 0})
	}
	return out
}

func (d *fakeDriver) OpenCapture(name string, port *audio.Port) (audio.Stream, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open(d.captures, name, func(dev *fakeDevice, pcm []int16) {
		d.mu.Lock()
		for i := range pcm {
			pcm[i] = 0
			if dev.says != nil {
				pcm[i] = dev.says(dev.pos + i)
			}
		}
		dev.pos += len(pcm)
		d.mu.Unlock()
		port.Deliver(pcm)
	})
}

func (d *fakeDriver) OpenPlayback(name string, port *audio.Port) (audio.Stream, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open(d.playbacks, name, func(dev *fakeDevice, pcm []int16) {
		port.Fill(pcm)
		d.mu.Lock()
		dev.heard = append(dev.heard, pcm...)
		d.mu.Unlock()
	})
}

func (d *fakeDriver) open(list []*fakeDevice, name string, call func(*fakeDevice, []int16)) (audio.Stream, error) {
	i := slices.IndexFunc(list, func(dev *fakeDevice) bool { return name == "" || dev.name == name })
	switch {
	case d.down:
		return nil, errServer
	case i < 0:
		return nil, errors.New("no such device")
	case list[i].refuse != nil:
		return nil, list[i].refuse
	}
	s := &fakeStream{driver: d, device: list[i], call: call, stop: make(chan struct{}), cut: make(chan struct{})}
	list[i].opened++
	list[i].playing++
	d.streams = append(d.streams, s)
	return s, nil
}

func (d *fakeDriver) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	return nil
}

// set changes the computer under its lock.
func (d *fakeDriver) set(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
}

// pull unplugs a device: it is no longer listed and its streams just stop.
func (d *fakeDriver) pull(dev *fakeDevice) {
	d.set(func() {
		gone := func(o *fakeDevice) bool { return o == dev }
		d.captures = slices.DeleteFunc(slices.Clone(d.captures), gone)
		d.playbacks = slices.DeleteFunc(slices.Clone(d.playbacks), gone)
		d.cutStreams(gone)
	})
}

// kill ends the sound server, with all its streams.
func (d *fakeDriver) kill() {
	d.set(func() {
		d.down = true
		d.cutStreams(func(*fakeDevice) bool { return true })
	})
}

func (d *fakeDriver) cutStreams(of func(*fakeDevice) bool) {
	for _, s := range d.streams {
		if of(s.device) {
			s.cutOnce.Do(func() { close(s.cut) })
		}
	}
}

// fakeStream calls from its own goroutine, as a device's thread does.
type fakeStream struct {
	driver  *fakeDriver
	device  *fakeDevice
	call    func(*fakeDevice, []int16)
	stop    chan struct{}
	cut     chan struct{} // the device was pulled
	cutOnce sync.Once
	running sync.WaitGroup
}

func (s *fakeStream) Start() error {
	if s.device.dead {
		return nil
	}
	chunk := max(s.device.chunk, 1)
	if chunk == 1 {
		chunk = audio.FrameSize
	}
	s.running.Go(func() { s.run(chunk) })
	return nil
}

func (s *fakeStream) run(chunk int) {
	t := time.NewTicker(time.Duration(chunk) * time.Second / audio.Rate)
	defer t.Stop()
	pcm, ticks := make([]int16, chunk), 0
	for {
		select {
		case <-s.stop:
			return
		case <-s.cut:
			<-s.stop
			return
		case <-t.C:
			for range s.callsNow(&ticks) {
				s.call(s.device, pcm)
			}
		}
	}
}

// callsNow is how often to call at this tick of the device.
func (s *fakeStream) callsNow(ticks *int) int {
	const hastyCalls = 4
	s.driver.mu.Lock()
	defer s.driver.mu.Unlock()
	*ticks++
	switch {
	case s.driver.stalled:
		return 0
	case !s.device.hasty:
		return 1
	case *ticks%hastyCalls == 0:
		return hastyCalls
	}
	return 0
}

func (s *fakeStream) Close() error {
	close(s.stop)
	s.running.Wait()
	s.driver.set(func() { s.device.playing-- })
	return nil
}

// take returns what a loudspeaker has played since the last take.
func (d *fakeDriver) take(dev *fakeDevice) []int16 {
	d.mu.Lock()
	defer d.mu.Unlock()
	heard := dev.heard
	dev.heard = nil
	return heard
}

// tone is a sine of 20 % of full scale.
func tone(hz float64) func(i int) int16 {
	return func(i int) int16 { return int16(6500 * math.Sin(2*math.Pi*hz*float64(i)/audio.Rate)) }
}

// share is how much of pcm's power is a sine of hz: 0..1 (Goertzel).
func share(pcm []int16, hz float64) float64 {
	var re, im, power float64
	for i, s := range pcm {
		x := 2 * math.Pi * hz * float64(i) / audio.Rate
		re += float64(s) * math.Cos(x)
		im += float64(s) * math.Sin(x)
		power += float64(s) * float64(s)
	}
	if power == 0 {
		return 0
	}
	return 2 * (re*re + im*im) / (float64(len(pcm)) * power)
}

// talker is a party that speaks one tone and remembers what it hears.
type talker struct {
	says  func(i int) int16
	mu    sync.Mutex
	pos   int
	heard []int16
}

func (p *talker) Speak(ear audio.Frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range ear {
		ear[i] = p.says(p.pos)
		p.pos++
	}
}

func (p *talker) Hear(mic audio.Frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard = append(p.heard, mic...)
}

// take returns what the party heard since the last take.
func (p *talker) take() []int16 {
	p.mu.Lock()
	defer p.mu.Unlock()
	heard := p.heard
	p.heard = nil
	return heard
}

func silent(int) int16 { return 0 }

// bench is a console on a fake computer, in the test's own time.
type bench struct {
	*audio.Console
	t      *testing.T
	driver *fakeDriver
	mu     sync.Mutex
	states []audio.State
}

// headset and speakers are on every bench; the headset is the default.
func withConsole(t *testing.T, do func(b *bench, mic, ear, speakers *fakeDevice)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		mic := &fakeDevice{name: "Casque", says: tone(440)}
		ear := &fakeDevice{name: "Casque"}
		speakers := &fakeDevice{name: "Haut-parleurs"}
		b := newBench(t, &fakeDriver{captures: []*fakeDevice{mic}, playbacks: []*fakeDevice{ear, speakers}})
		do(b, mic, ear, speakers)
		b.close()
	})
}

func newBench(t *testing.T, d *fakeDriver) *bench {
	t.Helper()
	return newBenchOn(t, d, d)
}

// newBenchOn has a driver that adds to what the computer can do.
func newBenchOn(t *testing.T, by audio.Driver, d *fakeDriver) *bench {
	t.Helper()
	b := &bench{t: t, driver: d}
	c, err := audio.NewConsole(audio.ConsoleConfig{Driver: by, Changed: b.changed})
	if err != nil {
		t.Fatal(err)
	}
	b.Console = c
	synctest.Wait()
	return b
}

func (b *bench) changed(s audio.State) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.states = append(b.states, s)
}

// close ends the console and checks that nothing stayed open.
func (b *bench) close() {
	b.t.Helper()
	if err := b.Close(); err != nil {
		b.t.Error(err)
	}
	b.driver.set(func() {
		for _, dev := range append(slices.Clone(b.driver.captures), b.driver.playbacks...) {
			if dev.playing != 0 {
				b.t.Errorf("%s: %d streams stay open", dev.name, dev.playing)
			}
		}
		if !b.driver.closed {
			b.t.Error("the driver stays open")
		}
	})
}

// pass lets the test's time go on.
func (b *bench) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// wantUse checks what the last reported state says of a role.
func (b *bench) wantUse(role audio.Role, want audio.Use) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if got := b.states[len(b.states)-1].Uses[role]; got != want {
		b.t.Errorf("%s: %+v, want %+v", role, got, want)
	}
}

// wantErr checks the trouble in the last reported state.
func (b *bench) wantErr(code string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if s := b.states[len(b.states)-1]; s.Err != code {
		b.t.Errorf("trouble is %q (%s), want %q", s.Err, s.Detail, code)
	}
}

// wantTone checks that a tone is nearly all of what was heard.
func wantTone(t *testing.T, pcm []int16, hz float64) {
	t.Helper()
	if len(pcm) < audio.Rate/10 {
		t.Errorf("only %d samples were heard, want a tone of %g Hz", len(pcm), hz)
		return
	}
	if s := share(pcm, hz); s < 0.95 {
		t.Errorf("%g Hz is %.2f of what was heard", hz, s)
	}
}

// wantSilence checks that not a sample was heard.
func wantSilence(t *testing.T, pcm []int16) {
	t.Helper()
	if i := slices.IndexFunc(pcm, func(s int16) bool { return s != 0 }); i >= 0 {
		t.Errorf("sample %d of %d is %d, want silence", i, len(pcm), pcm[i])
	}
}

// wantSmooth checks that no sample is further than step from the one before it:
// a larger one is a click.
func wantSmooth(t *testing.T, pcm []int16, step int) {
	t.Helper()
	for i := 1; i < len(pcm); i++ {
		if d := int(pcm[i]) - int(pcm[i-1]); d > step || d < -step {
			t.Errorf("click at %d: %d after %d", i, pcm[i], pcm[i-1])
			return
		}
	}
}
