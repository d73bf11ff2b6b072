package opus

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"permanence/audio"
	"permanence/audio/audiotest"
	g711 "permanence/audio/codec"
	"permanence/audio/wav"
)

// mending is what is done about a lost packet.
type mending int

const (
	silenced mending = iota
	concealed
	copied // from the next packet, where that is there
)

// passed is a voice after a codec and a loss in bursts of 1.6 packets.
func passed(t *testing.T, c audio.Codec, voice []int16, loss float64, m mending, seed uint64) (heard []int16) {
	t.Helper()
	enc, err := c.NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	dec, err := c.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	if m != copied {
		settle(enc)
	}
	sent := packets(t, enc, voice)
	lose(sent, loss, rand.New(rand.NewPCG(seed, 3)))
	sent = append(sent, nil)
	for i, p := range sent[:len(sent)-1] {
		switch {
		case p != nil:
			heard, _ = dec.Decode(heard, p)
		case m == silenced:
			heard = append(heard, make([]int16, packet)...)
		case m == concealed:
			heard = dec.Conceal(heard, packet, nil)
		default:
			heard = dec.Conceal(heard, packet, sent[i+1])
		}
	}
	return heard
}

// lose takes packets away (Gilbert's model).
func lose(sent [][]byte, loss float64, r *rand.Rand) {
	const leave = 1 / 1.6
	bad := false
	for i := range sent {
		if bad = r.Float64() < loss*leave/(1-loss) || bad && r.Float64() > leave; bad {
			sent[i] = nil
		}
	}
}

// What P.862 said of the same ways, measured once; the score must come near it, or
// its figures mean nothing. P.862 hears some more of Opus itself.
func TestScoreOfCodecs(t *testing.T) {
	var voices [][]int16
	for _, name := range []string{"durand-caron", "durand-succession", "petit-docteur", "roc-fuite"} {
		voice, err := wav.Load("../../assets/demo/voices/" + name + ".wav")
		if err != nil {
			t.Fatal(err)
		}
		voices = append(voices, voice)
	}
	for _, c := range []struct {
		codec audio.Codec
		loss  float64
		mending
		want, within float64
	}{
		{New(), 0, silenced, 3.90, 0.6},
		{New(), 0.057, silenced, 1.55, 0.4},
		{New(), 0.057, concealed, 1.99, 0.5},
		{New(), 0.057, copied, 2.96, 0.4},
		{New(), 0.106, silenced, 1.32, 0.4},
		{New(), 0.106, concealed, 1.63, 0.4},
		{New(), 0.106, copied, 2.19, 0.4},
		{New(), 0.206, copied, 1.50, 0.4},
		{g711.PCMA, 0, silenced, 3.98, 0.3},
		{g711.PCMA, 0.05, silenced, 2.2, 0.5},
	} {
		var sum float64
		for i, voice := range voices {
			sum += audiotest.Score(voice, passed(t, c.codec, voice, c.loss, c.mending, uint64(i))).MOS
		}
		got := sum / float64(len(voices))
		name := fmt.Sprintf("%s, %4.1f %% lost, mending %d", c.codec.Name(), 100*c.loss, c.mending)
		t.Logf("%-32s %.2f, P.862 %.2f", name, got, c.want)
		if got < c.want-c.within || got > c.want+c.within {
			t.Errorf("%s: %.2f, and P.862 says %.2f", name, got, c.want)
		}
	}
}
