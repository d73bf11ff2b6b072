//go:build !office

package main_test

import (
	"database/sql"
	"image/color"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // to look at what is on the disk

	"permanence/audio/audiotest"
	"permanence/audio/device/pulsetest"
	"permanence/ui/control"
)

// What the caller says, what the operator says, and what a third says to whom
// callers are put through, in Hz.
const (
	callersTone   = 1000
	operatorsTone = 440
	thirdsTone    = 1700
)

const thirdsNumber = "0639981133"

// durandsColour is that of Maître Durand in testdata/bureau.yaml.
var durandsColour = color.RGBA{R: 0x7a, G: 0x2c, B: 0x39, A: 0xff}

const (
	messageText = "Souhaite avancer l'audience du 3 décembre, à rappeler avant 18 h."
	halfTyped   = "Rappelle pour dire que"
)

// TestE2EJob is the whole job with real parts: a caller rings one of the clients'
// numbers through a SIP server, the card is there, the operator answers, they
// hear each other, an appointment is set, the message reaches the client's
// mailbox; and what was said to be saved is there after a crash.
func TestE2EJob(t *testing.T) {
	j := newJob(t)
	for _, step := range []struct {
		say string
		do  func()
	}{
		{"the call rings, and the card of the right client is shown", j.rings},
		{"F2: both hear each other", j.answer},
		{"F6: the message is typed, and saved as it is", func() { j.typeText(messageText) }},
		{"F7, Enter: the next free slot is given", j.book},
		{"F8, Ctrl+Enter: the message is in the client's mailbox", j.send},
		{"kill -9 in the middle of the next call takes nothing away", j.crash},
	} {
		t.Log(step.say)
		step.do()
	}
}

// job is a desk with everything around it, and what came of the job so far.
type job struct {
	t        *testing.T
	operator operator
	third    account // somebody who can be called besides
	sound    *pulsetest.Server
	hush     func() // silences the operator's microphone
	screen   *screen
	bureau   bureau
	desk     *workstation
	tel      *telephone // the caller's

	call   control.Call
	slot   time.Time
	booked string // the appointment
}

func newJob(t *testing.T) *job {
	t.Helper()
	needPrograms(t, "kamailio", "baresip", "Xvfb", "pulseaudio")
	caller, ours := account{"0639981122", "caller-secret"}, account{"desk", "desk-secret"}
	j := &job{t: t, third: account{thirdsNumber, "third-secret"}}
	j.operator = startKamailio(t, operator{
		Accounts: []account{caller, ours, j.third},
		Forwards: []forward{{Number: "+33536491010", To: "desk"}},
	})
	j.sound = pulsetest.Start(t)
	j.hush = j.sound.Say(pulsetest.Mic, audiotest.Tone{Hz: operatorsTone, DBFS: audiotest.Voice})
	j.screen = startScreen(t)
	j.bureau = newBureau(t, j.operator, ours)
	j.desk = newWorkstation(t, j.bureau, append(j.screen.env, j.sound.Env()...))
	j.tel = startTelephone(t, telephoneConfig{
		Name: "caller", Display: "Mme Lefèvre", Account: caller, Operator: j.operator, ToneHz: callersTone, Sound: j.sound,
	})
	j.desk.open("desk")
	j.desk.registered()
	j.screen.focus("Permanence")
	return j
}

// dial makes the caller call, and returns when it rings at the desk.
func (j *job) dial() control.Call {
	j.t.Helper()
	j.tel.dial("+33536491010", j.operator)
	return *j.desk.expect("call.arrived", func(h control.Happening) bool { return h.Call.Direction == "incoming" }).Call
}

func (j *job) rings() {
	j.t.Helper()
	j.call = j.dial()
	called, by := j.call.Called, j.call.Caller
	if j.call.Client != "Maître Durand" || called.Number != "+33536491010" || called.Found != "found.did-diversion" {
		j.t.Errorf("the call is for %q, number %q found by %q (%v)", j.call.Client, called.Number, called.Found, called.Sources)
	}
	if by.Name != "Mme Lefèvre" || by.Number != "+33639981122" {
		j.t.Errorf("the caller is %+v", by)
	}
	j.desk.until("the card is in front", func(s control.Status) bool { return s.Front.Client == "Maître Durand" })
	j.screen.pictureWith("1-ringing", durandsColour, 10000)
}

