package exchange

import (
	"permanence/clients"
	"permanence/phone"
)

// voice reads what a client's callers hear. Sounds stand there by their IDs: the
// sounds themselves are not in a file that people read.
func (v value) voice() (c clients.Voice) {
	v.object(map[string]func(value){
		"greetings": func(v value) { v.list(func(v value) { c.Greetings = append(c.Greetings, v.spokenGreeting()) }) },
		"name":      func(v value) { c.Name = v.sound() },
		"music":     func(v value) { c.Music = v.sound() },
		"wait":      func(v value) { c.Wait = v.wait() },
		"machines":  func(v value) { v.list(func(v value) { c.Machines = append(c.Machines, v.machine()) }) },
		"recording": func(v value) { c.Recording = v.recording() },
	})
	return c
}

func (v value) sound() phone.SoundID { return phone.SoundID(v.text()) }

func (v value) spokenGreeting() (g clients.SpokenGreeting) {
	v.object(map[string]func(value){
		"operator": func(v value) { g.Operator = clients.ID(v.text()) },
		"text":     func(v value) { g.Text = v.text() },
		"sound":    func(v value) { g.Sound = v.sound() },
	})
	return g
}

func (v value) wait() (w clients.Wait) {
	v.object(map[string]func(value){
		"sound": func(v value) { w.Sound = v.sound() },
		"after": func(v value) { w.After = v.integer() },
	})
	return w
}

func (v value) machine() (m clients.Machine) {
	v.object(map[string]func(value){
		"when":     func(v value) { m.When = clients.ForwardWhen(v.text()) },
		"after":    func(v value) { m.After = v.integer() },
		"greeting": func(v value) { m.Greeting = v.sound() },
		"hours":    func(v value) { m.Hours = v.week() },
		"closed":   func(v value) { m.Closed = v.boolean() },
		"seconds":  func(v value) { m.Seconds = v.integer() },
		"off":      func(v value) { m.Off = v.boolean() },
	})
	return m
}

func (v value) recording() (r clients.Recording) {
	v.object(map[string]func(value){
		"on":           func(v value) { r.On = v.boolean() },
		"reason":       func(v value) { r.Reason = v.text() },
		"announcement": func(v value) { r.Announcement = v.sound() },
		"days":         func(v value) { r.Days = v.integer() },
	})
	return r
}

func voiceObject(v clients.Voice) object {
	return object{
		{"greetings", objects(v.Greetings, func(g clients.SpokenGreeting) object {
			return object{{"operator", string(g.Operator)}, {"text", g.Text}, {"sound", string(g.Sound)}}
		})},
		{"name", string(v.Name)},
		{"music", string(v.Music)},
		{"wait", object{{"sound", string(v.Wait.Sound)}, {"after", v.Wait.After}}},
		{"machines", objects(v.Machines, machineObject)},
		{"recording", recordingObject(v.Recording)},
	}
}

func machineObject(m clients.Machine) object {
	return object{
		{"when", string(m.When)},
		{"after", m.After},
		{"greeting", string(m.Greeting)},
		{"hours", weekObject(m.Hours)},
		{"closed", m.Closed},
		{"seconds", m.Seconds},
		{"off", m.Off},
	}
}

func recordingObject(r clients.Recording) object {
	return object{
		{"on", r.On},
		{"reason", r.Reason},
		{"announcement", string(r.Announcement)},
		{"days", r.Days},
	}
}
