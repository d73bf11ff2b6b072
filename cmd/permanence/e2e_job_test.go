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

// What the caller says and what the operator says, in Hz.
const (
	callersTone   = 1000
	operatorsTone = 440
)

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
	needPrograms(t, "kamailio", "baresip", "Xvfb", "pulseaudio")
	caller, ours := account{"0639981122", "caller-secret"}, account{"desk", "desk-secret"}
	o := startKamailio(t, operator{
		Accounts: []account{caller, ours},
		Forwards: []forward{{Number: "+33536491010", To: "desk"}},
	})
	sound := pulsetest.Start(t)
	hush := sound.Say(pulsetest.Mic, audiotest.Tone{Hz: operatorsTone, DBFS: audiotest.Voice})
	screen := startScreen(t)
	b := newBureau(t, o, ours)
	desk := newWorkstation(t, b, append(screen.env, sound.Env()...))
	tel := startTelephone(t, telephoneConfig{
		Name: "caller", Display: "Mme Lefèvre", Account: caller, Operator: o, ToneHz: callersTone,
	})
	desk.open("desk")
	desk.registered()
	screen.focus("Permanence")

	t.Log("the call rings, and the card of the right client is shown")
	tel.dial("+33536491010", o)
	call := *desk.expect("call.arrived", func(control.Happening) bool { return true }).Call
	if call.Client != "Maître Durand" || call.Called.Number != "+33536491010" || call.Called.Found != "found.did-diversion" {
		t.Errorf("the call is for %q, number %q found by %q (%v)", call.Client, call.Called.Number, call.Called.Found, call.Called.Sources)
	}
	if call.Caller.Name != "Mme Lefèvre" || call.Caller.Number != "+33639981122" {
		t.Errorf("the caller is %+v", call.Caller)
	}
	desk.until("the card is in front", func(s control.Status) bool { return s.Front.Client == "Maître Durand" })
	screen.pictureWith("1-ringing", durandsColour, 10000)

	t.Log("F2: both hear each other")
	screen.press("F2")
	desk.expect("call.answered", func(h control.Happening) bool { return h.Call.ID == call.ID })
	tel.expect("CALL_ESTABLISHED")
	ear, _ := sound.Record(pulsetest.Ear)
	if err := ear.WaitTone(callersTone, patience); err != nil {
		t.Errorf("at the desk: %v", err)
	}
	tel.waitToHear(operatorsTone, time.Second)

	t.Log("F6: the message is typed, and saved as it is")
	screen.press("F6")
	screen.write(messageText)
	desk.until("what is typed is saved", func(s control.Status) bool {
		return s.Front.Text == messageText && s.Front.DraftSaved
	})

	t.Log("F7, Enter: the next free slot is given")
	screen.press("F7")
	desk.until("a slot is proposed", func(s control.Status) bool { return s.Front.Booking != nil })
	slot := *desk.status().Front.Booking
	screen.picture("2-booking")
	screen.press("Return")
	desk.until("the slot is booked", func(s control.Status) bool { return s.Front.Booked != "" })
	booked := desk.status().Front.Booked

	t.Log("F8, Ctrl+Enter: the message is in the client's mailbox")
	screen.picture("3-talking")
	screen.press("F8")
	tel.expect("CALL_CLOSED")
	screen.press("ctrl+Return")
	checkMail(t, b)
	desk.until("the message is known to be sent", func(s control.Status) bool {
		return len(s.History) > 0 && s.History[0].Delivery == "sent" && s.Unsent == control.Unsent{}
	})
	hush() // or the meter of the microphone may never rest
	screen.calmPicture("4-sent")

	t.Log("kill -9 in the middle of the next call takes nothing away")
	tel.dial("+33536491010", o)
	next := *desk.expect("call.arrived", func(control.Happening) bool { return true }).Call
	screen.press("F2")
	desk.expect("call.answered", func(h control.Happening) bool { return h.Call.ID == next.ID })
	screen.press("F6")
	screen.write(halfTyped)
	desk.until("what is typed is saved", func(s control.Status) bool {
		return s.Front.Text == halfTyped && s.Front.DraftSaved
	})
	desk.kill()
	tel.kill() // or it waits long for somebody to answer its BYE
	desk.open("desk-again", "--headless")
	checkAppointment(t, desk.dir, booked, slot)
	after := desk.status()
	if after.Front.Text != halfTyped || after.Front.Client != "Maître Durand" {
		t.Errorf("the half typed message is not there: %+v", after.Front)
	}
	if h := after.History; len(h) != 2 || h[0].ID != next.ID || h[1].ID != call.ID || h[1].Delivery != "sent" {
		t.Errorf("the history is %+v", h)
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
