package desk

import "sync"

// mailbox holds what goroutines hand to one owner, in order and without limit:
// whoever sends never waits, and nothing is dropped.
type mailbox[T any] struct {
	mu     sync.Mutex
	items  []T
	ready  chan struct{} // holds a token while items may be there
	closed bool
}

func newMailbox[T any]() *mailbox[T] {
	return &mailbox[T]{ready: make(chan struct{}, 1)}
}

// put adds an item; it reports false after close.
func (m *mailbox[T]) put(item T) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	m.items = append(m.items, item)
	m.signal()
	return true
}

func (m *mailbox[T]) signal() {
	select {
	case m.ready <- struct{}{}:
	default:
	}
}

// takeAll gives everything that waits.
func (m *mailbox[T]) takeAll() []T {
	m.mu.Lock()
	defer m.mu.Unlock()
	items := m.items
	m.items = nil
	return items
}

// close refuses further items and wakes the owner, who sees done when empty.
func (m *mailbox[T]) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.signal()
}

func (m *mailbox[T]) done() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.closed && len(m.items) == 0
}

// serve hands the items to f one by one until the mailbox is closed and empty.
func (m *mailbox[T]) serve(f func(T)) {
	for range m.ready {
		for _, item := range m.takeAll() {
			f(item)
		}
		if m.done() {
			return
		}
	}
}
