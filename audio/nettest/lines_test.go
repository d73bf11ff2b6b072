package nettest

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/audio/codec"
	"permanence/audio/opus"
	"permanence/audio/wav"
)

// lines are the networks on which the desk is compared with other telephones, and the
// loss that a sender is told there.
var lines = []struct {
	Network
	loss float64
}{
	{Network: Network{Name: "perfect"}},
	{Network: Network{Name: "jitter-20ms", Delay: Queues(20 * ms)}},
	{Network: Network{Name: "jitter-60ms", Delay: Queues(60 * ms)}},
	{Network: Network{Name: "loss-2%", Lose: Bursts(0.02)}, loss: 0.02},
	{Network: Network{Name: "loss-5%", Lose: Bursts(0.05)}, loss: 0.05},
	{Network: Network{Name: "loss-10%", Lose: Bursts(0.10)}, loss: 0.10},
	{Network: Network{Name: "loss-5%-jitter-40ms", Lose: Bursts(0.05), Delay: Queues(40 * ms)}, loss: 0.05},
	{Network: Network{Name: "step-200ms", Delay: Detour(10*time.Second, 8*time.Second, 200*ms)}},
}

// A call is judged when the jitter buffer has settled.
const (
	settled  = 4 * time.Second
	judged   = 22 * time.Second
	judgings = 6 // calls, each with its seed
)

// BenchmarkLines is what is heard of recorded voices on the lines of the comparison. It
// measures no time: its figures follow from the seeds.
func BenchmarkLines(b *testing.B) {
	voice := recorded(b)
	for _, c := range []audio.Codec{codec.PCMA, codec.G722, opus.New()} {
		for _, l := range lines {
			b.Run(c.Name()+"/"+l.Name, func(b *testing.B) {
				for b.Loop() {
					var sum judgement
					for seed := range uint64(judgings) {
						sum.add(l.judge(b, seed, c, voice, l.loss))
					}
					sum.report(b)
				}
			})
		}
	}
}

// A jitter buffer that meets loss keeps the packet behind a hole in hand, so that its
// copy, or what it tells of the voice's way, mends the end of the hole.
func TestHolesAreMendedByWhatFollows(t *testing.T) {
	voice := recorded(t)
	for _, c := range []audio.Codec{codec.PCMA, opus.New()} {
		for _, l := range lines {
			if l.loss == 0 {
				continue
			}
			var sum judgement
			for seed := range uint64(judgings) {
				_, d := l.listen(t, seed, c, voice, l.loss)
				sum.add(judgement{holes: d.holes, mended: d.mended})
			}
			t.Logf("%-4s %-20s %.1f %% of %.0f holes are mended", c.Name(), l.Name, 100*sum.share(), sum.holes)
			want := 0.9
			if l.loss < 0.05 {
				want = 0.75 // of some forty packets, the first few do not yet tell of loss
			}
			if sum.share() < want {
				t.Errorf("%s, %s: %.1f %% of the holes are mended", c.Name(), l.Name, 100*sum.share())
			}
		}
	}
}

// recorded is what voices of the demonstration say one after the other.
func recorded(t testing.TB) (pcm []int16) {
	t.Helper()
	for _, name := range []string{"durand-succession", "petit-ordonnance", "roc-fuite", "durand-garde-a-vue", "petit-enfant"} {
		voice, err := wav.Load(filepath.Join("..", "..", "assets", "demo", "voices", name+".wav"))
		if err != nil {
			t.Fatal(err)
		}
		pcm = append(pcm, voice...)
	}
	return pcm[:samples(settled+judged+time.Second)]
}

func samples(d time.Duration) int { return int(d * audio.Rate / time.Second) }

// judgement is what became of a call, or the sum of several.
type judgement struct {
	calls, mos, muted, concealed, late, lost float64
	holes, mended                            float64
	delay, depth                             time.Duration
}

// listen sends a voice, and keeps what its decoder was asked.
func (n Network) listen(t testing.TB, seed uint64, c audio.Codec, voice []int16, loss float64) (heard []int16, j judgement) {
	t.Helper()
	w := &watched{Codec: c}
	heard, o, err := n.Hear(seed, w, voice, loss)
	if err != nil {
		t.Fatal(err)
	}
	return heard, judgement{
		calls: 1, concealed: o.Concealed(), late: float64(o.Stats.Late), lost: float64(o.Stats.Lost),
		holes: float64(w.holes), mended: float64(w.mended), depth: o.Depth,
	}
}

// judge sends a voice, and scores what is heard of it.
func (n Network) judge(t testing.TB, seed uint64, c audio.Codec, voice []int16, loss float64) judgement {
	t.Helper()
	heard, j := n.listen(t, seed, c, voice, loss)
	from, to := samples(settled), samples(settled+judged)
	r := audiotest.Score(voice[from:to], heard[from:])
	j.mos, j.muted, j.delay = r.MOS, r.Muted, r.Delay
	return j
}

func (j *judgement) add(k judgement) {
	j.calls += k.calls
	j.mos += k.mos
	j.muted += k.muted
	j.concealed += k.concealed
	j.late += k.late
	j.lost += k.lost
	j.holes += k.holes
	j.mended += k.mended
	j.delay += k.delay
	j.depth += k.depth
}

// share is that of the holes that were mended.
func (j *judgement) share() float64 { return j.mended / max(1, j.holes) }

func (j *judgement) report(b *testing.B) {
	b.Helper()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(j.mos/j.calls, "mos")
	b.ReportMetric(100*j.concealed/j.calls, "concealed-%")
	b.ReportMetric(100*j.share(), "mended-%")
	b.ReportMetric(100*j.muted/j.calls, "muted-%")
	b.ReportMetric(j.delay.Seconds()*1000/j.calls, "delay-ms")
	b.ReportMetric(j.depth.Seconds()*1000/j.calls, "depth-ms")
	b.ReportMetric(j.late/j.calls, "late")
	b.ReportMetric(j.lost/j.calls, "lost")
}

// watched is a codec that counts the holes in what its decoder is given, and those at
// whose end a whole packet was concealed in view of the one that follows.
type watched struct {
	audio.Codec
	holes, mended int
}

// NewDecoder implements audio.Codec.
func (w *watched) NewDecoder() (audio.Decoder, error) {
	dec, err := w.Codec.NewDecoder()
	if err != nil {
		return nil, fmt.Errorf("watched: %w", err)
	}
	return &watcher{Decoder: dec, codec: w}, nil
}

type watcher struct {
	audio.Decoder
	codec       *watched
	hole, known bool // in a hole, and with the packet behind it
}

var _ audio.Guarded = (*watcher)(nil)

// Guarded implements audio.Guarded.
func (w *watcher) Guarded() bool {
	g, can := w.Decoder.(audio.Guarded)
	return can && g.Guarded()
}

// Decode implements audio.Decoder.
func (w *watcher) Decode(dst []int16, payload []byte) ([]int16, error) {
	if w.hole {
		w.codec.holes++
	}
	if w.known {
		w.codec.mended++
	}
	w.hole, w.known = false, false
	return w.Decoder.Decode(dst, payload)
}

// Conceal implements audio.Decoder.
func (w *watcher) Conceal(dst []int16, n int, next []byte) []int16 {
	w.hole, w.known = true, len(next) > 0 && n >= 2*audio.FrameSize
	return w.Decoder.Conceal(dst, n, next)
}
