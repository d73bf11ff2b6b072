package codec

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
)

var all = []audio.Codec{PCMA, PCMU, G722}

// pair makes both halves of a codec.
func pair(t testing.TB, c audio.Codec) (audio.Encoder, audio.Decoder) {
	t.Helper()
	enc, err := c.NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	dec, err := c.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	return enc, dec
}

const packet = 2 * audio.FrameSize

// through sends voice through a codec; lost tells which packets do not arrive.
func through(t testing.TB, c audio.Codec, pcm []int16, lost func(i int) bool) []int16 {
	t.Helper()
	enc, dec := pair(t, c)
	var out []int16
	for i := range len(pcm) / packet {
		payload, err := enc.Encode(nil, pcm[i*packet:][:packet])
		if err != nil {
			t.Fatal(err)
		}
		if lost(i) {
			out = dec.Conceal(out, packet, nil)
		} else if out, err = dec.Decode(out, payload); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func none(int) bool { return false }

func TestIdentity(t *testing.T) {
	for _, want := range []struct {
		codec audio.Codec
		name  string
		pt    uint8
		bytes int
	}{{PCMA, "PCMA", 8, 160}, {PCMU, "PCMU", 0, 160}, {G722, "G722", 9, 160}} {
		c := want.codec
		if c.Name() != want.name || c.PayloadType() != want.pt || c.ClockRate() != 8000 {
			t.Errorf("%s/%d has payload type %d", c.Name(), c.ClockRate(), c.PayloadType())
		}
		enc, _ := pair(t, c)
		if got, _ := enc.Encode([]byte{1}, make([]int16, packet)); len(got) != 1+want.bytes {
			t.Errorf("%s: 20 ms have %d bytes, want %d", want.name, len(got)-1, want.bytes)
		}
		if _, err := enc.Encode(nil, make([]int16, 100)); err == nil {
			t.Errorf("%s encodes 100 samples", want.name)
		}
	}
}

func TestTonesSurvive(t *testing.T) {
	for _, c := range all {
		top := 3300.0
		if c == G722 {
			top = 6600
		}
		for _, hz := range []float64{330, 440, 1004, 2010, top} {
			tone := audiotest.Tone{Hz: hz, DBFS: audiotest.Voice}
			out := through(t, c, audiotest.Samples(time.Second, tone), none)
			if len(out) != audio.Rate {
				t.Fatalf("%s: a second has %d samples", c.Name(), len(out))
			}
			out = out[len(out)/2:]
			if got := audiotest.Level(out, hz); math.Abs(got-audiotest.Voice) > 1 {
				t.Errorf("%s: %g Hz came out with %.2f dBFS, want %d", c.Name(), hz, got, audiotest.Voice)
			}
			for _, other := range audiotest.Tones(out, audiotest.Voice-40) {
				if math.Abs(other.Hz-hz) > 10 {
					t.Errorf("%s: %g Hz also made %v", c.Name(), hz, other)
				}
			}
		}
	}
}

// What is above the codec's band must vanish, not come back as another tone.
func TestNoAliases(t *testing.T) {
	for _, c := range all {
		above := []float64{4700, 5000, 6000, 7500, 12000}
		if c == G722 {
			above = []float64{9300, 10000, 12000, 15000}
		}
		for _, hz := range above {
			out := through(t, c, audiotest.Samples(time.Second, audiotest.Tone{Hz: hz, DBFS: audiotest.Voice}), none)
			if got := audiotest.Tones(out[len(out)/2:], audiotest.Voice-40); len(got) > 0 {
				t.Errorf("%s: %g Hz came back as %v", c.Name(), hz, got)
			}
		}
	}
}

// Upsampling must not mirror the voice above the codec's band.
func TestNoImages(t *testing.T) {
	for _, c := range all {
		rate := 8000.0
		if c == G722 {
			rate = 16000
		}
		out := through(t, c, audiotest.Samples(time.Second, audiotest.Tone{Hz: 3000, DBFS: audiotest.Voice}), none)
		for _, image := range []float64{rate - 3000, rate + 3000} {
			if got := audiotest.Level(out[len(out)/2:], image); got > audiotest.Voice-50 {
				t.Errorf("%s: 3000 Hz has an image at %g Hz of %.1f dBFS", c.Name(), image, got)
			}
		}
	}
}

func TestDecoderTakesAnyBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range all {
		_, dec := pair(t, c)
		if _, err := dec.Decode(nil, nil); err == nil {
			t.Errorf("%s decodes nothing", c.Name())
		}
		for range 200 {
			payload := make([]byte, 1+r.IntN(400))
			for i := range payload {
				payload[i] = byte(r.Uint32())
			}
			if _, err := dec.Decode(nil, payload); err != nil {
				t.Errorf("%s: %v", c.Name(), err)
			}
		}
	}
}

func TestConcealGivesWhatIsAsked(t *testing.T) {
	for _, c := range all {
		_, dec := pair(t, c)
		for _, n := range []int{-1, 0, 1, 7, 479, 480, 960, 2880} {
			if got := dec.Conceal([]int16{5}, n, nil); len(got) != 1+max(n, 0) || got[0] != 5 {
				t.Errorf("%s: %d samples asked, %d made", c.Name(), n, len(got)-1)
			}
		}
	}
}

// One packet in ten is lost from a vowel; the loss must hardly be seen.
func TestConcealmentGoesOnWithTheVoice(t *testing.T) {
	voice := vowel(2 * time.Second)
	for _, c := range all {
		whole := through(t, c, voice, none)
		mended := through(t, c, voice, func(i int) bool { return i%10 == 9 })
		if got := snr(whole, mended); got < 10 {
			t.Errorf("%s: what was made up is %.1f dB under the voice", c.Name(), got)
		}
		if got, want := click(mended), 1.5*click(whole); got > want {
			t.Errorf("%s: a click of %.0f, where the voice has %.0f", c.Name(), got, want)
		}
	}
}

func TestConcealmentEndsInSilence(t *testing.T) {
	for _, c := range all {
		out := through(t, c, vowel(time.Second), func(i int) bool { return i >= 40 })
		held := out[audio.Rate*80/100:][:audio.Rate*30/1000]
		if rms(held) < 0.7*rms(out[:audio.Rate/2]) {
			t.Errorf("%s: fades at once", c.Name())
		}
		if over := rms(out[audio.Rate*80/100+audio.Rate*110/1000:]); over > 2 {
			t.Errorf("%s: %.1f are left after 110 ms", c.Name(), over)
		}
	}
}

// vowel is a voice of 120 Hz with two formants.
func vowel(d time.Duration) []int16 {
	pcm := make([]int16, int(d*audio.Rate/time.Second))
	for i := range pcm {
		v, at := 0.0, float64(i)/audio.Rate
		for h := 1.0; h*120 < 3000; h++ {
			hz := h * 120
			gain := 1/(1+math.Pow((hz-600)/200, 2)) + 0.5/(1+math.Pow((hz-1700)/250, 2))
			v += gain * math.Sin(2*math.Pi*hz*at+h*h)
		}
		pcm[i] = int16(3000 * v)
	}
	return pcm
}

// snr is the level of the voice over the difference, in dB.
func snr(want, got []int16) float64 {
	diff := make([]int16, len(want))
	for i := range want {
		diff[i] = want[i] - got[i]
	}
	return 20 * math.Log10(rms(want)/rms(diff))
}

func rms(pcm []int16) float64 {
	sum := 0.0
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return math.Sqrt(sum / float64(len(pcm)))
}

// click is the greatest second difference.
func click(pcm []int16) (most float64) {
	for i := 2; i < len(pcm); i++ {
		d := float64(pcm[i]) - 2*float64(pcm[i-1]) + float64(pcm[i-2])
		most = max(most, math.Abs(d))
	}
	return most
}

func TestNothingIsAllocated(t *testing.T) {
	pcm := audiotest.Samples(20*time.Millisecond, audiotest.Tone{Hz: 440, DBFS: audiotest.Voice})
	for _, c := range all {
		enc, dec := pair(t, c)
		payload, out := make([]byte, 0, 200), make([]int16, 0, 2*packet)
		allocated := testing.AllocsPerRun(100, func() {
			payload, _ = enc.Encode(payload[:0], pcm)
			out, _ = dec.Decode(out[:0], payload)
			out = dec.Conceal(out[:0], packet, nil)
		})
		if allocated > 0 {
			t.Errorf("%s: %g allocations for a packet", c.Name(), allocated)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{0xD5, 0x55, 0}, byte(0))
	f.Add(bytes.Repeat([]byte{0xFF, 0, 0x80}, 100), byte(2))
	f.Fuzz(func(t *testing.T, payload []byte, which byte) {
		_, dec := pair(t, all[int(which)%len(all)])
		out, err := dec.Decode(nil, payload)
		if (err != nil) != (len(payload) == 0) || len(out) != 6*len(payload) {
			t.Errorf("%d bytes became %d samples: %v", len(payload), len(out), err)
		}
		dec.Conceal(out, packet, payload)
	})
}

func BenchmarkEncode(b *testing.B) {
	pcm := vowel(20 * time.Millisecond)
	for _, c := range all {
		b.Run(c.Name(), func(b *testing.B) {
			enc, _ := pair(b, c)
			payload := make([]byte, 0, 200)
			b.ReportAllocs()
			for b.Loop() {
				payload, _ = enc.Encode(payload[:0], pcm)
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	pcm := vowel(20 * time.Millisecond)
	for _, c := range all {
		b.Run(c.Name(), func(b *testing.B) {
			enc, dec := pair(b, c)
			payload, _ := enc.Encode(nil, pcm)
			out := make([]int16, 0, packet)
			b.ReportAllocs()
			for b.Loop() {
				out, _ = dec.Decode(out[:0], payload)
			}
		})
	}
}

// The packet after a loss is looked at, and decoded afterwards as if it had not been.
func TestNextPacketMendsALoss(t *testing.T) {
	voice := audiotest.Speech(3*time.Second, 2)
	for _, c := range []audio.Codec{PCMA, G722} {
		blind, seeing := lossy(t, c, voice, false), lossy(t, c, voice, true)
		if a, b := audiotest.Score(voice, blind).MOS, audiotest.Score(voice, seeing).MOS; b < a+0.15 {
			t.Errorf("%s: scores %.2f without the next packet, and %.2f with it", c.Name(), a, b)
		}
	}
}

// lossy loses each twentieth packet.
func lossy(t *testing.T, c audio.Codec, voice []int16, seeing bool) (heard []int16) {
	t.Helper()
	enc, dec := pair(t, c)
	var lost bool
	for i := 0; i+960 <= len(voice); i += 960 {
		payload, err := enc.Encode(nil, voice[i:i+960])
		if err != nil {
			t.Fatal(err)
		}
		next := payload
		if !seeing {
			next = nil
		}
		if lost {
			heard = dec.Conceal(heard, 960, next)
		}
		if lost = i/960%20 == 10; lost {
			continue
		}
		if heard, err = dec.Decode(heard, payload); err != nil {
			t.Fatal(err)
		}
	}
	return heard
}
