// Package phonetest is the one conformance suite of phone.UserAgent. It is run on
// the real user agent and on the scripted one, so that what is tested with the
// second is true of the first.
//
// Up to four desks, A to D, telephone with each other. Every scenario counts
// all events of all desks, and at the end every desk is closed and must have kept
// the promise of package phone: each call ends with exactly one CallEnded, nothing
// comes after it, and no goroutine is left.
//
// NoLeaks, RunAll and FreePort serve the other tests of telephones as well.
package phonetest