// takeCall presses F2 and waits until the call is answered.
func (j *job) takeCall(id string) {
	j.t.Helper()
	j.screen.press("F2")
	j.desk.expect("call.answered", func(h control.Happening) bool { return h.Call.ID == id })
}

func (j *job) answer() {
	j.t.Helper()
	j.takeCall(j.call.ID)
	j.tel.expect("CALL_ESTABLISHED")
	ear, stop := j.sound.Record(pulsetest.Ear)
	defer stop()
	if err := ear.WaitTone(callersTone, patience); err != nil {
		j.t.Errorf("at the desk: %v", err)
	}
	j.tel.waitToHear(operatorsTone, time.Second)
}

func (j *job) typeText(text string) {
	j.t.Helper()
	j.screen.press("F6")
	j.screen.write(text)
	j.desk.until("what is typed is saved", func(s control.Status) bool {
		return s.Front.Text == text && s.Front.DraftSaved
	})
}

func (j *job) book() {
	j.t.Helper()
	j.screen.press("F7")
	j.desk.until("a slot is proposed", func(s control.Status) bool { return s.Front.Booking != nil })
	j.slot = *j.desk.status().Front.Booking
	j.screen.picture("2-booking")
	j.screen.press("Return")
	j.desk.until("the slot is booked", func(s control.Status) bool { return s.Front.Booked != "" })
	j.booked = j.desk.status().Front.Booked
}

func (j *job) send() {
	j.t.Helper()
	j.screen.picture("3-talking")
	j.screen.press("F8")
	j.tel.expect("CALL_CLOSED")
	j.screen.press("ctrl+Return")
	checkMail(j.t, j.bureau)
	j.desk.until("the message is known to be sent", func(s control.Status) bool {
		return len(s.History) > 0 && s.History[0].Delivery == "sent" && s.Unsent == control.Unsent{}
	})
	j.hush() // or the meter of the microphone may never rest
	j.screen.calmPicture("4-sent")
}

func (j *job) crash() {
	j.t.Helper()
	next := j.dial()
	j.takeCall(next.ID)
	j.typeText(halfTyped)
	j.desk.kill()
	j.tel.kill() // or it waits long for somebody to answer its BYE
	j.desk.open("desk-again", "--headless")
	checkAppointment(j.t, j.desk.dir, j.booked, j.slot)
	after := j.desk.status()
	if after.Front.Text != halfTyped || after.Front.Client != "Maître Durand" {
		j.t.Errorf("the half typed message is not there: %+v", after.Front)
	}
	if h := after.History; len(h) != 2 || h[0].ID != next.ID || h[1].ID != j.call.ID || h[1].Delivery != "sent" {
		j.t.Errorf("the history is %+v", h)
	}
}

// checkMail waits for the message at the client's mail server.
func checkMail(t *testing.T, b bureau) {
	t.Helper()
	mails, err := b.Mail.Wait(patient(t), 1)
	if err != nil {
		t.Fatalf("no mail: %v", err)
	}
	mail := mails[0]
	if len(mail.To) != 1 || mail.To[0] != "durand@cabinet.example" {
		t.Errorf("the mail went to %v", mail.To)
	}
	text := strings.Join(strings.Fields(mail.Text), " ")
	for _, want := range []string{messageText, "06 39 98 11 22"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the mail:\n%s", want, mail.Text)
		}
	}
}

// checkAppointment looks for an appointment in the desk's database.
func checkAppointment(t *testing.T, dir, id string, at time.Time) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "permanence.db")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var start int64
	var cancelled bool
	err = db.QueryRow("SELECT start, cancelled FROM appointment WHERE id = ?", id).Scan(&start, &cancelled)
	if err != nil {
		t.Fatalf("the appointment is not in the database: %v", err)
	}
	if got := time.UnixMicro(start); !got.Equal(at) || cancelled {
		t.Errorf("the appointment is at %v, cancelled %v; booked was %v", got, cancelled, at)
	}
}
