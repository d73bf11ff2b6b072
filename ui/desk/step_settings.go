package desk

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"permanence/phone"
)

// loopFor is how long the operator hears herself in the sound test.
const loopFor = 8 * time.Second

func (e SettingsSaved) apply(t *turn) {
	t.do(KeepSettings{Settings: e.Settings, Secrets: e.Secrets})
}

// SettingsKept comes only once they are on disk; then they are used.
func (e SettingsKept) apply(t *turn) {
	t.useSettings(e.Settings, e.Secrets)
	if e.Silently {
		return
	}
	t.remark("settings", "settings.saved")
	// With other mail settings what waits is worth a try now, not in a while.
	for _, d := range t.Outbox {
		t.do(RetryDelivery{Delivery: d.ID})
	}
	t.do(ReadOutbox{}, WakeCourier{})
}

func (e SettingsNotKept) apply(t *turn) { t.alarm("settings", e.Problem) }

// useSettings puts settings to work; renewed names the passwords that changed.
func (t *turn) useSettings(s Settings, renewed []string) {
	old := t.Settings
	t.Settings = s
	t.setLines(s.Lines)
	if stale := withoutRenewed(s.Lines, renewed); len(stale) < len(s.Lines) {
		// A line whose password changed leaves and comes back, to try it at once.
		t.do(SetLines{Lines: stale})
		old.Lines = nil
	}
	if !reflect.DeepEqual(old.Lines, s.Lines) {
		t.do(SetLines{Lines: s.Lines})
	}
	for _, r := range Roles {
		if names := s.Sound[r]; !slices.Equal(names, old.Sound[r]) {
			t.do(PreferDevices{Role: r, Names: names})
		}
	}
	if s.Treats() != old.Treats() {
		t.do(TreatVoices{Treatment: s.Treats()})
	}
}

func withoutRenewed(lines []phone.Line, renewed []string) []phone.Line {
	return slices.DeleteFunc(slices.Clone(lines), func(l phone.Line) bool {
		return slices.Contains(renewed, SecretOfLine(l.ID))
	})
}

// SecretOfLine is the name under which a line's password is kept.
func SecretOfLine(l phone.LineID) string { return "line:" + string(l) }

// SecretOfMail is the name under which the mail password is kept.
const SecretOfMail = "mail"

func (e SoundChanged) apply(t *turn) {
	muted, headset := t.Sound.Muted, t.Sound.Headset
	t.Sound = e.Sound
	t.Sound.Muted, t.Sound.Headset = muted, headset
	for _, r := range Roles {
		id := "sound:" + string(r)
		if d := e.Sound.Devices[r]; d.Lost {
			t.notify(Notice{ID: id, Code: "sound.lost-" + string(r), Args: []string{d.Wanted, d.Using}, Level: Warning})
		} else {
			t.withdraw(id)
		}
	}
	switch {
	case e.Sound.Silent:
		t.notify(Notice{ID: "sound", Code: "sound.silent", Detail: e.Sound.Error, Level: Alarm})
	case e.Sound.Code != "":
		t.notify(Notice{ID: "sound", Code: e.Sound.Code, Detail: e.Sound.Error, Level: Warning})
	default:
		t.withdraw("sound")
	}
}

func (e LineTested) apply(t *turn) {
	t.startCheck(SecretOfLine(e.Line.ID))
	t.do(TryLine(e))
}

func (e MailTested) apply(t *turn) {
	t.startCheck(SecretOfMail)
	t.do(TryMail(e))
}

func (SoundTested) apply(t *turn) {
	t.do(LoopSound{For: loopFor})
}

func (t *turn) startCheck(name string) {
	t.Checks = maps.Clone(t.Checks)
	if t.Checks == nil {
		t.Checks = map[string]Check{}
	}
	t.Checks[name] = Check{Running: true, At: t.At}
}

func (e Checked) apply(t *turn) {
	t.startCheck(e.Name)
	t.Checks[e.Name] = Check{OK: e.OK, Code: e.Code, Detail: strings.TrimSpace(e.Detail), At: t.At}
}
