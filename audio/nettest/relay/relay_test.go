package relay

import (
	"net"
	"slices"
	"testing"
	"time"

	"permanence/audio/nettest"
)

const ms = time.Millisecond

func TestQueueGivesWhatIsDueInOrder(t *testing.T) {
	began := time.Unix(0, 0)
	var q queue
	for i, after := range []time.Duration{40, 20, 20, 60, 0} {
		q.push(waiting{began.Add(after * ms), []byte{byte(i)}})
	}
	var got []byte
	take := func(now time.Duration) (wait time.Duration, more bool) {
		packet, wait, more := q.due(began.Add(now))
		for ; packet != nil; packet, wait, more = q.due(began.Add(now)) {
			got = append(got, packet[0])
		}
		return wait, more
	}
	if wait, more := take(20 * ms); wait != 20*ms || !more || !slices.Equal(got, []byte{4, 1, 2}) {
		t.Errorf("after 20 ms: %v, the next waits %v", got, wait)
	}
	if _, more := take(time.Second); more || !slices.Equal(got, []byte{4, 1, 2, 0, 3}) {
		t.Errorf("after all: %v", got)
	}
}

// pair is a caller and a telephone with a relay between them.
type pair struct {
	caller, phone *net.UDPConn
	*Relay
	answers chan string
}

func newPair(t *testing.T, n nettest.Network, seed uint64) *pair {
	t.Helper()
	p := &pair{caller: listen(t), phone: listen(t), answers: make(chan string, 10)}
	var err error
	p.Relay, err = Open(n, seed, p.caller.LocalAddr().(*net.UDPAddr), func(packet []byte, _ time.Time) { p.answers <- string(packet) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	p.Connect(p.phone.LocalAddr().(*net.UDPAddr))
	return p
}

func listen(t *testing.T) *net.UDPConn {
	t.Helper()
	c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// send sends packets 0..n-1 to the relay.
func (p *pair) send(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		if _, err := p.caller.WriteToUDP([]byte{byte(i)}, p.Addr()); err != nil {
			t.Fatal(err)
		}
	}
}

// heard is what the telephone gets, n packets.
func (p *pair) heard(t *testing.T, n int) (got []byte) {
	t.Helper()
	_ = p.phone.SetReadDeadline(time.Now().Add(10 * time.Second))
	packet := make([]byte, maxPacket)
	for range n {
		size, from, err := p.phone.ReadFromUDP(packet)
		if err != nil || size != 1 || from.Port != p.Addr().Port {
			t.Fatalf("%d bytes from %v, %v; %v until then", size, from, err, got)
		}
		got = append(got, packet[0])
	}
	return got
}

func TestRelayLosesAndDelaysBySchedule(t *testing.T) {
	const packets = 100
	n := nettest.Network{Delay: nettest.Queues(60 * ms), Lose: nettest.Bursts(0.1)}
	var want []byte
	for s, i := n.Schedule(5), 0; i < packets; i++ {
		if _, lost := s.Next(); !lost {
			want = append(want, byte(i))
		}
	}
	p := newPair(t, n, 5)
	p.send(t, packets)
	got := p.heard(t, len(want))
	if slices.Equal(got, want) {
		t.Error("packets sent together came in order: none was delayed")
	}
	slices.Sort(got)
	if !slices.Equal(got, want) || p.Lost() != packets-len(want) {
		t.Errorf("got %v\nwant %v, %d lost", got, want, p.Lost())
	}
}

func TestRelayHoldsAPacketUntilItIsDue(t *testing.T) {
	p := newPair(t, nettest.Network{Delay: nettest.Detour(0, 20*ms, 50*ms)}, 1)
	began := time.Now()
	p.send(t, 2) // the second is sent 20 ms later in the schedule, past the detour
	if got := p.heard(t, 2); !slices.Equal(got, []byte{1, 0}) {
		t.Errorf("got %v", got)
	}
	if took := time.Since(began); took < 50*ms {
		t.Errorf("the first was there after %v", took)
	}
}

func TestRelayAnswersTheCaller(t *testing.T) {
	p := newPair(t, nettest.Network{}, 1)
	if _, err := p.phone.WriteToUDP([]byte("yes"), p.Addr()); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-p.answers:
		if got != "yes" {
			t.Errorf("the answer is %q", got)
		}
	case <-time.After(10 * time.Second):
		t.Error("no answer came")
	}
}
