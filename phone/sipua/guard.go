package sipua

import (
	"log/slog"
	"runtime/debug"
)

// guard runs f and reports whether it came to its end. A panic, which only a
// fault of ours or of a library can be, is logged and costs one message or one
// call, never the program: no packet may do that.
func guard(log *slog.Logger, what string, f func()) (sound bool) {
	defer func() {
		if p := recover(); p != nil {
			log.Error("recovered from a panic", "in", what, "panic", p, "stack", ours(debug.Stack()))
		}
	}()
	f()
	return true
}
