package audio

import (
	"slices"
	"testing"
)

func TestRingKeepsOrderAcrossItsEnd(t *testing.T) {
	r := newRing(6) // becomes 8
	out := make([]int16, 5)
	for i := range int16(20) {
		in := []int16{5 * i, 5*i + 1, 5*i + 2, 5*i + 3, 5*i + 4}
		if n := r.write(in); n != 5 {
			t.Fatalf("round %d: wrote %d of 5", i, n)
		}
		if n := r.read(out); n != 5 || !slices.Equal(out, in) {
			t.Fatalf("round %d: read %d: %v, want %v", i, n, out, in)
		}
	}
}

func TestRingTakesAndGivesWhatItCan(t *testing.T) {
	r := newRing(4)
	if n := r.write([]int16{1, 2, 3, 4, 5, 6}); n != 4 {
		t.Errorf("a ring of 4 took %d", n)
	}
	r.discard(-1)
	r.discard(1)
	out := make([]int16, 8)
	if n := r.read(out); n != 3 || !slices.Equal(out[:3], []int16{2, 3, 4}) {
		t.Errorf("read %d: %v, want 2 3 4", n, out)
	}
	if n := r.read(out); n != 0 {
		t.Errorf("an empty ring gave %d", n)
	}
	r.discard(3)
	if d := r.depth(); d != 0 {
		t.Errorf("depth is %d after discarding from an empty ring", d)
	}
}

// Two goroutines at full speed: under -race this shows that the counters order
// the samples.
func TestRingBetweenTwoGoroutines(t *testing.T) {
	const total = 200_000
	r := newRing(256)
	go func() {
		chunk := make([]int16, 0, 97)
		for i := 0; i < total; {
			chunk = chunk[:min(cap(chunk), total-i)]
			for j := range chunk {
				chunk[j] = int16(i + j)
			}
			i += r.write(chunk)
		}
	}()
	out := make([]int16, 61)
	for i := 0; i < total; {
		n := r.read(out)
		for j := range n {
			if out[j] != int16(i+j) {
				t.Fatalf("sample %d is %d", i+j, out[j])
			}
		}
		i += n
	}
}
