package realtime

// #include "threads.h"
import "C"

import (
	"errors"
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// turn is below the sound server's own threads, which are at 5 and more, and before
// everything ordinary.
const turn = 4

// errRevoked is the cause after a thread used up its time.
var errRevoked = errors.New("the voice once took too long")

// errMany is the cause when more threads ask than a console with its devices has.
var errMany = errors.New("too many threads")

// Ask wants real time for a thread of this program. The error says why there is none.
// It may take half a second. Whoever asked calls Forget before the thread ends.
func Ask(thread int) (Grant, error) {
	if Revoked() {
		return None, errRevoked
	}
	if has(thread) {
		return Before, nil
	}
	if C.threads_watch(C.int(thread)) == 0 {
		return None, errMany
	}
	g, err := ask(thread)
	if g == None {
		Forget(thread)
	}
	return g, err
}

func ask(thread int) (Grant, error) {
	if err := limit(softest, unix.RLIM_INFINITY); err != nil {
		return None, err
	}
	direct := unix.SchedSetAttr(thread, &unix.SchedAttr{
		Size: unix.SizeofSchedAttr, Policy: unix.SCHED_RR, Priority: turn, Flags: unix.SCHED_FLAG_RESET_ON_FORK,
	}, 0)
	if direct == nil {
		return Direct, nil
	}
	if err := askKit(thread); err != nil {
		return None, fmt.Errorf("realtime: %w; %w", direct, err)
	}
	return Kit, nil
}

// has reports whether whoever started us gave the thread real time already.
func has(thread int) bool {
	a, err := unix.SchedGetAttr(thread, 0)
	return err == nil && (a.Policy == unix.SCHED_RR || a.Policy == unix.SCHED_FIFO)
}

// softest is how long a thread may compute without a pause before it is warned, in
// microseconds.
const softest = 100_000

// limit bounds the time that threads in real time compute without a pause, and leaves
// what is bound closer. What computes for longer than most is killed by the system,
// and the program with it: we are warned before.
func limit(soft, most uint64) error {
	var r syscall.Rlimit
	if err := syscall.Getrlimit(unix.RLIMIT_RTTIME, &r); err != nil {
		return fmt.Errorf("realtime: limit: %w", err)
	}
	r.Max = min(r.Max, most)
	r.Cur = min(r.Cur, soft, r.Max/2)
	if err := syscall.Setrlimit(unix.RLIMIT_RTTIME, &r); err != nil {
		return fmt.Errorf("realtime: limit: %w", err)
	}
	return nil
}

// Forget lets a thread be as it was before it was granted real time.
func Forget(thread int) { C.threads_forget(C.int(thread)) }

// Revoked reports whether a thread used up its time, so that all went back among the
// others.
func Revoked() bool { return C.threads_revoked != 0 }
