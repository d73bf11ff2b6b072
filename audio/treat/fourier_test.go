package treat

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"
)

func TestFourierIsTheSum(t *testing.T) {
	var x, back [points]float64
	var s spectrum
	var f fourier
	r := rand.New(rand.NewPCG(5, 6))
	for i := range x {
		x[i] = r.NormFloat64()
	}
	f.forward(&s, &x)
	for _, k := range []int{0, 1, 2, 100, half / 2, half - 1, half} {
		var want complex128
		for n, v := range x {
			want += complex(v, 0) * cmplx.Rect(1, -2*math.Pi*float64(k*n%points)/points)
		}
		if cmplx.Abs(s[k]-want) > 1e-9 {
			t.Errorf("line %d is %v, want %v", k, s[k], want)
		}
	}
	f.inverse(&back, &s)
	for i, v := range x {
		if math.Abs(v-back[i]) > 1e-12 {
			t.Fatalf("sample %d came back as %g, was %g", i, back[i], v)
		}
	}
}

func TestOverlapLeavesAVoiceAsItWas(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var o overlap
	var in, out []int16
	for range 20 {
		f := make([]int16, frameSize)
		for i := range f {
			f[i] = int16(r.IntN(65536) - 32768)
		}
		in = append(in, f...)
		o.look(f)
		o.put(f)
		out = append(out, f...)
	}
	for i := range out[lap:] {
		if in[i] != out[lap+i] {
			t.Fatalf("sample %d is %d, was %d", i, out[lap+i], in[i])
		}
	}
}

func BenchmarkFourier(b *testing.B) {
	var x [points]float64
	var s spectrum
	var f fourier
	x[1] = 1
	for b.Loop() {
		f.forward(&s, &x)
		f.inverse(&x, &s)
	}
}
