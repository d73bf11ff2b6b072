package control

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// shelf holds past calls, one a minute, and remembers what was asked.
type shelf struct {
	n     int
	asked desk.CallFilter
}

func (s *shelf) Calls(_ context.Context, f desk.CallFilter, before time.Time, limit int) (list []desk.Entry, err error) {
	s.asked = f
	for i := s.n - 1; i >= 0 && len(list) < limit; i-- {
		if e := (desk.Entry{Call: phone.CallID(rune('a' + i)), ArrivedAt: at.Add(time.Duration(i) * time.Minute)}); before.IsZero() || e.ArrivedAt.Before(before) {
			list = append(list, e)
		}
	}
	return list, nil
}

func (s *shelf) Call(_ context.Context, id phone.CallID) (desk.CallRecord, error) {
	if id != "a" {
		return desk.CallRecord{}, errors.New("no such call")
	}
	return desk.CallRecord{
		Entry: desk.Entry{Call: id, TransferredTo: "Me Caron", Diversions: []phone.Diversion{{Reason: "no-answer"}}},
		Steps: []desk.JournalEntry{{Kind: desk.JournalArrived}, {Kind: desk.JournalPassed}}, Raw: []byte("INVITE\x1b"),
	}, nil
}

// two are a caller who waits and a third who is asked about it.
func two() desk.State {
	s := ringing()
	s.Calls[0].Phase, s.Calls[0].AnsweredAt = desk.Held, at
	s.Calls = append(s.Calls, desk.Call{
		ID: "c2", Phase: desk.Talking, AnsweredAt: at, Consults: "c1", Security: phone.Protected, Shown: "+33561000000",
		Diversions: []phone.Diversion{{Source: phone.FromDiversion, From: phone.Identity{URI: "sip:x@y"}, Reason: "no-answer"}},
		PassingTo:  "Me Caron", Passing: phone.TransferRinging, Conference: true, Alone: true,
	})
	s.Transfer = &desk.Transfer{Call: "c1", With: "c2", Problem: desk.Problem{Code: "transfer.busy"}}
	return s
}

func TestTelephoneCommandsBecomeEvents(t *testing.T) {
	yes, no := true, false
	talking := ringing()
	talking.Calls[0].Phase, talking.Calls[0].AnsweredAt = desk.Talking, at
	back := ringing()
	back.Calls[0].Phase = desk.Back
	for _, c := range []struct {
		state desk.State
		req   Request
		want  []desk.Event
	}{
		{talking, Request{Do: "transfer", Number: "205"}, []desk.Event{
			desk.TransferOpened{Call: "c1"}, desk.TransferChosen{Number: "205"},
		}},
		{back, Request{Do: "consult", Number: "205", Call: "c1"}, []desk.Event{
			desk.TransferOpened{Call: "c1"}, desk.TransferChosen{Number: "205", Announced: true},
		}},
		{two(), Request{Do: "complete"}, []desk.Event{desk.TransferCompleted{}}},
		{two(), Request{Do: "swap"}, []desk.Event{desk.TransferSwapped{}}},
		{two(), Request{Do: "cancel"}, []desk.Event{desk.TransferCancelled{}}},
		{back, Request{Do: "cancel"}, []desk.Event{desk.TransferCancelled{}}},
		{back, Request{Do: "resume"}, []desk.Event{desk.ResumeAsked{Call: "c1"}}},
		{two(), Request{Do: "conference"}, []desk.Event{desk.ConferencePressed{}}},
		{ringing(), Request{Do: "wait"}, []desk.Event{desk.WaitPressed{Call: "c1"}}},
		{talking, Request{Do: "speak"}, []desk.Event{desk.CutInPressed{Call: "c1"}}},
		{talking, Request{Do: "recording"}, []desk.Event{desk.RecordingPaused{Call: "c1"}}},
		{two(), Request{Do: "conference-leave"}, []desk.Event{desk.ConferenceLeft{}}},
		{two(), Request{Do: "conference-join"}, []desk.Event{desk.ConferenceJoined{}}},
		{two(), Request{Do: "conference-end"}, []desk.Event{desk.ConferenceEnded{}}},
		{talking, Request{Do: "dnd", On: &yes}, []desk.Event{desk.DoNotDisturbSet{On: true}}},
		{talking, Request{Do: "forward", On: &no, Line: "l1"}, []desk.Event{desk.ForwardsPaused{Line: "l1", Off: true}}},
		{talking, Request{Do: "forward", On: &yes, Client: "d"}, []desk.Event{desk.ForwardsPaused{Client: "d"}}},
		{talking, Request{Do: "callback", Call: "past"}, []desk.Event{desk.CalledBack{Call: "past"}}},
		{talking, Request{Do: "offer", Number: "sip:a@b?Replaces=x"}, []desk.Event{desk.DialOffered{Target: "sip:a@b"}}},
	} {
		t.Run(c.req.Do, func(t *testing.T) {
			st, dir := serve(t, c.state)
			if _, err := Ask(dir, c.req); err != nil {
				t.Fatal(err)
			}
			st.mu.Lock()
			defer st.mu.Unlock()
			if !reflect.DeepEqual(st.sent, c.want) {
				t.Errorf("sent %#v, want %#v", st.sent, c.want)
			}
		})
	}
}

