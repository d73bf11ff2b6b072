// Package shared holds the rules by which the shared data of a bureau change: what a
// mutation does to its rows. The office server runs them on its database; a desk runs
// the same on its own, at once, for what it has not yet sent (and, when it stands
// alone, for everything). So there is one meaning of every mutation, and no second
// path to test.
//
// Words:
//
//   - Row: one piece of shared data: a kind, an ID, a JSON body, and the sequence
//     number of the mutation that last changed it. A desk's shared data are rows
//     with such numbers; they are all that travels downwards.
//   - Rows: where rows lie, within one transaction: the desk's database or the
//     office's. It keeps its own indexes; the rules do not know them.
//   - Change row: who changed which field of which row, from what to what. It never
//     changes again.
//   - Outcome: what became of a mutation. Refused is no loss: what was refused stays
//     as a conflict until a person has seen it.
//
// The rules are deterministic: the same mutation on the same rows makes the same
// rows, with the same IDs (they follow from the mutation's UUID), on every machine.
// They read no clock and make nothing up.
package shared
