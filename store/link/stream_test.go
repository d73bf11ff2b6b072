package link

import (
	"strings"
	"testing"
)

func TestReadEvents(t *testing.T) {
	const said = ": hello\n\nevent: poke\ndata: {}\n\nevent: newer\ndata: 1\n\n" +
		"event:presence\ndata:{\"desks\":[{\"desk\":\"a\"}]}\n\nevent: presence\ndata: {broken\n\nevent: poke\n"
	var pokes, desks, lines int
	err := readEvents(strings.NewReader(said), func() { lines++ }, func(e Event) {
		if e.Rows {
			pokes++
		}
		if e.Desks != nil {
			desks += len(e.Desks.Desks)
		}
	})
	if pokes != 1 || desks != 1 || err == nil || lines != strings.Count(said, "\n") {
		t.Errorf("%d pokes, %d desks, %d lines, %v", pokes, desks, lines, err)
	}
}

func FuzzReadEvents(f *testing.F) {
	f.Add("event: presence\ndata: {\"desks\":[]}\n\n")
	f.Add("data\r\n:\n\n\x00")
	f.Fuzz(func(t *testing.T, said string) {
		if readEvents(strings.NewReader(said), func() {}, func(Event) {}) == nil {
			t.Error("a stream ended without an error")
		}
	})
}
