package desk

import (
	"sort"

	"permanence/clients"
	"permanence/phone"
)

// Directory is all clients, held in memory so that a ringing call finds its card
// without asking the disk. It is never modified: With returns a new one.
type Directory struct {
	byID  map[clients.ID]*clients.Client
	byDID map[phone.Number]clients.ID
	list  []*clients.Client // by name, archived ones left out
}

// NewDirectory builds a directory from the store's clients.
func NewDirectory(all []clients.Client) *Directory {
	d := &Directory{byID: make(map[clients.ID]*clients.Client, len(all))}
	for i := range all {
		d.byID[all[i].ID] = &all[i]
	}
	d.index()
	return d
}

func (d *Directory) index() {
	d.byDID = make(map[phone.Number]clients.ID, len(d.byID))
	d.list = make([]*clients.Client, 0, len(d.byID))
	for id, c := range d.byID {
		if c.Archived {
			continue
		}
		d.list = append(d.list, c)
		for _, did := range c.DIDs {
			d.byDID[phone.Number(did)] = id
		}
	}
	sort.Slice(d.list, func(i, j int) bool { return d.list[i].Name < d.list[j].Name })
}

// With returns a directory in which c replaces the client of the same ID.
func (d *Directory) With(c clients.Client) *Directory {
	n := &Directory{byID: make(map[clients.ID]*clients.Client, d.Len()+1)}
	if d != nil {
		for id, old := range d.byID {
			n.byID[id] = old
		}
	}
	n.byID[c.ID] = &c
	n.index()
	return n
}

// Without returns a directory that does not have a client.
func (d *Directory) Without(id clients.ID) *Directory {
	n := &Directory{byID: make(map[clients.ID]*clients.Client, d.Len())}
	if d != nil {
		for other, c := range d.byID {
			if other != id {
				n.byID[other] = c
			}
		}
	}
	n.index()
	return n
}

// Client finds a client by ID; nil when there is none. The client is shared and
// must not be modified.
func (d *Directory) Client(id clients.ID) *clients.Client {
	if d == nil {
		return nil
	}
	return d.byID[id]
}

// ByDID finds whose number this is; nil when it is nobody's.
func (d *Directory) ByDID(n phone.Number) *clients.Client {
	if d == nil || n == "" {
		return nil
	}
	return d.byID[d.byDID[n]]
}

// List gives the clients by name, without the archived ones. It must not be modified.
func (d *Directory) List() []*clients.Client {
	if d == nil {
		return nil
	}
	return d.list
}

// Len counts all clients, archived ones included.
func (d *Directory) Len() int {
	if d == nil {
		return 0
	}
	return len(d.byID)
}
