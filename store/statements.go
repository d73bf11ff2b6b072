package store

import (
	"context"
	"database/sql"
	"errors"
)

// statements runs SQL within one transaction.
type statements struct{ tx *sql.Tx }

func (s *statements) exec(ctx context.Context, query string, args ...any) error {
	_, err := s.tx.ExecContext(ctx, query, args...)
	return err
}

// insert is exec for a table whose rows have numbers, and tells the new one's.
func (s *statements) insert(ctx context.Context, query string, args ...any) (id int64, err error) {
	done, err := s.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return done.LastInsertId()
}

// count is exec that tells how many rows it made, changed or deleted.
func (s *statements) count(ctx context.Context, query string, args ...any) (int64, error) {
	done, err := s.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

func (s *statements) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return s.tx.QueryContext(ctx, query, args...)
}

func (s *statements) row(ctx context.Context, query string, args ...any) *sql.Row {
	return s.tx.QueryRowContext(ctx, query, args...)
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
