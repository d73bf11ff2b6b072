package ui

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"permanence/ui/desk"
	"permanence/ui/help"
	"permanence/ui/story"
	"permanence/ui/widgets"
	"permanence/ui/words"
)

// capNames are the keys that a cap names by a word or a sign of its own.
var capNames = map[fyne.KeyName]string{
	fyne.KeyReturn: "Entrée", fyne.KeyEnter: "Entrée", fyne.KeyEscape: "Échap", fyne.KeyDelete: "Suppr",
	fyne.KeyLeft: "←", fyne.KeyRight: "→", fyne.KeyUp: "↑", fyne.KeyDown: "↓",
}

// actingKeys are the caps of all keys that do something in one story or another.
func actingKeys(t *testing.T) map[string]bool {
	t.Helper()
	acting := map[string]bool{}
	for _, s := range []desk.State{
		story.Talking(), story.ThreeCalls(), story.Booking(), story.Conference(), story.Choosing(), story.Consulting(), story.TakeOver(),
	} {
		o := open(t, s, wide, high)
		for _, key := range everyKey() {
			for prefix, act := range map[string]func(){
				"": o.bareKey(key), "Ctrl ": o.controlKey(key), "Alt ": o.dayKey(key), "Maj ": o.shiftKey(key), "Ctrl Maj ": o.controlShiftKey(key),
			} {
				if act != nil {
					acting[prefix+capName(key)] = true
				}
			}
		}
	}
	return acting
}

func everyKey() []fyne.KeyName {
	keys := slices.Collect(maps.Keys(capNames))
	keys = append(keys, fyne.KeyTab, fyne.KeySpace, fyne.KeyDelete, fyne.KeyBackspace, fyne.KeyInsert,
		fyne.KeyHome, fyne.KeyEnd, fyne.KeyPageUp, fyne.KeyPageDown,
		fyne.KeyF1, fyne.KeyF2, fyne.KeyF3, fyne.KeyF4, fyne.KeyF5, fyne.KeyF6,
		fyne.KeyF7, fyne.KeyF8, fyne.KeyF9, fyne.KeyF10, fyne.KeyF11, fyne.KeyF12)
	for r := '!'; r <= '~'; r++ {
		keys = append(keys, fyne.KeyName(string(r)))
	}
	return keys
}

func capName(key fyne.KeyName) string {
	if name := capNames[key]; name != "" {
		return name
	}
	if widgets.Digit(key) >= 0 {
		return "1…9"
	}
	return string(key)
}

// toldKeys are the caps of the help. One that names several arrows is all of them,
// and an arrow may stand in the sentence.
func toldKeys() map[string]bool {
	w, told := words.New(words.French), map[string]bool{}
	for _, g := range help.Keys {
		if g.Name == "help.sheets" {
			continue // not the window's
		}
		for _, k := range g.Keys {
			cap := plainSpaces(w.T(k.Cap))
			told[cap] = true
			for _, arrow := range "←→↑↓" {
				if strings.HasPrefix(cap, "Alt ") && strings.ContainsRune(cap+w.T(k.Does), arrow) {
					delete(told, cap)
					told["Alt "+string(arrow)] = true
				}
			}
		}
	}
	return told
}

func plainSpaces(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

// The help tells every key of the window, and no other.
func TestHelpTellsTheKeysOfTheWindow(t *testing.T) {
	acting, told := actingKeys(t), toldKeys()
	for key := range acting {
		if !told[key] {
			t.Errorf("%s does something, but is not in the help", key)
		}
	}
	for key := range told {
		if !acting[key] {
			t.Errorf("%s is in the help, but does nothing", key)
		}
	}
}

// A key that the footer leaves out for want of room is in the help.
func TestHelpAndFooterAgree(t *testing.T) {
	told, w := toldKeys(), words.New(words.French)
	for _, key := range footKeys {
		if cap := plainSpaces(firstOf(key.cap, w.T(key.word))); !told[cap] {
			t.Errorf("the footer's %s is not in the help", cap)
		}
	}
}
