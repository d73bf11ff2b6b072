package sipua

import (
	"math"
	"strings"
	"time"
)

// The E-model of ITU-T G.107 with all that is not measured here at its default: a
// call is rated R = 93.2 - Id - Ie,eff. There is no term for echo: a headset gives
// none back, and what the other side returns is not known.
const bestRating = 93.2

// equipment is what a codec costs by itself, Ie, and how well it bears loss, Bpl
// (G.113 Appendix I).
type equipment struct{ impairment, robustness float64 }

// equipmentOf tells a codec's figures. Those of G.711 are with the concealment of its
// Appendix I, which ours is like. The scale is that of narrow band: G.113 has none of
// the wide codecs on it, whose band is worth more than their coding costs (G.107.1),
// so none costs anything; G.722 is concealed as G.711 is. Opus carries copies once
// loss is told: in the measurements that chose its settings, 6 % lost in bursts cost
// it half of what the same cost G.711.
func equipmentOf(codec string) equipment {
	if strings.EqualFold(codec, "opus") {
		return equipment{0, 50}
	}
	return equipment{0, 25.1}
}

// The greatest burst ratio for which the model holds (G.107 table 3).
const maxBurstRatio = 8

// rating is R for a codec, a share 0..1 of packets missing, how much longer bursts of
// them are than by chance, and the delay from mouth to ear.
func rating(codec string, missing, burstRatio float64, delay time.Duration) float64 {
	return bestRating - delayImpairment(delay) - lossImpairment(equipmentOf(codec), missing, burstRatio)
}

// lossImpairment is Ie,eff (G.107 §7.5).
func lossImpairment(e equipment, missing, burstRatio float64) float64 {
	percent := 100 * min(max(missing, 0), 1)
	burstRatio = min(max(burstRatio, 1), maxBurstRatio)
	return e.impairment + (95-e.impairment)*percent/(percent/burstRatio+e.robustness)
}

// delayImpairment is Idd (G.107 §7.4): nothing up to 100 ms.
func delayImpairment(d time.Duration) float64 {
	if d <= 100*time.Millisecond {
		return 0
	}
	x := math.Log2(d.Seconds() / 0.1)
	sixth := func(v float64) float64 { return math.Pow(1+math.Pow(v, 6), 1.0/6) }
	return 25 * (sixth(x) - 3*sixth(x/3) + 2)
}

// opinion is the mean opinion score 1..4.5 of a rating (G.107 Annex B). Where the
// annex's polynomial dips below 1, and turns up again, nothing is worse than 1. A
// rating of counters that make no sense is none: what is not a number would keep the
// call's line out of the journal.
func opinion(r float64) float64 {
	switch {
	case math.IsNaN(r):
		return 0
	case r <= 0:
		return 1
	case r >= 100:
		return 4.5
	}
	return max(1, 1+0.035*r+r*(r-60)*(100-r)*7e-6)
}
