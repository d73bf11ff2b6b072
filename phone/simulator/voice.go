package simulator

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/emiago/diago/audio"
)

// Rate is the sampling rate of every voice here, in Hz: that of G.711.
const Rate = 8000

// maxVoice bounds the voice read from a WAV file.
const maxVoice = 5 * time.Minute

// Voice is something to say: linear PCM, mono, at Rate.
type Voice []int16

// Duration is how long it takes to say it.
func (v Voice) Duration() time.Duration {
	return time.Duration(len(v)) * time.Second / Rate
}

// Tone is a sine of a frequency in Hz at a level in dBFS, where 0 is the loudest
// sine there is.
func Tone(hz, dBFS float64, d time.Duration) Voice {
	v := make(Voice, int(d*Rate/time.Second))
	peak := math.MaxInt16 * math.Pow(10, dBFS/20)
	for i := range v {
		v[i] = int16(peak * math.Sin(2*math.Pi*hz*float64(i)/Rate))
	}
	return v
}

// ParseWAV reads a voice from a WAV file of 16-bit PCM, at any sampling rate
// from 8 to 96 kHz. Of several channels the first is taken.
func ParseWAV(file []byte) (Voice, error) {
	r := audio.NewWavReader(bytes.NewReader(file))
	if err := r.ReadHeaders(); err != nil {
		return nil, fmt.Errorf("simulator: reading WAV: %w", err)
	}
	if r.BitsPerSample != 16 || r.NumChannels < 1 || r.SampleRate < Rate || r.SampleRate > 96000 {
		return nil, fmt.Errorf("simulator: WAV of %d bits, %d channels, %d Hz; 16-bit PCM at 8 to 96 kHz is understood",
			r.BitsPerSample, r.NumChannels, r.SampleRate)
	}
	limit := int64(maxVoice.Seconds()) * int64(r.SampleRate) * int64(r.NumChannels) * 2
	pcm, err := io.ReadAll(io.LimitReader(r, limit))
	if err != nil {
		return nil, fmt.Errorf("simulator: reading WAV: %w", err)
	}
	return resample(firstChannel(pcm, int(r.NumChannels)), float64(r.SampleRate)), nil
}

func firstChannel(pcm []byte, channels int) Voice {
	frame := 2 * channels
	v := make(Voice, len(pcm)/frame)
	for i := range v {
		v[i] = int16(binary.LittleEndian.Uint16(pcm[i*frame:]))
	}
	return v
}

// resample brings a voice from another rate, in Hz, down to Rate: at each new
// sample a windowed sinc, cut off at half of Rate so that nothing folds back.
func resample(in Voice, rate float64) Voice {
	if rate == Rate {
		return in
	}
	const lobes = 12
	step := rate / Rate
	reach := lobes * step
	out := make(Voice, int(float64(len(in))/step))
	for i := range out {
		centre := float64(i) * step
		first := max(0, int(math.Ceil(centre-reach)))
		last := min(len(in)-1, int(centre+reach))
		var sum float64
		for j := first; j <= last; j++ {
			x := (float64(j) - centre) / step
			sum += float64(in[j]) * sinc(x) * hann(x/lobes) / step
		}
		out[i] = int16(max(math.MinInt16, min(math.MaxInt16, sum)))
	}
	return out
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

func hann(x float64) float64 { return 0.5 + 0.5*math.Cos(math.Pi*x) }
