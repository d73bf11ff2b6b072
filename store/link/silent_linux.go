package link

import (
	"errors"
	"syscall"
	"time"
)

// unheard is how long what was sent may stay without an acknowledgement of TCP. A thin
// line acknowledges what has passed, however long the rest takes.
const unheard = 10 * time.Second

// tcpUserTimeout is TCP_USER_TIMEOUT of tcp(7) (RFC 5482), which package syscall lacks;
// its value is in milliseconds.
const tcpUserTimeout = 18

// giveUpSilent has the system end a connection on which nothing is acknowledged: without
// it that takes some fifteen minutes.
func giveUpSilent(_, _ string, c syscall.RawConn) error {
	var set error
	err := c.Control(func(fd uintptr) {
		set = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(unheard.Milliseconds()))
	})
	return errors.Join(err, set)
}
