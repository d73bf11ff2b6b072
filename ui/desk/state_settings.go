package desk

import (
	"encoding/json"
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
	Headset  string // the headset whose buttons work, "" when there is none
}

// Settings belong to this desk alone.
type Settings struct {
	Lines    []phone.Line
	Mail     MailSettings
	Sound    map[Role]Preference // devices of each role
	Theme    string              // "light", "dark", "" follows the system
	Language string              // "fr", "en"
	Scale    float32             // 1 is normal
	Operator clients.ID

	Address      string                             // where this desk is, for emergency calls
	Partners     []Partner                          // colleagues, to put through and to forward to
	DoNotDisturb bool                               // nothing rings; callers hear busy
	Forwards     map[phone.LineID][]clients.Forward // by line; "" is for every line
	Treatment    *Treatment                         // of the voices; nil is the usual one
	Quiet        bool                               // clients' names are not whispered
}

// Preference lists the devices of a role, the dearest first. Whoever chooses one
// puts it in front, so that each headset takes its roles back when it is plugged in.
type Preference []string

// maxPreference is how many devices a desk remembers for a role.
const maxPreference = 8

// First is the device that was chosen last, "" for the system's default.
func (p Preference) First() string {
	if len(p) == 0 {
		return ""
	}
	return p[0]
}

// With puts a device in front. The system's default, "", is one as well: what was
// chosen before it is not used, but not forgotten.
func (p Preference) With(name string) Preference {
	q := Preference{name}
	for _, n := range p {
		if n != name && len(q) < maxPreference {
			q = append(q, n)
		}
	}
	return q
}

// UnmarshalJSON also reads the single name that older desks kept.
func (p *Preference) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*p = nil
		if one != "" {
			*p = Preference{one}
		}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(p))
}

// UsualTreatment is that of a desk where nobody chose: what was measured to help
// without costing anything. Noise and echo pay only in noise and on loudspeakers.
var UsualTreatment = Treatment{HighPass: true, Gain: true}

// Treats is what is done to the voices.
func (s *Settings) Treats() Treatment {
	if s.Treatment == nil {
		return UsualTreatment
	}
	return *s.Treatment
}

// Treatment says what is done to voices on their way.
type Treatment struct {
	HighPass bool // rumble and hum are taken from the microphone
	Noise    bool // so is steady noise
	Echo     bool // and what it hears of the earpiece
	Gain     bool // quiet callers are made louder
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
