package sipua

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
)

var errNoPorts = errors.New("no free pair of media ports")

// openPorts binds an even UDP port for RTP and the next one for RTCP (RFC 3550
// §11), within the range first to last, or anywhere when that is 0.
func openPorts(bind netip.Addr, first, last uint16) (rtp, rtcp *net.UDPConn, err error) {
	pairs := (int(last) - int(first) + 1) / 2
	tries, start := 32, 0
	if first != 0 {
		tries, start = max(pairs, 0), rand.IntN(max(pairs, 1))
	}
	for i := range tries {
		port := 0
		if first != 0 {
			port = int(first+first%2) + 2*((start+i)%pairs)
		}
		rtp, rtcp, err = openPair(bind, port)
		if err == nil {
			return rtp, rtcp, nil
		}
	}
	return nil, nil, fmt.Errorf("%w: %w", errNoPorts, err)
}

func openPair(bind netip.Addr, port int) (rtp, rtcp *net.UDPConn, err error) {
	if port+1 > 65535 {
		return nil, nil, fmt.Errorf("port %d is too high for a pair", port)
	}
	rtp, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(bind, uint16(port))))
	if err != nil {
		return nil, nil, fmt.Errorf("RTP: %w", err)
	}
	got := portOf(rtp)
	if got%2 != 0 || got == 0 {
		_ = rtp.Close()
		return nil, nil, fmt.Errorf("port %d is odd", got)
	}
	rtcp, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(bind, got+1)))
	if err != nil {
		_ = rtp.Close()
		return nil, nil, fmt.Errorf("RTCP: %w", err)
	}
	return rtp, rtcp, nil
}

func portOf(c *net.UDPConn) uint16 { return uint16(c.LocalAddr().(*net.UDPAddr).Port) }
