package calls

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"fyne.io/fyne/v2"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui"
	"permanence/ui/desk"
	"permanence/ui/sheet/sheettest"
	"permanence/ui/story"
	"permanence/ui/words"
)

var (
	_ ui.Overlay = (*Panel)(nil)
	_ ui.Lively  = (*Panel)(nil)
)

// bench is the list on a stage, with what it sent.
type bench struct {
	*sheettest.Stage
	panel  *Panel
	sent   []desk.Event
	closed int
	state  desk.State
}

func open(t *testing.T, mode string, s desk.State) *bench {
	t.Helper()
	sheettest.Theme(t, mode)
	b := &bench{state: s}
	b.panel = New(Config{Words: words.New(words.French), Send: func(e desk.Event) { b.sent = append(b.sent, e) }, Close: func() { b.closed++ }, Keys: func(k fyne.KeyName, m fyne.KeyModifier) bool { return b.panel.Key(k, m) }})
	b.Stage = sheettest.Open(t, b.panel.Content())
	b.panel.Opened()
	b.panel.Show(s)
	b.Focus(b.panel.First())
	b.sent = nil
	return b
}

func (b *bench) show(change func(l *desk.CallList)) {
	l := *b.state.AllCalls
	change(&l)
	b.state.AllCalls = &l
	b.panel.Show(b.state)
}

func (b *bench) last() desk.Event {
	if len(b.sent) == 0 {
		return nil
	}
	return b.sent[len(b.sent)-1]
}

func TestRecordingIsHeardAndDeleted(t *testing.T) {
	s := story.AllCalls(true)
	s.Listening = nil
	b := open(t, "light", s)
	if !b.Shows("1:33") && !b.Shows("01:33") {
		t.Fatalf("its length is not shown: %q", b.Texts())
	}
	b.Key(fyne.KeyL, fyne.KeyModifierControl)
	if e, ok := b.last().(desk.SoundPlayed); !ok || e.Sound != "r1" {
		t.Errorf("sent %#v", b.last())
	}
	if !b.Shows("moyenne (3,3 sur 4,5), du côté du correspondant") {
		t.Errorf("the quality is not shown: %q", b.Texts())
	}
	b.show(func(l *desk.CallList) { r := *l.Open; r.Sounds = nil; l.Open = &r })
	if b.Shows("Effacer maintenant") {
		t.Error("a deleted recording is still shown")
	}
}

func (b *bench) deleted() (n int) {
	for _, e := range b.sent {
		if e == (desk.SoundDeleted{Sound: "r1"}) {
			n++
		}
	}
	return n
}

// later lets the clock of the state go on.
func (b *bench) later(d time.Duration) {
	b.state.Now = b.state.Now.Add(d)
	b.panel.Show(b.state)
}

func TestDeletingARecordingIsAsked(t *testing.T) {
	const sure = "Effacer pour de bon ?"
	b := open(t, "light", story.AllCalls(true))
	press := func() { b.Key(fyne.KeyDelete, fyne.KeyModifierControl|fyne.KeyModifierShift) }
	press()
	press()
	if b.deleted() != 0 || !b.Shows(sure) {
		t.Fatalf("two presses at once deleted %d: %q", b.deleted(), b.Texts())
	}
	b.Key(fyne.KeyEscape, 0)
	if b.Shows(sure) || b.closed > 0 || b.last() == (desk.CallOpened{}) {
		t.Error("Escape did not take the question back, and no more")
	}
	press()
	b.later(10 * time.Second)
	if b.Shows(sure) {
		t.Error("the question stays")
	}
	press()
	b.Key(fyne.KeyDown, 0)
	b.later(time.Second)
	if b.Shows(sure) {
		t.Error("another call leaves the question")
	}
	press()
	b.later(time.Second)
	press()
	if b.deleted() != 1 {
		t.Errorf("deleted %d times", b.deleted())
	}
}

func TestStories(t *testing.T) {
	for _, mode := range []string{"light", "dark"} {
		b := open(t, mode, story.AllCalls(false))
		b.Key(fyne.KeyDown, 0)
		b.Key(fyne.KeyDown, 0)
		b.Picture("calls-" + mode)
		b = open(t, mode, story.AllCalls(true))
		for range 4 {
			b.Key(fyne.KeyDown, 0)
		}
		b.Picture("calls-open-" + mode)
	}
	empty := story.AllCalls(false)
	empty.AllCalls.Entries = nil
	open(t, "light", empty).Picture("calls-empty-light")
}

