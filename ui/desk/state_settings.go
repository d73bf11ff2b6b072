package desk

import (
	"time"

	"permanence/clients"
	"permanence/phone"
)

// Role is one of the three uses of a sound device.
type Role string

// The three roles.
const (
	Microphone Role = "microphone"
	Earpiece   Role = "earpiece"
	Ringer     Role = "ringer"
)

// Roles lists them in the order of the settings.
var Roles = []Role{Microphone, Earpiece, Ringer}

// Device is what stands behind a role.
type Device struct {
	Wanted string // the name in the settings; "" is the system's default
	Using  string // the name in use; "" when there is none
	Lost   bool   // Wanted is not there: Using is the fallback
}

// SoundState is the state of the sound devices.
type SoundState struct {
	Devices  map[Role]Device
	Captures []string // names one can choose for the microphone
	Playback []string // names one can choose for earpiece and ringer
	Muted    bool
	Silent   bool   // no sound card at all
	Code     string // of a fault: "sound.server", "sound.device", "sound.microphone-silent"; "" for none
	Error    string // the technical words behind it
}

// Settings belong to this desk alone.
type Settings struct {
	Lines    []phone.Line
	Mail     MailSettings
	Sound    map[Role]string // device names, "" for the system's default
	Theme    string          // "light", "dark", "" follows the system
	Language string          // "fr", "en"
	Scale    float32         // 1 is normal
	Operator clients.ID

	Address      string                             // where this desk is, for emergency calls
	Partners     []Partner                          // colleagues, to put through and to forward to
	DoNotDisturb bool                               // nothing rings; callers hear busy
	Forwards     map[phone.LineID][]clients.Forward // by line; "" is for every line
}

// Partner is a colleague.
type Partner struct {
	Name   string
	Number string // or a sip: URI
	Key    string // one digit for F4; a client's contact with the same key comes first
	Watch  string // the extension whose lamp is shown, as in phone.Line.Watch; "" for none
}

// MailSettings say how messages leave. The password is in the keyring.
type MailSettings struct {
	Host     string
	Port     int
	Security string // "starttls", "tls", "none"
	User     string
	From     string
	FromName string
	CA       string // PEM file of a private CA, optional
}

// Check is the result of a test button.
type Check struct {
	Running bool
	OK      bool
	Code    string // of the sentence
	Detail  string
	At      time.Time
}
