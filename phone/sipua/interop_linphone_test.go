package sipua

import (
	"bytes"
	"testing"

	"permanence/audio/audiotest"
	"permanence/phone"
)

// TestLinphoneIsCalled: each hears the other, either may hold, and keys pass both
// ways.
func TestLinphoneIsCalled(t *testing.T) {
	for encryption, want := range map[string]phone.Security{"none": phone.Clear, "srtp": phone.Encrypted} {
		t.Run(encryption, func(t *testing.T) {
			operator := audiotest.NewPerson(700)
			d := newDesk(t, func(cfg *Config) { cfg.Patch = conversation{operator} })
			if want != phone.Clear { // keys beside plain RTP it leaves alone
				encrypting(d, phone.EncryptionRequired)
			}
			l := startLinphone(t, encryption, "")
			dials(t, d, "x", l.address)
			expect[phone.CallRinging](d.recorder, nil)
			l.says("answer")
			l.converses(t, d, operator, "x", want)
			hangsUp(t, d, "x")
			l.heardTone(t, operator.Hz)
		})
	}
}

// TestLinphoneCalls is the other way round, with all that it offers besides.
func TestLinphoneCalls(t *testing.T) {
	for _, c := range []struct {
		name, encryption, more string
		args, offers           []string
		want                   phone.Security
	}{
		{name: "plain", encryption: "none"},
		{name: "SRTP", encryption: "srtp", offers: []string{"RTP/SAVP", "a=crypto:"}, want: phone.Encrypted},
		{
			name: "video and ICE", encryption: "none", more: linphoneOffersAll, args: []string{"-V"},
			offers: []string{"m=video", "a=candidate:", "a=ice-ufrag:"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			operator := audiotest.NewPerson(700)
			d := newDesk(t, func(cfg *Config) { cfg.Patch = conversation{operator} })
			l := startLinphone(t, c.encryption, c.more, c.args...)
			l.says("call sip:desk@%s", d.at)
			e := expect[phone.CallArrived](d.recorder, nil)
			for _, o := range c.offers {
				if !bytes.Contains(e.Invite.Raw, []byte(o)) {
					t.Errorf("it offers no %s in\n%s", o, e.Invite.Raw)
				}
			}
			if err := d.Answer(e.Call, phone.Reception{}); err != nil {
				t.Fatal(err)
			}
			l.converses(t, d, operator, e.Call, c.want)
			l.says("terminate")
			wantEnd(d, e.Call, phone.HungUpThere)
			l.heardTone(t, operator.Hz)
		})
	}
}

// TestLinphoneTakesNoKeysBesidePlainRTP: what we only offer, it answers in the
// clear, and the padlock says so.
func TestLinphoneTakesNoKeysBesidePlainRTP(t *testing.T) {
	d := encrypting(newDesk(t), phone.EncryptionOffered)
	l := startLinphone(t, "srtp", "")
	dials(t, d, "x", l.address)
	expect[phone.CallRinging](d.recorder, nil)
	l.says("answer")
	if e := expect[phone.MediaChanged](d.recorder, nil); e.Security != phone.Clear {
		t.Errorf("the voice is %s", e.Security)
	}
	hangsUp(t, d, "x")
	l.prints("ended")
}

// TestLinphonePressesKeysInINFO, as old gateways do.
func TestLinphonePressesKeysInINFO(t *testing.T) {
	d := newDesk(t)
	l := startLinphone(t, "none", "[sip]\nuse_info=1\nuse_rfc2833=0\n")
	l.says("call sip:desk@%s", d.at)
	id := answers(t, d)
	l.prints("Media streams established")
	for _, key := range "8#" {
		l.says("%c", key)
		if e := expect[phone.DTMFReceived](d.recorder, nil); e.Digit != key {
			t.Errorf("heard key %c, want %c", e.Digit, key)
		}
	}
	hangsUp(t, d, id)
	l.prints("ended")
}

// TestLinphoneIsNotReached: calls that come to nothing.
func TestLinphoneIsNotReached(t *testing.T) {
	d := newDesk(t)
	l := startLinphone(t, "none", "")
	dials(t, d, "refused", l.address)
	expect[phone.CallRinging](d.recorder, nil)
	l.says("terminate")
	wantEnd(d, "refused", phone.Declined)
	l.prints("Call declined")

	dials(t, d, "taken back", l.address)
	expect[phone.CallRinging](d.recorder, nil)
	hangsUp(t, d, "taken back")
	l.prints("Not answered")

	l.says("call sip:desk@%s", d.at)
	id := expect[phone.CallArrived](d.recorder, nil).Call
	l.says("terminate")
	wantEnd(d, id, phone.CallerGaveUp)

	l.says("call sip:desk@%s", d.at)
	id = expect[phone.CallArrived](d.recorder, nil).Call
	if err := d.Reject(id); err != nil {
		t.Fatal(err)
	}
	wantEnd(d, id, phone.RejectedHere)
	l.prints("error")
}

