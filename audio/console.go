package audio

import (
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// ConsoleConfig is what a console is made of.
type ConsoleConfig struct {
	// Driver reaches the devices. The console owns it from now on and closes it.
	Driver Driver
	// Changed gets each new state, in order, from one goroutine of the console;
	// it may not call Close. Optional.
	Changed func(State)
	// Log gets the life of the devices. Optional.
	Log *slog.Logger
}

// Console is the operator's sound: microphone, earpiece and ringer, with the
// parties and the signals that are heard in them. Its methods may be called from
// any goroutine and return at once, whatever the devices do.
//
// Four goroutines share the work. The keeper opens, watches and closes devices.
// The ear goroutine mixes parties and signals into the ring that the earpiece
// drains, and is the only caller of Speak. The mic goroutine cuts what the
// microphone brought into frames, and is the only caller of Hear. The fourth is
// the device's own thread, which only copies.
//
// Devices are open while they are needed: a party is joined, a signal or a sound
// plays, she dictates, or the loop test runs, and some seconds longer. A headset's radio link, and the
// light beside a microphone, are off while nobody talks.
type Console struct {
	driver  Driver
	changed func(State)
	log     *slog.Logger
	clock   clock
	parties partySet
	count   counters
	loop    *loopback

	treating treating

	whisper    clipPlayer
	listen     clipPlayer
	dictaphone dictaphone

	mu     sync.Mutex
	wish   wish
	state  State
	closed bool

	awake     atomic.Bool // devices are, or should be, open
	strained  atomic.Bool // the voice goes before other work
	signal    atomic.Pointer[Signal]
	muted     atomic.Bool
	ringInEar atomic.Bool // ringer and earpiece are one device
	ear       atomic.Pointer[outlet]
	ringer    atomic.Pointer[outlet]
	mic       atomic.Pointer[inlet]
	earLevel  level
	micLevel  level
	micQuiet  atomic.Int64 // frames of digital silence in a row

	poke    chan struct{} // wakes the keeper
	earBell Bell
	micBell Bell
	quit    chan struct{}
	running sync.WaitGroup
}

var _ Patch = (*Console)(nil)

// wish is what the desk asked for.
type wish struct {
	names  [roleCount][]string // devices of each role, the dearest first
	chosen [roleCount]bool     // chosen since the keeper last looked
	signal Signal
	idleAt time.Duration // when the devices may be closed
}

// linger is how long devices stay open after their last use, so that the next
// call of a busy hour finds them open.
const linger = 10 * time.Second

// NewConsole starts the operator's sound. It does not fail because of devices:
// without any, calls go on in silence and the state says so. The only error is a
// missing driver.
func NewConsole(cfg ConsoleConfig) (*Console, error) {
	if cfg.Driver == nil {
		return nil, errors.New("audio: a console needs a driver")
	}
	c := &Console{
		driver:  cfg.Driver,
		changed: cfg.Changed,
		log:     cfg.Log,
		clock:   newClock(),
		loop:    newLoopback(),

		treating: treating{far: newReference()},

		poke:    make(chan struct{}, 1),
		earBell: newBell(cfg.Driver),
		micBell: newBell(cfg.Driver),
		quit:    make(chan struct{}),
	}
	if c.changed == nil {
		c.changed = func(State) {}
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	silence := Silence
	c.signal.Store(&silence)
	c.earLevel.store(silentLevel)
	c.micLevel.store(silentLevel)
	c.running.Go(newKeeper(c).run)
	c.running.Go(c.runEar)
	c.running.Go(c.runMic)
	return c, nil
}

// Join lets p hear the microphone and be heard in the earpiece until leave is
// called. leave waits for a call of p that is under way, so p may not call it
// from Hear or Speak.
func (c *Console) Join(p Party) (leave func()) {
	remove := c.parties.join(p)
	c.need(0)
	return func() {
		remove()
		c.need(0)
	}
}

// Prefer sets the devices of a role by their names, the dearest first; "" is the
// system's default, which also serves when none of them is there. A dearer device
// takes its role back as soon as it is plugged in, in the middle of a call too.
func (c *Console) Prefer(role Role, names []string) {
	i, ok := role.index()
	if !ok {
		return
	}
	c.mu.Lock()
	c.wish.names[i] = slices.Clone(names)
	c.wish.chosen[i] = true
	c.mu.Unlock()
	wake(c.poke)
}

// Mute closes the microphone for all parties, or opens it again.
func (c *Console) Mute(muted bool) {
	c.muted.Store(muted)
	wake(c.poke)
}

// Play starts a signal and ends the one before it, both without a click.
func (c *Console) Play(s Signal) {
	c.mu.Lock()
	c.wish.signal = s
	c.signal.Store(&s)
	c.mu.Unlock()
	c.need(0)
}

// Loop lets the operator hear her own microphone for d, one second late, so that
// she can judge her headset alone. Zero ends it.
func (c *Console) Loop(d time.Duration) {
	now := c.clock.now()
	c.loop.start(now, d)
	c.need(d + loopDelay)
}

// Levels are the microphone's and the earpiece's levels now, in dBFS, -96 for
// silence. The microphone's is measured before Mute, so that a muted operator
// sees that it works.
func (c *Console) Levels() (mic, ear float64) {
	return c.micLevel.load(), c.earLevel.load()
}

// State is the last state that Changed reported.
func (c *Console) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

// Close stops all sound, closes the devices and the driver, and waits for the
// console's goroutines. Parties are not called any more when it returns.
func (c *Console) Close() error {
	c.mu.Lock()
	again := c.closed
	c.closed = true
	c.mu.Unlock()
	if again {
		return nil
	}
	close(c.quit)
	c.earBell.Ring()
	c.micBell.Ring()
	c.running.Wait()
	return c.driver.Close()
}

// closing reports whether the console ends.
func (c *Console) closing() bool {
	select {
	case <-c.quit:
		return true
	default:
		return false
	}
}

// need notes that the devices are used, for at least d more, and wakes whoever
// sleeps.
func (c *Console) need(d time.Duration) {
	c.mu.Lock()
	c.wish.idleAt = max(c.wish.idleAt, c.clock.now()+d+linger)
	c.awake.Store(true)
	c.mu.Unlock()
	wake(c.poke)
	c.earBell.Ring()
	c.micBell.Ring()
}

// stillNeeded decides whether the devices stay open, and puts the voice
// goroutines to sleep when not.
func (c *Console) stillNeeded() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.parties.count() > 0 || c.wish.signal != Silence || c.whisper.active() || c.listen.active() || c.dictaphone.active() {
		c.wish.idleAt = max(c.wish.idleAt, c.clock.now()+linger)
	}
	needed := c.clock.now() < c.wish.idleAt
	c.awake.Store(needed)
	return needed
}

// wake leaves a token for a goroutine that may be busy: one is enough.
func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
