package sipua

import "permanence/phone"

// Record implements phone.UserAgent.
func (a *Agent) Record(id phone.CallID, _ phone.SoundID, _ phone.Recorded) error {
	return a.noRecording(id)
}

// PauseRecording implements phone.UserAgent.
func (a *Agent) PauseRecording(id phone.CallID, _ bool) error { return a.noRecording(id) }

// StopRecording implements phone.UserAgent.
func (a *Agent) StopRecording(id phone.CallID) error { return a.noRecording(id) }

func (a *Agent) noRecording(id phone.CallID) error {
	return a.command(id, func(*call) (func(), error) { return nil, phone.ErrWrongState })
}
