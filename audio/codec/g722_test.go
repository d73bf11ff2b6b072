package codec

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"testing"
)

// What G.722 makes of voices of our own. The sums are those of the reference program
// of the Recommendation (ITU-T G.191, module G722) for the same voices, of which the loud
// ones saturate wherever it does. All are made of integers, so that they are the same on
// every machine.
func TestG722IsTheRecommendations(t *testing.T) {
	for _, v := range []struct {
		name        string
		pcm         []int16
		bytes, back uint32 // CRC-32 of what is encoded, and of that decoded
	}{
		{"vowel", pulses(16000, 125), 0x027e07ac, 0xb06fb7a1},
		{"whisper", attenuated(pulses(16000, 133), 6), 0x104d3527, 0x177000df},
		{"noise", snow(16000), 0x59806d9f, 0x8e9c6037},
		{"bursts", bursts(16000), 0xb08abc8c, 0xbb2b29ab},
		{"square waves", squares(16000), 0x518c3ccb, 0x406a2f38},
		{"rising tone", rising(16000), 0xef77810b, 0xa32f2b0d},
		{"silence", make([]int16, 1600), 0xeca1079e, 0x4e158a21},
	} {
		code := newWide().pack(nil, v.pcm)
		if got := crc32.ChecksumIEEE(code); got != v.bytes {
			t.Errorf("%s: encoded as %#08x, want %#08x", v.name, got, v.bytes)
		}
		if got := sum(newWide().unpack(nil, code)); got != v.back {
			t.Errorf("%s: decoded as %#08x, want %#08x", v.name, got, v.back)
		}
	}
}

// Bytes that no encoder makes: the filters overflow, and codes are used that are never
// sent.
func TestG722DecodesNonsenseAsTheRecommendation(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 22))
	var code []byte
	for range 400 {
		only, always := byte(r.Uint32()), byte(r.Uint32()&r.Uint32())
		for range 400 {
			code = append(code, byte(r.Uint32())&only|always)
		}
	}
	const want = 0x9216c020
	if got := sum(newWide().unpack(nil, code)); got != want {
		t.Errorf("decoded as %#08x, want %#08x", got, want)
	}
}

func sum(pcm []int16) uint32 {
	h := crc32.NewIEEE()
	_ = binary.Write(h, binary.LittleEndian, pcm) // a hash takes everything
	return h.Sum32()
}

// pulses are the glottis' beneath three formants.
func pulses(n, hz int) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		if i%(16000/hz) < 4 {
			pcm[i] = 900
		}
	}
	for _, formant := range [][2]int{{31000, 15600}, {24000, 15300}, {-2000, 14000}} {
		var y1, y2 int
		for i, x := range pcm {
			y := int(x)/2 + (formant[0]*y1-formant[1]*y2)>>14
			y1, y2 = y, y1
			pcm[i] = int16(min(max(y, math.MinInt16), math.MaxInt16))
		}
	}
	return pcm
}

func attenuated(pcm []int16, shift int) []int16 {
	for i := range pcm {
		pcm[i] >>= shift
	}
	return pcm
}

func snow(n int) []int16 {
	r := rand.New(rand.NewPCG(1, 722))
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(r.Uint32())
	}
	return pcm
}

// bursts are noise that changes its level by 6 dB each 20 ms, over all 16 bits.
func bursts(n int) []int16 {
	pcm := snow(n)
	for i := range pcm {
		pcm[i] >>= i / 320 * 5 % 16
	}
	return pcm
}

// squares jump from one end of the scale to the other, ever less often.
func squares(n int) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = math.MaxInt16
		if i/(1+i/160)%2 == 1 {
			pcm[i] = math.MinInt16
		}
	}
	return pcm
}

// rising is a triangle that goes through all pitches at full scale.
func rising(n int) []int16 {
	pcm, phase := make([]int16, n), 0
	for i := range pcm {
		phase = (phase + i*2) & 0x1FFFF
		pcm[i] = int16(min(phase, 0x1FFFF-phase) - 0x8000)
	}
	return pcm
}
