//go:build planted

package planted

import "sync/atomic"

var now atomic.Value

// Is reports whether a mistake is planted.
func Is(f Fault) bool { return now.Load() == f }

// Plant plants a mistake in place of the one before; "" none. Nothing may be under way.
func Plant(f Fault) { now.Store(f) }
