// Package sharedtest says what the rows of a bureau must do, wherever they lie, and
// what each mutation does to them: one suite for the desk's database, the office's, and
// Memory, which is the plainest place that passes it.
package sharedtest
