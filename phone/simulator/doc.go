// Package simulator is a caller who is not there: it rings a desk with real SIP
// and speaks to it with real RTP. The demo, the training and the tests use it.
//
// It stands on diago's high-level user agent, on purpose: phone/sipua drives
// sipgo itself, so a call between the two is a call between two independent
// implementations.
//
// Words:
//
//   - Plan: one call to make, from the number dialled to when it is given up.
//   - Reception: what is done with a call that comes in.
//   - Part: what a party says and presses once the call is answered.
//   - referred: following a transfer (REFER), unless Config.NoTransfer makes it a
//     network that knows none.
//   - Outcome: how a call went, and what was heard in it.
//   - Recording: the voice heard, with what one may ask of it.
//
// Promise: Call always returns, with the call over on both sides as far as the
// network allows, and no packet from the other side ends the program. For the
// second half, see guard.go, which lists the faults of diago v0.31.0 that are
// kept away from it.
package simulator
