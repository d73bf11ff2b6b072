// Package storetest holds what every store must pass, and an invented bureau of
// any size to measure one with.
//
// Run opens the store under test again and again in fresh folders, so the suite
// is as good for an office behind a network as for the desk's own file.
package storetest
