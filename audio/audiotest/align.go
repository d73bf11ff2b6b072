package audiotest

import "math"

// Alignment finds what was heard of each moment of the voice sent. A jitter buffer
// changes its depth in the middle of a call, so there is not one delay but a course
// of delays: the one along which the two voices differ least, where each change
// costs something, so that no delay is invented to hide what is missing.

const (
	reach      = 150 // steps to both sides of the main delay: 600 ms
	courses    = 2*reach + 1
	changeCost = 0.3  // disturbance of one window, for any change of the delay
	stepCost   = 0.25 // and for each step of it
)

// mainDelay is the delay, in samples of the ear, at which most of the voice is
// heard: by its outline first, by its waveform then.
func mainDelay(sent, heard []float64, outlineSent, outlineHeard []powers) int {
	coarse := earStep * lag(outline(outlineSent), outline(outlineHeard))
	from := loudest(sent)
	piece := sent[from:min(from+earRate, len(sent))]
	best, most := coarse, 0.0
	for d := coarse - earStep; d <= coarse+earStep; d++ {
		var sum float64
		for i, v := range piece {
			sum += v * at(heard, from+i+d)
		}
		if sum > most {
			best, most = d, sum
		}
	}
	return best
}

// outline is the course of a voice's loudness around its mean.
func outline(p []powers) []float64 {
	out, mean := make([]float64, len(p)), 0.0
	for i := range p {
		out[i] = max(0, 60+10*math.Log10(p[i].sum()+1e-12))
		mean += out[i] / float64(len(p))
	}
	for i := range out {
		out[i] -= mean
	}
	return out
}

// lag is by how much b is behind a where they are most alike.
func lag(a, b []float64) int {
	t := newTransform(atLeast(len(a) + len(b)))
	x, y := t.of(a), t.of(b)
	product := make([]complex128, t.size())
	for i := range x {
		// The inverse transform of the conjugate is the conjugate of the transform.
		product[t.place(i)] = x[i] * complex(real(y[i]), -imag(y[i]))
	}
	t.run(product)
	best := 0
	for i := range product {
		if real(product[i]) > real(product[best]) {
			best = i
		}
	}
	if best >= len(b) {
		best -= t.size()
	}
	return best
}

// loudest is where the loudest second of a voice begins.
func loudest(voice []float64) int {
	best, most, sum := 0, 0.0, 0.0
	for i, v := range voice {
		sum += v * v
		if i >= earRate {
			sum -= voice[i-earRate] * voice[i-earRate]
		}
		if sum > most {
			best, most = max(0, i+1-earRate), sum
		}
	}
	return best
}

// follow returns the course of delays: for each window sent, how many steps its
// voice is beside the main delay. cost is the disturbance of a window at a delay.
func follow(windows int, cost func(window, steps int) float64) []int {
	sums, came := make([]float64, courses), make([][courses]int16, windows)
	for w := range came {
		relax(sums, &came[w])
		for c := range sums {
			sums[c] += cost(w, c-reach)
		}
	}
	best := reach
	for c, s := range sums {
		if s < sums[best] {
			best = c
		}
	}
	course := make([]int, windows)
	for w := windows - 1; w >= 0; w-- {
		course[w] = best - reach
		best = int(came[w][best])
	}
	return course
}

// relax lets each course come from any other that is cheaper, the change included,
// and tells from which.
func relax(sums []float64, came *[courses]int16) {
	moved, from := append([]float64(nil), sums...), [courses]int16{}
	for c := range from {
		from[c] = int16(c)
	}
	spread := func(c, neighbour int) {
		if v := moved[neighbour] + stepCost; v < moved[c] {
			moved[c], from[c] = v, from[neighbour]
		}
	}
	for c := 1; c < courses; c++ {
		spread(c, c-1)
	}
	for c := courses - 2; c >= 0; c-- {
		spread(c, c+1)
	}
	for c := range sums {
		came[c] = int16(c)
		if moved[c]+changeCost < sums[c] {
			sums[c], came[c] = moved[c]+changeCost, from[c]
		}
	}
}
