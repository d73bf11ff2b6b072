package office

import (
	"context"
	"sync"

	"permanence/clients"
)

// room bounds what is under way: of all desks, beyond which requests wait, and of one,
// beyond which they are refused. So a desk that dawdles, or is in a thief's hands, does
// not shut out the others.
type room struct {
	places chan struct{}
	each   int

	mu     sync.Mutex
	inside map[clients.ID]int
}

func newRoom(all, each int) *room {
	return &room{places: make(chan struct{}, all), each: each, inside: map[clients.ID]int{}}
}

// enter waits for a place, as long as ctx allows. It is taken before anybody asks who
// comes: that takes work too.
func (r *room) enter(ctx context.Context) bool {
	select {
	case r.places <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (r *room) leave() { <-r.places }

// seat notes that a desk has come, unless too much of it is inside.
func (r *room) seat(desk clients.ID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.inside[desk] >= r.each {
		return false
	}
	r.inside[desk]++
	return true
}

func (r *room) rise(desk clients.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.inside[desk]--; r.inside[desk] == 0 {
		delete(r.inside, desk)
	}
}
