package codec

// band is what both ends of the line know alike of one sub-band: the guess, and the
// step of the quantiser, which follows the loudness (G.722 §6.2.1.3, §6.2.2.3).
type band struct {
	predictor
	step    int32 // of the quantiser: DETL, DETH
	logStep int32 // its logarithm, 2048 an octave: NBL, NBH
}

// stepLeak of 128 parts of the logarithm are kept from one sample to the next.
const stepLeak = 127

// grow lets the step follow a code of the given weight. The logarithm stays below
// top; base is how much the smallest step is shifted.
func (b *band) grow(weight, top, base int32) {
	b.logStep = min(max(b.logStep*stepLeak>>7+weight, 0), top)
	shift := base - b.logStep>>11
	if m := octave[b.logStep>>6&31]; shift < 0 {
		b.step = m << -shift << 2
	} else {
		b.step = m >> shift << 2
	}
}

// octave is 2048·2^(i/32): ILB.
var octave = [32]int32{
	2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
	2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
}

// lowBand is 0 to 4 kHz, 6 bits a sample, of which the upper 4 alone steer.
type lowBand struct{ band }

// highBand is 4 to 8 kHz, 2 bits a sample.
type highBand struct{ band }

func newLowBand() lowBand   { return lowBand{band{step: 32}} }
func newHighBand() highBand { return highBand{band{step: 8}} }

// encode returns the code of a sample: QUANTL.
func (b *lowBand) encode(sample int32) (code uint8) {
	diff := saturate(sample - b.guess)
	size, top := diff, uint8(62)
	if diff < 0 {
		size, top = ^diff, 34
	}
	level := b.level(size)
	if code = top - level; diff < 0 && level < 3 {
		code = 64 - level
	}
	b.steer(code)
	return code
}

// level counts the decision levels, from 1, that a difference reaches.
func (b *lowBand) level(size int32) uint8 {
	low, high := 0, len(lowLevels)
	for low < high {
		mid := (low + high) / 2
		if size < lowLevels[mid]*b.step>>12 {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return uint8(low + 1)
}

// decode returns the sample of a code.
func (b *lowBand) decode(code uint8) int32 {
	sample := narrow(b.guess + b.step*low6[code&63]>>15)
	b.steer(code)
	return sample
}

// steer takes the step and the guess further.
func (b *lowBand) steer(code uint8) {
	coarse := code >> 2 & 15
	diff := b.step * low4[coarse] >> 15
	b.grow(lowWeights[coarse], 18432, 8)
	b.follow(diff)
}

// encode returns the code of a sample: QUANTH.
func (b *highBand) encode(sample int32) (code uint8) {
	diff := saturate(sample - b.guess)
	size, code := diff, uint8(3)
	if diff < 0 {
		size, code = ^diff, 1
	}
	if size >= 564*b.step>>12 {
		code--
	}
	b.steer(code)
	return code
}

// decode returns the sample of a code.
func (b *highBand) decode(code uint8) int32 {
	guess := b.guess
	return narrow(guess + b.steer(code))
}

// steer takes the step and the guess further, by the difference that it returns.
func (b *highBand) steer(code uint8) (diff int32) {
	code &= 3
	diff = b.step * high2[code] >> 15
	b.grow(highWeights[code], 22528, 10)
	b.follow(diff)
	return diff
}

// narrow keeps 15 bits, the range of a sub-band.
func narrow(v int32) int32 { return min(max(v, -16384), 16383) }

// The tables of G.722 §6.2.1. Codes count from the most negative difference, but for
// the lower band's 6 bits, of which 0 to 3 are not sent.
var (
	lowLevels = [29]int32{ // Q6
		35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714,
		786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
	}
	low6 = [64]int32{ // QQ6
		-136, -136, -136, -136, -24808, -21904, -19008, -16704,
		-14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
		-7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576,
		-3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
		24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192,
		10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
		4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032,
		1688, 1360, 1040, 728, 432, 136, -432, -136,
	}
	low4 = [16]int32{ // QQ4
		0, -20456, -12896, -8968, -6288, -4240, -2584, -1200,
		20456, 12896, 8968, 6288, 4240, 2584, 1200, 0,
	}
	lowWeights = [16]int32{ // WL of RL42
		-60, 3042, 1198, 538, 334, 172, 58, -30,
		3042, 1198, 538, 334, 172, 58, -30, -60,
	}
	high2       = [4]int32{-7408, -1616, 7408, 1616} // QQ2
	highWeights = [4]int32{798, -214, 798, -214}     // WH of RH2
)
