package audio

// Codec is one voice encoding as RTP carries it (RFC 3551, RFC 7587).
type Codec interface {
	// Name is the encoding name of SDP: "opus", "G722", "PCMA", "PCMU".
	Name() string
	// ClockRate is the RTP clock in Hz: 8000 for G.711 and, by RFC 3551 §4.5.2,
	// for G.722 too; 48000 for Opus.
	ClockRate() int
	// PayloadType is the static type (0, 8, 9), or the one we offer.
	PayloadType() uint8
	// NewEncoder and NewDecoder make the two halves for one call.
	NewEncoder() (Encoder, error)
	NewDecoder() (Decoder, error)
}

// Encoder turns 20 ms of 48 kHz voice (2*FrameSize samples) into one payload.
// It belongs to one goroutine.
type Encoder interface {
	// Encode appends the payload to dst and returns it.
	Encode(dst []byte, pcm []int16) ([]byte, error)
	// Expect tells, at each report, the share of packets (0..1) the other side lost, for codecs
	// that can protect themselves (Opus in-band FEC, RFC 6716 §2.1.7).
	Expect(loss float64)
}

// Decoder turns payloads into 48 kHz voice. It belongs to one goroutine.
type Decoder interface {
	// Decode appends the payload's samples to dst. A payload that is not of this
	// codec is an error, never a panic.
	Decode(dst []int16, payload []byte) ([]int16, error)
	// Conceal appends n samples for a lost packet. next is the payload that
	// follows the lost one, when it is there already, and may hold its FEC.
	Conceal(dst []int16, n int, next []byte) []int16
}
