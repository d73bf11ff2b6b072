package treat_test

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"

	"permanence/audio/treat"
	"permanence/audio/wav"
)

const (
	rate  = 48000
	frame = 480
)

// recordings are the demonstration's callers, by name.
var recordings sync.Map

// voice is the speech of one of the demonstration's callers, said again and again
// for so many seconds, at a level in dBov of its speech.
func voice(t testing.TB, name string, seconds, level float64) []int16 {
	t.Helper()
	pcm := load(t, name)
	out := make([]int16, int(seconds*rate)/frame*frame)
	gain := math.Pow(10, (level-activeLevel(pcm))/20)
	for i := range out {
		out[i] = clip(float64(pcm[i%len(pcm)]) * gain)
	}
	return out
}

func load(t testing.TB, name string) []int16 {
	t.Helper()
	if pcm, ok := recordings.Load(name); ok {
		return pcm.([]int16)
	}
	pcm, err := wav.Load(filepath.Join("../../assets/demo/voices", name+".wav"))
	if err != nil {
		t.Fatal(err)
	}
	recordings.Store(name, pcm)
	return pcm
}

// white is steady noise at a level in dBov.
func white(seconds, level float64) []int16 {
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]int16, int(seconds*rate)/frame*frame)
	for i := range out {
		out[i] = clip(r.NormFloat64() * 32768 * math.Pow(10, level/20))
	}
	return out
}

// room is the steady noise of an office: most of it low, as a ventilation makes it.
func room(seconds, level float64) []int16 {
	r := rand.New(rand.NewPCG(3, 4))
	x := make([]float64, int(seconds*rate)/frame*frame)
	var low, sum float64
	for i := range x {
		low += (r.NormFloat64() - low) * 0.06 // 6 dB per octave above 460 Hz
		x[i] = low + 0.05*r.NormFloat64()
		sum += x[i] * x[i]
	}
	gain := 32768 * math.Pow(10, level/20) / math.Sqrt(sum/float64(len(x)))
	out := make([]int16, len(x))
	for i, v := range x {
		out[i] = clip(v * gain)
	}
	return out
}

// sines is the sum of sines, each with a peak.
func sines(seconds, peak float64, hz ...float64) []int16 {
	out := make([]int16, int(seconds*rate)/frame*frame)
	for i := range out {
		var v float64
		for _, f := range hz {
			v += peak * math.Sin(2*math.Pi*f*float64(i)/rate)
		}
		out[i] = clip(v)
	}
	return out
}

// chord is three seconds of music: notes that are struck and decay, twice a second.
func chord(seconds float64) []int16 {
	notes := []float64{262, 330, 392, 523, 440, 349}
	out := make([]int16, int(seconds*rate)/frame*frame)
	for i := range out {
		at := i % (rate / 2)
		n := i / (rate / 2)
		fade := math.Exp2(-float64(at) / (rate / 5))
		var v float64
		for k := range 3 {
			f := notes[(n+2*k)%len(notes)]
			v += math.Sin(2*math.Pi*f*float64(at)/rate) + 0.4*math.Sin(4*math.Pi*f*float64(at)/rate)
		}
		out[i] = clip(2500 * fade * v)
	}
	return out
}

func add(a, b []int16) []int16 {
	out := make([]int16, len(a))
	for i := range a {
		out[i] = clip(float64(a[i]) + float64(b[i]))
	}
	return out
}

func clip(v float64) int16 { return int16(math.Round(min(max(v, -32768), 32767))) }

// run passes near through a stage, with far at its side, and takes the stage's
// delay from the result, so that it lies on near.
func run(s treat.Stage, near, far []int16) []int16 {
	late := int(s.Delay().Seconds()*rate + 0.5)
	padded := append(append([]int16(nil), near...), make([]int16, (late+frame-1)/frame*frame)...)
	silence := make([]int16, frame)
	for at := 0; at < len(padded); at += frame {
		f := silence
		if at+frame <= len(far) {
			f = far[at : at+frame]
		}
		s.Process(padded[at:at+frame], f)
	}
	return padded[late : late+len(near)]
}

// rms is the level in dBov, -120 for silence.
func rms(pcm []int16) float64 {
	var sum float64
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return max(-120, 10*math.Log10(sum/float64(len(pcm))/(32768*32768)))
}

// activeLevel is the level of the frames in which somebody speaks: those less than
// 16 dB below the mean (after ITU-T P.56).
func activeLevel(pcm []int16) float64 {
	return activeLevelWhere(pcm, pcm)
}

// activeLevelWhere is the level of pcm in those frames in which who speaks.
func activeLevelWhere(pcm, who []int16) float64 {
	threshold := rms(who) - 16
	var sum float64
	n := 0
	for at := 0; at+frame <= len(who); at += frame {
		if rms(who[at:at+frame]) > threshold {
			sum += math.Pow(10, rms(pcm[at:at+frame])/10)
			n++
		}
	}
	return max(-120, 10*math.Log10(sum/float64(n)))
}

// snr is how far above the difference a signal lies: what a stage has left of it.
func snr(want, got []int16) float64 {
	var signal, difference float64
	for i, s := range want {
		signal += float64(s) * float64(s)
		difference += math.Pow(float64(got[i])-float64(s), 2)
	}
	return min(120, 10*math.Log10(signal/difference))
}

// from cuts the beginning off, in seconds.
func from(pcm []int16, seconds float64) []int16 { return pcm[int(seconds*rate):] }

// between cuts out a piece.
func between(pcm []int16, begin, end float64) []int16 {
	return pcm[int(begin*rate):int(end*rate)]
}
