package phone

import (
	"context"
	"errors"
)

// Errors a command may return at once. Anything that fails later is an event.
var (
	ErrUnknownCall = errors.New("phone: no such call")
	ErrUnknownLine = errors.New("phone: no such line")
	ErrLineNotUp   = errors.New("phone: line is not registered")
	ErrWrongState  = errors.New("phone: call is not in a state for this")
	ErrBadNumber   = errors.New("phone: not a number that can be dialled")
	ErrClosed      = errors.New("phone: user agent is closed")
)

// UserAgent is the telephone. Its commands return at once: a nil error means
// accepted, and what came of it is told by events through the function given to
// the agent when it was made. That function is called from the agent's
// goroutines, one event at a time, and must not block.
type UserAgent interface {
	// SetLines makes the lines be exactly these: new ones register, changed ones
	// register again, missing ones remove their own contact and no other.
	SetLines(lines []Line) error
	// Dial calls somebody from a line, under the name call. An emergency number is
	// sent as it was dialled, under the line's own number, even while the line's
	// registration does not stand.
	Dial(call CallID, line LineID, to Outbound) error
	// Answer takes a ringing call. AnnouncementEnded follows when how has any.
	Answer(call CallID, how Reception) error
	// Attend brings the operator into an answered call that she is not in, or takes
	// her out of it, without a word to the other side, which then hears the call's
	// music. Announcements end. AttendanceChanged follows.
	Attend(call CallID, present bool) error
	// Announce plays sounds to the other side of an answered call, one after the
	// other, in place of the microphone or of the music. Without any it ends what
	// plays, and the microphone opens if the operator is there.
	Announce(call CallID, sounds ...SoundID) error
	// Music sets what the other side hears, over and over, while it waits on hold or
	// aside; "" is silence. It may be set at any time in a call's life.
	Music(call CallID, sound SoundID) error
	// Record begins to keep what is said in an answered call as a new sound;
	// RecordingChanged follows, or CommandFailed. It ends with the call, or by
	// StopRecording, and only then may another begin. The caller is kept also aside,
	// of this side what the other really hears: the operator or an announcement, no
	// music. Nothing is kept of a call on hold.
	Record(call CallID, as SoundID, what Recorded) error
	// PauseRecording leaves out what is said from now on, or no longer does.
	PauseRecording(call CallID, paused bool) error
	// StopRecording ends a recording; RecordingEnded follows.
	StopRecording(call CallID) error
	// Reject refuses a ringing call: 486 Busy Here (RFC 3261 §21.4.24).
	Reject(call CallID) error
	// Redirect sends a ringing call elsewhere: 302 Moved Temporarily (RFC 3261
	// §21.3.3). The call ends with Forwarded.
	Redirect(call CallID, target string) error
	// Hangup ends a call in any state: CANCEL, BYE or a refusal.
	Hangup(call CallID) error
	// Hold makes the other party wait; Resume takes them back.
	Hold(call CallID) error
	Resume(call CallID) error
	// Transfer asks the other side of an answered call to call target instead of
	// us: a blind transfer (RFC 3515). TransferProgressed tells what comes of it.
	Transfer(call CallID, target string) error
	// Connect puts the other sides of two answered calls through to each other: an
	// attended transfer (RFC 3891). call's side is asked to take with's place;
	// both end with Transferred once it has.
	Connect(call, with CallID) error
	// Confer makes answered calls hear each other, mixed here; with here the
	// operator is in the conversation as well. It replaces the conference before;
	// fewer than two calls end it, and each stays a call. A call that ends, or is
	// put on hold, leaves. Held calls are taken back first. Who leaves a conference
	// that the operator is not in is held: a room that is not expected to be heard
	// never is.
	Confer(calls []CallID, here bool) error
	// SendDTMF sends keys (RFC 4733), 100 ms each with 50 ms between.
	SendDTMF(call CallID, digits string) error
	// Stats reads a call's voice counters; false when there is no such call.
	Stats(call CallID) (MediaStats, bool)
	// Close ends all calls, removes our contacts and waits for both, or for ctx.
	Close(ctx context.Context) error
}