// TestLinphoneTransfers: either puts the other through to SIPp.
func TestLinphoneTransfers(t *testing.T) {
	t.Run("it us", func(t *testing.T) {
		d := newDesk(t)
		third, called := sippIsCalled(t, sippListens+deskHangsUp)
		l := startLinphone(t, "none", "")
		l.says("call sip:desk@%s", d.at)
		first := answers(t, d)
		expect[phone.MediaChanged](d.recorder, nil)
		l.prints("Media streams established")
		l.says("transfer %s", third)
		next := expect[phone.CallReferred](d.recorder, nil).New
		expect(d.recorder, func(e phone.CallAnswered) bool { return e.Call == next })
		wantEnd(d, first, phone.HungUpThere)
		hangsUp(t, d, next)
		waitFor(t, called)
	})
	t.Run("we it", func(t *testing.T) {
		d := newDesk(t)
		third, called := sippIsCalled(t, sippListens+"pause 300\n"+sippHangsUp)
		l := startLinphone(t, "none", "")
		dials(t, d, "x", l.address)
		expect[phone.CallRinging](d.recorder, nil)
		l.says("answer")
		expect[phone.MediaChanged](d.recorder, nil)
		if err := d.Transfer("x", third); err != nil {
			t.Fatal(err)
		}
		expect(d.recorder, func(e phone.TransferProgressed) bool { return e.Step == phone.TransferDone })
		wantEnd(d, "x", phone.Transferred)
		waitFor(t, called)
	})
}

// TestLinphonesArePutThrough: an attended transfer of two of them to each other.
func TestLinphonesArePutThrough(t *testing.T) {
	d := newDesk(t)
	var both []*linphone
	for _, id := range []phone.CallID{"a", "b"} {
		l := startLinphone(t, "none", "")
		dials(t, d, id, l.address)
		expect[phone.CallRinging](d.recorder, nil)
		l.says("answer")
		expect[phone.MediaChanged](d.recorder, nil)
		if err := d.Hold(id); err != nil {
			t.Fatal(err)
		}
		expect(d.recorder, func(e phone.HoldChanged) bool { return e.Call == id && e.Here })
		both = append(both, l)
	}
	if err := d.Connect("a", "b"); err != nil {
		t.Fatal(err)
	}
	expect(d.recorder, func(e phone.TransferProgressed) bool { return e.Step == phone.TransferDone })
	eventually(t, func() bool { return count[phone.CallEnded](d) == 2 })
	for _, l := range both {
		l.says("terminate")
		l.prints("ended")
	}
}

// TestLinphoneAtKamailio: all registered, each calls the others by name.
func TestLinphoneAtKamailio(t *testing.T) {
	at := kamailio(t, "")
	d := atOffice(t, at, "desk")
	l := startLinphone(t, "none", "")
	l.registers(at)

	dials(t, d, "x", "sip:linphone@"+at)
	expect[phone.CallRinging](d.recorder, nil)
	l.says("answer")
	expect[phone.MediaChanged](d.recorder, nil)
	hangsUp(t, d, "x")
	l.prints("ended")

	l.says("call sip:desk@%s", at)
	id := answers(t, d)
	expect[phone.MediaChanged](d.recorder, nil)
	l.says("terminate")
	wantEnd(d, id, phone.HungUpThere)
}

// TestLinphonePutsUsThrough: it has two of our calls talk to each other.
func TestLinphonePutsUsThrough(t *testing.T) {
	at := kamailio(t, "")
	d, other := atOffice(t, at, "desk"), atOffice(t, at, "colleague")
	l := startLinphone(t, "none", "")
	l.registers(at)
	l.says("call sip:desk@%s", at)
	first := answers(t, d)
	l.prints("Media streams established")
	l.says("pause")
	l.prints("is now paused")
	l.says("call sip:colleague@%s", at)
	second := answers(t, other)
	l.prints("Media streams established")
	l.says("transfer 1 --to-call 2")
	next := expect[phone.CallReferred](d.recorder, nil).New
	if e := expect[phone.CallReplaced](other.recorder, nil); e.Call != second {
		t.Errorf("replaced %s, not %s", e.Call, second)
	}
	wantEnd(other, second, phone.Replaced)
	_ = d.Hangup(first) // unless it was faster
	expect(d.recorder, func(e phone.CallEnded) bool { return e.Call == first })
	hangsUp(t, d, next)
	expect(other.recorder, func(e phone.CallEnded) bool { return e.Cause == phone.HungUpThere })
}
