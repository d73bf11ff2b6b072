package store

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// BootClock tells how long the machine has been running, sleep included, on a clock
// that nobody can set, and names this run of it. No name: there is no such clock, and
// nothing may be promised by it.
type BootClock func() (boot string, up time.Duration)

// machineClock is CLOCK_BOOTTIME as Linux writes it down (proc(5), /proc/uptime, in
// hundredths of a second).
func machineClock() (boot string, up time.Duration) {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", 0
	}
	text, err := os.ReadFile("/proc/uptime")
	if err != nil {
		return "", 0
	}
	seconds, _, _ := strings.Cut(string(text), " ")
	n, err := strconv.ParseFloat(seconds, 64)
	if err != nil {
		return "", 0
	}
	return strings.TrimSpace(string(id)), time.Duration(n * float64(time.Second))
}

// moment is a reading of a BootClock.
type moment struct {
	boot string
	up   time.Duration
}

func (s *Store) moment() moment {
	boot, up := s.boot()
	return moment{boot: boot, up: up}
}

// within reports whether no more than d has passed since m, as far as now can tell.
func (m moment) within(d time.Duration, now moment) bool {
	return m.boot != "" && m.boot == now.boot && now.up >= m.up && now.up-m.up < d
}
