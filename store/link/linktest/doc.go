// Package linktest says what a desk's copy of the shared data must do, whatever
// happens between it and its office, and has an office that is nothing but memory.
package linktest
