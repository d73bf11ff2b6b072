package audiotest

import (
	"math"

	"permanence/audio"
)

// The ear that judges voices: 24 bands of equal width on the Bark scale between
// 100 and 7000 Hz, in windows of 32 ms, each as loud as it would be felt in a quiet
// office.

const (
	earRate   = 16000
	earWindow = 512 // samples: 32 ms
	earHop    = 256 // between two windows of the voice sent: 16 ms
	earStep   = 64  // between two of the voice heard, and between delays tried: 4 ms
	earBands  = 24

	earLow, earHigh = 100, 7000 // Hz
	stepsPerHop     = earHop / earStep
)

// powers are those of the bands, 1 being a sine of full scale.
type powers [earBands]float64

// loudness is how loud the bands are felt (Stevens: the power of the sound to a
// quarter).
type loudness [earBands]float64

// felt is the loudness at a gain. Full scale is 105 dB for an ear at which voice
// of -26 dBFS has the usual 79 dB; an office leaves 25 dB of noise in each band.
func (p *powers) felt(gain float64) (l loudness) {
	const office = -80 // dBFS
	floor := math.Pow(10, office/10)
	for b, power := range p {
		l[b] = math.Sqrt(math.Sqrt(1+power*gain/floor)) - 1
	}
	return l
}

// sum is the power of all bands.
func (p *powers) sum() (sum float64) {
	for _, v := range p {
		sum += v
	}
	return sum
}

// bark is the critical-band rate of a frequency (Traunmüller's formula).
func bark(hz float64) float64 { return 26.81*hz/(1960+hz) - 0.53 }

// ear turns voice into bands.
type ear struct {
	fourier transform
	window  [earWindow]float64
	band    [earWindow / 2]int // of each bin, -1 outside
	work    [earWindow]complex128
}

func newEar() *ear {
	e := &ear{fourier: newTransform(earWindow)}
	for i := range e.window {
		e.window[i] = 0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/earWindow)
	}
	low, width := bark(earLow), (bark(earHigh)-bark(earLow))/earBands
	for k := range e.band {
		e.band[k] = -1
		if z := (bark(float64(k)*earRate/earWindow) - low) / width; z >= 0 && z < earBands {
			e.band[k] = int(z)
		}
	}
	return e
}

// listen takes a window every step samples, the first around the first sample,
// until one is around the last.
func (e *ear) listen(voice []float64, step int) []powers {
	out := make([]powers, len(voice)/step+1)
	for i := 0; i < len(out); i += 2 {
		e.pair(voice, i*step-earWindow/2, (i+1)*step-earWindow/2)
		e.sort(&out[i], false)
		if i+1 < len(out) {
			e.sort(&out[i+1], true)
		}
	}
	return out
}

// pair transforms two windows at once, one in the real and one in the imaginary
// part.
func (e *ear) pair(voice []float64, first, second int) {
	for i, w := range e.window {
		e.work[e.fourier.place(i)] = complex(w*at(voice, first+i), w*at(voice, second+i))
	}
	e.fourier.run(e.work[:])
}

// sort adds the bins of one of the two windows to their bands.
func (e *ear) sort(p *powers, second bool) {
	const scale = 16.0 / (earWindow * earWindow) / 1.5 // window, and both sides of the spectrum
	for k, b := range e.band {
		if b < 0 {
			continue
		}
		x, y := e.work[k], e.work[earWindow-k]
		re, im := real(x)+real(y), imag(x)-imag(y)
		if second {
			re, im = imag(x)+imag(y), real(y)-real(x)
		}
		p[b] += scale * (re*re + im*im) / 4
	}
}

// at is a sample, silence outside the voice.
func at(voice []float64, i int) float64 {
	if i < 0 || i >= len(voice) {
		return 0
	}
	return voice[i]
}

// narrowed brings voice at 48 kHz to the rate of the ear, full scale being 1.
func narrowed(pcm []int16) []float64 {
	down, err := audio.NewResampler(audio.Rate, earRate)
	if err != nil {
		panic(err) // both rates are known
	}
	low := down.Flush(down.Process(nil, pcm))
	out := make([]float64, len(low))
	for i, s := range low {
		out[i] = float64(s) / math.MaxInt16
	}
	return out
}
