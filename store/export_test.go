package store

import (
	"context"
	"database/sql"

	"permanence/store/shared"
)

// Writer lets tests do to the database what no method does.
func (s *Store) Writer() *sql.DB { return s.writer }

// Fold, IndexWords and LengthByOgg are tested by themselves.
var (
	Fold        = fold
	IndexWords  = indexWords
	LengthByOgg = lengthByOgg
)

// Work is what Waiting counts.
var Work = work

// FileName is the database inside its folder.
const FileName = fileName

// Rows are the shared rows within a transaction.
func (s *Store) Rows(ctx context.Context, tx *sql.Tx) (shared.Rows, error) { return s.rows(ctx, tx) }
