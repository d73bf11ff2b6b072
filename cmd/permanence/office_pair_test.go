package main

import (
	"net"
	"slices"
	"testing"
)

func TestAddressToType(t *testing.T) {
	own := []net.Addr{
		&net.IPNet{IP: net.ParseIP("127.0.0.1"), Mask: net.CIDRMask(8, 32)},
		&net.IPNet{IP: net.ParseIP("2001:db8::7"), Mask: net.CIDRMask(64, 128)},
		&net.IPNet{IP: net.ParseIP("fe80::7"), Mask: net.CIDRMask(64, 128)},
		&net.IPNet{IP: net.IPv4(192, 0, 2, 7).To4(), Mask: net.CIDRMask(24, 32)},
	}
	for _, c := range []struct {
		listens string
		own     []net.Addr
		want    []string
	}{
		{"[::]:7443", own, []string{"192.0.2.7", "[2001:db8::7]:7443"}},
		{"0.0.0.0:8443", own, []string{"192.0.2.7:8443", "[2001:db8::7]:8443"}},
		{"127.0.0.1:7443", own, []string{"127.0.0.1:7443"}},
		{"bureau.example:7443", own, []string{"bureau.example:7443"}},
		{"[::]:7443", nil, []string{"[::]:7443"}},
	} {
		if got := typedAs(c.listens, c.own); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.listens, got, c.want)
		}
	}
}
