package audio

import (
	"fmt"
	"math"
)

// Resampler turns a stream of one sample rate into another, through a low-pass
// filter that keeps what both rates can carry: images and aliases are 60 dB down.
// It belongs to one goroutine.
//
// It is a polyphase filter: between two samples of the input lie up to
// maxPhases places where an output sample may fall, and each place has its own
// short filter.
type Resampler struct {
	from, to int       // the ratio in lowest terms
	phases   int       // places between two input samples
	taps     int       // filter length, in input samples
	filter   []float32 // phases × taps, time reversed
	past     []float32 // the input not yet out of reach, then the new input
	next     int       // where the next output lies after past[taps-1], in 1/to input samples
}

// The rates that voice and music come in.
const (
	MinRate = 4000
	MaxRate = 192000
)

const (
	maxPhases  = 1024
	lobes      = 12  // half the filter, in samples of the lower rate
	kaiserBeta = 6.2 // side lobes 63 dB down
)

// NewResampler turns voice at from Hz into voice at to Hz.
func NewResampler(from, to int) (*Resampler, error) {
	if min(from, to) < MinRate || max(from, to) > MaxRate {
		return nil, fmt.Errorf("resample %d Hz to %d Hz: rates from %d to %d Hz are known", from, to, MinRate, MaxRate)
	}
	g := gcd(from, to)
	r := &Resampler{from: from / g, to: to / g}
	r.phases = min(r.to, maxPhases)
	stretch := max(1, float64(from)/float64(to))
	r.taps = 2 * int(math.Ceil(lobes*stretch))
	r.filter = lowPass(r.phases, r.taps, stretch)
	r.past = make([]float32, r.taps-1, r.taps+MaxRate/50)
	return r, nil
}

// Process appends to dst what src becomes. The first output is the first input,
// 12 samples of the lower rate late.
func (r *Resampler) Process(dst, src []int16) []int16 {
	for _, s := range src {
		r.past = append(r.past, float32(s))
	}
	at := 0
	for at+r.taps <= len(r.past) {
		dst = append(dst, r.sample(at))
		r.next += r.from
		at += r.next / r.to
		r.next %= r.to
	}
	kept := copy(r.past, r.past[at:])
	r.past = r.past[:kept]
	return dst
}

// Flush appends what is still inside the filter, at the end of the voice.
func (r *Resampler) Flush(dst []int16) []int16 { return r.Process(dst, make([]int16, r.taps/2)) }

// sample filters the input around at.
func (r *Resampler) sample(at int) int16 {
	phase := r.next * r.phases / r.to
	window := r.past[at : at+r.taps]
	coefficients := r.filter[phase*r.taps:][:len(window)]
	var sum float32
	for i, s := range window {
		sum += s * coefficients[i]
	}
	return clip(sum)
}

// clip rounds to 16 bits.
func clip(v float32) int16 {
	switch {
	case v >= math.MaxInt16:
		return math.MaxInt16
	case v <= math.MinInt16:
		return math.MinInt16
	case v < 0:
		return int16(v - 0.5)
	}
	return int16(v + 0.5)
}

// lowPass lays out a windowed sinc for each phase. stretch is how many input
// samples lie in one sample of the lower rate.
func lowPass(phases, taps int, stretch float64) []float32 {
	filter := make([]float32, phases*taps)
	row := make([]float64, taps)
	for p := range phases {
		sum := 0.0
		for i := range row {
			t := float64(i) - float64(taps/2-1) - float64(p)/float64(phases)
			row[i] = sinc(t/stretch) * kaiser(2*t/float64(taps))
			sum += row[i]
		}
		for i, v := range row {
			filter[p*taps+i] = float32(v / sum)
		}
	}
	return filter
}

// sinc is the ideal low-pass filter of cut-off 1/2.
func sinc(t float64) float64 {
	if t == 0 {
		return 1
	}
	return math.Sin(math.Pi*t) / (math.Pi * t)
}

// kaiser is the Kaiser window over -1..1.
func kaiser(t float64) float64 {
	if t < -1 || t > 1 {
		return 0
	}
	return bessel(kaiserBeta*math.Sqrt(1-t*t)) / bessel(kaiserBeta)
}

// bessel is the modified Bessel function of order zero.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > sum*1e-12; k++ {
		term *= x * x / (4 * k * k)
		sum += term
	}
	return sum
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
