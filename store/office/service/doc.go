// Package service runs an office out of a folder: its database, its door, its courier
// and its back-ups, and a socket on which the commands of `permanence office` talk to
// it.
//
// Words:
//
//   - Folder: what an office owns on its machine: the authority's key, the SQLite
//     database unless there is a PostgreSQL one, the list of what was erased, the mail
//     server's password. One process has it open.
//   - Opened: an office between opening and closing. Putting a back-up back closes it,
//     exchanges the database and opens it again; the folder stays open meanwhile.
//   - Ledger: what must outlive a back-up that is put back: what was erased, and which
//     desks were revoked. It is a file of its own beside the database, and only grows.
//
// Promises:
//
//   - A back-up that is put back is looked through first; the database that it replaces
//     is kept beside it, and comes back when the office does not open with the other.
//   - What was erased stays erased, and who was revoked stays revoked, though the
//     back-up is older. Operators log in again.
package service
