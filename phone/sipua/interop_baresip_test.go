package sipua

import (
	"testing"

	"permanence/audio/audiotest"
	"permanence/phone"
)

// TestBaresipTalks: either may hold and take back, keys pass both ways, and
// either may have begun.
func TestBaresipTalks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		params, codec string
		rate          int
		calls         bool
	}{
		"PCMA, called":  {"audio_codecs=PCMA/8000/1", "PCMA", 8000, false},
		"PCMU, calling": {"audio_codecs=PCMU/8000/1", "PCMU", 8000, true},
		"G.722, called": {"audio_codecs=G722/16000/1", "G722", 16000, false},
	} {
		t.Run(name, func(t *testing.T) {
			operator := audiotest.NewPerson(700)
			d := newDesk(t, func(cfg *Config) { cfg.Patch = conversation{operator} })
			b := startBaresip(t, c.rate, c.params)
			var id phone.CallID = "x"
			if c.calls {
				b.says("dial", "sip:desk@"+d.at.String())
				id = answers(t, d)
			} else {
				dials(t, d, id, b.address)
				expect[phone.CallRinging](d.recorder, nil)
				b.says("accept", "")
			}
			expect(d.recorder, func(e phone.MediaChanged) bool { return e.Codec == c.codec })
			hears(t, operator, baresipHz)
			b.holdsAndPresses(t, d, id)
			hears(t, operator, baresipHz)
			if l := wroteDown(t, b.dir, operator.Hz); l < audiotest.Voice-12 {
				t.Errorf("baresip heard the operator at %.0f dBFS", l)
			}
			b.says("hangup", "")
			wantEnd(d, id, phone.HungUpThere)
		})
	}
}

// holdsAndPresses has both sides hold, take back and press keys.
func (b *robot) holdsAndPresses(t *testing.T, d *desk, id phone.CallID) {
	t.Helper()
	b.says("hold", "")
	expect(d.recorder, func(e phone.HoldChanged) bool { return e.There })
	b.says("resume", "")
	expect(d.recorder, func(e phone.HoldChanged) bool { return !e.There })
	if err := d.Hold(id); err != nil {
		t.Fatal(err)
	}
	expect(d.recorder, func(e phone.HoldChanged) bool { return e.Here })
	if err := d.Resume(id); err != nil {
		t.Fatal(err)
	}
	expect(d.recorder, func(e phone.HoldChanged) bool { return !e.Here })
	for _, key := range "5#" {
		b.says("sndcode", string(key))
		if e := expect[phone.DTMFReceived](d.recorder, nil); e.Digit != key {
			t.Errorf("heard key %c, want %c", e.Digit, key)
		}
		b.says("sndcode", "\x04") // lets the key go
	}
	if err := d.SendDTMF(id, "4*"); err != nil {
		t.Fatal(err)
	}
	b.prints(`"type":"CALL_DTMF_START"`)
	b.prints(`"param":"4"`)
	b.prints(`"param":"*"`)
}

// TestBaresipOpensVoiceEarly: it describes its voice in a 183, though it is silent
// until it answers.
func TestBaresipOpensVoiceEarly(t *testing.T) {
	t.Parallel()
	operator := audiotest.NewPerson(700)
	d := newDesk(t, func(cfg *Config) { cfg.Patch = conversation{operator} })
	b := startBaresip(t, 8000, "answermode=early;audio_codecs=PCMA/8000/1")
	dials(t, d, "x", b.address)
	expect(d.recorder, func(e phone.CallRinging) bool { return e.Early })
	b.says("accept", "")
	expect[phone.CallAnswered](d.recorder, nil)
	hears(t, operator, baresipHz)
	hangsUp(t, d, "x")
}

// TestBaresipIsNotReached: calls that come to nothing.
func TestBaresipIsNotReached(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := startBaresip(t, 8000, "audio_codecs=PCMA/8000/1")
	dials(t, d, "taken back", b.address)
	expect[phone.CallRinging](d.recorder, nil)
	hangsUp(t, d, "taken back")
	b.prints(`"type":"CALL_CLOSED"`)

	dials(t, d, "refused", b.address)
	expect[phone.CallRinging](d.recorder, nil)
	b.says("hangup", "")
	wantEnd(d, "refused", phone.Busy)

	b.says("dial", "sip:desk@"+d.at.String())
	id := expect[phone.CallArrived](d.recorder, nil).Call
	b.prints(`"type":"CALL_RINGING"`)
	b.says("hangup", "")
	wantEnd(d, id, phone.CallerGaveUp)

	b.says("dial", "sip:desk@"+d.at.String())
	id = expect[phone.CallArrived](d.recorder, nil).Call
	if err := d.Reject(id); err != nil {
		t.Fatal(err)
	}
	wantEnd(d, id, phone.RejectedHere)
	b.prints("486 Busy Here")
}

// TestBaresipTransfers: either puts the other through to SIPp.
func TestBaresipTransfers(t *testing.T) {
	t.Parallel()
	t.Run("it us", func(t *testing.T) {
		d := newDesk(t)
		third, called := sippIsCalled(t, sippListens+deskHangsUp)
		b := startBaresip(t, 8000, "audio_codecs=PCMA/8000/1")
		b.says("dial", "sip:desk@"+d.at.String())
		first := answers(t, d)
		b.prints(`"type":"CALL_ESTABLISHED"`)
		b.says("transfer", third)
		next := expect[phone.CallReferred](d.recorder, nil).New
		expect(d.recorder, func(e phone.CallAnswered) bool { return e.Call == next })
		wantEnd(d, first, phone.HungUpThere)
		hangsUp(t, d, next)
		waitFor(t, called)
	})
	t.Run("we it", func(t *testing.T) {
		d := newDesk(t)
		third, called := sippIsCalled(t, sippListens+"pause 300\n"+sippHangsUp)
		b := startBaresip(t, 8000, "answermode=auto;audio_codecs=PCMA/8000/1")
		dials(t, d, "x", b.address)
		expect[phone.MediaChanged](d.recorder, nil)
		if err := d.Transfer("x", third); err != nil {
			t.Fatal(err)
		}
		expect(d.recorder, func(e phone.TransferProgressed) bool { return e.Step == phone.TransferDone })
		wantEnd(d, "x", phone.Transferred)
		waitFor(t, called)
	})
}
