//go:build !office

package main

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"permanence/phone/simulator"
)

// witness remembers what a simulated caller hears.
type witness struct {
	enough time.Duration // of what is heard, after which the caller hangs up; 0 is never

	mu    sync.Mutex
	heard simulator.Recording
}

// hears is simulator.Part's Until.
func (w *witness) hears(r simulator.Recording) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard = append(w.heard, r[len(w.heard):]...)
	return w.enough > 0 && r.Duration() >= w.enough
}

// sofar is what was heard until now.
func (w *witness) sofar() simulator.Recording {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.heard[:len(w.heard):len(w.heard)]
}

// until waits for something to be heard.
func (w *witness) until(ctx context.Context, ok func(simulator.Recording) bool) error {
	for wait(ctx, 50*time.Millisecond) {
		if ok(w.sofar()) {
			return nil
		}
	}
	return errors.New("pas entendu à temps")
}

// A sound is known by three short pieces of it, one of each third: 200 ms that have
// the same shape up to what a codec changes.
const (
	pieces   = 3
	pieceFor = simulator.Rate / 5
	sameFrom = 0.7 // of the correlation, 1 for the same
)

// locate finds a sound in what was heard: its pieces, in their order. It tells where
// the sound ends, in samples, to within a period of the voice. One piece may be missing:
// a busy machine leaves gaps.
func locate(heard simulator.Recording, sound simulator.Voice) (end int, err error) {
	third := len(sound) / pieces
	if third < pieceFor {
		return 0, errors.New("le son est trop court pour être reconnu")
	}
	behind, missed := 0, false
	for i := range pieces {
		from := i*third + loudest(sound[i*third:(i+1)*third])
		n := like(heard[behind:], sound[from:from+pieceFor])
		if n < 0 && missed {
			return 0, errors.New("pas entendu")
		}
		if n < 0 {
			missed = true
			continue
		}
		end = min(len(heard), behind+n+len(sound)-from)
		behind += n + pieceFor/2
	}
	return end, nil
}

// loudest is where the loudest piece of a sound begins.
func loudest(sound simulator.Voice) (at int) {
	most := -1.0
	for i := 0; i+pieceFor <= len(sound); i += pieceFor / 4 {
		if p := product(sound[i:i+pieceFor], sound[i:i+pieceFor]); p > most {
			most, at = p, i
		}
	}
	return at
}

// like is where a recording first has the shape of a piece, -1 if nowhere.
func like(heard simulator.Recording, piece simulator.Voice) int {
	own := product(piece, piece)
	power := 0.0
	for i := range heard {
		power += energy(heard[i])
		from := i + 1 - len(piece)
		if from < 0 {
			continue
		}
		if power > 0 && product(heard[from:i+1], piece) > sameFrom*math.Sqrt(power*own) {
			return from
		}
		power -= energy(heard[from])
	}
	return -1
}

func energy(s int16) float64 { return float64(s) * float64(s) }

func product[A, B ~[]int16](a A, b B) float64 {
	sum := int64(0)
	for i := range b {
		sum += int64(a[i]) * int64(b[i])
	}
	return float64(sum)
}
