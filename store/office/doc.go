// Package office is the shared server of a bureau: it takes in what desks did, in one
// sequence, and hands out what has changed. It has no window, no sound and no TLS:
// whoever serves it says by an Authenticator who is asking.
//
// Words:
//
//   - Bureau: whose data it is. Its ID leads every key of the database, so that
//     several bureaus may share one and none sees another's.
//   - Head: the one sequence of a bureau. Every transaction that changes shared data
//     takes its number first, which makes the writers follow one another: numbers
//     become visible in their order, and a cursor misses nothing.
//   - Log: every mutation that was brought up, with what became of it, in a chain of
//     hashes.
//   - Incarnation: names the life of the data. It is new after a backup was put back,
//     and desks then bring again what they had brought since. Its numbers are higher
//     than all that were given before, also those that the backup does not know.
//   - Claim: a delivery that one office process has taken up.
//
// Promises:
//
//   - What was answered is committed: on SQLite WAL with synchronous=FULL, on
//     PostgreSQL as its server is set up.
//   - A mutation counts once, by its UUID, whichever process it comes to.
//   - A mutation that is not carried out is kept, and seen by a person: refused and
//     held ones stand in the log and as a conflict. Only a mutation of an unknown
//     name is not kept: its desk keeps it.
//   - Nothing that a desk sends makes the office panic, or grow without bound.
//   - All that is remembered between requests is in the database: presence, drafts,
//     leases and claims outlive a process and are the same before another.
package office
