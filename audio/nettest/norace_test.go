//go:build !race

package nettest

const raced = false
