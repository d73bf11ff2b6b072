package fake

import (
	"sync"

	"permanence/phone"
)

// queue tells events from a goroutine of its own, so that a command never calls
// back into the one who gave it.
type queue struct {
	report func(phone.Event)
	mu     sync.Mutex
	events []phone.Event
	more   chan struct{}
	stop   chan struct{}
	done   chan struct{}
}

func newQueue(report func(phone.Event)) *queue {
	q := &queue{report: report, more: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{})}
	go q.run()
	return q
}

func (q *queue) put(e phone.Event) {
	q.mu.Lock()
	q.events = append(q.events, e)
	q.mu.Unlock()
	select {
	case q.more <- struct{}{}:
	default:
	}
}

func (q *queue) run() {
	defer close(q.done)
	for {
		select {
		case <-q.more:
			q.flush()
		case <-q.stop:
			q.flush()
			return
		}
	}
}

func (q *queue) flush() {
	for {
		q.mu.Lock()
		events := q.events
		q.events = nil
		q.mu.Unlock()
		if len(events) == 0 {
			return
		}
		for _, e := range events {
			q.report(e)
		}
	}
}

// close tells what is left and ends.
func (q *queue) close() {
	close(q.stop)
	<-q.done
}
