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
	// OpenCapture prepares a microphone; "" is the system's default. What it hears,
	// mono at 48 kHz, is delivered to the port.
	OpenCapture(name string, port *Port) (Stream, error)
	// OpenPlayback prepares a loudspeaker or an earpiece; "" is the system's
	// default. What it plays, mono at 48 kHz, is taken from the port.
	OpenPlayback(name string, port *Port) (Stream, error)
	// Close lets go of the sound system, after all streams were closed.
	Close() error
}

// Stream is an opened device. A device that was pulled reports nothing: its
// calls just stop.
type Stream interface {
	Start() error
	// Close stops the stream and frees it. It ends even when the device is gone.
	Close() error
}
