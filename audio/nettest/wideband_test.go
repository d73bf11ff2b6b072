package nettest

import (
	"testing"
	"time"

	"permanence/audio/audiotest"
	"permanence/audio/codec"
)

// TestWidebandThroughLoss scores a voice in G.722, whose decoder knows for a while only
// what was before the loss.
func TestWidebandThroughLoss(t *testing.T) {
	if raced {
		t.Skip("one goroutine, and much arithmetic")
	}
	for _, line := range []struct{ loss, score float64 }{{0.02, 3.03}, {0.05, 2.17}, {0.10, 1.5}} {
		const calls = 6
		sum := 0.0
		for seed := range uint64(calls) {
			voice := audiotest.Speech(8*time.Second, seed)
			heard, _, err := Network{Lose: Bursts(line.loss)}.Hear(seed, codec.G722, voice, 0)
			if err != nil {
				t.Fatal(err)
			}
			sum += audiotest.Score(voice, heard).MOS / calls
		}
		t.Logf("%2.0f %% lost: %.2f", 100*line.loss, sum)
		if sum < line.score {
			t.Errorf("%2.0f %% lost in bursts: scores %.2f, want %.2f", 100*line.loss, sum, line.score)
		}
	}
}
