// Package link keeps a desk in step with its office. A Link's one goroutine owns the
// membership; while there is one it has others, each with one concern, which leave each
// other hints and nothing more. They push what the desk has not sent, pull what others
// have written, listen for the office's pokes, tell of this desk and carry sounds. The
// core hears what they see: in step, since when not, how many things are not yet sent,
// how far the first copy has come. The link decides nothing about the data: the Replica
// (the desk's store) does that in its transactions.
//
// Promises:
//
//   - It never loses or reorders what is pending: a mutation leaves the Replica only in
//     the transaction that stores the rows that contain it.
//   - It can be stopped at any moment and goes on where it was.
//   - A dead network costs nothing but time: it tries again after 1, 2, 4 … 30 s, and at
//     once when the operator does something or the machine wakes.
//   - Of several offices before one database it asks one, and goes to the next when that
//     does not answer: it keeps what the office said of where the others are.
//   - It takes no answer that a stranger could have given: TLS 1.3, the office's own CA,
//     and the bureau's ID in every certificate.
package link
