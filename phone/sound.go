package phone

import "time"

// SoundID names a recorded sound that this desk keeps: a greeting, music, what a
// caller left. It is a UUID; "" is none.
type SoundID string

// Beep is the one sound that need not be recorded: "speak after the tone".
const Beep SoundID = "beep"

// Reception says how a ringing call is taken.
type Reception struct {
	// Announcements are heard by the caller from the first packet on, one after the
	// other, in place of the operator's microphone, which opens after the last. She
	// hears the caller meanwhile.
	Announcements []SoundID
	// Aside takes the call without the operator: she is neither heard nor does she
	// hear it. After the announcements the caller hears the call's music.
	Aside bool
}

// Recorded says whose voice a recording holds.
type Recorded int

// What can be recorded: what a caller leaves, or the conversation.
const (
	RecordCaller Recorded = iota
	RecordBoth
)

// AnnouncementEnded says that the announcements of a call are over: heard whole, or
// cut short by a command. It comes once for each Answer or Announce that began any,
// before CallEnded.
type AnnouncementEnded struct {
	Call  CallID
	Sound SoundID // the last that was begun
	Whole bool    // all of them were heard to the end
	Fault string  // why a sound could not be played, "" when all could
	At    time.Time
}

// AttendanceChanged says whether the operator is in an answered call: heard, and
// hearing it. One that was answered aside begins without her.
type AttendanceChanged struct {
	Call    CallID
	Present bool
	At      time.Time
}

// RecordingChanged says that a recording runs, or pauses.
type RecordingChanged struct {
	Call   CallID
	Sound  SoundID
	Paused bool
	At     time.Time
}

// RecordingEnded says that a recording is complete and can be played. It comes
// before CallEnded. With a Fault what was recorded until then is kept if Length is
// more than zero.
type RecordingEnded struct {
	Call   CallID
	Sound  SoundID
	Length time.Duration
	Silent bool // nobody said anything
	Fault  string
	At     time.Time
}

func (AnnouncementEnded) phoneEvent() {}
func (AttendanceChanged) phoneEvent() {}
func (RecordingChanged) phoneEvent()  {}
func (RecordingEnded) phoneEvent()    {}
