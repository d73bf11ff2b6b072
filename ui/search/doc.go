// Package search is Ctrl+K: one entry, and under it what was found among clients,
// callers, messages and appointments. The keyboard never leaves the entry: the
// arrows choose, Enter opens, and what is chosen is read at the right without
// opening it. A query that is a telephone number can be called.
package search
