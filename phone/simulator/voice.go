package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"permanence/audio"
	"permanence/audio/wav"
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

// ParseWAV reads a voice from a WAV file of any kind that audio/wav knows. What
// is longer than five minutes is cut there.
func ParseWAV(file []byte) (Voice, error) {
	r, err := wav.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	down, err := audio.NewResampler(audio.Rate, Rate)
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	var v Voice
	pcm := make([]int16, audio.Rate)
	for v.Duration() < maxVoice {
		n, err := r.Read(pcm)
		if errors.Is(err, io.EOF) {
			return down.Flush(v), nil
		}
		if err != nil {
			return nil, fmt.Errorf("simulator: %w", err)
		}
		v = down.Process(v, pcm[:n])
	}
	return v[:int(maxVoice*Rate/time.Second)], nil
}
