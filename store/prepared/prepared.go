// Package prepared opens SQLite databases whose connections read a text of SQL only
// once. SQLite takes longer to read most of this program's texts than to carry them
// out, and each connection hears the same few again and again.
//
// A statement that is closed is kept for whoever asks for its text next on the same
// connection; it is reset, and holds neither a lock nor what it was given. One that is
// still in use is nobody else's: the same text is then read once more.
//
// What is asked for often says its LIMIT in the text. One that is an argument has SQLite
// read the text again for each value, since it plans by it.
package prepared

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
)

// Open is sql.Open for a driver of SQLite.
func Open(driverName, name string) (*sql.DB, error) {
	plain, err := sql.Open(driverName, name)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector{from: plain.Driver(), name: name}), plain.Close()
}

// connector connects to one database.
type connector struct {
	from driver.Driver
	name string
}

// Driver is what the connections come from.
func (c connector) Driver() driver.Driver { return c.from }

// Connect opens a connection.
func (c connector) Connect(context.Context) (driver.Conn, error) {
	opened, err := c.from.Open(c.name)
	if err != nil {
		return nil, err
	}
	plain, ok := opened.(connection)
	if !ok {
		return nil, errors.Join(errForeign, opened.Close())
	}
	return &conn{connection: plain, idle: map[string]*stmt{}}, nil
}

var errForeign = errors.New("prepared: the driver is not one of SQLite")
