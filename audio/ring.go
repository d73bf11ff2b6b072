package audio

import "sync/atomic"

// ring carries samples from one goroutine or device thread to another without a
// lock and without allocating, so that neither ever waits for the other. It has
// exactly one writer and one reader.
type ring struct {
	buf     []int16 // its length is a power of two
	written *atomic.Uint64
	taken   *atomic.Uint64
}

// newRing makes a ring for at least n samples.
func newRing(n int) *ring {
	size := 1
	for size < n {
		size <<= 1
	}
	var counts struct { // on cache lines of their own
		_       [64]byte
		written atomic.Uint64
		_       [64]byte
		taken   atomic.Uint64
	}
	return &ring{buf: make([]int16, size), written: &counts.written, taken: &counts.taken}
}

// size is how many samples it holds when full.
func (r *ring) size() int { return len(r.buf) }

// depth is how many samples wait to be read. Either side may ask.
func (r *ring) depth() int { return int(r.written.Load() - r.taken.Load()) }

// write takes as much of p as there is room for, and says how much.
func (r *ring) write(p []int16) int {
	at := r.written.Load()
	n := min(len(p), r.size()-int(at-r.taken.Load()))
	first := copy(r.buf[r.index(at):], p[:n])
	copy(r.buf, p[first:n])
	r.written.Store(at + uint64(n))
	return n
}

// read fills as much of p as there are samples, and says how much.
func (r *ring) read(p []int16) int {
	at := r.taken.Load()
	n := min(len(p), int(r.written.Load()-at))
	first := copy(p[:n], r.buf[r.index(at):])
	copy(p[first:n], r.buf)
	r.taken.Store(at + uint64(n))
	return n
}

// discard drops the n oldest samples, or all when there are fewer, or none when
// n is negative. It belongs to the reader.
func (r *ring) discard(n int) {
	at := r.taken.Load()
	r.taken.Store(at + uint64(max(0, min(n, int(r.written.Load()-at)))))
}

// index is where the sample with a number lies.
func (r *ring) index(at uint64) int { return int(at) & (len(r.buf) - 1) }
