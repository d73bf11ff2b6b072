package editor

import (
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

const voicePage = 9

// voiced is the lawyer with recorded sounds, and a desk that has them.
func voiced(t *testing.T) *bench {
	t.Helper()
	c := durand()
	c.Voice = clients.Voice{
		Greetings: []clients.SpokenGreeting{{Operator: "other", Text: c.Greetings[0].Text, Sound: "theirs"}},
		Music:     "valse", Machines: []clients.Machine{{When: clients.ForwardAlways, Greeting: "soir"}},
	}
	b := open(t, "light", "durand", c)
	b.state.Operator = clients.Operator{ID: "op", Name: "Sophie"}
	b.state.Sounds = map[phone.SoundID]clients.Sound{
		"valse": {ID: "valse", Title: "valse.mp3", Length: 3 * time.Minute}, "soir": {ID: "soir", Length: 8 * time.Second},
	}
	b.panel.Edit(b.state, "durand")
	b.panel.Show(b.state)
	b.turn(voicePage)
	return b
}

func sentOf[E desk.Event](b *bench) []E {
	var list []E
	for _, e := range b.sent {
		if x, ok := e.(E); ok {
			list = append(list, x)
		}
	}
	return list
}

func TestGreetingIsRecordedInHerVoice(t *testing.T) {
	b := voiced(t)
	b.Press("Enregistrer ma voix") // of the first greeting
	begun := sentOf[desk.DictationBegun](b)
	if len(begun) != 1 || begun[0].Kind != clients.SoundGreeting || begun[0].Client != "durand" || begun[0].Title != durand().Greetings[0].Text {
		t.Fatalf("began %+v", begun)
	}
	b.state.Dictation = &desk.Dictation{As: clients.Sound{ID: "new"}, Most: time.Minute}
	b.panel.Show(b.state)
	if !b.Shows("Un instant, le micro s'ouvre…") {
		t.Errorf("she is told to speak before the microphone is open: %q", b.Texts())
	}
	b.state.Dictation = &desk.Dictation{As: clients.Sound{ID: "new"}, Since: noon.Add(-4 * time.Second), Most: time.Minute}
	b.panel.Show(b.state)
	if !b.Shows("Parlez : 00:04 sur 01:00 au plus") {
		t.Errorf("she is not told to speak: %q", b.Texts())
	}
	b.Press("Terminer")
	if len(sentOf[desk.DictationEnded](b)) != 1 {
		t.Error("it does not end")
	}
	b.state.Dictation = &desk.Dictation{As: clients.Sound{ID: "new", Length: 3 * time.Second}, Ended: true, Kept: true}
	b.state.Sounds["new"] = clients.Sound{ID: "new", Length: 3 * time.Second}
	b.panel.Show(b.state)
	b.state.Dictation = nil
	b.panel.save()
	v := b.saved().Client.Voice
	if len(v.Greetings) != 2 || v.Greetings[1] != (clients.SpokenGreeting{Operator: "op", Text: durand().Greetings[0].Text, Sound: "new"}) {
		t.Errorf("saved %+v", v.Greetings)
	}
	if v.Music != "valse" {
		t.Error("what was not touched is gone")
	}
}

func TestSoundIsHeardAndRemoved(t *testing.T) {
	b := voiced(t)
	b.Press("Écouter")
	if p := sentOf[desk.SoundPlayed](b); len(p) != 1 || p[0].Sound != "valse" {
		t.Fatalf("played %+v", p)
	}
	b.state.Listening = &desk.Listening{Sound: "valse", Since: noon.Add(-time.Minute)}
	b.panel.Show(b.state)
	b.Press("Arrêter")
	if len(sentOf[desk.SoundStopped](b)) != 1 {
		t.Error("it does not stop")
	}
	b.Press("Retirer")
	b.panel.save()
	if m := b.saved().Client.Voice.Music; m != "" {
		t.Errorf("the music is still %q", m)
	}
}

func TestSoundFileIsTakenIn(t *testing.T) {
	b := voiced(t)
	b.panel.cfg.ChooseFile = func(chosen func(string)) { chosen("/home/op/menuet.ogg") }
	b.PressNo("Choisir un fichier…", 3) // after two greetings and the name: the music
	f := sentOf[desk.SoundFileChosen](b)
	if len(f) != 1 || f[0].Kind != clients.SoundMusic || f[0].Path != "/home/op/menuet.ogg" {
		t.Fatalf("chose %+v", f)
	}
	b.state.Importing = &desk.Importing{Sound: clients.Sound{ID: "menuet"}, Share: 0.4}
	b.panel.Show(b.state)
	if !b.Shows("Lecture du fichier : 40 %") {
		t.Errorf("no progress: %q", b.Texts())
	}
	b.state.Importing = &desk.Importing{Sound: clients.Sound{ID: "menuet"}, Problem: desk.Problem{Code: "sound.too-long"}}
	b.panel.Show(b.state)
	if !b.Shows("Ce son est trop long : 2 minutes pour une voix, 20 minutes pour une musique.") {
		t.Errorf("she is not told why: %q", b.Texts())
	}
	if b.panel.draft.Voice.Music != "valse" {
		t.Error("a file that could not be read took the place of the one before")
	}
	b.state.Importing = &desk.Importing{Sound: clients.Sound{ID: "menuet"}, Kept: true}
	b.panel.Show(b.state)
	if b.panel.draft.Voice.Music != "menuet" {
		t.Errorf("the music is %q", b.panel.draft.Voice.Music)
	}
}

func TestGreetingThatChangesLosesItsRecording(t *testing.T) {
	b := voiced(t)
	c := *b.state.Directory.Client("durand")
	c.Voice.Greetings = []clients.SpokenGreeting{{Operator: "op", Text: c.Greetings[0].Text, Sound: "hello"}}
	c.Version++
	b.store(c)
	b.turn(1)
	b.Fill("Ce que l'on dit en décrochant", "Cabinet Durand, bonjour.")
	b.turn(voicePage)
	if b.panel.parts.slots == nil || !b.Shows("« Cabinet Durand, bonjour. »") {
		t.Fatalf("the new text has no place: %q", b.Texts())
	}
	if b.Shows("Ce son n'est pas sur ce poste.") {
		t.Error("the old recording stands under the new text")
	}
}

func TestRecordingNeedsItsConditions(t *testing.T) {
	b := voiced(t)
	b.Press("enregistrer les conversations de ce client")
	b.panel.save()
	if b.saves() != 0 {
		t.Fatal("a recording without reason and announcement was saved")
	}
	if b.panel.sheet == nil || len(b.panel.wrong) == 0 {
		t.Error("she is not told why")
	}
}
