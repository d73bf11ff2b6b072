package control

import (
	"bufio"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// stage is a core that remembers what was sent and shows the state it is given.
type stage struct {
	mu     sync.Mutex
	state  desk.State
	states chan desk.State
	sent   []desk.Event
}

func (s *stage) Send(e desk.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, e)
}

func (s *stage) State() desk.State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

func (s *stage) Subscribe() (<-chan desk.State, func()) { return s.states, func() {} }

var at = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func ringing() desk.State {
	return desk.State{
		Now: at.Add(4 * time.Second), Ready: true,
		Directory: desk.NewDirectory([]clients.Client{{ID: "d", Name: "Maître Durand"}}),
		Lines:     []desk.Line{{Line: phone.Line{ID: "l1", Label: "05 36 49 00 01"}, State: phone.LineRegistered}},
		Calls: []desk.Call{{
			ID: "c1", Phase: desk.Ringing, Client: "d", ArrivedAt: at,
			Caller: phone.Identity{Number: "+33639980001", Name: "Lefèvre"},
			Found:  desk.Found{Code: "found.did-diversion", Number: "+33536490001", Sources: []phone.CalledSource{phone.FromTo, phone.FromDiversion}},
		}},
	}
}

func serve(t *testing.T, s desk.State) (*stage, string) {
	t.Helper()
	st := &stage{state: s, states: make(chan desk.State, 8)}
	st.states <- s
	dir := t.TempDir()
	srv, err := Listen(dir, Config{
		Core: st, Past: &shelf{}, Log: slog.New(slog.DiscardHandler),
		Stats:  func(phone.CallID) (phone.MediaStats, bool) { return phone.MediaStats{}, false },
		Faults: func() Faults { return Faults{Underruns: 3} },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	return st, dir
}

func TestStatus(t *testing.T) {
	_, dir := serve(t, ringing())
	r, err := Ask(dir, Request{Do: "status"})
	if err != nil {
		t.Fatal(err)
	}
	c := r.Status.Calls[0]
	if c.Client != "Maître Durand" || c.Called.Found != "found.did-diversion" || c.Waited != 4 || !r.Status.Lines[0].Registered || r.Status.Sound.Faults.Underruns != 3 {
		t.Errorf("status %+v", r.Status)
	}
}

func TestOnlyTheUserCanOpenTheSocket(t *testing.T) {
	_, dir := serve(t, ringing())
	info, err := os.Stat(filepath.Join(dir, SocketName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v", info.Mode(), err)
	}
}

func TestCommandsBecomeEvents(t *testing.T) {
	talking := ringing()
	talking.Calls[0].Phase = desk.Talking
	held := ringing()
	held.Calls[0].Phase = desk.Held
	for _, c := range []struct {
		state desk.State
		req   Request
		want  desk.Event
	}{
		{ringing(), Request{Do: "answer"}, desk.AnswerPressed{Call: "c1"}},
		{ringing(), Request{Do: "reject", Call: "c1"}, desk.RejectPressed{Call: "c1"}},
		{talking, Request{Do: "hangup"}, desk.HangupPressed{Call: "c1"}},
		{talking, Request{Do: "hold"}, desk.HoldAsked{Call: "c1"}},
		{held, Request{Do: "resume"}, desk.ResumeAsked{Call: "c1"}},
		{talking, Request{Do: "dtmf", Digits: "12#"}, desk.DTMFPressed{Call: "c1", Digits: "12#"}},
		{ringing(), Request{Do: "dial", Number: "0639980002"}, desk.DialPressed{Target: "0639980002"}},
	} {
		t.Run(c.req.Do, func(t *testing.T) {
			st, dir := serve(t, c.state)
			if _, err := Ask(dir, c.req); err != nil {
				t.Fatal(err)
			}
			st.mu.Lock()
			defer st.mu.Unlock()
			if len(st.sent) != 1 || st.sent[0] != c.want {
				t.Errorf("sent %#v, want %#v", st.sent, c.want)
			}
		})
	}
}

func TestCommandsWithoutACallSaySo(t *testing.T) {
	st, dir := serve(t, ringing())
	for _, r := range []Request{
		{Do: "hold"},
		{Do: "answer", Call: "other"},
		{Do: "dial"},
		{Do: "dance"},
		{},
		{Do: "dnd"},
		{Do: "forward"},
		{Do: "complete"},
		{Do: "swap"},
		{Do: "cancel"},
		{Do: "conference"},
		{Do: "conference-end"},
		{Do: "transfer", Number: "205"},
		{Do: "callback"},
		{Do: "offer"},
		{Do: "offer", Number: "tel:*21*0899#"},
	} {
		if _, err := Ask(dir, r); err == nil {
			t.Errorf("%+v was accepted", r)
		}
	}
	if len(st.sent) != 0 {
		t.Errorf("sent %v", st.sent)
	}
}

func TestNoDesk(t *testing.T) {
	if _, err := Ask(t.TempDir(), Request{Do: "status"}); err == nil {
		t.Error("no error without a desk")
	}
}

func TestWatchTellsWhatHappens(t *testing.T) {
	st, dir := serve(t, ringing())
	conn, err := Dial(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if err := json.NewEncoder(conn).Encode(Request{Do: "watch"}); err != nil {
		t.Fatal(err)
	}
	lines := json.NewDecoder(bufio.NewReader(conn))
	next := func() (h Happening) {
		if err := lines.Decode(&h); err != nil {
			t.Fatal(err)
		}
		return h
	}
	if h := next(); h.Event != "status" || len(h.Status.Calls) != 1 {
		t.Fatalf("first line %+v", h)
	}
	answered := ringing()
	answered.Calls[0].Phase, answered.Calls[0].AnsweredAt = desk.Talking, at.Add(5*time.Second)
	st.states <- answered
	if h := next(); h.Event != "call.answered" || h.Call.ID != "c1" {
		t.Fatalf("second line %+v", h)
	}
	over := answered
	over.Calls, over.History = nil, []desk.Entry{{Call: "c1", ClientName: "Maître Durand", Cause: phone.HungUpThere}}
	st.states <- over
	if h := next(); h.Event != "call.ended" || h.Past.Cause != "remote-hung-up" {
		t.Fatalf("third line %+v", h)
	}
}

func TestGarbageIsAnsweredNotObeyed(t *testing.T) {
	_, dir := serve(t, ringing())
	conn, err := Dial(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := conn.Write([]byte("{nonsense\n")); err != nil {
		t.Fatal(err)
	}
	var r Reply
	if err := json.NewDecoder(conn).Decode(&r); err != nil || r.OK || r.Error == "" {
		t.Errorf("reply %+v, error %v", r, err)
	}
}
