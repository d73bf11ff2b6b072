package desk

import (
	"fmt"
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
)

// noon is a Thursday, a working day of every client below.
var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// scene plays events on a state and keeps what was decided.
type scene struct {
	t       *testing.T
	s       State
	now     time.Time
	ids     int
	effects []Effect
}

func openDesk(t *testing.T) *scene {
	sc := &scene{t: t, now: noon, s: State{Now: noon, Directory: NewDirectory(nil)}}
	sc.play(Loaded{Snapshot: Snapshot{
		Operator: clients.Operator{ID: "op", Name: "Sophie"},
		Clients:  []clients.Client{durand(), petit()},
		Settings: Settings{Lines: []phone.Line{{ID: "l1", Label: "05 36 49 00 01"}}},
	}})
	sc.play(PhoneReported{phone.LineChanged{Line: "l1", State: phone.LineRegistered, At: sc.now}})
	sc.effects = nil
	return sc
}

func durand() clients.Client {
	return clients.Client{
		ID: "durand", Name: "Maître Durand", DIDs: []string{"+33536490001"},
		CallTypes: []clients.CallType{
			{Key: "client", Label: "Client"},
			{Key: "urgent", Label: "Urgent", Urgent: true},
			{Key: "spam", Label: "Démarchage", Unwanted: true},
		},
		Fields:     []clients.Field{{Key: "dossier", Label: "Dossier", Required: true}},
		Recipients: []clients.Recipient{{Name: "Me Durand", Channel: "mail", Address: "durand@example.org"}},
		Agenda: clients.AgendaRules{
			Duration: 20, Zone: "UTC",
			Hours:     clients.Week{4: {{From: 9 * 60, To: 17 * 60}}, 5: {{From: 9 * 60, To: 17 * 60}}},
			Emergency: []clients.Range{{From: 15 * 60, To: 16 * 60}},
		},
	}
}

func petit() clients.Client {
	return clients.Client{ID: "petit", Name: "Dr Petit", DIDs: []string{"+33536490002"}}
}

// play takes one event and returns what it made the desk do.
func (sc *scene) play(e Event) []Effect {
	sc.t.Helper()
	sc.ids++
	var did []Effect
	sc.s, did = Step(sc.s, Input{At: sc.now, ID: clients.ID(fmt.Sprintf("id%d", sc.ids)), Next: clients.ID(fmt.Sprintf("next%d", sc.ids)), Event: e})
	sc.effects = append(sc.effects, did...)
	return did
}

// rings lets a call arrive for a called number.
func (sc *scene) rings(call phone.CallID, called phone.Number) {
	sc.t.Helper()
	sc.play(PhoneReported{phone.CallArrived{Call: call, Line: "l1", At: sc.now, Invite: phone.Invite{
		Caller: phone.Identity{Number: "+33639980001", Name: "LEFEVRE"},
		Called: []phone.CalledHint{{Source: phone.FromTo, Number: called}},
		Raw:    []byte("INVITE"),
	}}})
}

// talks answers a ringing call, as the operator and the telephone do together.
func (sc *scene) talks(call phone.CallID) {
	sc.t.Helper()
	sc.play(AnswerPressed{Call: call})
	sc.play(PhoneReported{phone.CallAnswered{Call: call, At: sc.now}})
	for _, e := range did[Hold](sc.take()) {
		sc.play(PhoneReported{phone.HoldChanged{Call: e.Call, Here: true, At: sc.now}})
	}
}

func (sc *scene) ends(call phone.CallID, why phone.EndCause) {
	sc.t.Helper()
	sc.play(PhoneReported{phone.CallEnded{Call: call, Cause: why, At: sc.now}})
}

// take gives the effects so far and forgets them.
func (sc *scene) take() []Effect {
	e := sc.effects
	sc.effects = nil
	return e
}

func (sc *scene) later(d time.Duration) {
	sc.t.Helper()
	sc.now = sc.now.Add(d)
	sc.play(Ticked{})
}

// did picks the effects of one kind.
func did[E Effect](effects []Effect) []E {
	var out []E
	for _, e := range effects {
		if x, ok := e.(E); ok {
			out = append(out, x)
		}
	}
	return out
}

func (sc *scene) phase(call phone.CallID) Phase {
	if c := sc.s.Call(call); c != nil {
		return c.Phase
	}
	return "over"
}

func (sc *scene) notice(code string) bool {
	for _, n := range sc.s.Notices {
		if n.Code == code {
			return true
		}
	}
	return false
}

func check(t *testing.T, what string, got, want any) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
