package link

import (
	"context"
	"net"
	"slices"
	"sync"
)

// ways are the addresses of a bureau's offices. One is in use; when the office there
// does not answer the next one is, and after the last the first.
type ways struct {
	mu   sync.Mutex
	list []string // the first is the one that a person typed
	at   int
	stay context.Context // ends when the address in use is left
	end  context.CancelFunc
}

func newWays(list []string) *ways {
	w := &ways{list: list}
	w.stay, w.end = context.WithCancel(context.Background())
	return w
}

// now is the address in use.
func (w *ways) now() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.list[w.at]
}

// others are all but the first.
func (w *ways) others() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.list[1:]
}

// hosts are the names and numbers of the machines.
func (w *ways) hosts() (list []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, address := range w.list {
		if host, _, err := net.SplitHostPort(address); err == nil {
			list = append(list, host)
		}
	}
	return list
}

// learn puts others behind the first. The one in use stays so, unless it is gone.
func (w *ways) learn(others []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	used := w.list[w.at]
	w.list = append([]string{w.list[0]}, others...)
	if w.at = slices.Index(w.list, used); w.at < 0 {
		w.goTo(0)
	}
}

func (w *ways) goTo(n int) {
	w.at = n
	w.end()
	w.stay, w.end = context.WithCancel(context.Background())
}

// leave goes on to the next address. Of several requests that fail together only the
// first moves on: the others had asked at an address that is left already.
func (w *ways) leave(address string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.list) == 1 || w.list[w.at] != address {
		return
	}
	w.goTo((w.at + 1) % len(w.list))
}

// whenLeft has f called when an address is not in use any more, unless forget is called
// before.
func (w *ways) whenLeft(address string, f func()) (forget func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.list[w.at] != address {
		f()
		return func() {}
	}
	stop := context.AfterFunc(w.stay, f)
	return func() { stop() }
}

// Bounds of what an office says of the others.
const (
	mostAddresses = 8
	longestHost   = 253 // RFC 1035 §2.3.4, as it is written with dots
)

// elsewhere is what an office said of where the bureau's offices are, without the one
// address that this desk has of a person.
func elsewhere(own string, said []string) (list []string) {
	for _, address := range said {
		address = withPort(address)
		host, _, err := net.SplitHostPort(address)
		if err != nil || host == "" || len(host) > longestHost || address == own || slices.Contains(list, address) {
			continue
		}
		if list = append(list, address); len(list) == mostAddresses {
			break
		}
	}
	return list
}
