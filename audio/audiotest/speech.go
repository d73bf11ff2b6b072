package audiotest

import (
	"math"
	"math/rand/v2"
	"time"

	"permanence/audio"
)

// Speech is something like a voice, d long, at 48 kHz and -20 dBFS: syllables of a
// vowel between consonants, in phrases with pauses, in a voice that rises and falls.
// It has what codecs, concealment and stretching live on (pitch, formants, hiss,
// silence) and is the same for the same seed.
func Speech(d time.Duration, seed uint64) []int16 {
	t := newTalker(seed)
	for len(t.said) < samples(d) {
		t.phrase()
	}
	return levelled(t.said[:samples(d)], -20)
}

func samples(d time.Duration) int { return int(d * audio.Rate / time.Second) }

// vowels by their first four formants, in Hz: those of pAs, pIEd, pIs, pOt, pOU, pEUr.
var vowels = [][4]float64{
	{750, 1300, 2500, 3500},
	{420, 2050, 2650, 3600},
	{280, 2250, 3000, 3700},
	{480, 950, 2500, 3400},
	{300, 750, 2300, 3300},
	{500, 1400, 2400, 3400},
}

// hisses by centre and width, in Hz: those of Si, CHien, Fou.
var hisses = [][2]float64{{5200, 2200}, {2900, 1500}, {3800, 5000}}

// talker is a throat and a mouth.
type talker struct {
	random  *rand.Rand
	said    []float64
	pitch   float64 // of this person, in Hz
	phase   float64 // within a glottal period, 0 to 1
	now     [4]float64
	mouth   [4]resonator
	teeth   resonator
	declare float64 // how far the pitch is above its usual, sinking in a phrase
}

func newTalker(seed uint64) *talker {
	r := rand.New(rand.NewPCG(seed, 2))
	t := &talker{random: r, pitch: 95 + 120*r.Float64(), now: vowels[0]}
	t.silence(150 + 200*r.Float64())
	return t
}

// phrase says some syllables and breathes.
func (t *talker) phrase() {
	t.declare = 1.2
	for range 4 + t.random.IntN(8) {
		t.syllable()
		t.declare = max(0.85, t.declare-0.04)
	}
	t.silence(250 + 500*t.random.Float64())
}

func (t *talker) syllable() {
	switch t.random.IntN(4) {
	case 0:
		t.hiss(hisses[t.random.IntN(len(hisses))], 60+60*t.random.Float64())
	case 1: // a plosive: the mouth is closed, then bursts
		t.silence(30 + 30*t.random.Float64())
		t.hiss(hisses[t.random.IntN(len(hisses))], 12)
	}
	t.vowel(vowels[t.random.IntN(len(vowels))], 110+130*t.random.Float64())
}

// silence is never quite silent: there is a room around.
func (t *talker) silence(ms float64) {
	for range int(ms * audio.Rate / 1000) {
		t.said = append(t.said, t.random.NormFloat64()*0.0006)
	}
}

// hiss is noise between the teeth.
func (t *talker) hiss(at [2]float64, ms float64) {
	n := int(ms * audio.Rate / 1000)
	t.teeth.tune(at[0], at[1])
	for i := range n {
		t.said = append(t.said, 0.25*swell(i, n, n/3)*t.teeth.pass(t.random.NormFloat64()))
	}
}

// vowel glides from the last vowel into this one.
func (t *talker) vowel(to [4]float64, ms float64) {
	n := int(ms * audio.Rate / 1000)
	peak := 0.6 + 0.4*t.random.Float64()
	for i := range n {
		if i%48 == 0 {
			t.shape(to)
		}
		t.said = append(t.said, peak*swell(i, n, n/5)*t.mouthful(t.glottis()))
	}
}

// shape moves the mouth on by a millisecond.
func (t *talker) shape(to [4]float64) {
	for f := range t.now {
		t.now[f] += (to[f] - t.now[f]) / 25
		t.mouth[f].tune(t.now[f], 50+t.now[f]/25)
	}
}

// mouthful sends a sound through the mouth: formants side by side, higher ones
// softer.
func (t *talker) mouthful(x float64) (sum float64) {
	gain := 1.0
	for f := range t.mouth {
		sum += gain * t.mouth[f].pass(x)
		gain *= -0.55
	}
	return sum
}

// glottis gives the next sample of the vocal cords: open for a good half of each
// period and closing quickly (Rosenberg's pulse, differentiated), with some breath.
func (t *talker) glottis() float64 {
	wobble := 1 + 0.01*t.random.NormFloat64()
	t.phase += t.pitch * t.declare * wobble / audio.Rate
	t.phase -= math.Floor(t.phase)
	breath := 0.03 * t.random.NormFloat64()
	switch p := t.phase; {
	case p < 0.4:
		return math.Sin(math.Pi*p/0.4) + breath
	case p < 0.56:
		return -2.5*math.Sin(math.Pi/2*(p-0.4)/0.16) + breath
	}
	return breath
}

// swell is a ramp up and down at the ends of n samples.
func swell(i, n, ramp int) float64 {
	edge := min(i, n-1-i, ramp)
	return 0.5 - 0.5*math.Cos(math.Pi*float64(edge)/float64(max(ramp, 1)))
}

// resonator is one formant: two poles.
type resonator struct{ gain, a, b, y1, y2 float64 }

// tune sets its frequency and width, in Hz.
func (r *resonator) tune(hz, width float64) {
	radius := math.Exp(-math.Pi * width / audio.Rate)
	r.a, r.b = 2*radius*math.Cos(2*math.Pi*hz/audio.Rate), -radius*radius
	r.gain = (1 - radius) * 2 * math.Sin(2*math.Pi*hz/audio.Rate)
}

func (r *resonator) pass(x float64) float64 {
	r.y1, r.y2 = r.gain*x+r.a*r.y1+r.b*r.y2, r.y1
	return r.y1
}

// levelled brings a voice to a mean level in dBFS, and rounds it.
func levelled(voice []float64, dbfs float64) []int16 {
	var sum float64
	for _, v := range voice {
		sum += v * v / float64(len(voice))
	}
	gain := math.MaxInt16 * math.Pow(10, dbfs/20) / math.Sqrt(max(sum, 1e-12))
	pcm := make([]int16, len(voice))
	for i, v := range voice {
		pcm[i] = int16(math.Round(min(max(gain*v, math.MinInt16), math.MaxInt16)))
	}
	return pcm
}
