package clients

import (
	"strconv"
	"strings"

	"permanence/phone"
)

func (v *validator) voice(c Voice) {
	for i, g := range c.Greetings {
		path := at("voice.greetings", i)
		if strings.TrimSpace(g.Text) == "" {
			v.add("client.greeting-empty", path+".text")
		}
		v.sound(path+".sound", g.Sound)
	}
	if after := c.Wait.After; after != 0 && !validAfter(after) {
		v.add("client.wait-after-bad", "voice.wait.after", strconv.Itoa(after))
	}
	for i, m := range c.Machines {
		v.machine(at("voice.machines", i), m)
	}
}

func (v *validator) sound(path string, id phone.SoundID) {
	if id == "" {
		v.add("client.sound-missing", path)
	}
}

func (v *validator) machine(path string, m Machine) {
	switch m.When {
	case ForwardAlways, ForwardBusy:
	case ForwardNoAnswer:
		if !validAfter(m.After) {
			v.add("client.machine-after-bad", path+".after", strconv.Itoa(m.After))
		}
	default:
		v.add("client.machine-when-bad", path+".when", string(m.When))
	}
	v.sound(path+".greeting", m.Greeting)
	v.week(path+".hours", m.Hours)
	if m.Seconds != 0 && (m.Seconds < MinMachineSeconds || m.Seconds > MaxMachineSeconds) {
		v.add("client.machine-seconds-bad", path+".seconds", strconv.Itoa(m.Seconds))
	}
}

// validAfter reports whether a call may ring so many seconds before something
// else happens to it.
func validAfter(seconds int) bool { return seconds >= MinForwardAfter && seconds <= MaxForwardAfter }

// recording asks for what Records asks for, with a problem for each that lacks.
func (v *validator) recording(r Recording, health bool) {
	const path = "voice.recording"
	if r.Days < 0 || r.Days > MaxRecordingDays || r.On && r.Days == 0 {
		v.add("client.recording-days-bad", path+".days", strconv.Itoa(r.Days))
	}
	if !r.On {
		return
	}
	if health {
		v.add("client.recording-health", path+".on")
	}
	if strings.TrimSpace(r.Reason) == "" {
		v.add("client.recording-reason-missing", path+".reason")
	}
	if r.Announcement == "" {
		v.add("client.recording-notice-missing", path+".announcement")
	}
}
