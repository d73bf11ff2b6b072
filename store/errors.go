package store

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"permanence/clients"
	"permanence/store/shared"
)

// The codes of this package's errors, by which the window finds its sentences.
const (
	codeInUse     = "store.in-use"    // another process has the folder open
	codeNewer     = "store.newer"     // the database is from a newer program
	codeDiskFull  = "store.disk-full" // no room; writing works again when there is
	codeReadOnly  = "store.read-only" // the folder or the file may not be written
	codeCorrupt   = "store.corrupt"   // the file is damaged, or no database
	codeFailed    = "store.failed"    // any other failure of the disk or the database
	codeNotFound  = shared.CodeNotFound
	codeExists    = shared.CodeExists
	codeBadChange = shared.CodeBadChange
	codeNoSound   = "sound.missing" // the file of a sound is not there
)

// Error is a failure of the store. Code finds the operator's sentence.
type Error struct {
	code string
	text string
	err  error
}

// Error says what was being done and what went wrong.
func (e *Error) Error() string {
	if e.err == nil {
		return "store: " + e.text
	}
	return "store: " + e.text + ": " + e.err.Error()
}

// Unwrap gives the underlying error, nil when there is none.
func (e *Error) Unwrap() error { return e.err }

// Code is the word by which the window finds the sentence for the operator:
// "store.in-use", "store.newer", "store.disk-full", "store.read-only",
// "store.corrupt", "store.failed", "store.not-found", "store.exists",
// "store.bad-change" or "sound.missing".
func (e *Error) Code() string { return e.code }

// refuse makes the error of a change that cannot be applied as it stands.
func refuse(code, format string, args ...any) error {
	return &Error{code: code, text: fmt.Sprintf(format, args...)}
}

// notFound refuses to work on a row that is not there.
func notFound(kind string, id clients.ID) error {
	return refuse(codeNotFound, "no %s %q", kind, id)
}

// failed wraps an error of the disk or the database once, with its code. An
// error that has a code already passes unchanged, as does nil.
func failed(doing string, err error) error {
	var coded interface{ Code() string }
	if err == nil || errors.As(err, &coded) {
		return err
	}
	return &Error{code: codeOf(err), text: doing, err: err}
}

func codeOf(err error) string {
	var se *sqlite.Error
	switch {
	case errors.As(err, &se):
		return codeOfSQLite(se.Code())
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return codeDiskFull
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return codeReadOnly
	}
	return codeFailed
}

// codeOfSQLite reads an extended result code. A full disk shows itself in three
// ways: on a page, on the shared memory beside the WAL, or on a write that the
// system cut short.
func codeOfSQLite(code int) string {
	switch code {
	case sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_WRITE:
		return codeDiskFull
	}
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		return codeDiskFull
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return codeReadOnly
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return codeCorrupt
	}
	return codeFailed
}

// hasCode reports whether err carries one of these codes.
func hasCode(err error, codes ...string) bool {
	var coded interface{ Code() string }
	if !errors.As(err, &coded) {
		return false
	}
	for _, c := range codes {
		if coded.Code() == c {
			return true
		}
	}
	return false
}
