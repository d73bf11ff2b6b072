package story

import (
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// voice lists the stories of recorded sounds and of how calls sound.
func voice() []Story {
	return []Story{
		{"greeting", 1440, 900, Greeted()},
		{"greeting-dark", 1366, 768, inDark(Greeted())},
		{"waiting", 1440, 900, Waiting()},
		{"machine", 1440, 900, OnMachine()},
		{"machine-1280", 1280, 720, OnMachine()},
		{"voice-message", 1440, 900, VoiceMessage()},
		{"voice-message-dark", 1366, 768, inDark(VoiceMessage())},
		{"recorded", 1366, 768, Recorded()},
		{"bad-line", 1440, 900, BadLine()},
		{"bad-line-english", 1366, 768, inEnglish(BadLine())},
	}
}

// Spoken is what the lawyer's callers hear.
func Spoken() clients.Voice {
	return clients.Voice{
		Greetings: []clients.SpokenGreeting{{Operator: "op", Text: "Cabinet de Maître Durand, bonjour\u00a0!", Sound: "hello"}},
		Name:      "name", Music: "music", Wait: clients.Wait{Sound: "wait", After: 20},
		Machines:  []clients.Machine{{When: clients.ForwardNoAnswer, After: 30, Greeting: "machine", Closed: true}},
		Recording: clients.Recording{On: true, Reason: "Preuve des instructions données par téléphone", Announcement: "notice", Days: 30},
	}
}

// Sounds are those sounds as the desk lists them.
func Sounds() map[phone.SoundID]clients.Sound {
	list := map[phone.SoundID]clients.Sound{}
	add := func(id phone.SoundID, kind clients.SoundKind, title string, length time.Duration) {
		list[id] = clients.Sound{ID: id, Kind: kind, Client: Durand, Operator: "op", Title: title, Length: length, Made: Now.AddDate(0, 0, -12)}
	}
	add("hello", clients.SoundGreeting, "Accueil", 3200*time.Millisecond)
	add("name", clients.SoundName, "Maître Durand", 900*time.Millisecond)
	add("music", clients.SoundMusic, "satie-gymnopedie.mp3", 3*time.Minute+12*time.Second)
	add("wait", clients.SoundWait, "Attente", 6*time.Second)
	add("machine", clients.SoundMachine, "Répondeur du soir", 8*time.Second)
	add("notice", clients.SoundNotice, "Annonce", 4*time.Second)
	return list
}

// spoken gives the lawyer recorded sounds.
func spoken(s desk.State) desk.State {
	c := durand()
	c.Voice = Spoken()
	s.Directory = desk.NewDirectory([]clients.Client{c, petit(), roc()})
	s.Sounds = Sounds()
	return s
}

// Greeted is a caller who hears the operator's recorded greeting.
func Greeted() desk.State {
	s := spoken(Talking())
	c := &s.Calls[0]
	c.AnsweredAt = Now.Add(-2 * time.Second)
	c.Announcing = &desk.Announcing{Kind: clients.SoundGreeting, Since: Now.Add(-2 * time.Second), Length: 3200 * time.Millisecond}
	c.Quality = phone.Quality{Heard: 4.3}
	return s
}

// Waiting is a second call of the lawyer's that can be made to wait, and a third
// that waits already.
func Waiting() desk.State {
	s := spoken(ThreeCalls())
	s.Calls[1].Client = Durand
	s.Tickets[1].Client = Durand
	s.Calls[2].Aside = true
	s.Calls[0].Quality = phone.Quality{Heard: 4.2, Sent: 4.1}
	return s
}

// OnMachine is a caller who speaks to the answering machine.
func OnMachine() desk.State {
	s := spoken(Talking())
	c := &s.Calls[0]
	c.Phase, c.Aside = desk.Machine, true
	c.Recording = &desk.Recording{Sound: "m", Kind: clients.SoundMessage, Since: Now.Add(-17 * time.Second)}
	s.Tickets[0].Draft = desk.Draft{Message: clients.Message{ID: "m9", Client: Durand, Name: "Mme Lefèvre", Number: "06 12 34 56 78"}}
	return s
}

// VoiceMessage is what she said there, being listened to.
func VoiceMessage() desk.State {
	s := spoken(Talking())
	s.Calls = nil
	t := &s.Tickets[0]
	t.Call, t.Ended = "", Now.Add(-3*time.Minute)
	t.News = nil
	t.Draft.Message.Sound, t.Draft.Message.SoundLength = "m", 42*time.Second
	t.Draft.Message.Text = "Demande à avancer l’audience du 3 décembre."
	s.Listening = &desk.Listening{Sound: "m", Since: Now.Add(-15 * time.Second)}
	return s
}

// Recorded is a conversation that is recorded.
func Recorded() desk.State {
	s := spoken(Talking())
	c := &s.Calls[0]
	c.Recording = &desk.Recording{Sound: "r", Kind: clients.SoundCall, Since: Now.Add(-30 * time.Second)}
	c.Quality = phone.Quality{Heard: 3.4, Sent: 4.1, Side: phone.SideThere}
	return s
}

// BadLine is a caller who can hardly be heard, because of the operator's network.
func BadLine() desk.State {
	s := spoken(Talking())
	s.Calls[0].Quality = phone.Quality{Heard: 2.4, Sent: 2.9, Side: phone.SideHere}
	return s
}
