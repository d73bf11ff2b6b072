package treat

import (
	"math"
	"math/bits"
	"math/cmplx"
)

// The size of all spectra: 21 ms, the lines 47 Hz apart.
const (
	points = 1024
	half   = points / 2
	lines  = half + 1
)

// spectrum is the Fourier transform of real samples, from 0 Hz to half the rate.
type spectrum [lines]complex128

// fourier transforms real samples (Cooley and Tukey's algorithm, on half as many
// complex numbers: even samples are their real parts, odd ones the imaginary). It
// belongs to one goroutine.
type fourier struct{ work [half]complex128 }

// turns are the roots of unity e^(-2πik/points) of half a circle; rootsOf are the
// same for each size of butterflies, from size/2 on; order is where each number of
// work goes first.
var (
	turns   [half]complex128
	rootsOf [half]complex128
	order   [half]uint16
)

func init() {
	for k := range turns {
		turns[k] = cmplx.Rect(1, -2*math.Pi*float64(k)/points)
		order[k] = bits.Reverse16(uint16(k)) >> (16 - bits.Len(half-1))
	}
	for size := 2; size <= half; size *= 2 {
		for i := range size / 2 {
			rootsOf[size/2+i] = turns[i*points/size]
		}
	}
}

// forward transforms x.
func (f *fourier) forward(s *spectrum, x *[points]float64) {
	for k, at := range order {
		f.work[at] = complex(x[2*k], x[2*k+1])
	}
	f.butterflies()
	for k := 1; k < half; k++ {
		s[k] = f.split(k)
	}
	z := f.work[0]
	s[0], s[half] = complex(real(z)+imag(z), 0), complex(real(z)-imag(z), 0)
}

// split is line k, put together from the transforms of even and odd samples.
func (f *fourier) split(k int) complex128 {
	a, b := f.work[k], conj(f.work[half-k])
	even, odd := (a+b)/2, (a-b)/2
	return even + turns[k]*complex(imag(odd), -real(odd))
}

// inverse is the way back, with what makes forward and inverse leave x as it was.
func (f *fourier) inverse(x *[points]float64, s *spectrum) {
	for k := range half {
		a, b := s[k], conj(s[half-k])
		even, odd := a+b, (a-b)*conj(turns[k])
		// The conjugate goes in and comes out, so that one direction is enough.
		f.work[order[k]] = complex(real(even)-imag(odd), -imag(even)-real(odd))
	}
	f.butterflies()
	for k, z := range f.work {
		x[2*k], x[2*k+1] = real(z)/points, -imag(z)/points
	}
}

// butterflies is the transform of work, which is in order.
func (f *fourier) butterflies() {
	f.fours()
	for size := 8; size <= half; size *= 2 {
		roots := rootsOf[size/2 : size]
		for from := 0; from < half; from += size {
			low, high := f.work[from:][:len(roots)], f.work[from+size/2:][:len(roots)]
			for i, r := range roots {
				a, b := low[i], r*high[i]
				low[i], high[i] = a+b, a-b
			}
		}
	}
}

// fours is the first two rounds, in which nothing need be multiplied.
func (f *fourier) fours() {
	for from := 0; from < half; from += 4 {
		w := f.work[from:][:4]
		a, b, c, d := w[0]+w[1], w[0]-w[1], w[2]+w[3], w[2]-w[3]
		d = complex(imag(d), -real(d))
		w[0], w[1], w[2], w[3] = a+c, b+d, a-c, b-d
	}
}

func conj(z complex128) complex128 { return complex(real(z), -imag(z)) }

// square is |z|².
func square(z complex128) float64 { return real(z)*real(z) + imag(z)*imag(z) }
