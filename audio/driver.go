package audio

// Device is a sound device as its driver lists it.
type Device struct {
	Name    string // what the operator reads; unique in its list
	Default bool   // what the system uses when nothing is chosen
}

// Devices are the sound devices that are plugged in now.
type Devices struct {
	Captures  []Device
	Playbacks []Device
}

// Driver reaches the sound devices of a system. Its methods may be slow, but
// they end whatever the sound server does; the console calls them from one
// goroutine.
type Driver interface {
	// Devices lists what is plugged in now. An error means that the sound system
	// does not answer, and the list has what can be used all the same. The driver
	// connects again at the next call. Streams opened before may be dead, and have
	// to be closed like any other.
	Devices() (Devices, error)
	// OpenCapture prepares a microphone; "" is the system's default. deliver gets
	// what it hears, mono at 48 kHz, on the device's own thread: it may not wait,
	// and the samples are only valid during the call.
	OpenCapture(name string, deliver func(pcm []int16)) (Stream, error)
	// OpenPlayback prepares a loudspeaker or an earpiece; "" is the system's
	// default. fill writes all of pcm, on the device's own thread; it may not wait.
	OpenPlayback(name string, fill func(pcm []int16)) (Stream, error)
	// Close lets go of the sound system, after all streams were closed.
	Close() error
}

// Stream is an opened device. A device that was pulled reports nothing: its
// callbacks just stop.
type Stream interface {
	Start() error
	// Close stops the stream and frees it. It ends even when the device is gone.
	Close() error
}
