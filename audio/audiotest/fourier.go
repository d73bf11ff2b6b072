package audiotest

import (
	"math"
	"math/bits"
	"math/cmplx"
)

// transform is a Fourier transform of one length, a power of two (Cooley and
// Tukey's algorithm), with the turns that it needs worked out once.
type transform struct {
	shift int          // brings a reversed index to its place
	turns []complex128 // the first half of the roots of unity
}

// newTransform makes one of n points, 2 at least.
func newTransform(n int) transform {
	t := transform{shift: 64 - bits.Len(uint(n-1)), turns: make([]complex128, n/2)}
	for i := range t.turns {
		t.turns[i] = cmplx.Rect(1, -2*math.Pi*float64(i)/float64(n))
	}
	return t
}

// atLeast is the first power of two that is not below n.
func atLeast(n int) int { return 1 << bits.Len(uint(max(n, 2)-1)) }

// size is how many points are transformed.
func (t *transform) size() int { return 2 * len(t.turns) }

// place is where the point i of the input goes before the transform.
func (t *transform) place(i int) int { return int(bits.Reverse64(uint64(i)) >> t.shift) }

// run transforms x, whose points are at their places, in place.
func (t *transform) run(x []complex128) {
	for size := 2; size <= len(x); size *= 2 {
		for from := 0; from < len(x); from += size {
			t.butterflies(x[from : from+size])
		}
	}
}

// butterflies joins the transforms of two halves.
func (t *transform) butterflies(x []complex128) {
	low, high, step := x[:len(x)/2], x[len(x)/2:], t.size()/len(x)
	for i, a := range low {
		b := t.turns[i*step] * high[i]
		low[i], high[i] = a+b, a-b
	}
}

// of transforms real points, filled up with silence.
func (t *transform) of(x []float64) []complex128 {
	out := make([]complex128, t.size())
	for i, v := range x {
		out[t.place(i)] = complex(v, 0)
	}
	t.run(out)
	return out
}
