// Package store keeps everything a desk must not lose, in one SQLite database:
// the shared data (clients, operators, messages, appointments), the outbox, the
// call journal, drafts, settings, and the search over them.
//
// Words:
//
//   - Mutation: one named change of shared data with a UUID. Apply is the only
//     way in: one function, one transaction, known UUID → nothing to do.
//   - Head: the one sequence of this bureau. Every mutation takes the next
//     number inside its own transaction; rows carry the number that last
//     changed them.
//   - Row: a JSON body with indexed columns beside it. A change patches named
//     fields of the body and keeps those it does not know.
//   - Audit: who changed which field, when, from what to what; written by the
//     same transaction.
//   - Delivery: one message on its way to one recipient, queued by the same
//     transaction as the message.
//   - Sound: a recorded voice or music. Its row says what it is for and until
//     when; the voice is a file of its own in the folder sounds.
//   - Journal: what happened to calls. It only grows; of erased people nothing stays
//     in it but that there was a call.
//
// Promises:
//
//   - A method that returned nil is on the disk (WAL with synchronous=FULL):
//     neither kill -9 nor a power cut takes it back.
//   - A method that returned an error changed nothing, and the store can be used
//     again at once: when the disk has room again, writing works again.
//   - One process at a time has a folder open.
//   - A database made by a newer program is refused and not touched.
//   - A sound that can be opened is whole. It is listed only when its file is on
//     the disk, and stays listed until the file is deleted; the journal and the
//     message keep no more than its ID. A recording is listed from its beginning,
//     with the date on which it goes: what a crash cut off is made whole by the
//     next start, and deleted on that date.
//   - What was erased is in no table, journal, sound, log or copy in this folder when
//     the erasure returns. Copies that were put elsewhere keep what they have; and what
//     a flash disk itself keeps of a deleted file only an encrypted disk makes good.
//   - What is deleted from a table is overwritten (secure_delete). The search
//     index keeps fragments until it is rebuilt: its own secure-delete made each
//     change many times slower.
//
// The bureau is the database: rows carry no bureau number, and several bureaus
// are several files.
//
// The package imports ui/desk for the types of its port only; that package is
// pure Go and knows neither window nor database.
package store
