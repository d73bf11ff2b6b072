package codec

// predictor foretells the next sample of a sub-band from those before: two poles and
// six zeros that follow the voice by the signs of what was quantised alone, so that
// both ends of the line do the same (G.722 §6.2.1.4, §6.2.2.4: block 4). Coefficients
// of poles have 14 fractional bits, as have those of zeros.
type predictor struct {
	guess     int32    // the next sample: SL, SH
	zeros     int32    // the part of the guess that is due to the zeros: SZL, SZH
	pole      [2]int32 // AL, AH
	zero      [6]int32 // BL, BH
	heard     [2]int32 // the last samples reconstructed: RLT, RH
	partial   [2]int32 // the same without the poles' part: PLT, PH
	surprises [6]int32 // the last differences quantised: DLT, DH
}

// follow takes the difference between the sample that came and the guess, as
// quantised, and makes the next guess.
func (p *predictor) follow(d int32) {
	partial := saturate(p.zeros + d)
	p.turnPoles(partial)
	p.turnZeros(d)
	p.heard = [2]int32{saturate(p.guess + d), p.heard[0]}
	p.partial = [2]int32{partial, p.partial[0]}
	copy(p.surprises[1:], p.surprises[:])
	p.surprises[0] = d
	p.foretell()
}

// The bounds of the poles, within which the filter is stable.
const (
	poleSpan = 15360 // of the first, less the second
	poleTop  = 12288 // of the second
)

// turnPoles is UPPOL2 and UPPOL1.
func (p *predictor) turnPoles(partial int32) {
	now, one, two := partial < 0, p.partial[0] < 0, p.partial[1] < 0
	first, second := saturate(4*p.pole[0]), int32(-128)
	if now == one {
		first = min(-first, 32767)
	}
	if now == two {
		second = 128
	}
	second += first>>7 + p.pole[1]*32512>>15
	p.pole[1] = min(max(second, -poleTop), poleTop)
	first = p.pole[0] * 32640 >> 15
	if now == one {
		first += 192
	} else {
		first -= 192
	}
	span := poleSpan - p.pole[1]
	p.pole[0] = min(max(first, -span), span)
}

// turnZeros is UPZERO.
func (p *predictor) turnZeros(d int32) {
	step := int32(128)
	if d == 0 {
		step = 0
	}
	for i, z := range &p.zero {
		// -1 where the signs differ, 0 where they are the same.
		differ := (d ^ p.surprises[i]) >> 31
		p.zero[i] = saturate(z*32640>>15 + (step ^ differ) - differ)
	}
}

// doubt draws the coefficients towards zero by a twentieth: where the voice has gone on
// unheard, a filter that rings is worse than one that guesses too little.
func (p *predictor) doubt() {
	for i := range p.pole {
		p.pole[i] -= p.pole[i] / 20
	}
	for i := range p.zero {
		p.zero[i] -= p.zero[i] / 20
	}
	p.foretell()
}

// foretell is FILTEP, FILTEZ and PREDIC. Each sum of the zeros saturates, from the
// oldest on, which bytes that no encoder makes can tell.
func (p *predictor) foretell() {
	poles := p.pole[0]*saturate(2*p.heard[0])>>15 + p.pole[1]*saturate(2*p.heard[1])>>15
	p.zeros = 0
	for i := 5; i >= 0; i-- {
		p.zeros = saturate(p.zeros + p.zero[i]*saturate(2*p.surprises[i])>>15)
	}
	p.guess = saturate(saturate(poles) + p.zeros)
}

// saturate keeps 16 bits.
func saturate(v int32) int32 { return min(max(v, -32768), 32767) }
