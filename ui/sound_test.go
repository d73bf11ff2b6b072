package ui

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/story"
)

// lastOf is the newest event that was sent, if it is of this kind.
func lastOf[E desk.Event](o *shown) (e E, ok bool) {
	if len(o.sent) == 0 {
		return e, false
	}
	e, ok = o.sent[len(o.sent)-1].(E)
	return e, ok
}

func TestVoiceMessageIsPlayedAndStopped(t *testing.T) {
	s := story.VoiceMessage()
	s.Listening = nil
	o := open(t, s, wide, high)
	if got := o.left.work[0].detail.String(); !strings.HasPrefix(got, "répondeur 00:42") {
		t.Errorf("the work in hand says %q", got)
	}
	o.Key(fyne.KeyL, fyne.KeyModifierControl)
	if e, ok := lastOf[desk.SoundPlayed](o); !ok || e.Sound != "m" || e.From != 0 {
		t.Fatalf("sent %#v", o.sent)
	}
	o.Show(story.VoiceMessage())
	o.Key(fyne.KeyL, fyne.KeyModifierControl)
	if _, ok := lastOf[desk.SoundStopped](o); !ok {
		t.Errorf("sent %#v", o.sent)
	}
	o = open(t, story.Talking(), wide, high)
	o.Key(fyne.KeyL, fyne.KeyModifierControl)
	if len(o.sent) > 0 || o.form.sound.root.Visible() {
		t.Errorf("a message without a sound sent %#v", o.sent)
	}
}

func TestDeletingAVoiceMessageIsAsked(t *testing.T) {
	s := story.VoiceMessage()
	o := open(t, s, wide, high)
	row := o.form.sound
	press := func() {
		o.form.text.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyDelete, Modifier: fyne.KeyModifierControl | fyne.KeyModifierShift})
	}
	later := func(d time.Duration) { s.Now = s.Now.Add(d); o.Show(s) }
	asked := func(why string, want bool) {
		t.Helper()
		if row.sure.Visible() != want || row.delete.Visible() == want {
			t.Errorf("%s: asked %v, want %v", why, row.sure.Visible(), want)
		}
	}
	row.delete.Tapped(nil)
	row.sure.Tapped(nil)
	asked("a double click", true)
	o.Key(fyne.KeyEscape, 0)
	asked("after Escape", false)
	press()
	asked("the key", true)
	later(10 * time.Second)
	asked("later", false)
	press()
	later(time.Second)
	if len(o.sent) > 0 {
		t.Fatalf("sent %#v before it was sure", o.sent)
	}
	press()
	if e, ok := lastOf[desk.SoundDeleted](o); !ok || e.Sound != "m" || len(o.sent) != 1 {
		t.Errorf("sent %#v", o.sent)
	}
	asked("deleted", false)
	o = open(t, story.Talking(), wide, high)
	o.Key(fyne.KeyDelete, fyne.KeyModifierControl|fyne.KeyModifierShift)
	if len(o.sent) > 0 {
		t.Errorf("a message without a sound sent %#v", o.sent)
	}
}

func TestWhatPlaysInAnOverlayEndsWithIt(t *testing.T) {
	for sound, want := range map[phone.SoundID]int{"elsewhere": 1, "m": 0} {
		s := story.VoiceMessage()
		s.Listening = &desk.Listening{Sound: sound, Since: s.Now}
		o := open(t, s, wide, high)
		o.Key(fyne.KeyB, fyne.KeyModifierControl)
		o.Key(fyne.KeyEscape, 0)
		stopped := 0
		for _, e := range o.sent {
			if e == (desk.SoundStopped{}) {
				stopped++
			}
		}
		if stopped != want {
			t.Errorf("%s: stopped %d times", sound, stopped)
		}
	}
}

func TestAnnouncementBar(t *testing.T) {
	o := open(t, story.Greeted(), wide, high)
	bar := o.sheet.announce
	if !bar.box.Visible() || bar.progress.Share() < 0.5 || bar.progress.Share() > 0.7 {
		t.Fatalf("visible %v, share %v", bar.box.Visible(), bar.progress.Share())
	}
	bar.button.Tapped(nil)
	if e, ok := lastOf[desk.CutInPressed](o); !ok || e.Call != "c1" {
		t.Errorf("sent %#v", o.sent)
	}
	o.Show(story.OnMachine())
	bar.button.Tapped(nil)
	if e, ok := lastOf[desk.AnswerPressed](o); !ok || e.Call != "c1" {
		t.Errorf("sent %#v", o.sent)
	}
	o.Show(story.Talking())
	if bar.box.Visible() {
		t.Error("the bar stays when nothing is announced")
	}
}

func TestQualityIsCalm(t *testing.T) {
	o := open(t, story.Talking(), wide, high)
	card := o.left.cards[0]
	for _, c := range []struct {
		quality phone.Quality
		bars    int
		words   string
		advice  bool
	}{
		{phone.Quality{}, 0, "en ligne", false},
		{phone.Quality{Heard: 4.2, Sent: 4.1}, 3, "en ligne", false},
		{phone.Quality{Heard: 3.3, Side: phone.SideThere}, 2, "en ligne", false},
		{phone.Quality{Heard: 2.1, Sent: 2.4, Side: phone.SideHere}, 1, "son mauvais\u00a0: votre réseau", true},
	} {
		s := story.Talking()
		s.Calls[0].Quality = c.quality
		o.Show(s)
		if got := card.quality.Lit(); got != c.bars || card.quality.Visible() != (c.bars > 0) {
			t.Errorf("%+v lights %d bars", c.quality, got)
		}
		if got := card.phase.String(); got != c.words {
			t.Errorf("%+v says %q", c.quality, got)
		}
		if o.sheet.advice.Visible() != c.advice {
			t.Errorf("%+v: advice %v", c.quality, !c.advice)
		}
	}
}

func TestWaitButtonWhereThereIsAnAnnouncement(t *testing.T) {
	o := open(t, story.Waiting(), wide, high)
	card := o.left.cards[1]
	if !card.wait.Visible() || card.wait.Key() == "" {
		t.Fatal("no button to let the caller wait")
	}
	card.wait.Tapped(nil)
	if e, ok := lastOf[desk.WaitPressed](o); !ok || e.Call != "c2" {
		t.Errorf("sent %#v", o.sent)
	}
	o.Show(story.ThreeCalls())
	if card.wait.Visible() {
		t.Error("a client without an announcement has the button")
	}
}
