package help

// Key is one key, or keys pressed together, and what it does. Both are the keys
// of sentences in the translation.
type Key struct {
	Cap  string
	Does string
}

// Group is a heading with its keys.
type Group struct {
	Name string
	Keys []Key
}

// Keys are all keys of the window, in the order in which they are learnt. What
// the window does with them stands in its own key table; this one tells it, and a
// test of the window holds the one against the other.
var Keys = []Group{
	{"help.call", []Key{
		{"F2", "help.answer"},
		{"key.wait", "help.wait"},
		{"F3", "help.hold"},
		{"F4", "help.transfer"},
		{"F5", "help.mute"},
		{"F8", "help.hangup"},
		{"F9", "help.next"},
		{"F10", "help.disturb"},
		{"key.away", "help.away"},
		{"F11", "help.confer"},
		{"key.part", "help.part"},
		{"key.dial", "help.dial"},
		{"F12", "help.call-back"},
		{"key.calls", "help.calls"},
		{"Ctrl P", "help.pause-recording"},
		{"Ctrl T", "help.tones"},
		{"Ctrl 1…9", "help.type"},
	}},
	{"help.work", []Key{
		{"F6", "help.message"},
		{"key.send", "help.send"},
		{"key.listen", "help.listen"},
		{"key.delete", "help.delete-sound"},
		{"F7", "help.agenda"},
		{"Alt ← →", "help.day"},
		{"Ctrl Tab", "help.tab"},
		{"Ctrl U", "help.urgent"},
		{"Ctrl W", "help.put-away"},
	}},
	{"help.window", []Key{
		{"F1", "help.help"},
		{"key.search", "help.search"},
		{"Ctrl E", "help.edit"},
		{"Ctrl B", "help.outbox"},
		{"key.team", "help.team"},
		{"key.conflicts", "help.conflicts"},
		{"key.take-over", "help.take-over"},
		{"key.settings", "help.settings"},
		{"key.escape", "help.escape"},
	}},
	{"help.sheets", []Key{
		{"help.tab-cap", "help.next-entry"},
		{"help.pages-cap", "help.pages"},
		{"key.send", "help.save"},
		{"Ctrl I", "help.under"},
		{"help.space-cap", "help.space"},
		{"help.move-cap", "help.move"},
	}},
}

// Steps are what a new desk needs, in order.
var Steps = []Key{
	{"key.settings", "help.step.line"},
	{"key.settings", "help.step.mail"},
	{"Ctrl E", "help.step.client"},
	{"", "help.step.forward"},
	{"F2", "help.step.answer"},
}
