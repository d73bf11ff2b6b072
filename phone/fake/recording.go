package fake

import (
	"time"

	"permanence/phone"
)

// recording counts how long a call was recorded.
type recording struct {
	sound  phone.SoundID
	paused bool
	length time.Duration
	since  time.Time // zero while nothing is kept
}

// DiskFails makes every recording end with a fault from now on, and none begin; ""
// is a disk that works.
func (a *Agent) DiskFails(fault string) {
	a.x.mu.Lock()
	defer a.x.mu.Unlock()
	a.fault = fault
}

// Record implements phone.UserAgent.
func (a *Agent) Record(id phone.CallID, as phone.SoundID, _ phone.Recorded) error {
	return a.at(id, up, func(l *leg) error {
		switch {
		case l.record != nil || as == "":
			return phone.ErrWrongState
		case a.fault != "":
			l.emit(phone.CommandFailed{Call: id, Command: "record", Detail: a.fault, At: a.x.now()})
			return nil
		}
		l.record = &recording{sound: as}
		l.recordNow()
		l.tellRecording()
		return nil
	})
}

func (l *leg) tellRecording() {
	r := l.record
	l.emit(phone.RecordingChanged{Call: l.id, Sound: r.sound, Paused: r.paused, At: l.agent.x.now()})
}

// recordNow keeps what is said, or leaves it out, as the call stands now.
func (l *leg) recordNow() {
	r := l.record
	if r == nil {
		return
	}
	now := l.agent.x.now()
	if !r.since.IsZero() {
		r.length += now.Sub(r.since)
		r.since = time.Time{}
	}
	if l.stage == up && !r.paused && !l.holds {
		r.since = now
	}
}

// PauseRecording implements phone.UserAgent.
func (a *Agent) PauseRecording(id phone.CallID, paused bool) error {
	return a.at(id, up, func(l *leg) error {
		switch {
		case l.record == nil:
			return phone.ErrWrongState
		case l.record.paused == paused:
			return nil
		}
		l.record.paused = paused
		l.recordNow()
		l.tellRecording()
		return nil
	})
}

// StopRecording implements phone.UserAgent.
func (a *Agent) StopRecording(id phone.CallID) error {
	return a.at(id, up, func(l *leg) error {
		if l.record == nil {
			return phone.ErrWrongState
		}
		l.recorded()
		return nil
	})
}

// recorded ends a recording, if one runs.
func (l *leg) recorded() {
	r := l.record
	if r == nil {
		return
	}
	l.recordNow()
	l.record = nil
	l.emit(phone.RecordingEnded{
		Call: l.id, Sound: r.sound, Length: r.length, Silent: r.length == 0, Fault: l.agent.fault, At: l.agent.x.now(),
	})
}
