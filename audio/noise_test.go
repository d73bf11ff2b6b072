package audio_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/audio/codec"
)

// pausing is a caller whose phone describes its pauses instead of sending them.
type pausing struct {
	t     *testing.T
	r     *audio.Receiver
	enc   audio.Encoder
	voice *audiotest.Speaker
	seq   uint16
	ts    uint32
	begun bool // the next packet of voice begins a talkspurt
	heard []int16
}

func newPausing(t *testing.T) *pausing {
	dec, err := codec.PCMA.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	enc, err := codec.PCMA.NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	return &pausing{t: t, r: audio.NewReceiver(dec, 8000), enc: enc, voice: audiotest.NewSpeaker(audiotest.Tone{Hz: 1000, DBFS: audiotest.Voice})}
}

// send gives the receiver a packet.
func (p *pausing) send(payload []byte, noise bool) {
	p.r.Push(audio.Packet{Sequence: p.seq, Timestamp: p.ts, Marker: p.begun, Payload: payload, Noise: noise})
	p.seq++
	p.begun = false
}

// listen lets the time pass, and keeps what was heard.
func (p *pausing) listen(d time.Duration) {
	frame := make(audio.Frame, audio.FrameSize)
	for range d / audio.FrameDuration {
		p.r.Pull(frame, time.Time{})
		p.heard = append(p.heard, frame...)
	}
	p.ts += uint32(d * 8000 / time.Second)
}

func (p *pausing) speak(d time.Duration) {
	pcm := make([]int16, 2*audio.FrameSize)
	p.begun = true
	for range d / (20 * time.Millisecond) {
		p.voice.Speak(pcm)
		payload, err := p.enc.Encode(nil, pcm)
		if err != nil {
			p.t.Fatal(err)
		}
		p.send(payload, false)
		p.listen(20 * time.Millisecond)
	}
}

// last is what was heard in the last d.
func (p *pausing) last(d time.Duration) []int16 {
	return p.heard[len(p.heard)-int(d*audio.Rate/time.Second):]
}

// rms is a level in dBFS, a full-scale square wave being 0.
func rms(pcm []int16) float64 {
	sum := 0.0
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return 10 * math.Log10(sum/float64(len(pcm))/(32768*32768)+1e-12)
}

func (p *pausing) wantLevel(dbfs float64) {
	p.t.Helper()
	if got := rms(p.last(time.Second)); math.Abs(got-dbfs) > 1.5 {
		p.t.Errorf("a pause of %.1f dBFS, want %.0f", got, dbfs)
	}
}

func TestPausesAreHeardAsDescribed(t *testing.T) {
	for _, level := range []byte{30, 50, 65} {
		for name, spectrum := range map[string][]byte{
			"flat": nil, "a room": {37, 160}, "a whistle": {127, 240}, "all that can be told": {60, 170, 100, 150, 90, 140, 120, 130, 125, 127, 110, 135, 0, 255, 255},
		} {
			t.Run(fmt.Sprintf("%d below, %s", level, name), func(t *testing.T) {
				p := newPausing(t)
				p.speak(time.Second)
				p.send(append([]byte{level}, spectrum...), true)
				p.listen(3 * time.Second)
				p.wantLevel(-float64(level))
				if s := p.r.Stats(); s.Concealed != 0 || s.Lost != 0 || s.Late != 0 || s.Discarded != 0 {
					t.Errorf("counted %+v", s)
				}
			})
		}
	}
}

// TestPauseLikeARoomIsDull: a negative first coefficient is more bass than hiss.
func TestPauseLikeARoomIsDull(t *testing.T) {
	for first, dull := range map[byte]bool{27: true, 227: false} {
		p := newPausing(t)
		p.send([]byte{30, first}, true)
		p.listen(3 * time.Second)
		band := func(from, to float64) float64 {
			sum := 0.0
			for hz := from; hz < to; hz += 10 {
				sum += math.Pow(10, audiotest.Level(p.last(time.Second), hz)/10)
			}
			return sum
		}
		if got := band(200, 1200) > band(2600, 3600); got != dull {
			t.Errorf("coefficient %d: more bass %v, want %v", first, got, dull)
		}
	}
}

// TestVoiceEndsThePause: it is heard whole, and nothing of the noise with it; a
// pause that is described anew changes, and one that was never described is silent.
func TestVoiceEndsThePause(t *testing.T) {
	p := newPausing(t)
	p.speak(time.Second)
	p.send([]byte{40}, true)
	p.listen(2 * time.Second)
	p.wantLevel(-40)
	p.send([]byte{60}, true)
	p.listen(2 * time.Second)
	p.wantLevel(-60)
	p.send(nil, false) // a key: no voice, and no end of the pause
	p.listen(2 * time.Second)
	p.wantLevel(-60)
	p.speak(2 * time.Second)
	if tones := audiotest.Tones(p.last(time.Second), audiotest.Voice-30); len(tones) != 1 || tones[0].Hz != 1000 {
		t.Errorf("after the pause there are %v", tones)
	}
	p.listen(2 * time.Second) // it just stops, as a line that broke
	if got := rms(p.last(time.Second)); got > -90 {
		t.Errorf("a pause without a description has %.0f dBFS", got)
	}
	if s := p.r.Stats(); s.Lost != 0 || s.Discarded != 0 {
		t.Errorf("counted %+v", s)
	}
}

// TestUndescribedPauseIsLikeTheRoom: of a peer that just stops sending in its pauses,
// what was heard behind the voice goes on, and ends when it is no pause any more.
func TestUndescribedPauseIsLikeTheRoom(t *testing.T) {
	p := newPausing(t)
	room := rand.New(rand.NewPCG(1, 1))
	pcm := make([]int16, 2*audio.FrameSize)
	for range 50 {
		for i := range pcm {
			pcm[i] = int16(200 * room.NormFloat64())
		}
		payload, err := p.enc.Encode(nil, pcm)
		if err != nil {
			t.Fatal(err)
		}
		p.send(payload, false)
		p.listen(20 * time.Millisecond)
	}
	before := rms(p.last(500 * time.Millisecond))
	p.listen(3 * time.Second)
	if pause := rms(p.last(2 * time.Second)); math.Abs(pause-before) > 4 {
		t.Errorf("a room of %.1f dBFS, and %.1f when nothing comes", before, pause)
	}
	p.listen(10 * time.Second)
	if got := rms(p.last(time.Second)); got > -90 {
		t.Errorf("a line that is dead for long has %.0f dBFS", got)
	}
}

// FuzzNoise plays any description: as loud as it says, or nearly, and never louder
// than fits.
func FuzzNoise(f *testing.F) {
	f.Add([]byte{40})
	f.Add([]byte{0, 255, 0, 255, 0})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, payload []byte) {
		p := newPausing(t)
		p.send(payload, true)
		p.listen(200 * time.Millisecond)
		if len(payload) == 0 && rms(p.heard) > -90 {
			t.Error("nothing was described, and something is heard")
		}
	})
}
