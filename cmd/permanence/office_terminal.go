//go:build !linux

package main

import "os"

// hideTyping knows no terminal here: what is typed is seen.
func hideTyping(*os.File) (show func()) { return func() {} }
