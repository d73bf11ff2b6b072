package officesim

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"permanence/clients"
)

// world is the clock, chance, and what is due.
type world struct {
	now    time.Time
	rng    *rand.Rand
	due    events
	number int
	faults map[string]int // how often each was injected
	wrong  []string       // invariants that were found broken
	pace   int            // how many times rarer than usual is what happens again and again
}

func newWorld(seed uint64, now time.Time) *world {
	return &world{now: now, rng: rand.New(rand.NewPCG(seed, seed^0x5eed)), faults: map[string]int{}, pace: 1}
}

// event is something that will happen.
type event struct {
	at     time.Time
	number int // of two at the same time the earlier made is first
	do     func()
}

// events is a heap: the first is the one that is due first.
type events []event

func (e events) Len() int      { return len(e) }
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e events) Less(i, j int) bool {
	if !e[i].at.Equal(e[j].at) {
		return e[i].at.Before(e[j].at)
	}
	return e[i].number < e[j].number
}

// Push is heap's.
func (e *events) Push(x any) { *e = append(*e, x.(event)) }

// Pop is heap's.
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// after has something happen later.
func (w *world) after(d time.Duration, do func()) {
	w.number++
	heap.Push(&w.due, event{at: w.now.Add(d), number: w.number, do: do})
}

// every has something happen again and again, at about the given distance.
func (w *world) every(d time.Duration, do func()) {
	w.after(w.about(d)*time.Duration(w.pace), func() {
		do()
		w.every(d, do)
	})
}

// pass lets time pass, with all that happens in it. An event may itself let time pass:
// what is due is then done within it.
func (w *world) pass(d time.Duration) {
	until := w.now.Add(d)
	for len(w.due) > 0 && !w.due[0].at.After(until) && len(w.wrong) == 0 {
		e := heap.Pop(&w.due).(event)
		if e.at.After(w.now) {
			w.now = e.at
		}
		e.do()
	}
	if until.After(w.now) {
		w.now = until
	}
}

// chance is true with probability p.
func (w *world) chance(p float64) bool { return w.rng.Float64() < p }

// upTo is a random duration below d.
func (w *world) upTo(d time.Duration) time.Duration {
	return time.Duration(w.rng.Int64N(int64(d) + 1))
}

// about is d, give or take a half.
func (w *world) about(d time.Duration) time.Duration { return d/2 + w.upTo(d) }

// injected counts a fault.
func (w *world) injected(name string) { w.faults[name]++ }

// roll injects a fault with probability p.
func (w *world) roll(name string, p float64) bool {
	if !w.chance(p) {
		return false
	}
	w.injected(name)
	return true
}

// violated notes that an invariant is broken. The world ends with the first.
func (w *world) violated(format string, args ...any) {
	w.wrong = append(w.wrong, fmt.Sprintf("%s: ", w.now.UTC().Format("Jan 2 15:04:05.000"))+fmt.Sprintf(format, args...))
}

// id makes a UUID v7 of this world's time and chance.
func (w *world) id() clients.ID {
	var u uuid.UUID
	ms := uint64(w.now.UnixMilli())
	for i := range 6 {
		u[i] = byte(ms >> (40 - 8*i))
	}
	for i := 6; i < len(u); i++ {
		u[i] = byte(w.rng.Uint32())
	}
	u[6], u[8] = u[6]&0x0f|0x70, u[8]&0x3f|0x80
	return clients.ID(u.String())
}

// pick chooses one of a list, which must not be empty.
func pick[T any](w *world, list []T) T { return list[w.rng.IntN(len(list))] }

// generation chooses one of several backups: mostly the newest, else any.
func generation[T any](w *world, copies []T) T {
	if w.chance(0.6) {
		return copies[len(copies)-1]
	}
	return pick(w, copies)
}
