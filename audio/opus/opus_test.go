package opus

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
)

const packet = 2 * audio.FrameSize

func pair(t testing.TB) (audio.Encoder, audio.Decoder) {
	t.Helper()
	enc, err := New().NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	dec, err := New().NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	return enc, dec
}

// packets encodes voice.
func packets(t testing.TB, enc audio.Encoder, pcm []int16) [][]byte {
	t.Helper()
	var all [][]byte
	for ; len(pcm) >= packet; pcm = pcm[packet:] {
		p, err := enc.Encode(nil, pcm[:packet])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func TestIdentity(t *testing.T) {
	c := New()
	if c.Name() != "opus" || c.ClockRate() != 48000 || c.PayloadType() != 111 {
		t.Errorf("%s/%d %d", c.Name(), c.ClockRate(), c.PayloadType())
	}
	enc, _ := pair(t)
	if _, err := enc.Encode(nil, make([]int16, packet+1)); err == nil {
		t.Error("a packet of another length is encoded")
	}
}

func TestTonesSurvive(t *testing.T) {
	for _, hz := range []float64{440, 1000, 3000} {
		enc, dec := pair(t)
		var out []int16
		for _, p := range packets(t, enc, audiotest.Samples(2*time.Second, audiotest.Tone{Hz: hz, DBFS: audiotest.Voice})) {
			var err error
			if out, err = dec.Decode(out, p); err != nil {
				t.Fatal(err)
			}
		}
		if len(out) != 2*audio.Rate {
			t.Fatalf("two seconds have %d samples", len(out))
		}
		out = out[audio.Rate:]
		if got := audiotest.Level(out, hz); math.Abs(got-audiotest.Voice) > 1 {
			t.Errorf("%g Hz came out with %.2f dBFS", hz, got)
		}
		for _, other := range audiotest.Tones(out, audiotest.Voice-40) {
			if math.Abs(other.Hz-hz) > 40 {
				t.Errorf("%g Hz also made %v", hz, other)
			}
		}
	}
}

// With copies, a lost packet comes back out of the next one nearly as it was;
// without, it is only guessed.
func TestCopiesBringLostPacketsBack(t *testing.T) {
	without, with := mended(t, 0), mended(t, 0.2)
	t.Logf("error under the voice: guessed %.1f dB, from copies %.1f dB", without, with)
	if with < without+3 {
		t.Errorf("copies mend to %.1f dB, guessing to %.1f dB", with, without)
	}
}

// mended loses every fifth packet of a voice and returns how far the error of what
// stands in its place is below the voice, in dB.
func mended(t *testing.T, loss float64) float64 {
	enc, whole := pair(t)
	_, lossy := pair(t)
	settle(enc)
	enc.Expect(loss)
	all := packets(t, enc, speech(4*time.Second))
	var signal, noise float64
	for i, p := range all {
		want, _ := whole.Decode(nil, p)
		var got []int16
		if i%5 == 4 && i+1 < len(all) {
			got = lossy.Conceal(nil, packet, all[i+1])
			s, n := difference(want, got)
			signal, noise = signal+s, noise+n
		} else {
			lossy.Decode(nil, p)
		}
	}
	return 10 * math.Log10(signal/noise)
}

// Of a copy that comes when half of the lost packet was already invented, the end is
// still used.
func TestTheEndOfACopyIsUsed(t *testing.T) {
	guessed, copied := halfMended(t, false), halfMended(t, true)
	t.Logf("error under the voice: guessed %.1f dB, from the end of copies %.1f dB", guessed, copied)
	if copied < guessed+3 {
		t.Errorf("the end of a copy mends to %.1f dB, guessing to %.1f dB", copied, guessed)
	}
}

// halfMended loses every fifth packet of a voice, and knows what follows when half of
// it is invented. It returns how far the error of the last quarter is below the voice, in
// dB.
func halfMended(t *testing.T, known bool) float64 {
	enc, whole := pair(t)
	_, lossy := pair(t)
	all := packets(t, enc, speech(4*time.Second))
	var signal, noise float64
	for i, p := range all {
		want, _ := whole.Decode(nil, p)
		if i%5 != 4 || i+1 == len(all) {
			lossy.Decode(nil, p)
			continue
		}
		var next []byte
		if known {
			next = all[i+1]
		}
		got := lossy.Conceal(lossy.Conceal(nil, packet/2, nil), packet/2, next)
		s, n := difference(want[packet*3/4:], got[packet*3/4:])
		signal, noise = signal+s, noise+n
	}
	return 10 * math.Log10(signal/noise)
}

func TestFramesHaveTheirLength(t *testing.T) {
	for toc, want := range map[byte]int{0 << 3: 10, 1 << 3: 20, 6 << 3: 40, 11 << 3: 60, 12 << 3: 10, 15 << 3: 20} {
		if got := frameLength(toc); got != want*audio.Rate/1000 {
			t.Errorf("configuration %d has frames of %d samples, want %d ms", toc>>3, got, want)
		}
	}
}

// A line that lost again what it had long not lost is trusted later.
func TestProtectionStaysLongerAfterEachReturn(t *testing.T) {
	enc, _ := pair(t)
	for _, want := range []int{calm, 2 * calm, 4 * calm} {
		enc.Expect(0.01)
		reports := 0
		for enc.(*encoder).protected {
			enc.Expect(0)
			reports++
		}
		if reports != want {
			t.Errorf("the protection ended after %d reports without a loss, want %d", reports, want)
		}
	}
}

// settle reports that nothing was lost for long.
func settle(enc audio.Encoder) {
	for range calm {
		enc.Expect(0)
	}
}

func difference(want, got []int16) (signal, noise float64) {
	for i := range want {
		d := float64(want[i]) - float64(got[i])
		signal += float64(want[i]) * float64(want[i])
		noise += d * d
	}
	return signal, noise
}

// speech is a voice whose pitch and vowels change all the time.
func speech(d time.Duration) []int16 {
	pcm := make([]int16, int(d*audio.Rate/time.Second))
	phase := 0.0
	for i := range pcm {
		at := float64(i) / audio.Rate
		phase += 2 * math.Pi * (130 + 40*math.Sin(2*math.Pi*1.3*at)) / audio.Rate
		formant := 700 + 500*math.Sin(2*math.Pi*3.1*at)
		v := 0.0
		for h := 1.0; h <= 20; h++ {
			v += math.Sin(h*phase+h*h) / (1 + math.Pow((h*130-formant)/200, 2))
		}
		pcm[i] = int16(2500 * v * (1 + 0.8*math.Sin(2*math.Pi*4*at)))
	}
	return pcm
}

func TestGuardedFollowsTheSender(t *testing.T) {
	enc, dec := pair(t)
	guarded := func(pcm []int16) bool {
		for _, p := range packets(t, enc, pcm) {
			if _, err := dec.Decode(nil, p); err != nil {
				t.Fatal(err)
			}
		}
		return dec.(audio.Guarded).Guarded()
	}
	if !guarded(speech(time.Second)) {
		t.Error("not guarded before the first report")
	}
	settle(enc)
	if guarded(speech(6 * time.Second)) {
		t.Error("still guarded when no loss was reported for long")
	}
	enc.Expect(0.004)
	if !guarded(speech(time.Second)) {
		t.Error("not guarded after a loss")
	}
	enc.Expect(0)
	if !guarded(speech(6 * time.Second)) {
		t.Error("no more guarded at the first report without a loss")
	}
}

func TestExpectTakesAnything(t *testing.T) {
	enc, _ := pair(t)
	for _, loss := range []float64{-1, 0, 0.004, 0.5, 1, 7, math.Inf(1), math.NaN()} {
		enc.Expect(loss)
		packets(t, enc, speech(40*time.Millisecond))
	}
}

func TestConcealGivesWhatIsAsked(t *testing.T) {
	enc, dec := pair(t)
	all := packets(t, enc, speech(100*time.Millisecond))
	dec.Decode(nil, all[0])
	for _, next := range [][]byte{nil, all[2], {0xFF}} {
		for _, n := range []int{-1, 0, 1, 121, 480, 960, 9600} {
			if got := dec.Conceal([]int16{5}, n, next); len(got) != 1+max(n, 0) || got[0] != 5 {
				t.Errorf("%d samples asked, %d made", n, len(got)-1)
			}
		}
	}
}

func TestNothingIsAllocated(t *testing.T) {
	enc, dec := pair(t)
	pcm := speech(20 * time.Millisecond)
	payload, out := make([]byte, 0, maxPayload), make([]int16, 0, 2*maxSamples)
	allocated := testing.AllocsPerRun(100, func() {
		payload, _ = enc.Encode(payload[:0], pcm)
		out, _ = dec.Decode(out[:0], payload)
		out = dec.Conceal(out[:0], packet, payload)
	})
	if allocated > 0 {
		t.Errorf("%g allocations for a packet", allocated)
	}
}

func FuzzDecode(f *testing.F) {
	enc, err := New().NewEncoder()
	if err != nil {
		f.Fatal(err)
	}
	for _, p := range packets(f, enc, speech(100*time.Millisecond)) {
		f.Add(p, 960)
	}
	f.Add([]byte{0xFF, 0x3F}, 120)
	f.Fuzz(func(t *testing.T, payload []byte, n int) {
		_, dec := pair(t)
		n = min(max(n, 0), audio.Rate)
		out, err := dec.Decode(nil, payload)
		if err == nil && (len(out) == 0 || len(out) > maxSamples) || err != nil && len(out) != 0 {
			t.Errorf("%d bytes became %d samples: %v", len(payload), len(out), err)
		}
		if out = dec.Conceal(out[:0], n, payload); len(out) != n {
			t.Errorf("%d samples asked, %d made", n, len(out))
		}
	})
}

func TestDecoderRefusesWhatIsNotOpus(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	_, dec := pair(t)
	refused := 0
	for range 500 {
		payload := make([]byte, r.IntN(100))
		for i := range payload {
			payload[i] = byte(r.Uint32())
		}
		if out, err := dec.Decode([]int16{5}, payload); err != nil {
			refused++
			if len(out) != 1 || out[0] != 5 {
				t.Fatalf("an error, and %d samples", len(out))
			}
		}
	}
	if refused == 0 {
		t.Error("nothing was refused")
	}
}

func BenchmarkEncode(b *testing.B) {
	enc, _ := pair(b)
	pcm, payload := speech(20*time.Millisecond), make([]byte, 0, maxPayload)
	b.ReportAllocs()
	for b.Loop() {
		payload, _ = enc.Encode(payload[:0], pcm)
	}
}

func BenchmarkDecode(b *testing.B) {
	enc, dec := pair(b)
	payload, out := packets(b, enc, speech(time.Second))[40], make([]int16, 0, maxSamples)
	b.ReportAllocs()
	for b.Loop() {
		out, _ = dec.Decode(out[:0], payload)
	}
}
