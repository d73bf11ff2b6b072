//go:build !office

package main_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"permanence/phone"
	"permanence/ui/control"
)

// TestE2ETransfer puts a caller through with the keys, as she does all day: at
// once, after asking the third, and to a third who is busy.
func TestE2ETransfer(t *testing.T) {
	j := newJob(t)
	third := startTelephone(t, telephoneConfig{
		Name: "third", Display: "Maître Durand", Account: j.third, Operator: j.operator, ToneHz: thirdsTone, Sound: j.sound,
	})
	for _, step := range []struct {
		say string
		do  func(*telephone)
	}{
		{"F4, the number, Ctrl+Enter: the caller and the third hear each other", j.putThrough},
		{"F4, the number, Enter, F4: the third is asked first, and the two are joined here", j.announce},
		{"the third is busy: the caller rings again, F2 takes back", j.comesBack},
		{"a link in the browser: the number waits on screen, Ctrl+N, Enter calls it", j.link},
		{"all of this stands in the list of calls", j.listed},
		{"kill -9 while a third rings leaves no call open, and what was typed", j.crashPassing},
	} {
		t.Log(step.say)
		step.do(third)
	}
}

// takesCall dials, and lets the operator take the call with F2.
func (j *job) takesCall() {
	j.t.Helper()
	j.call = j.dial()
	j.takeCall(j.call.ID)
	j.tel.expect("CALL_ESTABLISHED")
	j.tel.hears(operatorsTone)
}

// wants presses F4 once, however far the window is behind, and types the third's
// number.
func (j *job) wants() {
	j.t.Helper()
	j.screen.press("F4")
	j.desk.until("the caller waits", func(s control.Status) bool {
		return s.Transfer != nil && len(s.Calls) == 1 && s.Calls[0].Hold.Here
	})
	j.screen.write("06 39 98 11 33")
}

// together checks that the caller and the third hear each other; then they part,
// and the desk's history says to whom the call went.
func (j *job) together(third *telephone) {
	j.t.Helper()
	j.tel.hears(thirdsTone)
	third.hears(callersTone)
	j.tel.hangUp()
	third.expect("CALL_CLOSED")
	j.desk.until("the desk is free", func(s control.Status) bool { return len(s.Calls) == 0 })
	past := j.desk.expect("call.ended", func(h control.Happening) bool { return h.Past.ID == j.call.ID }).Past
	if past.TransferredTo != "06 39 98 11 33" {
		j.t.Errorf("the call ended %q, transferred to %q", past.Cause, past.TransferredTo)
	}
}

func (j *job) putThrough(third *telephone) {
	j.t.Helper()
	j.takesCall()
	j.wants()
	j.screen.picture("1-to-whom")
	j.screen.press("ctrl+Return")
	third.answer()
	j.desk.until("the desk is free while they talk", func(s control.Status) bool { return len(s.Calls) == 0 })
	j.together(third)
}

// announce asks the third first. This baresip knows no Replaces and says so, so
// that the two are joined here.
func (j *job) announce(third *telephone) {
	j.t.Helper()
	j.takesCall()
	j.wants()
	j.screen.press("Return")
	third.answer()
	third.hears(operatorsTone)
	j.screen.picture("2-asked")
	j.screen.press("F4")
	j.desk.until("the two are joined", func(s control.Status) bool {
		return len(s.Calls) == 2 && s.Calls[0].Alone && s.Calls[1].Alone
	})
	j.together(third)
}

func (j *job) comesBack(third *telephone) {
	j.t.Helper()
	j.takesCall()
	j.wants()
	j.screen.press("ctrl+Return")
	third.refuse()
	j.desk.expect("call.back", func(h control.Happening) bool { return h.Call.ID == j.call.ID })
	j.screen.picture("3-back")
	j.screen.press("F2")
	j.desk.expect("call.resumed", func(h control.Happening) bool { return h.Call.ID == j.call.ID })
	j.tel.hears(operatorsTone)
	j.screen.press("F8")
	j.tel.expect("CALL_CLOSED")
}