func TestOpeningAsksAndClosingForgets(t *testing.T) {
	b := open(t, "light", desk.State{})
	b.panel.Opened()
	b.panel.Closed()
	if want := []desk.Event{desk.CallListOpened{}, desk.CallListLeft{}}; !reflect.DeepEqual(b.sent, want) {
		t.Errorf("sent %#v, want %#v", b.sent, want)
	}
}

func TestKeysNarrow(t *testing.T) {
	s := story.AllCalls(false)
	b := open(t, "light", s)
	b.Type("cel")
	b.Key(fyne.Key2, fyne.KeyModifierControl)
	b.Key(fyne.KeyDown, 0)
	b.Key("-", fyne.KeyModifierControl) // the key of 6 on a French keyboard
	want := []desk.Event{
		desk.CallListOpened{Filter: desk.CallFilter{Query: "c"}},
		desk.CallListOpened{Filter: desk.CallFilter{Query: "ce"}},
		desk.CallListOpened{Filter: desk.CallFilter{Query: "cel"}},
		desk.CallListOpened{Filter: desk.CallFilter{Kind: desk.CallsMissed, Query: "cel"}},
		desk.CallListOpened{Filter: desk.CallFilter{Kind: desk.CallsMissed, Client: story.Petit, Query: "cel"}},
	}
	if !reflect.DeepEqual(b.sent, want) {
		t.Fatalf("sent %#v, want %#v", b.sent, want)
	}
	b.Key(fyne.Key6, fyne.KeyModifierControl)
	b.Key(fyne.Key1, fyne.KeyModifierControl)
	if got := b.last(); got != (desk.CallListOpened{Filter: desk.CallFilter{Query: "cel"}}) {
		t.Errorf("taken back, it sent %#v", got)
	}
}

// Enter calls back whom the arrows chose, and nobody after a typed word.
func TestEnterCallsBack(t *testing.T) {
	s := story.AllCalls(false)
	b := open(t, "light", s)
	b.Key(fyne.KeyReturn, 0)
	if b.last() != nil {
		t.Fatalf("Enter without a choice sent %#v", b.last())
	}
	b.Key(fyne.KeyDown, 0)
	b.Key(fyne.KeyReturn, 0)
	if got := b.last(); got != (desk.CalledBack{Call: s.AllCalls.Entries[1].Call}) {
		t.Errorf("sent %#v", got)
	}
}

func TestDetailsByKeys(t *testing.T) {
	s := story.AllCalls(false)
	b := open(t, "light", s)
	b.Key(fyne.KeyDown, 0)
	b.Key(fyne.KeyRight, 0)
	if got := b.last(); got != (desk.CallOpened{Call: s.AllCalls.Entries[0].Call}) {
		t.Fatalf("→ sent %#v", got)
	}
	b.show(func(l *desk.CallList) { l.Open = story.AllCalls(true).AllCalls.Open })
	b.Key(fyne.KeyDown, 0)
	if got := b.last(); got != (desk.CallOpened{Call: s.AllCalls.Entries[1].Call}) {
		t.Errorf("↓ with details sent %#v", got)
	}
	b.Key(fyne.KeyEscape, 0)
	if got := b.last(); got != (desk.CallOpened{}) || b.closed != 0 {
		t.Errorf("Escape sent %#v, closed %d", got, b.closed)
	}
	b.show(func(l *desk.CallList) { l.Open = nil })
	if b.panel.Key(fyne.KeyEscape, 0); b.closed != 1 {
		t.Errorf("Escape closed %d times", b.closed)
	}
}

// The arrows belong to the words as long as the cursor can move in them.
func TestArrowsMoveInTheWords(t *testing.T) {
	b := open(t, "light", story.AllCalls(false))
	b.Key(fyne.KeyDown, 0)
	b.Type("ab")
	b.sent = nil
	b.Key(fyne.KeyLeft, 0)
	b.Key(fyne.KeyRight, 0)
	if len(b.sent) > 0 {
		t.Errorf("moving the cursor sent %#v", b.sent)
	}
	b.Key(fyne.KeyRight, 0)
	if _, opened := b.last().(desk.CallOpened); !opened {
		t.Errorf("→ at the end sent %#v", b.last())
	}
}

