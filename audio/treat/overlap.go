package treat

import "math"

// lap is how many samples of one frame's end are mixed with the next one's
// beginning: that is also how late a voice comes out, 5 ms.
const lap = 240

// overlap lets a stage change a voice's spectrum, frame by frame. The windows are
// lopsided (after Mauler and Martin 2007): a long one to look at the voice, which
// falls quickly at the newest end, and a short one to put it together again. So
// the lines are as fine as with 21 ms and the delay is a quarter of that. A
// spectrum that is not changed comes out as the voice that went in.
type overlap struct {
	fourier
	seen   [points]float64 // the newest samples that came in
	made   [lap]float64    // the beginning of the next frame
	buffer [points]float64
	spectrum
}

// analysis and synthesis are the windows; their product is 1 but for two laps,
// whose sum with the neighbours' is 1.
var analysis, synthesis = windows()

func windows() (a, s [points]float64) {
	const top = points - lap
	for n := range a {
		if n < top {
			a[n] = math.Sin(math.Pi / 2 * (float64(n) + 0.5) / top)
		} else {
			a[n] = math.Cos(math.Pi / 2 * (float64(n-top) + 0.5) / lap)
		}
	}
	for n := top - frameSize; n < points; n++ {
		s[n] = 1 / a[n]
		switch {
		case n < top-frameSize+lap:
			s[n] *= math.Pow(math.Sin(math.Pi/2*(float64(n-top+frameSize)+0.5)/lap), 2)
		case n >= top:
			s[n] = a[n]
		}
	}
	return a, s
}

// look takes a frame into the spectrum.
func (o *overlap) look(f []int16) {
	copy(o.seen[:], o.seen[frameSize:])
	for i, s := range f {
		o.seen[points-frameSize+i] = float64(s)
	}
	for i, v := range o.seen {
		o.buffer[i] = v * analysis[i]
	}
	o.forward(&o.spectrum, &o.buffer)
}

// put writes what the spectrum has become, 5 ms late.
func (o *overlap) put(f []int16) {
	o.inverse(&o.buffer, &o.spectrum)
	const begin = points - lap - frameSize
	for i := begin; i < points; i++ {
		o.buffer[i] *= synthesis[i]
	}
	for i := range o.made {
		o.buffer[begin+i] += o.made[i]
	}
	for i := range f {
		f[i] = clip(o.buffer[begin+i])
	}
	copy(o.made[:], o.buffer[points-lap:])
}
