package codec

// mirror are the quadrature mirror filters, which cut a voice of 16 kHz into two
// sub-bands of 8 kHz and join these again (G.722 §6.2.1.1, §6.2.2.5). The two filters
// have 24 taps, of which half fall on even and half on odd samples.
type mirror struct {
	even, odd [mirrorTaps]int32 // the last samples; in the joining half, differences and sums of the bands
}

const mirrorTaps = 12

// mirrorHalf is every second tap, 2^13 being 1. The others are the same, backwards.
var mirrorHalf = [mirrorTaps]int32{3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11}

// shift takes two samples in.
func (m *mirror) shift(even, odd int32) {
	copy(m.even[:], m.even[1:])
	copy(m.odd[:], m.odd[1:])
	m.even[mirrorTaps-1], m.odd[mirrorTaps-1] = even, odd
}

// sums are what the two halves of the filter make of the samples.
func (m *mirror) sums() (even, odd int32) {
	for i, tap := range &mirrorHalf {
		even += m.even[i] * tap
		odd += m.odd[mirrorTaps-1-i] * tap
	}
	return even, odd
}

// split returns the sub-bands' samples, of 15 bits, for the next two of the voice.
func (m *mirror) split(first, second int16) (low, high int32) {
	m.shift(int32(first), int32(second))
	even, odd := m.sums()
	return narrow((odd + even) >> 14), narrow((odd - even) >> 14)
}

// join returns the next two samples of the voice for those of the sub-bands.
func (m *mirror) join(low, high int32) (first, second int16) {
	m.shift(low+high, low-high)
	even, odd := m.sums()
	return int16(saturate(odd >> 11)), int16(saturate(even >> 11))
}