func TestASecondConsultationIsRefused(t *testing.T) {
	st, dir := serve(t, two())
	if _, err := Ask(dir, Request{Do: "transfer", Number: "205"}); err == nil || len(st.sent) > 0 {
		t.Errorf("sent %v, error %v", st.sent, err)
	}
}

func TestStatusOfTheTelephone(t *testing.T) {
	s := two()
	s.Offered, s.Lamps = "3639", map[string]phone.LampState{"205": phone.LampBusy}
	s.Calling = &desk.Emergency{Call: "c2", Number: "15", Address: "3 rue des Arts", Client: "d", Place: "12 rue des Lilas"}
	s.Settings = desk.Settings{DoNotDisturb: true, Forwards: map[phone.LineID][]clients.Forward{
		"": {{When: clients.ForwardBusy, To: "205", Off: true}, {When: clients.ForwardNoAnswer, After: 20, To: "206"}},
	}}
	s.Directory = s.Directory.With(clients.Client{ID: "d", Name: "Maître Durand", Forwards: []clients.Forward{{When: clients.ForwardAlways, To: "207"}}})
	s.Lines[0].Voicemail, s.Lines[0].Strangers = [2]int{2, 5}, 12
	_, dir := serve(t, s)
	r, err := Ask(dir, Request{Do: "status"})
	if err != nil {
		t.Fatal(err)
	}
	got, c := r.Status, r.Status.Calls[1]
	for what, same := range map[string]bool{
		"security":   c.Security == "protected" && got.Calls[0].Security == "clear",
		"diversions": reflect.DeepEqual(c.Diversions, []Diversion{{Source: "diversion", From: Party{Number: "sip:x@y"}, Reason: "no-answer"}}),
		"passing":    reflect.DeepEqual(c.Passing, &Passing{To: "Me Caron", Step: "ringing"}) && got.Calls[0].Passing == nil,
		"conference": c.Conference && c.Alone && c.Consults == "c1" && c.Shown == "+33561000000",
		"transfer":   reflect.DeepEqual(got.Transfer, &Transfer{Call: "c1", With: "c2", Problem: "transfer.busy"}),
		"emergency": reflect.DeepEqual(got.Emergency, &Emergency{
			Call: "c2", Number: "15", Address: "3 rue des Arts", Client: "Maître Durand", Place: "12 rue des Lilas",
		}),
		"away": got.DoNotDisturb && reflect.DeepEqual(got.Forwards, []Forward{
			{When: "no-answer", After: 20, To: "206"}, {Client: "Maître Durand", When: "always", To: "207"},
		}),
		"offered": got.Offered == "3639",
		"lamps":   got.Lamps["205"] == "busy",
		"line":    got.Lines[0].Voicemail == Voicemail{New: 2, Old: 5} && got.Lines[0].Strangers == 12,
	} {
		if !same {
			b, _ := json.MarshalIndent(got, "", " ")
			t.Errorf("%s is not as it should be in %s", what, b)
		}
	}
}

func TestPastCallsInPages(t *testing.T) {
	past := &shelf{n: 5}
	s := &Server{c: Config{Past: past}}
	var got string
	for r := (Request{Do: "calls", Limit: 2, Kind: "missed", Client: "d", Query: "x"}); ; {
		page := s.past(t.Context(), r).Calls
		for _, c := range page.Calls {
			got += c.ID
			r.Before = c.ArrivedAt
		}
		if !page.More {
			break
		}
		got += "|"
	}
	if got != "ed|cb|a" || past.asked != (desk.CallFilter{Kind: desk.CallsMissed, Client: "d", Query: "x"}) {
		t.Errorf("pages %q, asked %+v", got, past.asked)
	}
}

func TestOnePastCall(t *testing.T) {
	_, dir := serve(t, ringing())
	r, err := Ask(dir, Request{Do: "call", Call: "a"})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Record; got.TransferredTo != "Me Caron" || len(got.Steps) != 2 || string(got.Raw) != "INVITE\x1b" || got.Diversions[0].Reason != "no-answer" {
		t.Errorf("record %+v", got)
	}
	if _, err := Ask(dir, Request{Do: "call", Call: "b"}); err == nil {
		t.Error("an unknown call was found")
	}
}

func TestCallEvents(t *testing.T) {
	held, talking, back := two().Calls[0], two().Calls[1], two().Calls[0]
	back.Phase = desk.Back
	for _, c := range []struct {
		was, is desk.Call
		change  func(*desk.Call)
		want    string
	}{
		{held, back, nil, "call.back"},
		{back, talking, nil, "call.resumed"},
		{back, held, nil, "call.held"},
		{talking, talking, nil, ""},
		{talking, talking, func(c *desk.Call) { c.Passing = phone.TransferDone }, "call.changed"},
		{talking, talking, func(c *desk.Call) { c.Security = phone.Clear }, "call.changed"},
		{talking, talking, func(c *desk.Call) { c.Conference = false }, "call.changed"},
	} {
		if c.change != nil {
			c.change(&c.is)
		}
		if got := callEvent(&c.was, &c.is); got != c.want {
			t.Errorf("from %s to %s: %q; want %q", c.was.Phase, c.is.Phase, got, c.want)
		}
	}
}
