package simulator

import (
	"encoding/binary"
	"fmt"

	"github.com/emiago/diago/audio"
	"github.com/emiago/diago/media"
)

// ear is what the listener remembers from packet to packet.
type ear struct {
	decode    func(lpcm, encoded []byte) (int, error)
	judged    int // samples of the recording already judged
	heard     bool
	satisfied bool   // Until has returned true
	keyed     bool   // a key was pressed, at keyTime
	keyTime   uint32 // RTP timestamp; the end of one key comes three times
}

// listen takes in what the other side sends, until the call is closed.
func (c *conversation) listen(codec media.Codec) (err error) {
	defer recovered(&err)
	var e ear
	switch codec.PayloadType {
	case media.CodecAudioAlaw.PayloadType:
		e.decode = audio.DecodeAlawTo
	case media.CodecAudioUlaw.PayloadType:
		e.decode = audio.DecodeUlawTo
	default:
		return unsupported(codec)
	}
	packets := c.dialog.Media().RTPPacketReader
	payload := make([]byte, media.RTPBufSize)
	for {
		n, err := packets.Read(payload)
		if err != nil {
			return readError(err)
		}
		c.packet(&e, codec, packets.PacketHeader.PayloadType, packets.PacketHeader.Timestamp, payload[:n])
	}
}

// readError is nil for the end of the call.
func readError(err error) error {
	if closed(err) {
		return nil
	}
	return fmt.Errorf("simulator: listening: %w", err)
}

// packet sorts one packet: voice, key, or nothing that was agreed on.
func (c *conversation) packet(e *ear, codec media.Codec, payloadType uint8, timestamp uint32, payload []byte) {
	switch payloadType {
	case codec.PayloadType:
		c.hear(e, payload)
	case media.CodecTelephoneEvent8000.PayloadType:
		c.feel(e, timestamp, payload)
	}
}

func (c *conversation) hear(e *ear, payload []byte) {
	pcm := make([]byte, 2*len(payload))
	n, err := e.decode(pcm, payload)
	room := int(MaxRecording.Seconds())*Rate - len(c.out.Heard)
	if err != nil || room < n/2 {
		return
	}
	for i := 0; i+1 < n; i += 2 {
		c.out.Heard = append(c.out.Heard, int16(binary.LittleEndian.Uint16(pcm[i:])))
	}
	for len(c.out.Heard)-e.judged >= window {
		c.judge(e, c.out.Heard[e.judged:e.judged+window])
		e.judged += window
	}
}

// judge looks at each complete window of what was heard.
func (c *conversation) judge(e *ear, last Recording) {
	if !e.heard && last.Level() > silence {
		e.heard = true
		c.part.tell(Event{Kind: Hearing})
	}
	if c.part.Until != nil && !e.satisfied && c.part.Until(c.out.Heard) {
		e.satisfied = true
		close(c.enough)
	}
}

// feel takes a telephone-event (RFC 4733 §2.5.1.4: the end is sent three times).
func (c *conversation) feel(e *ear, timestamp uint32, payload []byte) {
	var event media.DTMFEvent
	if err := media.DTMFDecode(payload, &event); err != nil || !event.EndOfEvent {
		return
	}
	if e.keyed && timestamp == e.keyTime {
		return
	}
	e.keyed, e.keyTime = true, timestamp
	if key := media.DTMFToRune(event.Event); key != 0 {
		c.out.Keys += string(key)
		c.part.tell(Event{Kind: Pressed, Key: key})
	}
}
