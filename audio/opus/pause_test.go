package opus

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"permanence/audio"
)

// A peer that sends nothing in its pauses, but a packet now and then, is heard with
// its room around it, and nothing of that counts as lost.
func TestPausesOfAPeer(t *testing.T) {
	enc, dec := pair(t)
	if err := enc.(*encoder).lib.SetDTX(true); err != nil {
		t.Fatal(err)
	}
	r := audio.NewReceiver(dec, audio.Rate)
	random := rand.New(rand.NewPCG(1, 1))
	voice := append(speech(2*time.Second), make([]int16, 4*audio.Rate)...)
	for i := range voice {
		voice[i] += int16(60 * random.NormFloat64())
	}
	var heard []int16
	sent, frame := 0, make(audio.Frame, audio.FrameSize)
	for i, payload := range packets(t, enc, voice) {
		if len(payload) > 2 { // shorter ones need not be sent
			r.Push(audio.Packet{Sequence: uint16(sent), Timestamp: uint32(i * packet), Payload: payload})
			sent++
		}
		for range 2 {
			r.Pull(frame, time.Time{})
			heard = append(heard, frame...)
		}
	}
	if sent > len(voice)/packet*2/3 {
		t.Fatalf("%d packets were sent: it does not pause", sent)
	}
	softest, loudest := math.Inf(1), 0.0
	for pause := heard[4*audio.Rate:]; len(pause) >= audio.Rate/10; pause = pause[audio.Rate/10:] {
		l := loudness(pause[:audio.Rate/10])
		softest, loudest = min(softest, l), max(loudest, l)
	}
	if softest < 10 || loudest > 150 {
		t.Errorf("a room of 60 is heard as %.0f to %.0f", softest, loudest)
	}
	if s := r.Stats(); s.Lost > 0 || s.Discarded > 0 || s.Late > 0 || s.Concealed > 60*time.Millisecond {
		t.Errorf("%+v", s)
	}
}

// loudness is the RMS.
func loudness(pcm []int16) float64 {
	var sum float64
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return math.Sqrt(sum / float64(len(pcm)))
}
