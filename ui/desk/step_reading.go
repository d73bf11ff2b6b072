package desk

import "permanence/clients"

// noteReading writes down that she opened something of a client's to read it.
func (t *turn) noteReading(kind string, id clients.ID) {
	if id != "" && t.Operator.ID != "" {
		t.mutate(clients.NoteReading{Kind: kind, ID: id}, "")
	}
}

// readingNotNoted says that it could not be written down. She goes on reading: a caller
// is waiting.
func (t *turn) readingNotNoted(p Problem) { ReadFailed{What: "reading", Problem: p}.apply(t) }
