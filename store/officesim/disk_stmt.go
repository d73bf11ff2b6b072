package officesim

import (
	"context"
	"database/sql/driver"
	"strings"
)

// PrepareContext prepares a statement that will pass through the disk as well.
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if err := c.disk.step(); err != nil {
		return nil, err
	}
	s, err := c.inner.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return &stmt{innerStmt: s.(innerStmt), disk: c.disk, writes: writes(query)}, nil
}

// writes reports whether a query may write though rows come back from it.
func writes(query string) bool {
	return !strings.HasPrefix(strings.TrimSpace(query), "SELECT")
}

// innerStmt is what modernc's statements can do.
type innerStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// stmt is a prepared statement.
type stmt struct {
	innerStmt
	disk   *disk
	writes bool
}

// ExecContext runs a statement that writes.
func (s *stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.disk.write(true); err != nil {
		return nil, err
	}
	return s.innerStmt.ExecContext(ctx, args)
}

// QueryContext runs a query; some write.
func (s *stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.disk.write(s.writes); err != nil {
		return nil, err
	}
	return s.innerStmt.QueryContext(ctx, args)
}
