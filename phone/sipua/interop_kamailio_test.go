package sipua

import (
	"testing"
	"time"

	"permanence/phone"
	"permanence/phone/phonetest"
)

// mixed is an office in which A and only A uses TCP. Kamailio stands in each
// dialog twice then, with a Record-Route on either side.
type mixed struct{ office }

func (m mixed) Agent(t testing.TB, name string, report func(phone.Event)) phonetest.Member {
	if name == "A" {
		m.transport = phone.TCP
	}
	return m.office.Agent(t, name, report)
}

func TestKamailioBetweenTCPAndUDP(t *testing.T) {
	t.Parallel()
	at := kamailio(t, "")
	phonetest.Run(t, func(testing.TB) phonetest.Network { return mixed{office{registrar: at, transport: phone.UDP}} })
}

// TestKamailioTriesTheNext: who is busy sends the call to the next of a group.
func TestKamailioTriesTheNext(t *testing.T) {
	t.Parallel()
	at := kamailio(t, "")
	caller, first, second := atOffice(t, at, "X"), atOffice(t, at, "A"), atOffice(t, at, "B")
	dials(t, caller, "x", "sip:group@"+at)
	busy := expect[phone.CallArrived](first.recorder, nil).Call
	if err := first.Reject(busy); err != nil {
		t.Fatal(err)
	}
	wantEnd(first, busy, phone.RejectedHere)
	id := answers(t, second)
	expect[phone.CallAnswered](caller.recorder, nil)
	hangsUp(t, caller, "x")
	wantEnd(second, id, phone.HungUpThere)
}

// TestKamailioFindsTheIntervalTooBrief: then the line registers for what it wants.
func TestKamailioFindsTheIntervalTooBrief(t *testing.T) {
	t.Parallel()
	at := kamailio(t, "")
	a, rec := newAgent(t, "secret")
	setLines(t, a, phone.Line{ID: "line", User: "A", Domain: at, Expires: 20 * time.Second})
	e := expect(rec, state(phone.LineRegistered))
	if left := e.Until.Sub(e.At).Round(time.Second); left != time.Minute {
		t.Errorf("registered for %v", left)
	}
}
