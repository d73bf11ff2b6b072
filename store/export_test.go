package store

import "database/sql"

// Writer lets tests do to the database what no method does.
func (s *Store) Writer() *sql.DB { return s.writer }

// Fold, IndexWords and LengthByOgg are tested by themselves.
var (
	Fold        = fold
	IndexWords  = indexWords
	LengthByOgg = lengthByOgg
)

// FileName is the database inside its folder.
const FileName = fileName
