package sound

import (
	"math"

	"permanence/audio"
)

// downmix appends the mean of the channels of each sample; pcm has them in turn.
func downmix(dst []int16, pcm []float32, channels int) []int16 {
	for ; len(pcm) >= channels; pcm = pcm[channels:] {
		var sum float32
		for _, s := range pcm[:channels] {
			sum += s
		}
		dst = append(dst, clip(sum/float32(channels)*math.MaxInt16))
	}
	return dst
}

// rate turns mono voice of any rate into 48 kHz.
type rate struct {
	resampler *audio.Resampler // nil at 48 kHz
	out       []int16
}

func newRate(hz int) (rate, error) {
	if hz == audio.Rate {
		return rate{}, nil
	}
	r, err := audio.NewResampler(hz, audio.Rate)
	if err != nil {
		return rate{}, unreadable("%v", err)
	}
	return rate{resampler: r}, nil
}

// convert returns what mono becomes, until the next call.
func (r *rate) convert(mono []int16) []int16 {
	if r.resampler == nil {
		return mono
	}
	r.out = r.resampler.Process(r.out[:0], mono)
	return r.out
}

// flush returns the end.
func (r *rate) flush() []int16 {
	if r.resampler == nil {
		return nil
	}
	r.out = r.resampler.Flush(r.out[:0])
	return r.out
}