func TestNextPageIsAskedForOnce(t *testing.T) {
	s := story.AllCalls(false)
	b := open(t, "light", s)
	if b.last() != nil {
		t.Fatalf("the next page is asked for before it is needed: %#v", b.last())
	}
	further := func() (n int) {
		for _, e := range b.sent {
			if e == (desk.CallListFurther{}) {
				n++
			}
		}
		return n
	}
	b.panel.list.list.ScrollToBottom()
	b.panel.list.list.Refresh()
	if further() != 1 {
		t.Fatalf("at the end it asked %d times", further())
	}
	b.show(func(l *desk.CallList) {
		l.Entries = append(append([]desk.Entry{}, l.Entries...), desk.Entry{Call: "older"})
	})
	b.panel.list.list.ScrollToBottom()
	if further() != 2 {
		t.Errorf("at the end of the longer list it asked %d times in all", further())
	}
	b.show(func(l *desk.CallList) { l.More = false; l.Entries = append([]desk.Entry{}, l.Entries...) })
	b.panel.list.list.ScrollToBottom()
	if further() != 2 {
		t.Error("it asked although there is no more")
	}
}

func TestRowsSayWhatBecame(t *testing.T) {
	b := open(t, "light", story.AllCalls(false))
	answered := story.Now
	for want, e := range map[string]desk.Entry{
		"manqué":               {Missed: true},
		"transféré à Me Caron": {AnsweredAt: answered, TransferredTo: "Me Caron"},
		"transféré à Me Caron · RDV · message envoyé": {AnsweredAt: answered, TransferredTo: "Me Caron", Booked: true, Delivery: clients.Sent},
		"message refusé":     {AnsweredAt: answered, Delivery: clients.Failed},
		"message en attente": {AnsweredAt: answered, Delivery: clients.Waiting},
		"RDV":                {AnsweredAt: answered, Appointment: "a"},
		"pris ailleurs":      {Cause: phone.AnsweredElsewhere},
		"occupé":             {Direction: phone.Outgoing, Cause: phone.Busy},
		"":                   {AnsweredAt: answered},
	} {
		if got, _ := b.panel.became(&e); got != want {
			t.Errorf("%+v became %q, want %q", e, got, want)
		}
	}
}

// What came of a call is not known before it is over.
func TestCallThatGoesOnIsNoUnansweredOne(t *testing.T) {
	s := story.AllCalls(false)
	s.Calls = []desk.Call{{ID: "now", Phase: desk.Ringing}}
	b := open(t, "light", s)
	if got, _ := b.panel.became(&desk.Entry{Call: "now"}); got != "en cours" {
		t.Errorf("it became %q", got)
	}
}

func TestRecordIsShownWhole(t *testing.T) {
	b := open(t, "light", story.AllCalls(true))
	for _, want := range []string{"Mme Noël · 06 44 55 66 77", "décroché", "mis en garde", "05 61 80 11 22", "05 61 80 11 22 · occupé"} {
		if !b.Shows(want) {
			t.Errorf("%q is not shown: %q", want, b.Texts())
		}
	}
	raw := b.panel.details.raw.Text
	if !strings.HasPrefix(raw, "INVITE sip:") || !strings.Contains(raw, `No\xebl\u{1b}[31m`) {
		t.Errorf("the request reads %q", raw)
	}
	if !b.panel.details.raw.Selectable {
		t.Error("the request cannot be copied")
	}
}

func TestEverySentenceIsThere(t *testing.T) {
	book := words.New(words.French)
	var keys []string
	for _, k := range []desk.JournalKind{desk.JournalArrived, desk.JournalAnswered, desk.JournalHeld, desk.JournalResumed, desk.JournalEnded, desk.JournalNoted, desk.JournalPassed} {
		keys = append(keys, "callbook.step."+string(k))
	}
	for _, c := range []phone.EndCause{
		phone.HungUpHere, phone.HungUpThere, phone.CallerGaveUp, phone.AnsweredElsewhere, phone.RejectedHere, phone.Busy, phone.Declined, phone.NoAnswer,
		phone.UnknownNumber, phone.Failed, phone.MediaLost, phone.Shutdown, phone.Transferred, phone.Forwarded, phone.Replaced,
	} {
		keys = append(keys, "callbook.cause."+string(c))
	}
	for _, k := range kindKeys {
		keys = append(keys, "callbook.kind."+string(k))
	}
	for _, k := range keys {
		if !book.Has(k) {
			t.Errorf("no sentence %q", k)
		}
	}
}

// FuzzLegible writes anything a stranger may send: nothing that is not printable
// is left, and plain text stays as it is.
func FuzzLegible(f *testing.F) {
	f.Add([]byte("INVITE sip:a@b SIP/2.0\r\nFrom: \x00\xff\u202e\u2066\x1b[2J\r\n"))
	f.Add([]byte("plain\ttext"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := legible(raw)
		for _, r := range got {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Fatalf("%q is left in %q", r, got)
			}
		}
		if plain := strings.IndexFunc(string(raw), func(r rune) bool { return r < ' ' || r > '~' }) < 0; plain && got != string(raw) {
			t.Errorf("%q became %q", raw, got)
		}
	})
}
