// Package migration holds the steps that make an office's database, in the order of
// their numbers: the same for SQLite and for PostgreSQL. A released step is never
// edited: what it left on people's disks is changed by a further one.
package migration

import "embed"

// Files are the steps, in goose's form.
//
//go:embed *.sql
var Files embed.FS
