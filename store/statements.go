package store

import (
	"context"
	"database/sql"
	"errors"
)

// statements runs SQL within one transaction and reads each text of it only once: a
// page of thousands of rows is written by a few.
type statements struct {
	tx   *sql.Tx
	made map[string]*sql.Stmt
}

func (s *statements) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if made, ok := s.made[query]; ok {
		return made, nil
	}
	made, err := s.tx.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if s.made == nil {
		s.made = map[string]*sql.Stmt{}
	}
	s.made[query] = made
	return made, nil
}

// close lets the statements go; the transaction would too, at its end.
func (s *statements) close() {
	for _, made := range s.made {
		_ = made.Close()
	}
}

func (s *statements) exec(ctx context.Context, query string, args ...any) error {
	made, err := s.prepare(ctx, query)
	if err == nil {
		_, err = made.ExecContext(ctx, args...)
	}
	return err
}

// insert is exec for a table whose rows have numbers, and tells the new one's.
func (s *statements) insert(ctx context.Context, query string, args ...any) (id int64, err error) {
	made, err := s.prepare(ctx, query)
	if err != nil {
		return 0, err
	}
	done, err := made.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return done.LastInsertId()
}

func (s *statements) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	made, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return made.QueryContext(ctx, args...)
}

// row reads one row; that the text is no SQL, the row says when it is scanned.
func (s *statements) row(ctx context.Context, query string, args ...any) *sql.Row {
	made, err := s.prepare(ctx, query)
	if err != nil {
		return s.tx.QueryRowContext(ctx, query, args...)
	}
	return made.QueryRowContext(ctx, args...)
}

// found reports whether a query finds anything.
func (s *statements) found(ctx context.Context, query string, args ...any) (bool, error) {
	var one int
	err := s.row(ctx, query, args...).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
