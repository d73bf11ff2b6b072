package search

import (
	"reflect"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"permanence/clients"
	"permanence/ui"
	"permanence/ui/desk"
)

var _ ui.Overlay = (*Panel)(nil)

// acts are the events sent but for those of the query and of what is read.
func (b *bench) acts() []desk.Event {
	var acts []desk.Event
	for _, e := range b.sent {
		switch e.(type) {
		case desk.SearchTyped, desk.MessageOpened, desk.MessageLeft:
		default:
			acts = append(acts, e)
		}
	}
	return acts
}

func TestEachKeyAsks(t *testing.T) {
	b := open(t, "light")
	b.Type("dr")
	want := []desk.Event{desk.SearchTyped{Query: "d"}, desk.SearchTyped{Query: "dr"}}
	if !reflect.DeepEqual(b.sent, want) {
		t.Errorf("sent %v; want %v", b.sent, want)
	}
}

func TestGroupsInTheirOrder(t *testing.T) {
	var got []string
	for _, r := range rowsOf("lefevre", fourKinds()) {
		got = append(got, string(r.heading)+r.hit.ID)
	}
	want := []string{"client", "durand", "caller", "+33612345678", "message", "m1", "m2", "appointment", "a1"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("rows %q; want %q", got, want)
	}
	if rows := rowsOf("", fourKinds()); rows != nil {
		t.Errorf("an empty query shows %v", rows)
	}
}

func TestEnterOpens(t *testing.T) {
	appointment := noon.Add(68 * time.Hour)
	tests := []struct {
		name string
		down int
		want []desk.Event
	}{
		{"the client", 0, []desk.Event{desk.ClientOpened{Client: "durand"}}},
		{"a message's client", 2, []desk.Event{desk.ClientOpened{Client: "durand"}}},
		{"the next message's", 3, []desk.Event{desk.ClientOpened{Client: "petit"}}},
		{"the appointment's day", 4, []desk.Event{desk.ClientOpened{Client: "petit"}, desk.DayChosen{Day: appointment}}},
		{"the last stays the last", 9, []desk.Event{desk.ClientOpened{Client: "petit"}, desk.DayChosen{Day: appointment}}},
	}
	for _, tt := range tests {
		b := open(t, "light")
		b.Type("lefevre")
		b.found(fourKinds()...)
		for range tt.down {
			b.Key(fyne.KeyDown, 0)
		}
		b.Key(fyne.KeyReturn, 0)
		if got := b.acts(); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: sent %v; want %v", tt.name, got, tt.want)
		}
		if b.closed != 1 || b.panel.entry.Text != "" {
			t.Errorf("%s: closed %d times, entry holds %q", tt.name, b.closed, b.panel.entry.Text)
		}
	}
}

func TestCallerIsCalledByTheSecondEnter(t *testing.T) {
	b := open(t, "light")
	b.Type("lefevre")
	b.found(fourKinds()...)
	b.Key(fyne.KeyDown, 0)
	b.Key(fyne.KeyReturn, 0)
	if got := b.acts(); len(got) != 0 {
		t.Fatalf("the first Enter sent %v", got)
	}
	if !b.Shows("Appeler 06 12 34 56 78 maintenant ?") {
		t.Errorf("nothing asks before calling: %q", b.Texts())
	}
	b.Key(fyne.KeyEscape, 0)
	b.Key(fyne.KeyReturn, 0)
	if got := b.acts(); len(got) != 0 || b.closed != 0 {
		t.Fatalf("Escape did not take the question back: %v, closed %d", got, b.closed)
	}
	b.Key(fyne.KeyReturn, 0)
	want := []desk.Event{desk.DialPressed{Target: "+33612345678", Client: "durand"}}
	if got := b.acts(); !reflect.DeepEqual(got, want) {
		t.Errorf("sent %v; want %v", got, want)
	}
}

func TestMovingAwayTakesTheQuestionBack(t *testing.T) {
	b := open(t, "light")
	b.Type("lefevre")
	b.found(fourKinds()...)
	b.Key(fyne.KeyDown, 0)
	b.Key(fyne.KeyReturn, 0)
	b.Key(fyne.KeyUp, 0)
	b.Key(fyne.KeyDown, 0)
	b.Key(fyne.KeyReturn, 0)
	if got := b.acts(); len(got) != 0 {
		t.Errorf("one Enter called: %v", got)
	}
}

