// Package desk is the core of the workstation: one State, changed by one pure
// function, on one goroutine. It knows no window, no SIP, no database and no
// sound card: those stand behind the ports (ports.go) and speak in events.
//
//	events ─► Core.Run ─► Step(State, Input) ─► State ─► window, control socket
//	                           └─► []Effect ─► ports ─► events
//
// Events are past tense and say what happened; effects are imperative and say
// what to do. Step has no clock and no source of identifiers: both travel in the
// Input that Run wraps around each event, so that any sequence can be replayed.
//
// A Ticket is the word for one piece of work in hand: the client's card, the
// caller, the call if it is still there, and the message being typed. It outlives
// the call, until its message is sent or it is put away.
//
// A Transfer is F4 (step_transfer.go): a call waits, perhaps while a third is
// consulted. What the telephone tells of it is in step_passing.go; where no network
// helps, the two are joined on this desk. Only what the telephone has confirmed is
// said to be done.
//
// A call may be answered aside, without the operator: it waits with a wait
// announcement and music (step_reception.go), or the answering machine has it
// (step_machine.go) and what the caller says becomes a message in hand. A
// conversation is recorded (step_recording.go) only for a client that has a reason
// for it, only once the caller has heard the notice whole, and never in company.
// Every recording is listed with the day on which it goes, when it begins and again
// when it ends (step_keep.go), so that neither a crash nor a full disk loses one or
// leaves one behind.
package desk
