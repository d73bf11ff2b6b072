package audio

import "time"

// The one format inside the program.
const (
	Rate          = 48000                 // samples per second
	FrameDuration = 10 * time.Millisecond // one frame
	FrameSize     = Rate / 100            // samples in a frame
)

// Frame is 10 ms of mono voice at 48 kHz: FrameSize samples.
type Frame = []int16

// Party is one remote voice joined to the console. Both methods are called from
// the console's goroutines, once per frame, and must return well under 10 ms.
type Party interface {
	// Hear gives the party a frame of the operator's microphone. The frame is
	// only valid during the call.
	Hear(mic Frame)
	// Speak fills a frame with the party's voice, silence when there is none.
	Speak(ear Frame)
}

// Patch joins parties to the operator's microphone and earpiece.
type Patch interface {
	// Join begins calling p, and returns what stops it; after leave returns, p
	// is not called any more.
	Join(p Party) (leave func())
}
