package audio

import "time"

// Source is a recorded sound being played. It belongs to one goroutine.
type Source interface {
	// Next fills a frame with the following 10 ms, the last one ending in silence,
	// and reports false once there is nothing left; the frame is then untouched. It
	// neither waits nor allocates: everything that may is done when it is opened.
	Next(f Frame) bool
	// Length is how long the whole sound lasts.
	Length() time.Duration
	// Skip goes to a place in the sound, its end at most.
	Skip(to time.Duration)
}

// Sink takes a recording. Write belongs to one goroutine and neither waits nor
// allocates.
type Sink interface {
	Write(f Frame)
	// Close completes the recording and returns what became of it. An error may come
	// with a summary of what was kept nevertheless.
	Close() (Recording, error)
}

// Recording is a completed recording.
type Recording struct {
	Length   time.Duration
	Loudness float64 // LUFS (ITU-R BS.1770) of what was recorded, -70 for silence
	Silent   bool    // nobody said anything
}

// Library opens and makes the recorded sounds that a desk keeps, by their names.
// Both methods may be slow.
type Library interface {
	Open(name string) (Source, error)
	Create(name string) (Sink, error)
}

// Treatment says what is done to voices on their way. Each has a switch.
type Treatment struct {
	HighPass bool // rumble and hum below 100 Hz are taken from the microphone
	Noise    bool // steady noise is taken from the microphone
	Echo     bool // what the microphone hears of the earpiece is taken from it
	Gain     bool // quiet callers are made louder
}
