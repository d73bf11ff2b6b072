package simulator

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/emiago/diago/audio"
	"github.com/emiago/diago/media"
)

// frame is 20 ms of voice, one packet.
const frame = Rate / 50

// keyGap is the silence after each key, in frames: 100 ms.
const keyGap = 5

// speaker is the only writer of a call's packets: voice and keys share one
// sequence of packets, and a second writer garbles them.
type speaker struct {
	rtp    *media.RTPPacketWriter
	voice  audio.PCMEncoderWriter
	events uint8 // payload type of telephone-event, 0 when the other side has none
}

// speak sends keys, then the voice in a loop, until the context ends.
func (c *conversation) speak(ctx context.Context, codec media.Codec) (err error) {
	defer recovered(&err)
	s := speaker{rtp: c.dialog.Media().RTPPacketWriter, events: eventType(c.dialog.Media().MediaSession())}
	if err := s.voice.Init(codec, s.rtp); err != nil {
		return unsupported(codec)
	}
	for _, key := range c.part.DTMF {
		if err := s.press(ctx, key); err != nil {
			return err
		}
	}
	line := script{voice: c.part.Voice, pause: int(c.part.Pause * Rate / time.Second)}
	for c.maySpeak(ctx) {
		if err := s.say(line.next()); err != nil {
			return err
		}
	}
	return nil
}

// maySpeak waits while the other side lets us send nothing, and is false once
// the call is to end.
func (c *conversation) maySpeak(ctx context.Context) bool {
	for {
		select {
		case <-ctx.Done():
			return false
		case may := <-c.flows:
			if may {
				continue
			}
		default:
			return true
		}
		if !c.waitOnHold(ctx) {
			return false
		}
	}
}

func (c *conversation) waitOnHold(ctx context.Context) bool {
	c.part.tell(Event{Kind: OnHold})
	for {
		select {
		case <-ctx.Done():
			return false
		case may := <-c.flows:
			if may {
				c.part.tell(Event{Kind: Resumed})
				return true
			}
		}
	}
}

// say sends one frame and returns when it is time for the next. Once the call is
// closed there is nobody to say anything to, which is no error.
func (s *speaker) say(pcm Voice) error {
	var raw [2 * frame]byte
	for i, sample := range pcm {
		binary.LittleEndian.PutUint16(raw[2*i:], uint16(sample))
	}
	if _, err := s.voice.Write(raw[:]); err != nil && !closed(err) {
		return fmt.Errorf("simulator: speaking: %w", err)
	}
	return nil
}

// press sends one key as RFC 4733 events: 100 ms long, its end said three times.
func (s *speaker) press(ctx context.Context, key rune) error {
	if s.events == 0 {
		return errors.New("simulator: the other side takes no keys (telephone-event)")
	}
	pace := time.NewTicker(media.CodecTelephoneEvent8000.SampleDur)
	defer pace.Stop()
	events := media.RTPDTMFEncode8000(key)
	for i, e := range events {
		select {
		case <-ctx.Done():
			return nil
		case <-pace.C:
		}
		if _, err := s.rtp.WriteSamples(media.DTMFEncode(e), 0, i == 0, s.events); err != nil && !closed(err) {
			return fmt.Errorf("simulator: pressing %c: %w", key, err)
		}
	}
	s.rtp.DelayTimestamp(uint32(len(events) * frame))
	for range keyGap {
		if err := s.say(make(Voice, frame)); err != nil {
			return err
		}
	}
	return nil
}

// eventType finds the negotiated payload type of telephone-event.
func eventType(m *media.MediaSession) uint8 {
	for _, c := range m.CommonCodecs() {
		if c.Name == media.CodecTelephoneEvent8000.Name {
			return c.PayloadType
		}
	}
	return 0
}

// script gives a voice frame by frame, again and again, with a pause between.
type script struct {
	voice Voice
	pause int // samples
	at    int
}

func (s *script) next() Voice {
	out := make(Voice, frame)
	if len(s.voice) == 0 {
		return out
	}
	for i := range out {
		if s.at < len(s.voice) {
			out[i] = s.voice[s.at]
		}
		s.at = (s.at + 1) % (len(s.voice) + s.pause)
	}
	return out
}

// closed reports whether an error only says that the call's sockets are closed.
func closed(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) }
