package clients

import (
	"crypto/sha256"
	"fmt"
)

// CopyOf is the ID of a message that a desk took over from another when it was half
// typed: always the same for the same message and desk. A desk that takes it over twice,
// because it died before it had it on its disk, makes one message of it; and whoever
// knows the first message finds its copies. It is a UUID of version 8 (RFC 9562, 5.8).
func CopyOf(message, desk ID) ID {
	sum := sha256.Sum256([]byte("copy\x00" + string(message) + "\x00" + string(desk)))
	u := sum[:16]
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80
	return ID(fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:]))
}
