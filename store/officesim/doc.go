// Package officesim runs a bureau in one goroutine: several desks, each a real store
// on SQLite, and a real office behind its real handlers, in a world whose time and
// whose accidents follow from a number. The same seed makes the same world, so what
// goes wrong once can be looked at again.
//
// Words:
//
//   - World: the clock, the one source of chance, and the events that are due.
//   - Secretary: what a person at a desk does: she takes messages, changes cards,
//     books, moves and cancels, settles conflicts.
//   - Wire: the way from one desk to the office. It loses, repeats and delays, and is
//     cut for hours, sometimes in one direction only.
//   - Disk: the way from a program to its database. It can be full, be held by another,
//     or stop for good in the middle of anything: what the files are at that moment is
//     what kill -9 leaves.
//   - Ledger: what the secretaries were told is safe. It is kept beside the world, and
//     compared with it.
//
// Time passes only between events and while something is on the wire: so an answer may
// find a desk on which the operator went on working, or one that has died meanwhile.
//
// Simulated are: requests lost, repeated, delayed and answered in vain; lines cut for
// hours, in one world of three for days in which nobody works, or in one direction; a
// stop of either machine at any statement; full disks and databases that another
// holds; clocks of desks and office that are set by up to 48 hours, the office's
// again and again, over the night of daylight saving; machines that are started anew; desk and office put back from backups of any age within the world;
// a desk that stood alone before it joined; a revoked desk; rights that change;
// messages, appointments and clients that are erased, also during an outage; rows of a
// kind, and fields of a card, that only a newer program knows.
//
// Not simulated are: mutations that only a newer program knows, and fields that it adds
// to other rows (store/office tests those); sounds;
// several office processes; PostgreSQL; a disk that loses what it said it had written.
// What a revoked desk had brought, and the office lost to a backup, is lost: the desk
// reads nothing, and so never learns that it should bring it again. Erased bytes that a
// revoked desk has stay on it. A mail that is tried again comes late when the office's
// clock was set back meanwhile; no world looks how late.
//
// In a hall beside the large world, with a chance of its own, secretaries type: the
// window's core (ui/desk) speaks to a real office while desks die, with and without their
// disks, lines are cut, answers are lost and the office stops in a transaction. What
// reached a disk is then with its author, with who took it over, sent, or offered.
// Nothing is said there of what an author typed on after somebody had taken her message
// over, nor of a message that was taken over from who had taken it over, nor whether who
// sends a message a second time was always told.
//
// A mutation may be lost only when every place that held it was: a disk that was put
// back from an older backup takes what it held since then with it. The ledger knows
// who holds what.
package officesim
