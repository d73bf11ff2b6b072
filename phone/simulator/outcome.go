package simulator

import "time"

// Ending says how a call ended.
type Ending string

// The endings of a call, seen from the simulator.
const (
	GaveUp   Ending = "gave-up"  // we stopped waiting for an answer
	Refused  Ending = "refused"  // Outcome.Status says how
	HungUp   Ending = "hung-up"  // we ended an answered call
	LeftHere Ending = "left"     // the other side ended it
	Failed   Ending = "failed"   // it never became a call; the error says why
	Missed   Ending = "missed"   // an incoming call whose caller gave up
	Declined Ending = "declined" // an incoming call that we refused
)

// Outcome is how a call went.
type Outcome struct {
	Ending   Ending
	Status   int           // the last SIP status: 200, 486, ...; 0 when there was none
	Rang     bool          // a 180 or 183 came
	Answered bool          // voice could pass
	Waited   time.Duration // from the INVITE to the answer, or to the end without one
	Talked   time.Duration // from the answer to the end
	Codec    string        // "PCMA" or "PCMU"; "" without an answer
	Heard    Recording     // at most MaxRecording
	Keys     string        // DTMF heard
}