func TestTypedNumberIsCalled(t *testing.T) {
	b := open(t, "light")
	b.Type("06 12 34 56 7")
	b.found()
	b.Key(fyne.KeyReturn, 0)
	if got := b.acts(); len(got) != 0 {
		t.Fatalf("an incomplete number was called: %v", got)
	}
	b.Type("8")
	b.Key(fyne.KeyReturn, 0)
	want := []desk.Event{desk.DialPressed{Target: "+33612345678"}}
	if got := b.acts(); !reflect.DeepEqual(got, want) {
		t.Errorf("sent %v; want %v", got, want)
	}
}

func TestChoiceStaysWhenHitsChange(t *testing.T) {
	b := open(t, "light")
	b.Type("lefevre")
	hits := fourKinds()
	b.found(hits...)
	b.Key(fyne.KeyDown, 0)
	b.Key(fyne.KeyDown, 0) // m1
	b.found(append([]desk.Hit{{Kind: desk.HitClient, ID: "petit", Title: "Dr Petit"}}, hits...)...)
	if r, _ := b.panel.chosen(); r.hit.ID != "m1" {
		t.Errorf("chosen is %q; want m1", r.hit.ID)
	}
	b.found(hits[1])
	if r, _ := b.panel.chosen(); r.hit.ID != "durand" {
		t.Errorf("chosen is %q; want the first when m1 is gone", r.hit.ID)
	}
	b.found()
	if _, ok := b.panel.chosen(); ok {
		t.Error("something is chosen among nothing")
	}
	b.Key(fyne.KeyReturn, 0)
	if got := b.acts(); len(got) != 0 {
		t.Errorf("Enter on nothing sent %v", got)
	}
}

func TestMessageIsReadWithoutBeingOpened(t *testing.T) {
	b := open(t, "light")
	b.Type("lefevre")
	b.found(fourKinds()...)
	b.sent = nil
	b.Key(fyne.KeyDown, 0)
	b.Key(fyne.KeyDown, 0)
	b.panel.Show(b.state)
	b.Key(fyne.KeyEscape, 0)
	want := []desk.Event{desk.MessageOpened{Message: "m1"}, desk.SearchTyped{}, desk.MessageLeft{}}
	if !reflect.DeepEqual(b.sent, want) {
		t.Errorf("sent %v; want %v", b.sent, want)
	}
}

func TestMessageIsHeardByKey(t *testing.T) {
	b := open(t, "light")
	b.Type("lefevre")
	b.found(fourKinds()...)
	b.Key(fyne.KeyDown, 0)
	b.Key(fyne.KeyDown, 0)
	if b.panel.Key(fyne.KeyL, fyne.KeyModifierControl) {
		t.Error("a message without a sound takes the key")
	}
	b.state.Reading = &desk.Reading{Message: clients.Message{ID: "m1", Sound: "s1", SoundLength: 20 * time.Second}}
	b.panel.Show(b.state)
	b.Key(fyne.KeyL, fyne.KeyModifierControl)
	b.state.Listening = &desk.Listening{Sound: "s1", Since: b.state.Now}
	b.panel.Show(b.state)
	b.Key(fyne.KeyL, fyne.KeyModifierControl)
	want := []desk.Event{desk.SoundPlayed{Sound: "s1"}, desk.SoundStopped{}}
	if got := b.acts(); !reflect.DeepEqual(got, want) {
		t.Errorf("sent %v; want %v", got, want)
	}
}

func TestNothingFoundIsSaid(t *testing.T) {
	b := open(t, "light")
	b.Type("xyz")
	b.state.Search = desk.Search{Query: "xyz", Pending: true}
	b.panel.Show(b.state)
	if b.Shows("Rien pour « xyz ».") {
		t.Error("said before the search ended")
	}
	b.found()
	if !b.Shows("Rien pour « xyz ».") {
		t.Errorf("not said: %q", b.Texts())
	}
	b.state.Search = desk.Search{Query: "xyz", Error: "store.read-failed"}
	b.panel.Show(b.state)
	if !b.Shows("La recherche n'a pas abouti : Lecture impossible sur le disque.") {
		t.Errorf("a failed search is not said: %q", b.Texts())
	}
}

func TestTypingLosesNothingToNewStates(t *testing.T) {
	b := open(t, "light")
	b.Type("lef")
	b.state.Search = desk.Search{Query: "l"}
	b.panel.Show(b.state)
	if b.panel.entry.Text != "lef" {
		t.Errorf("the entry holds %q", b.panel.entry.Text)
	}
}

func TestWindowKeysPassTheEntry(t *testing.T) {
	b := open(t, "light")
	for _, key := range []fyne.KeyName{fyne.KeyF2, fyne.KeyF8} {
		if b.panel.Key(key, 0) {
			t.Errorf("%s is the window's", key)
		}
	}
	if b.panel.Key(fyne.KeyReturn, fyne.KeyModifierControl) {
		t.Error("Ctrl+Enter is the window's")
	}
}
