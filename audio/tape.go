package audio

import "sync"

// Tape writes one or both voices of a conversation into a Sink. What the other side
// says comes on the earpiece's clock, what is said here on the microphone's. A
// recording of both is written on the microphone's, with a bridge to the other; one
// of the other side alone on its own. There and Here have one caller each.
type Tape struct {
	bridge *bridge // nil when the other side alone is kept

	mu     sync.Mutex // held for a frame
	sink   Sink
	out    bool // what is said now is left out
	closed bool
	fresh  bool // the next frame begins in the middle of something
	mix    mixer
	frame  [FrameSize]int16
}

// NewTape begins to write into sink, which is the tape's from then on.
func NewTape(sink Sink, both bool) *Tape {
	t := &Tape{sink: sink, fresh: true}
	if both {
		t.bridge = newBridge()
	}
	return t
}

// There takes a frame of what the other side says.
func (t *Tape) There(f Frame) {
	if t.bridge != nil {
		t.bridge.write(f)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	copy(t.frame[:], f)
	t.write()
}

// Here takes a frame of what is said here. Of the other side alone it keeps nothing.
func (t *Tape) Here(f Frame) {
	if t.bridge == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bridge.read(t.frame[:]) // also while it is left out, so that nothing of it comes later
	t.mix.reset()
	t.mix.add(t.frame[:])
	t.mix.add(f)
	t.mix.mix(t.frame[:])
	t.write()
}

// write keeps the frame that was made.
func (t *Tape) write() {
	if t.out || t.closed {
		return
	}
	if t.fresh {
		fadeIn(t.frame[:])
		t.fresh = false
	}
	t.sink.Write(t.frame[:])
}

// LeaveOut keeps nothing of what is said from now on, not even its silence, or keeps
// it again.
func (t *Tape) LeaveOut(out bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fresh = t.fresh || out
	t.out = out
}

// Close completes the recording. What comes after it is dropped.
func (t *Tape) Close() (Recording, error) {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	return t.sink.Close() // which may take its time, and nobody writes any more
}
