// Package realtime asks the system to let a thread of the voice go before all other
// work, and is the only one that knows how.
//
// On Linux a thread is put under SCHED_RR at once where the operator's account may do
// so (RLIMIT_RTPRIO, CAP_SYS_NICE), else by RealtimeKit, the service that desktops
// have for this (org.freedesktop.RealtimeKit1). Elsewhere the sound library already
// did what there is to do.
//
// Promise: a voice that computes without end does not hold the computer, nor end the
// program. RLIMIT_RTTIME warns us after a tenth of a second, far more than any frame
// takes; then all threads go back among the others, and none is given real time again.
package realtime

// Grant is how a thread was given real time.
type Grant int

// The grants. Without any, a thread stays what it was.
const (
	None   Grant = iota
	Before       // by whoever started the program
	Direct       // by the rights of the account
	Kit          // by RealtimeKit
)

// String is for the log.
func (g Grant) String() string {
	return [...]string{None: "none", Before: "before us", Direct: "rights of the account", Kit: "RealtimeKit"}[g]
}
