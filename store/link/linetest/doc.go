// Package linetest is an office and a desk's store that one can read, and a line
// between them that misbehaves as it is told: for tests of a link, on virtual time.
//
// The rules of the bureau are not here. In this office a mutation makes one row, with
// the mutation's ID, and its name in the body; that is enough to see who has what.
package linetest
