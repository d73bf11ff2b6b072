package officesim

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"

	"permanence/clients"
)

// traces looks into the files themselves: what was erased is in none, nor what belongs
// to another bureau.
func (s *scene) traces() {
	var erased [][]byte
	for _, b := range s.bureaus {
		for id, words := range b.ledger.erased {
			// What a revoked desk wants erased waits for a person.
			if e := b.ledger.erasureOf(id); e == nil || !e.held() || b.isRevoked(e.desk) {
				continue
			}
			for _, word := range append(b.ledger.wordsOf(id), words...) {
				erased = append(erased, []byte(word))
			}
		}
	}
	s.search(s.office.dir, erased, "what was erased")
	s.drill(erased)
	for i, b := range s.bureaus {
		other := [][]byte{[]byte(s.bureaus[1-i].name + "x")}
		for _, st := range b.stations {
			if !st.revoked { // what a revoked machine has, nobody can take from it
				s.search(st.dir, erased, "what was erased")
			}
			s.search(st.dir, other, "another bureau's")
		}
	}
}

// drill puts the newest backup back as the last thing: what was erased must not come
// back with it.
func (s *scene) drill(erased [][]byte) {
	if s.office.restore() && s.office.rest() {
		s.search(s.office.dir, erased, "what was erased, and put back with a backup,")
	}
}

// search looks for words in all files of a folder.
func (s *scene) search(dir string, words [][]byte, what string) {
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, w := range words {
			if at := bytes.Index(text, w); at >= 0 {
				s.violated("%s is in %s: %q", what, path, text[max(0, at-80):min(len(text), at+len(w)+40)])
			}
		}
		return err
	})
	if err != nil {
		s.violated("looking into %s: %v", dir, err)
	}
}

// erasureOf finds who had a row erased.
func (l *ledger) erasureOf(id clients.ID) *entry {
	for _, e := range l.entries {
		if c, ok := e.m.Change.(clients.Erase); ok && c.ID == id && e.safe {
			return e
		}
	}
	return nil
}
