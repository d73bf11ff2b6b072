//go:build !linux

package boot

import "time"

// Machine has no clock here of which it is known that nobody can set it.
func Machine() (run string, up time.Duration) { return "", 0 }
