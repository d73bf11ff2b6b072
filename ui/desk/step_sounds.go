package desk

import (
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"permanence/clients"
	"permanence/phone"
)

// Sounds that the operator listens to, records and takes in from files.

// How long she may dictate: a name is a word, the rest some sentences.
const (
	longestName      = 10 * time.Second
	longestDictation = 2 * time.Minute
)

// expireEvery is how often the desk looks for recordings whose day has come.
const expireEvery = time.Hour

func (e SoundPlayed) apply(t *turn) {
	if _, own := t.Sounds[e.Sound]; !own { // those of the bureau are all there
		t.noteReading(clients.ReadingSound, clients.ID(e.Sound))
	}
	t.Listening = &Listening{Sound: e.Sound, From: e.From, Since: t.At}
	t.do(Listen(e))
}

func (SoundStopped) apply(t *turn) {
	if t.Listening != nil {
		t.Listening = nil
		t.do(Listen{})
	}
}

func (e ListeningEnded) apply(t *turn) {
	if t.Listening == nil || t.Listening.Sound != e.Sound {
		return
	}
	t.Listening = nil
	if e.Problem.Code != "" {
		t.notify(Notice{ID: "listening", Code: e.Problem.Code, Detail: e.Problem.Detail, Level: Warning, Until: t.At.Add(remarkFor)})
	}
}

// DictationBegun is refused while somebody could hear her speak to the machine.
func (e DictationBegun) apply(t *turn) {
	if t.talks("") {
		t.warn("dictation", "dictation.in-call")
		return
	}
	most := longestDictation
	if e.Kind == clients.SoundName {
		most = longestName
	}
	t.Dictation = &Dictation{As: t.newSound(e.Kind, e.Client, e.Title), Most: most}
	t.do(Dictate{As: t.Dictation.As.ID, Most: most})
}

func (e DictationHeard) apply(t *turn) {
	t.dictation(e.Sound, func(d *Dictation) { d.Since = t.At })
}

func (t *turn) newSound(kind clients.SoundKind, client clients.ID, title string) clients.Sound {
	return clients.Sound{
		ID: phone.SoundID(t.ID), Kind: kind, Client: client, Operator: t.Operator.ID, Title: title, Made: t.At,
	}
}

func (DictationEnded) apply(t *turn) { t.endDictation() }

// endDictation stops the recording if one runs: a call comes first.
func (t *turn) endDictation() {
	if t.Dictation != nil && !t.Dictation.Ended {
		t.do(Dictate{})
	}
}

// DictationLeft forgets a recording. If no client took it, it is deleted with the
// other sounds that nobody refers to.
func (DictationLeft) apply(t *turn) {
	t.endDictation()
	t.Dictation = nil
}

func (e Dictated) apply(t *turn) {
	if t.Dictation == nil || t.Dictation.As.ID != e.Sound {
		t.dropSound(e.Sound)
		return
	}
	d := *t.Dictation
	d.Ended, d.Silent, d.Problem, d.As.Length = true, e.Silent, e.Problem, e.Length
	t.Dictation = &d
	if e.Problem.Code == "" && !e.Silent && e.Length > 0 {
		t.keepSound(d.As)
	}
}

func (e SoundFileChosen) apply(t *turn) {
	name := path.Base(strings.ReplaceAll(e.Path, `\`, "/"))
	t.Importing = &Importing{Sound: t.newSound(e.Kind, e.Client, name)}
	t.do(ImportSound{Path: e.Path, As: t.Importing.Sound})
}

func (SoundFileLeft) apply(t *turn) { t.Importing = nil }

func (e SoundTaken) apply(t *turn) {
	t.importing(e.Sound, func(i *Importing) { i.Share = e.Share })
}

// importing changes the file being taken in if it is still wanted.
func (t *turn) importing(id phone.SoundID, f func(*Importing)) bool {
	if t.Importing == nil || t.Importing.Sound.ID != id {
		return false
	}
	i := *t.Importing
	f(&i)
	t.Importing = &i
	return true
}

// dictation changes the recording of the microphone if it is still wanted.
func (t *turn) dictation(id phone.SoundID, f func(*Dictation)) bool {
	if t.Dictation == nil || t.Dictation.As.ID != id {
		return false
	}
	d := *t.Dictation
	f(&d)
	t.Dictation = &d
	return true
}

func (e SoundKept) apply(t *turn) {
	s := e.Sound
	t.waitsNoMore(s.ID)
	t.importing(s.ID, func(i *Importing) { i.Sound, i.Share, i.Kept = s, 1, true })
	t.dictation(s.ID, func(d *Dictation) { d.As, d.Kept = s, true })
	if s.Kind == clients.SoundMessage || s.Kind == clients.SoundCall {
		return
	}
	t.Sounds = maps.Clone(t.Sounds)
	if t.Sounds == nil {
		t.Sounds = map[phone.SoundID]clients.Sound{}
	}
	t.Sounds[s.ID] = s
}

// SoundNotKept stands where the operator looks, or in a notice.
func (e SoundNotKept) apply(t *turn) {
	shownAt := t.importing(e.Sound, func(i *Importing) { i.Problem = e.Problem }) ||
		t.dictation(e.Sound, func(d *Dictation) { d.Problem = e.Problem })
	switch {
	case t.listLater(e):
		t.alarm("sound-kept", e.Problem)
	case !shownAt:
		t.notify(Notice{ID: "sound-kept", Code: e.Problem.Code, Detail: e.Problem.Detail, Level: Warning, Until: t.At.Add(10 * time.Second)})
	}
}

func (e SoundDeleted) apply(t *turn) {
	if t.Listening != nil && t.Listening.Sound == e.Sound {
		SoundStopped{}.apply(t)
	}
	t.dropSound(e.Sound)
}

// SoundsDropped takes sounds away wherever they could be played.
func (e SoundsDropped) apply(t *turn) {
	gone := func(id phone.SoundID) bool { return slices.Contains(e.Sounds, id) }
	t.Sounds = maps.Clone(t.Sounds)
	maps.DeleteFunc(t.Sounds, func(id phone.SoundID, _ clients.Sound) bool { return gone(id) })
	own(&t.ownTickets, &t.Tickets)
	for i := range t.Tickets {
		if m := &t.Tickets[i].Draft.Message; gone(m.Sound) {
			m.Sound, m.SoundLength = "", 0
		}
	}
	t.forgetInCall(gone)
}

func (t *turn) forgetInCall(gone func(phone.SoundID) bool) {
	if t.AllCalls == nil || t.AllCalls.Open == nil {
		return
	}
	list, open := *t.AllCalls, *t.AllCalls.Open
	open.Sounds = slices.DeleteFunc(slices.Clone(open.Sounds), func(s clients.Sound) bool { return gone(s.ID) })
	list.Open, t.AllCalls = &open, &list
}

// expireSounds deletes what must not be kept any longer.
func (t *turn) expireSounds() {
	if t.At.Sub(t.expired) >= expireEvery {
		t.expired = t.At
		t.do(ExpireSounds{})
	}
}