// link has another program ask for a call, which only the operator's key makes.
func (j *job) link(third *telephone) {
	j.t.Helper()
	j.desk.run("dial", "--data", j.desk.dir, "tel:+33-6-39-98-11-33")
	j.desk.until("the number waits", func(s control.Status) bool {
		return s.Offered == "+33639981133" && len(s.Calls) == 0
	})
	j.screen.picture("4-offered")
	j.screen.press("ctrl+n", "Return")
	third.answer()
	third.hears(operatorsTone)
	j.screen.press("F8")
	third.expect("CALL_CLOSED")
	j.desk.until("the call is over", func(s control.Status) bool { return len(s.Calls) == 0 && s.Offered == "" })
}

// listed reads the calls back as another program does, once the end of the last is
// on the disk: newest first.
func (j *job) listed(*telephone) {
	j.t.Helper()
	type line struct{ direction, number, to string }
	caller, third := "+33639981122", "+33639981133"
	want := []line{
		{"outgoing", third, ""},                // the link
		{"incoming", caller, ""},               // came back
		{"outgoing", third, ""},                // asked first, for
		{"incoming", caller, "06 39 98 11 33"}, // this caller
		{"incoming", caller, "06 39 98 11 33"}, // put through at once
	}
	var list control.Calls
	eventually(j.t, "all the calls are listed", func() bool {
		list = control.Calls{}
		j.ask(&list, "calls")
		return len(list.Calls) >= len(want)
	})
	var got []line
	for _, c := range list.Calls {
		got = append(got, line{c.Direction, c.Caller.Number, c.TransferredTo})
	}
	if !slices.Equal(got, want) {
		j.t.Fatalf("the list of calls is %v\nwant %v", got, want)
	}
	j.record(list.Calls[len(list.Calls)-1].ID)
}

// record reads all that is known of the call that was put through at once.
func (j *job) record(id string) {
	j.t.Helper()
	var r control.Record
	j.ask(&r, "call", id)
	var steps []string
	for _, s := range r.Steps {
		steps = append(steps, s.Kind)
	}
	if want := []string{"arrived", "answered", "held", "transferred", "ended"}; !slices.Equal(steps, want) {
		j.t.Errorf("its steps are %v, want %v", steps, want)
	}
	if d := r.Diversions; len(d) != 1 || d[0].From.Number != "+33536491010" || d[0].Reason != "unconditional" {
		j.t.Errorf("its diversions are %+v", d)
	}
	if raw := string(r.Raw); !strings.HasPrefix(raw, "INVITE sip:") || !strings.Contains(raw, "Diversion: ") {
		j.t.Errorf("its INVITE is %q", raw)
	}
}

// ask reads what `permanence ctl` prints.
func (j *job) ask(into any, args ...string) {
	j.t.Helper()
	out := j.desk.run(append([]string{"ctl", "--data", j.desk.dir}, args...)...)
	if err := json.Unmarshal([]byte(out), into); err != nil {
		j.t.Fatalf("ctl %v: %v\n%s", args, err, out)
	}
}

func (j *job) crashPassing(third *telephone) {
	j.t.Helper()
	j.takesCall()
	j.typeText(halfTyped)
	j.wants()
	j.screen.press("ctrl+Return")
	third.expect("CALL_INCOMING")
	j.desk.until("it rings there", func(s control.Status) bool {
		return len(s.Calls) == 1 && s.Calls[0].Passing != nil && s.Calls[0].Passing.Step != ""
	})
	j.desk.kill()
	j.tel.kill() // or it waits long for somebody to answer its BYE
	j.desk.open("desk-again", "--headless")
	s := j.desk.status()
	if s.Front.Text != halfTyped || len(s.Calls) != 0 {
		j.t.Errorf("after the crash: %+v, calls %+v", s.Front, s.Calls)
	}
	if h := s.History; len(h) == 0 || h[0].ID != j.call.ID || h[0].Cause != string(phone.Shutdown) {
		j.t.Errorf("the call was not closed: %+v", h)
	}
}
