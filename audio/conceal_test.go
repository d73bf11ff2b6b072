package audio

import (
	"math"
	"slices"
	"testing"
)

// periodic is a voice of hz at a rate, with overtones, from sample at on.
func periodic(n, at int, hz float64, rate int) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		x := 2 * math.Pi * hz * float64(at+i) / float64(rate)
		pcm[i] = int16(4000*math.Sin(x) + 2500*math.Sin(2*x+1) + 1200*math.Sin(5*x+2))
	}
	return pcm
}

// largestError is the greatest difference of two voices of one length.
func largestError(a, b []int16) (most int) {
	for i := range a {
		d := int(a[i]) - int(b[i])
		most = max(most, d, -d)
	}
	return most
}

// A steady voice goes on as if nothing had happened, at any pitch.
func TestConcealerGoesOnInPitch(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		for _, period := range []int{32, 50, 64, 100, 120} {
			hz := 8000 / float64(period)
			c := NewConcealer(rate)
			c.Heard(periodic(rate/10, 0, hz, rate))
			lost := rate * 30 / 1000
			got := c.Conceal(nil, lost)
			want := periodic(lost, rate/10, hz, rate)
			if e := largestError(got, want); e > 250 {
				t.Errorf("%d Hz, voice of %.1f Hz: an error of %d", rate, hz, e)
			}
		}
	}
}

// The true voice blends in: the first sample is nearly what was invented, and from
// the blend's end on all is true.
func TestConcealerBlendsTheTrueVoiceIn(t *testing.T) {
	c := NewConcealer(8000)
	c.Heard(periodic(800, 0, 125, 8000))
	c.Conceal(nil, 160)
	expected := periodic(1, 960, 125, 8000)[0]
	silence := make([]int16, 160)
	c.Heard(silence)
	if d := int(silence[0]) - int(expected); d > 300 || d < -300 {
		t.Errorf("begins with %d, the voice was at %d", silence[0], expected)
	}
	for i, s := range silence[blendSpan*8:] {
		if s != 0 {
			t.Fatalf("sample %d after the blend is %d", i, s)
		}
	}
}

func TestConcealerFades(t *testing.T) {
	c := NewConcealer(8000)
	c.Heard(periodic(800, 0, 125, 8000))
	var out []int16
	for range 15 {
		out = c.Conceal(out, 80)
	}
	full, half := power(out[:320]), power(out[520:600])
	if power(periodic(320, 0, 125, 8000))/full > 1.3 {
		t.Error("fades within 40 ms")
	}
	if half > full/2 || half == 0 {
		t.Errorf("after 65 ms there is %.2f of the power", half/full)
	}
	if left := power(out[800:]); left != 0 {
		t.Errorf("after 100 ms there is %g of the power", left/full)
	}
}

func power(pcm []int16) (sum float64) {
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return sum / float64(len(pcm))
}

// A voice at full scale that ends beside its rhythm is continued without wrapping.
func TestConcealerDoesNotWrap(t *testing.T) {
	c := NewConcealer(8000)
	loud := make([]int16, 800)
	for i := range loud {
		loud[i] = int16(math.MaxInt16 * math.Sin(2*math.Pi*125*float64(i)/8000))
	}
	for _, end := range []int16{math.MinInt16, math.MaxInt16} {
		loud[799] = end
		c.Heard(loud)
		out := c.Conceal(nil, 300)
		for i := 1; i < len(out); i++ {
			if d := int(out[i]) - int(out[i-1]); d > 10000 || d < -10000 {
				t.Errorf("ending at %d: sample %d jumps by %d", end, i, d)
			}
		}
	}
}

// hissing is noise of an RMS of about rms, the same each time.
func hissing(n int, rms float64) []int16 {
	var h hiss
	out := make([]int16, n)
	for i := range out {
		out[i] = int16(h.next(rms*math.Sqrt(3), &noiseShape{}))
	}
	return out
}

// repeats is how much a piece is like itself 2.5 to 20 ms before, at most.
func repeats(pcm []int16, rate int) float64 {
	width := len(pcm) / 2
	_, likeness := shift{at: len(pcm) - width, width: width, stride: 1, low: rate / 400, high: rate / 50, toPast: true}.find(pcm)
	return likeness
}

// A hiss goes on as a hiss, as loud, and does not become a buzz.
func TestConcealerHisses(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		c := NewConcealer(rate)
		c.Heard(hissing(rate/5, 2000))
		out := c.Conceal(nil, rate*60/1000)
		if l := repeats(out, rate); l > 0.5 {
			t.Errorf("%d Hz: a hiss repeats itself with a likeness of %.2f", rate, l)
		}
		if p := math.Sqrt(power(out[:rate*40/1000])); p < 1400 || p > 2800 {
			t.Errorf("%d Hz: a hiss of 2000 goes on with %.0f", rate, p)
		}
	}
}

// A long loss ends in the noise of the room, not in a dead line.
func TestConcealerKeepsTheRoom(t *testing.T) {
	c := NewConcealer(8000)
	for range 20 {
		c.Heard(hissing(160, 100))
	}
	voice := periodic(8000, 0, 125, 8000)
	for len(voice) > 0 {
		c.Heard(voice[:160])
		voice = voice[160:]
	}
	out := c.Conceal(nil, 1600)
	if p := math.Sqrt(power(out[800:])); p < 60 || p > 200 {
		t.Errorf("a room of 100 goes on with %.0f", p)
	}
}

// A voice whose pitch has changed during the loss is met where it comes from.
func TestConcealerJoins(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		past, future := periodic(rate/10, 0, 125, rate), periodic(rate/50, 77, 140, rate)
		lost := rate / 50
		c := NewConcealer(rate)
		c.Heard(past)
		out := c.Conceal(nil, lost)
		c.Join(out, future)
		whole := periodic(2*lost, 77-lost, 140, rate)
		if e := largestError(out[lost*7/8:], whole[lost*7/8:lost]); e > 2500 {
			t.Errorf("%d Hz: an error of %d before the voice is back", rate, e)
		}
		heard := append([]int16(nil), future...)
		c.Heard(heard)
		if e := largestError(heard, future); e > 0 {
			t.Errorf("%d Hz: the voice that is back was changed by %d", rate, e)
		}
		if d := int(future[0]) - int(out[lost-1]); d > 3000 || d < -3000 {
			t.Errorf("%d Hz: a step of %d where the voice is back", rate, d)
		}
	}
}

// What is beyond comes next, and is not remembered as played.
func TestConcealerLooksBeyond(t *testing.T) {
	c := NewConcealer(16000)
	c.Heard(periodic(1600, 0, 125, 16000))
	c.Conceal(nil, 320)
	beyond := c.Beyond(nil, 22)
	if next := c.Conceal(nil, 22); !slices.Equal(beyond, next) {
		t.Errorf("%v came, and not %v", next, beyond)
	}
}

// Whatever is heard, what is invented is of its length.
func TestConcealerTakesAnything(t *testing.T) {
	for _, heard := range [][]int16{nil, {1}, make([]int16, 5), make([]int16, 4000), hissing(7000, 9000)} {
		c := NewConcealer(8000)
		c.Heard(heard)
		for _, n := range []int{0, 1, 79, 2000} {
			out := c.Conceal(nil, n)
			c.Join(out, heard)
			if len(out) != n {
				t.Errorf("%d samples invented, %d wanted", len(out), n)
			}
		}
	}
}
