package sound

import (
	"encoding/binary"
	"io"
	"math"
	"time"

	"permanence/audio"
)

const (
	opusMagic = "OpusHead"
	tagsMagic = "OpusTags"
	vendor    = "Permanence"
)

// opusHead is the first packet of an Ogg Opus stream (RFC 7845 §5.1).
type opusHead struct {
	channels int
	preSkip  int
	gain     int16 // of the decoder's output, in 1/256 dB
}

func (h opusHead) append(b []byte) []byte {
	b = append(b, opusMagic...)
	b = append(b, 1, byte(h.channels))
	b = binary.LittleEndian.AppendUint16(b, uint16(h.preSkip))
	b = binary.LittleEndian.AppendUint32(b, audio.Rate)
	b = binary.LittleEndian.AppendUint16(b, uint16(h.gain))
	return append(b, 0) // mapping family 0: one stream, mono or stereo
}

// opusTags is the second packet: who made the file, and no comments (§5.2).
func opusTags() []byte {
	b := append([]byte(tagsMagic), 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(b[len(tagsMagic):], uint32(len(vendor)))
	b = append(b, vendor...)
	return append(b, 0, 0, 0, 0)
}

func readOpusHead(b []byte) (opusHead, error) {
	const size = 19
	if len(b) < size || string(b[:len(opusMagic)]) != opusMagic {
		return opusHead{}, unreadable("it does not begin as Ogg Opus")
	}
	h := opusHead{
		channels: int(b[9]),
		preSkip:  int(binary.LittleEndian.Uint16(b[10:])),
		gain:     int16(binary.LittleEndian.Uint16(b[16:])),
	}
	family := b[18]
	switch {
	case b[8]>>4 != 0: // the upper half of the version changes with the format
		return h, unreadable("its Opus format has version %d", b[8])
	case h.channels < 1 || h.channels > 2:
		return h, unreadable("it has %d channels; 1 and 2 are known for Opus", h.channels)
	case family != 0 && (len(b) < size+2 || b[size] != 1):
		return h, unreadable("its channels are several Opus streams")
	}
	return h, nil
}

// factor is the gain as samples are multiplied by it.
func (h opusHead) factor() float32 { return float32(math.Pow(10, float64(h.gain)/(20*256))) }

// opusStream is a whole Ogg Opus stream in memory.
type opusStream struct {
	*track
	opusHead
	length int // samples, without the pre-skip
}

// opusHeaders is how many packets come before the voice.
const opusHeaders = 2

// longestOpus bounds what a file of tiny packets can claim.
const longestOpus = 12 * time.Hour

func readOpus(src io.Reader) (*opusStream, error) {
	t, err := readTrack(src, opusHeaders)
	if err != nil {
		return nil, err
	}
	s := &opusStream{track: t}
	if s.opusHead, err = readOpusHead(t.packet(0)); err != nil {
		return nil, err
	}
	all, firstPage := s.durations()
	if all > samples(longestOpus) {
		return nil, tooLong(longestOpus)
	}
	if s.length = int(t.samples(all, firstPage)) - s.preSkip; s.length <= 0 {
		return nil, unreadable("it is empty")
	}
	return s, nil
}

// durations adds up the samples of all packets, and of those that end on the first
// page with voice.
func (s *opusStream) durations() (all, firstPage int64) {
	for i := opusHeaders; i < s.count(); i++ {
		all += int64(packetSamples(s.packet(i)))
		if i < s.firstEnds {
			firstPage = all
		}
	}
	return all, firstPage
}

// packetSamples is how long a packet lasts, at 48 kHz; 0 when it is not one of Opus
// (RFC 6716 §3.1, §3.2).
func packetSamples(p []byte) int {
	if len(p) == 0 {
		return 0
	}
	frames := 2
	switch p[0] & 3 {
	case 0:
		frames = 1
	case 3:
		if len(p) < 2 {
			return 0
		}
		frames = int(p[1] & 0x3F)
	}
	if n := frames * frameSamples(p[0]>>3); n <= maxPacket {
		return n
	}
	return 0
}

// maxPacket is 120 ms, the longest packet there is.
const maxPacket = audio.Rate * 120 / 1000

// frameSamples is the length of a frame of a configuration.
func frameSamples(config byte) int {
	const ms = audio.Rate / 1000
	switch {
	case config < 12: // SILK: 10, 20, 40, 60 ms
		return [4]int{10 * ms, 20 * ms, 40 * ms, 60 * ms}[config&3]
	case config < 16: // hybrid: 10, 20 ms
		return [2]int{10 * ms, 20 * ms}[config&1]
	}
	return 5 * ms / 2 << (config & 3) // CELT: 2.5, 5, 10, 20 ms
}

// samples is a duration at 48 kHz.
func samples(d time.Duration) int64 { return int64(d) * audio.Rate / int64(time.Second) }

// duration is the time that n samples take.
func duration(n int) time.Duration { return time.Duration(n) * time.Second / audio.Rate }
