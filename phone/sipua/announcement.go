package sipua

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"permanence/audio"
	"permanence/phone"
)

var (
	errNoSounds = errors.New("this telephone has no recorded sounds")
	errSlowDisk = errors.New("it could not be opened in time")
	errBadSound = errors.New("it cannot be read")
)

// openPatience is how long a caller may hear nothing because a sound is not open
// yet. A pause of half a second before a greeting is a person's; after that the
// call goes on without the sound, and the operator is told to greet herself.
const openPatience = 500 * time.Millisecond

// noSounds is the library of a telephone that was given none.
type noSounds struct{}

func (noSounds) Open(string) (audio.Source, error) { return nil, errNoSounds }
func (noSounds) Create(string) (audio.Sink, error) { return nil, errNoSounds }

// announcement is sounds that the other side of a call hears in place of the
// operator, one after the other without a gap. A goroutine of its own opens them,
// which a disk may make slow; the microphone's clock plays them. A disk that never
// answers holds nothing but the goroutine that asked it.
type announcement struct {
	library audio.Library
	log     *slog.Logger
	sounds  []phone.SoundID
	quit    chan struct{} // closed when the call wants no more of it
	over    chan struct{} // closed when all was played

	mu    sync.Mutex // held for a frame
	queue []piece    // opened; the first of them plays
	fed   bool       // no more will come
	begun phone.SoundID
	fault string
	done  bool
}

// piece is a sound that is open.
type piece struct {
	sound  phone.SoundID
	source audio.Source
}

func newAnnouncement(cfg *Config, sounds []phone.SoundID) *announcement {
	return &announcement{
		library: cfg.Sounds, log: cfg.Log, sounds: sounds,
		quit: make(chan struct{}), over: make(chan struct{}),
	}
}

// next fills a frame with what follows, with silence while that is not open yet,
// and reports false once all was heard.
func (a *announcement) next(f audio.Frame) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.queue) > 0 {
		a.begun = a.queue[0].sound
		if a.queue[0].source.Next(f) {
			return true
		}
		a.queue = a.queue[1:]
	}
	if a.fed {
		a.finish()
		return false
	}
	clear(f)
	return true
}

func (a *announcement) finish() {
	if !a.done {
		a.done = true
		close(a.over)
	}
}

// outcome is how it stands now.
func (a *announcement) outcome() (begun phone.SoundID, whole bool, fault string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.begun, a.done && a.fault == "", a.fault
}

// run opens the sounds, all at once, and waits until they were heard; then it calls
// told, unless the call wants no more of it.
func (a *announcement) run(told func()) {
	a.feed()
	select {
	case <-a.over:
		told()
	case <-a.quit:
	}
}

// feed queues the sounds in order. One that is not open when the caller could have
// heard all before it is left out.
func (a *announcement) feed() {
	var opened []<-chan openedSound
	for _, s := range a.sounds {
		opened = append(opened, openSound(a.library, a.log, s))
	}
	due := time.Now().Add(openPatience)
	for i, s := range a.sounds {
		o := a.await(opened[i], due)
		if o.err == nil {
			due = due.Add(o.source.Length())
		}
		a.add(s, o)
	}
	a.complete()
}

// await waits until a sound is open, or it is due. One that is open is never late.
func (a *announcement) await(opened <-chan openedSound, due time.Time) openedSound {
	late := time.NewTimer(time.Until(due))
	defer late.Stop()
	select {
	case o := <-opened:
		return o
	case <-late.C:
	case <-a.quit:
	}
	select {
	case o := <-opened:
		return o
	default:
		return openedSound{err: errSlowDisk}
	}
}

// add queues a sound, or notes the first reason why one could not be played.
func (a *announcement) add(s phone.SoundID, o openedSound) {
	if o.err != nil && !a.cut() {
		a.log.Warn("sound not played", "sound", string(s), "error", o.err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case o.err == nil:
		a.queue = append(a.queue, piece{s, o.source})
	case a.fault == "":
		a.fault = fmt.Sprintf("sound %s: %v", s, o.err)
	}
}

// cut tells whether the call wants no more of it.
func (a *announcement) cut() bool {
	select {
	case <-a.quit:
		return true
	default:
		return false
	}
}

// complete says that no more will come. If nothing is left to play it is over, even
// if the other side listens to nothing.
func (a *announcement) complete() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.fed = true; len(a.queue) == 0 {
		a.finish()
	}
}

// openedSound is what came of opening a sound.
type openedSound struct {
	source audio.Source
	err    error
}

// openSound opens a sound in a goroutine of its own. Nobody has to take the result.
func openSound(l audio.Library, log *slog.Logger, s phone.SoundID) <-chan openedSound {
	opened := make(chan openedSound, 1)
	go func() {
		o := openedSound{err: errBadSound}
		guard(log, "sound", func() { o.source, o.err = l.Open(string(s)) })
		opened <- o
	}()
	return opened
}
