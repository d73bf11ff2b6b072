package phonetest

import (
	"fmt"
	"net"
	"os"
	"sync/atomic"
	"testing"
)

// Ports for other programs lie below those that the system gives to who asks for
// any, so that no socket of a test beside it takes one before its program does. Two
// runs of the tests begin at different ones.
const (
	lowestPort, highestPort = 12000, 32000
	portsEach               = 32 // a program's voice takes the next ones; the last is never used
)

var portsGiven atomic.Uint32

// FreePort is for a program that a test starts: an even port of 127.0.0.1 that UDP
// and TCP both had free a moment ago, as was the one after it, which some take for
// TLS without being asked; and the first of portsEach that no other test is given,
// of this process or another: the last of them is listened to as long as t runs.
func FreePort(t testing.TB) int {
	t.Helper()
	const slots = (highestPort - lowestPort) / portsEach
	for range slots {
		port := lowestPort + (7*os.Getpid()+int(portsGiven.Add(1)))%slots*portsEach
		if reserved(t, port+portsEach-1) && isFree(port) && isFree(port+1) {
			return port
		}
	}
	t.Fatal("no free port")
	return 0
}

// reserved listens to a port until the test is over, unless somebody else does.
func reserved(t testing.TB, port int) bool {
	l, err := net.Listen("tcp", loopback(port))
	if err != nil {
		return false
	}
	t.Cleanup(func() { _ = l.Close() })
	return true
}

func loopback(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

func isFree(port int) bool {
	at := loopback(port)
	c, err := net.ListenPacket("udp", at)
	if err != nil {
		return false
	}
	defer func() { _ = c.Close() }()
	l, err := net.Listen("tcp", at)
	if err != nil {
		return false
	}
	return l.Close() == nil
}
