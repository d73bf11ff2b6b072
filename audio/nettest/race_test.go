//go:build race

package nettest

// raced: scoring voices takes ten times as long under the race detector, and shows it
// nothing.
const raced = true
