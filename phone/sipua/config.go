package sipua

import (
	"errors"
	"log/slog"
	"net/netip"
	"time"

	"permanence/audio"
	"permanence/phone"
)

// The bounds that keep a flood from becoming an outage.
const (
	maxCalls        = 64      // calls at once; one more is answered 486
	maxActors       = 256     // calls at once and calls still saying goodbye
	maxTransactions = 4096    // server transactions of one endpoint
	maxChatter      = 2048    // of these, the ones that neither begin nor end a call
	maxStreams      = 128     // TCP connections of one endpoint
	maxRaw          = 16384   // bytes kept of an INVITE, for diagnosis
	maxMessage      = 65535   // bytes of one message, which a transaction keeps
	maxHead         = 32768   // bytes of its start line and headers
	maxHeaders      = 256     // lines of these
	readBuffer      = 1 << 20 // bytes that wait at a UDP socket while a flood is looked at
	complaints      = 50      // answers a second to what peers send and we cannot read
)

// The bounds of what strangers cost, those who may not ring: all of them together,
// at one endpoint.
const (
	strangersRead    = 100 // messages a second that are read at all; the rest is dropped unread
	strangersRefused = 5   // refusals a second; the rest gets no answer
	maxStrangers     = 8   // connections, each for strangerTime
	maxMet           = 256 // addresses that are no peers and that we have called
)

// How long one message may take on a connection, and a stranger's connection.
const (
	messageTime  = 10 * time.Second
	strangerTime = 10 * time.Second
)

// Config is what an Agent needs. Credentials, Patch, Codecs and Report are required.
type Config struct {
	// Credentials gives a line's password when a server challenges.
	Credentials phone.Credentials
	// Patch is where the voice of answered calls is joined.
	Patch audio.Patch
	// Sounds are the recorded sounds that callers may hear, and where recordings go;
	// without it no sound can be played or made.
	Sounds audio.Library
	// Codecs are what this program can speak; each line orders them by name.
	Codecs []audio.Codec
	// Report is told every event, one at a time; it must not block.
	Report func(phone.Event)
	// Log gets what a person would want to know; slog.Default when nil.
	Log *slog.Logger
	// Now is the clock of events; time.Now when nil.
	Now func() time.Time
	// UserAgent is the name in User-Agent headers; "Permanence" when empty.
	UserAgent string
	// Bind is the address registered lines and voice are bound to; all addresses
	// when not valid, and then the one that routes to the peer is announced.
	Bind netip.Addr
	// MediaPorts is the range of UDP ports for voice, first and last; any free
	// port when zero.
	MediaPorts [2]uint16
	// MediaTimeout ends a call in which neither RTP nor RTCP was heard for so
	// long; 45 s when zero, never when negative.
	MediaTimeout time.Duration
	// TransferTimeout is how long a transfer may go on without a word of it before
	// it has failed; 60 s when zero, and three times that once the third rings.
	TransferTimeout time.Duration
}

func (c *Config) complete() error {
	switch {
	case c.Credentials == nil:
		return errors.New("sipua: no credentials")
	case c.Patch == nil:
		return errors.New("sipua: no patch for the voice")
	case len(c.Codecs) == 0:
		return errors.New("sipua: no codecs")
	case c.Report == nil:
		return errors.New("sipua: nobody to report to")
	case c.MediaPorts[0] > c.MediaPorts[1]:
		return errors.New("sipua: the range of media ports is upside down")
	}
	if c.Sounds == nil {
		c.Sounds = noSounds{}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	c.Log = slog.New(washingLog{c.Log.Handler()})
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.UserAgent == "" {
		c.UserAgent = "Permanence"
	}
	if c.TransferTimeout == 0 {
		c.TransferTimeout = time.Minute
	}
	if c.MediaTimeout == 0 {
		c.MediaTimeout = 45 * time.Second
	}
	return nil
}
