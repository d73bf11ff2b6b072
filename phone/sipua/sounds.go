package sipua

import "permanence/phone"

// Attend implements phone.UserAgent.
func (a *Agent) Attend(phone.CallID, bool) error { return phone.ErrWrongState }

// Announce implements phone.UserAgent.
func (a *Agent) Announce(phone.CallID, ...phone.SoundID) error { return phone.ErrWrongState }

// Music implements phone.UserAgent.
func (a *Agent) Music(phone.CallID, phone.SoundID) error { return phone.ErrWrongState }

// Record implements phone.UserAgent.
func (a *Agent) Record(phone.CallID, phone.SoundID, phone.Recorded) error { return phone.ErrWrongState }

// PauseRecording implements phone.UserAgent.
func (a *Agent) PauseRecording(phone.CallID, bool) error { return phone.ErrWrongState }

// StopRecording implements phone.UserAgent.
func (a *Agent) StopRecording(phone.CallID) error { return phone.ErrWrongState }
