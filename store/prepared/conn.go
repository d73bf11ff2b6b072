package prepared

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"
)

// kept is how many statements a connection keeps: more than a store or an office has
// texts. SQLite takes some 5 KiB for each.
const kept = 200

// connection is what SQLite's connections can do. That they could carry out a text
// without preparing it is left away.
type connection interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.SessionResetter
	driver.Validator
}

// conn is a connection and the statements that nobody uses now.
type conn struct {
	connection
	idle  map[string]*stmt
	uses  int64 // counts the closed statements
	ended bool
}

// PrepareContext reads a text, or finds that it was read before.
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	return c.prepare(ctx, query)
}

func (c *conn) prepare(ctx context.Context, query string) (statement, error) {
	if s, ok := c.idle[query]; ok {
		delete(c.idle, query)
		return s, nil
	}
	made, err := c.connection.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	plain, ok := made.(statement)
	if !ok {
		return nil, errors.Join(errForeign, made.Close())
	}
	if !lasts(query) {
		return plain, nil
	}
	return &stmt{statement: plain, on: c, query: query}, nil
}

// ExecContext prepares a text and carries it out, with less ado than database/sql.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	done, err := s.ExecContext(ctx, args)
	if failed := s.Close(); err == nil {
		err = failed
	}
	return done, err
}

// lasting are the first words of statements that mean the same each time. A PRAGMA may
// do its work while it is read, and the schema is changed once.
var lasting = []string{"SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "}

func lasts(query string) bool {
	for _, word := range lasting {
		if strings.HasPrefix(query, word) {
			return true
		}
	}
	return false
}

// keep keeps a closed statement, and lets go of the one that was not asked for the
// longest when there are too many.
func (c *conn) keep(s *stmt) error {
	if _, twice := c.idle[s.query]; twice || c.ended {
		return s.statement.Close()
	}
	c.uses++
	s.used, c.idle[s.query] = c.uses, s
	if len(c.idle) <= kept {
		return nil
	}
	oldest := s
	for _, other := range c.idle {
		if other.used < oldest.used {
			oldest = other
		}
	}
	delete(c.idle, oldest.query)
	return oldest.statement.Close()
}

// Close closes the connection with its statements.
func (c *conn) Close() error {
	c.ended = true
	var errs []error
	for _, s := range c.idle {
		errs = append(errs, s.statement.Close())
	}
	c.idle = nil
	return errors.Join(append(errs, c.connection.Close())...)
}

// statement is what SQLite's statements can do.
type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// stmt is a statement that is kept when it is closed.
type stmt struct {
	statement
	on    *conn
	query string
	used  int64 // when it was closed last
}

// Close gives the statement back to its connection.
func (s *stmt) Close() error { return s.on.keep(s) }
