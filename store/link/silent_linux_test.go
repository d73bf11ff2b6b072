package link

import (
	"crypto/tls"
	"net"
	"net/http"
	"syscall"
	"testing"
)

// TestGiveUpSilent asks the system how it will treat a connection to an office.
func TestGiveUpSilent(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, err := Transport(&tls.Config{}).(*http.Transport).DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	err = raw.Control(func(fd uintptr) {
		for option, want := range map[int]int{
			tcpUserTimeout: int(unheard.Milliseconds()), syscall.TCP_KEEPIDLE: int(probeEvery.Seconds()), syscall.TCP_KEEPCNT: 2,
		} {
			if got, err := syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, option); err != nil || got != want {
				t.Errorf("option %d is %d, %v; want %d", option, got, err, want)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
