package audiotest

import (
	"errors"
	"math"
	"sync"
	"time"

	"permanence/audio"
)

// ErrNoSound is what opening a sound that a Library does not hold gives.
var ErrNoSound = errors.New("audiotest: no such sound")

// Library is recorded sounds in memory. What was recorded can be measured like what
// a Person heard.
type Library struct {
	// Disk is called, when it is not nil, before anything is opened, made or
	// completed: a slow disk waits in it, a broken one gives an error.
	Disk func(name string) error

	mu     sync.Mutex
	sounds map[string]tune
	kept   map[string][]int16
	opened map[string]int
}

// tune is a sound: some tones for some time.
type tune struct {
	samples int
	tones   []Tone
}

var _ audio.Library = (*Library)(nil)

// NewLibrary is an empty library.
func NewLibrary() *Library {
	return &Library{sounds: make(map[string]tune), kept: make(map[string][]int16), opened: make(map[string]int)}
}

// Put adds a sound: d of these tones.
func (l *Library) Put(name string, d time.Duration, tones ...Tone) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sounds[name] = tune{int(d * audio.Rate / time.Second), tones}
}

// Open implements audio.Library.
func (l *Library) Open(name string) (audio.Source, error) {
	if err := l.disk(name); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.opened[name]++
	t, there := l.sounds[name]
	if !there {
		return nil, ErrNoSound
	}
	return &source{Speaker: NewSpeaker(t.tones...), samples: t.samples}, nil
}

// Opened is how often a sound was asked for.
func (l *Library) Opened(name string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.opened[name]
}

// Create implements audio.Library.
func (l *Library) Create(name string) (audio.Sink, error) {
	if err := l.disk(name); err != nil {
		return nil, err
	}
	return &sink{library: l, name: name}, nil
}

// Recorded is what a completed recording holds; false when there is none.
func (l *Library) Recorded(name string) ([]int16, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	pcm, there := l.kept[name]
	return pcm, there
}

func (l *Library) disk(name string) error {
	if l.Disk == nil {
		return nil
	}
	return l.Disk(name)
}

// source speaks the tones of a sound.
type source struct {
	*Speaker
	samples int
}

func (s *source) Next(f audio.Frame) bool {
	n := min(s.samples-s.at, len(f))
	if n <= 0 {
		return false
	}
	s.Speak(f[:n])
	clear(f[n:])
	return true
}

func (s *source) Length() time.Duration { return lasting(s.samples) }

func (s *source) Skip(to time.Duration) {
	s.at = min(max(0, int(to*audio.Rate/time.Second)), s.samples)
}

// sink keeps a recording in memory.
type sink struct {
	library *Library
	name    string
	pcm     []int16
	closed  bool
}

func (s *sink) Write(f audio.Frame) {
	if s.closed {
		panic("audiotest: written after the end of " + s.name)
	}
	s.pcm = append(s.pcm, f...)
}

func (s *sink) Close() (audio.Recording, error) {
	s.closed = true
	if err := s.library.disk(s.name); err != nil {
		return audio.Recording{}, err
	}
	s.library.mu.Lock()
	defer s.library.mu.Unlock()
	s.library.kept[s.name] = s.pcm
	loud := meanLevel(s.pcm)
	return audio.Recording{Length: lasting(len(s.pcm)), Loudness: max(loud, -70), Silent: loud < -60}, nil
}

func lasting(samples int) time.Duration { return time.Duration(samples) * time.Second / audio.Rate }

// meanLevel is the mean level in dBFS; enough to tell speech from silence.
func meanLevel(pcm []int16) float64 {
	var sum float64
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return decibels(math.Sqrt(sum/float64(max(1, len(pcm)))) / math.MaxInt16)
}
