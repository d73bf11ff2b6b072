package sipua

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"

	"github.com/emiago/sipgo/sip"
)

// flow is one way to one peer: a UDP address seen from a socket, or a TCP or TLS
// connection. It is what sipgo's transactions write to.
type flow interface {
	sip.Connection
	// remote is the peer's address.
	remote() netip.AddrPort
	// self is our own address as this peer should be told it.
	self() netip.AddrPort
	// transport is "UDP", "TCP" or "TLS", as a Via header writes it.
	transport() string
}

// datagrams is a flow over an endpoint's UDP socket.
type datagrams struct {
	unowned
	ep *endpoint
	to netip.AddrPort
	me netip.AddrPort
}

// at is the same way to another port.
func (d *datagrams) at(port uint16) *datagrams {
	return &datagrams{ep: d.ep, to: netip.AddrPortFrom(d.to.Addr(), port), me: d.me}
}

func (d *datagrams) remote() netip.AddrPort { return d.to }
func (d *datagrams) self() netip.AddrPort   { return d.me }
func (d *datagrams) transport() string      { return "UDP" }
func (d *datagrams) LocalAddr() net.Addr    { return d.ep.udp.LocalAddr() }

// WriteMsg sends the message as one datagram whatever its size: IP fragments it,
// where the library refuses more than 1300 bytes.
func (d *datagrams) WriteMsg(msg sip.Message) error {
	return d.write(wire(msg))
}

func (d *datagrams) write(b []byte) error {
	if _, err := d.ep.udp.WriteToUDPAddrPort(b, d.to); err != nil {
		return fmt.Errorf("sending to %v: %w", d.to, err)
	}
	return nil
}

func wire(msg sip.Message) []byte {
	var b bytes.Buffer
	msg.StringWrite(&b)
	return b.Bytes()
}

// unowned answers the part of sip.Connection that counts references: a flow's
// socket belongs to its endpoint, whichever transactions still hold the flow.
type unowned struct{}

func (unowned) Ref(int) int            { return 1 }
func (unowned) TryClose() (int, error) { return 1, nil }
func (unowned) Close() error           { return nil }

// plain frees an address of its IPv4-in-IPv6 form, which a socket for both
// families gives.
func plain(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}
