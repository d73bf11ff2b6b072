// Package relay is a network with faults on loopback, in real time: a UDP socket
// between a caller and a telephone under test that passes on what both send, and on
// the way to the telephone delays, loses and reorders by the schedule of a seed.
// Nothing in the packets is changed or looked at, so any telephone can be tested,
// and several can be given the same faults.
package relay

import (
	"bytes"
	"fmt"
	"net"
	"sync"
	"time"

	"permanence/audio/nettest"
)

// maxPacket is what UDP over Ethernet carries.
const maxPacket = 1500

// maxWaiting bounds what is on its way: 20 s of voice.
const maxWaiting = 1000

// Relay stands between two. Both are told its address in place of the other's.
type Relay struct {
	conn   *net.UDPConn
	caller *net.UDPAddr
	answer func(packet []byte, at time.Time)

	mu       sync.Mutex
	schedule *nettest.Schedule
	phone    *net.UDPAddr // where the telephone hears; nil until it is known
	lost     int

	delayed chan waiting
	quit    chan struct{}
	done    sync.WaitGroup
}

// Open makes a relay for a caller. What the telephone sends goes to answer with the
// time at which it came, on one goroutine; the packet is only lent.
func Open(n nettest.Network, seed uint64, caller *net.UDPAddr, answer func(packet []byte, at time.Time)) (*Relay, error) {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, fmt.Errorf("relay: %w", err)
	}
	r := &Relay{
		conn: conn, caller: caller, answer: answer, schedule: n.Schedule(seed),
		delayed: make(chan waiting, maxWaiting), quit: make(chan struct{}),
	}
	r.done.Go(r.receive)
	r.done.Go(r.deliver)
	return r, nil
}

// Addr is the relay's own address.
func (r *Relay) Addr() *net.UDPAddr { return r.conn.LocalAddr().(*net.UDPAddr) }

// Connect tells where the telephone hears. What the caller sent before is forgotten,
// and is not in the schedule.
func (r *Relay) Connect(phone *net.UDPAddr) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.phone = phone
}

// Lost is how many of the caller's packets were lost so far.
func (r *Relay) Lost() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lost
}

// Close ends the relay and waits for its goroutines.
func (r *Relay) Close() error {
	close(r.quit)
	err := r.conn.Close()
	r.done.Wait()
	return err
}

// receive sorts what comes by who sent it.
func (r *Relay) receive() {
	packet := make([]byte, maxPacket)
	for {
		n, from, err := r.conn.ReadFromUDP(packet)
		now := time.Now()
		switch {
		case r.ended():
			return
		case err != nil: // the telephone is gone, or not yet there
		case from.Port == r.caller.Port:
			r.carry(bytes.Clone(packet[:n]), now)
		default:
			r.answer(packet[:n], now)
		}
	}
}

func (r *Relay) ended() bool {
	select {
	case <-r.quit:
		return true
	default:
		return false
	}
}

// carry lets a packet of the caller have its fate.
func (r *Relay) carry(packet []byte, now time.Time) {
	delay, ok := r.fate()
	if !ok {
		return
	}
	if delay == 0 {
		r.send(packet)
		return
	}
	select {
	case r.delayed <- waiting{now.Add(delay), packet}:
	default: // more than a network holds
	}
}

func (r *Relay) fate() (delay time.Duration, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.phone == nil {
		return 0, false
	}
	delay, lost := r.schedule.Next()
	if lost {
		r.lost++
	}
	return delay, !lost
}

func (r *Relay) send(packet []byte) {
	r.mu.Lock()
	to := r.phone
	r.mu.Unlock()
	_, _ = r.conn.WriteToUDP(packet, to) // a network does not tell either
}

// deliver sends what was delayed when it is due.
func (r *Relay) deliver() {
	var q queue
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-r.quit:
			return
		case w := <-r.delayed:
			q.push(w)
		case <-timer.C:
		}
		packet, wait, ok := q.due(time.Now())
		for ; packet != nil; packet, wait, ok = q.due(time.Now()) {
			r.send(packet)
		}
		if ok {
			timer.Reset(wait)
		}
	}
}
