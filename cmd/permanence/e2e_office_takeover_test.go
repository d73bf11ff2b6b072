//go:build !office

package main_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone/phonetest"
	"permanence/phone/simulator"
	"permanence/store/office/service"
	"permanence/store/wire"
	"permanence/ui/control"
)

// What half a message says, and what was added when it was taken over.
const (
	halfMessage  = "Demande à avancer l'audience du 3"
	wholeMessage = halfMessage + " décembre ; joignable jusqu'à 18 h."
)

// deskYAML is a desk with a line; clientsYAML is what the first desk brings along.
const (
	deskYAML = `permanence: 1
operator:
  name: Personne
lines:
  - id: ligne
    label: Ligne %[1]s
    user: %[1]s
    domain: %[2]s
`
	clientsYAML = `clients:
  - name: Maître Durand
    dids: ["05 36 49 10 10"]
  - name: Docteur Petit
    dids: ["05 36 49 20 20"]
`
)

// floor is an office, and three desks that have each a line, a person, and a wire of
// its own to the office.
type floor struct {
	*premises
	operator operator
	world    *simulator.Simulator
	screen   *screen
	wires    []*tether
	callers  sync.WaitGroup
}

// theirNames are who sits at the desks. The clients' calls come to the first.
var theirNames = []string{"Claire", "Julie", "Inès"}

// newFloor gives the second desk a window when there is a screen; the others have none.
func newFloor(t *testing.T, on *screen) *floor {
	t.Helper()
	f := &floor{screen: on, premises: &premises{t: t, office: &officeServer{t: t, binary: needProgram(t), dir: filepath.Join(t.TempDir(), "bureau")}}}
	f.world = newSimulator(t, simulator.Reception{Part: simulator.Part{Voice: simulator.Tone(callersTone, -10, time.Second)}})
	accounts := make([]account, len(theirNames))
	for i := range accounts {
		accounts[i] = account{fmt.Sprint("poste", i), "desk-secret"}
	}
	f.operator = startKamailio(t, operator{
		Trunk: f.world.Addr(), Accounts: accounts, Forwards: []forward{{"+33536491010", "poste0"}, {"+33536492020", "poste0"}},
	})
	address := loopback(phonetest.FreePort(t))
	cmd := (&workstation{binary: f.office.binary, env: os.Environ()}).command("office", "--data", f.office.dir, "--listen", address)
	f.office.process = start(t, "office", cmd)
	eventually(t, "the office answers", func() bool {
		_, err := service.Ask(t.Context(), f.office.dir, service.Request{Do: "status"})
		return err == nil
	})
	for i := range accounts {
		f.wires = append(f.wires, tie(t, address))
		f.desks = append(f.desks, f.seat(i, accounts[i]))
	}
	f.client = f.desks[0].one(`SELECT id FROM client ORDER BY sort DESC LIMIT 1`)
	t.Cleanup(f.callers.Wait)
	return f
}

// seat makes a desk, with somebody at it.
func (f *floor) seat(n int, a account) *station {
	f.t.Helper()
	name := theirNames[n]
	f.office.order(service.Request{
		Do: "operator.add", Operator: clients.Operator{Name: name, Role: clients.Supervisor}, Password: officePassword,
	})
	s := &station{workstation: &workstation{t: f.t, binary: f.office.binary, dir: filepath.Join(f.t.TempDir(), "desk"), env: alone(f.t)}, name: name}
	yaml, secrets := fmt.Sprintf(deskYAML, a.User, f.operator.Addr), "line:ligne="+a.Password+"\n"
	if n == 0 {
		yaml += clientsYAML
	}
	folder := filepath.Dir(s.dir)
	err := errors.Join(os.WriteFile(filepath.Join(folder, "bureau.yaml"), []byte(yaml), 0o600),
		os.WriteFile(filepath.Join(folder, "secrets"), []byte(secrets), 0o600),
		os.WriteFile(filepath.Join(folder, "mic.wav"), wavFile(simulator.Tone(operatorsTone, -10, 10*time.Second)), 0o600))
	if err != nil {
		f.t.Fatal(err)
	}
	s.run("import", "--data", s.dir, "--secrets", filepath.Join(folder, "secrets"), filepath.Join(folder, "bureau.yaml"))
	if f.screen != nil && n == 1 {
		s.env, s.windowed = f.screen.env, true
	}
	s.sit("first")
	s.ask(control.Request{Do: "pair", Address: f.wires[n].addr(), Code: f.office.order(service.Request{Do: "pair"}).Pairing, Name: "Poste de " + name})
	s.phase("login")
	s.ask(control.Request{Do: "login", Name: name, Password: officePassword})
	s.expect("office", func(h control.Happening) bool { return h.Office.Phase == "in-step" })
	s.registered()
	return s
}

// sit starts a desk, with the files beside its folder for a headset.
func (s *station) sit(name string) {
	s.t.Helper()
	folder := filepath.Dir(s.dir)
	args := []string{"--mic", filepath.Join(folder, "mic.wav"), "--ear", filepath.Join(folder, "ear.wav")}
	if !s.windowed {
		args = append(args, "--headless")
	}
	s.open(s.name+"-"+name, args...)
}

// rings has somebody call the first desk, who stays until the test is over or the desk
// hangs up; it is answered.
func (f *floor) rings(p simulator.Plan) control.Call {
	f.t.Helper()
	f.callers.Go(func() { _, _ = f.world.Call(f.t.Context(), p) }) // the desk dies: how it ends is nobody's fault
	a := f.desks[0]
	call := *a.expect("call.arrived", func(control.Happening) bool { return true }).Call
	a.ask(control.Request{Do: "answer", Call: call.ID})
	a.expect("call.answered", func(h control.Happening) bool { return h.Call.ID == call.ID })
	return call
}

// lefevre calls Maître Durand, and roc Docteur Petit.
func (f *floor) lefevre() simulator.Plan {
	return simulator.Plan{
		Target: f.operator.Addr, Called: "+33536491010", CallerName: "Mme Lefèvre", CallerNumber: "+33639981122",
		Part: simulator.Part{Voice: simulator.Tone(callersTone, -10, time.Second)},
	}
}

func (f *floor) roc() simulator.Plan {
	p := f.lefevre()
	p.Called, p.CallerName, p.CallerNumber = "+33536492020", "M. Roc", "+33639981133"
	return p
}

// halfTaken brings the first desk to the middle of Mme Lefèvre's call.
func (f *floor) halfTaken() (ticket string) {
	f.t.Helper()
	a, b := f.desks[0], f.desks[1]
	call := f.rings(f.lefevre())
	a.ask(control.Request{Do: "type", Text: halfMessage})
	b.expect("presence", func(h control.Happening) bool {
		return h.Desk.Operator == "Claire" && h.Desk.Standing == "call" && h.Desk.Client == "Maître Durand"
	})
	f.typed(halfMessage)
	st := a.status()
	if st.Front.Call != call.ID || st.Front.Text != halfMessage {
		f.t.Fatalf("in front is %+v", st.Front)
	}
	return st.Front.Ticket
}

// typed waits until the office has seen a text being typed.
func (f *floor) typed(text string) {
	f.t.Helper()
	f.seen(text, 1)
}

// TestE2ETakeoverInFlight: a desk is killed while it has two callers and a message half
// typed. The others are offered both; of two who take the same one has it, and the other
// is told who. The caller is called back from the message, and it is sent once; the desk
// that comes back says who has it, and sends no second one.
func TestE2ETakeoverInFlight(t *testing.T) {
	f := newFloor(t, nil)
	a, b, c := f.desks[0], f.desks[1], f.desks[2]
	ticket := f.halfTaken()
	f.rings(f.roc()) // which lets Mme Lefèvre wait
	b.until("both callers are there, and one waits", func(control.Status) bool { return f.held() == 1 && f.talking() == 2 })

	died := time.Now()
	a.kill()
	offers := map[string]*control.Offer{}
	for range 2 {
		o := b.expect("takeover", func(control.Happening) bool { return true }).Offer
		offers[o.Caller.Name] = o
	}
	t.Logf("offered %v after the desk died", time.Since(died).Round(10*time.Millisecond))
	f.tells(offers["Mme Lefèvre"], control.Offer{
		Ticket: ticket, From: "Claire", Client: "Maître Durand", Caller: control.Party{Name: "Mme Lefèvre", Number: "+33639981122"},
		Call: "held", Called: "+33536491010", Text: halfMessage,
	})
	f.tells(offers["M. Roc"], control.Offer{
		From: "Claire", Client: "Docteur Petit", Caller: control.Party{Name: "M. Roc", Number: "+33639981133"},
		Call: "talking", Called: "+33536492020",
	})
	c.expect("takeover", func(h control.Happening) bool { return h.Offer.Ticket == ticket })

	winner, loser := f.bothTake(ticket)
	loser.until("it is told", func(st control.Status) bool { return slices.Contains(st.Notices, "takeover.taken") })
	if st := loser.status(); st.Front.Text == halfMessage {
		t.Errorf("%s has it as well", loser.name)
	}
	f.callsBack(winner)
	winner.ask(control.Request{Do: "send"})
	eventually(t, "it is everywhere", func() bool { return b.has(wholeMessage) && c.has(wholeMessage) })

	loser.ask(control.Request{Do: "takeover"})
	loser.until("the other caller's card is in hand", func(st control.Status) bool {
		return st.Front.Name == "M. Roc" && st.Front.Client == "Docteur Petit" && st.Front.From == "Claire"
	})
	f.comesBack(winner)
}

// bothTake has the two others take the same draft at once, and finds who has it.
func (f *floor) bothTake(ticket string) (winner, loser *station) {
	f.t.Helper()
	b, c := f.desks[1], f.desks[2]
	var both sync.WaitGroup
	for _, s := range []*station{b, c} {
		both.Go(func() { _, _ = control.Ask(s.dir, control.Request{Do: "takeover", Ticket: ticket}) }) // who has lost may be told at once
	}
	both.Wait()
	eventually(f.t, "one of them has it", func() bool {
		for _, s := range []*station{b, c} {
			if s.status().Front.Text == halfMessage {
				winner = s
			}
		}
		return winner != nil
	})
	if winner == b {
		return b, c
	}
	return c, b
}

// callsBack calls the caller from the message that was taken over, and ends it.
func (f *floor) callsBack(s *station) {
	f.t.Helper()
	before := s.status().Front
	if before.From != "Claire" || before.Number != "06 39 98 11 22" || before.Name != "Mme Lefèvre" || before.Client != "Maître Durand" {
		f.t.Errorf("%s has in hand %+v", s.name, before)
	}
	s.ask(control.Request{Do: "callback"})
	s.expect("call.answered", func(h control.Happening) bool {
		return h.Call.Direction == "outgoing" && h.Call.Caller.Number == "+33639981122" && h.Call.Client == "Maître Durand"
	})
	if st := s.status(); st.Front.Ticket != before.Ticket || st.Front.Call == "" || st.Front.Text != halfMessage {
		f.t.Errorf("while the caller is called back there is in front %+v", st.Front)
	}
	s.ask(control.Request{Do: "hangup"})
	s.until("the call is over, and the message in hand", func(st control.Status) bool {
		return len(st.Calls) == 0 && st.Front.Ticket == before.Ticket
	})
	s.ask(control.Request{Do: "type", Text: wholeMessage})
	s.until("it is typed", func(st control.Status) bool { return st.Front.Text == wholeMessage })
}

// comesBack starts the desk that was killed. It has what was typed, says who took it
// over, and does not send it for one key.
func (f *floor) comesBack(taker *station) {
	f.t.Helper()
	a := f.desks[0]
	a.sit("again")
	a.until("it says who has it", func(st control.Status) bool {
		return st.Front.Text == halfMessage && st.Front.TakenBy == taker.name && slices.Contains(st.Notices, "message.taken-over")
	})
	a.ask(control.Request{Do: "send"})
	f.once(wholeMessage)
	a.until("it keeps what was typed", func(st control.Status) bool { return st.Front.Text == halfMessage })
}

// tells compares an offer with what is to be told; when and how long is a matter of
// machines.
func (f *floor) tells(got *control.Offer, want control.Offer) {
	f.t.Helper()
	if got == nil {
		f.t.Fatalf("%s was not offered", want.Caller.Name)
	}
	if got.Since == nil || got.Talked <= 0 || got.Talked > patience.Seconds() {
		f.t.Errorf("%s was talked with for %v s, until %v", want.Caller.Name, got.Talked, got.Since)
	}
	g := *got
	g.Desk, g.Since, g.Talked = "", nil, 0
	if want.Ticket == "" {
		g.Ticket = ""
	}
	if g != want {
		f.t.Errorf("offered is %+v\nwant %+v", g, want)
	}
}

// TestE2ETakeoverOfTheLiving: the wire of a desk to its office is cut, and the call goes
// on. Its partner is offered the message and takes it over; when the wire is mended both
// know of each other, and the message is there once.
func TestE2ETakeoverOfTheLiving(t *testing.T) {
	f := newFloor(t, nil)
	a, b := f.desks[0], f.desks[1]
	ticket := f.halfTaken()
	f.wires[0].cut()
	cut := time.Now()
	a.ask(control.Request{Do: "type", Text: halfMessage + " décembre"})
	offer := b.expect("takeover", func(h control.Happening) bool { return h.Offer.Ticket == ticket }).Offer
	t.Logf("offered %v after the wire was cut", time.Since(cut).Round(10*time.Millisecond))
	if offer.Text != halfMessage || offer.Call != "talking" {
		t.Errorf("offered is %+v", offer)
	}
	b.ask(control.Request{Do: "takeover"})
	b.until("it is in hand", func(st control.Status) bool { return st.Front.Text == halfMessage && st.Front.From == "Claire" })

	f.wires[0].mend()
	a.until("who speaks with the caller sees who has the message", func(st control.Status) bool {
		return st.Front.TakenBy == "Julie" && st.Front.Text == halfMessage+" décembre" && len(st.Calls) == 1
	})
	b.until("who has the message sees that the caller is spoken to", func(st control.Status) bool {
		return st.Front.Return == "talking" && slices.Contains(st.Notices, "takeover.talking")
	})
	b.ask(control.Request{Do: "send"})
	b.until("it is asked about first", func(st control.Status) bool { return slices.Contains(st.Notices, "message.talking-there") })
	a.ask(control.Request{Do: "hangup"})
	b.until("the call is over", func(st control.Status) bool { return st.Front.Return == "back" })
	b.ask(control.Request{Do: "send"})
	f.once(halfMessage)
	a.until("what was added is kept where it was typed", func(st control.Status) bool { return st.Front.Text == halfMessage+" décembre" })
}

// TestE2ETakeoverSentThere: a desk that was cut off sends its message while its partner
// has taken it over. The partner is told before she sends it too.
func TestE2ETakeoverSentThere(t *testing.T) {
	f := newFloor(t, nil)
	a, b := f.desks[0], f.desks[1]
	ticket := f.halfTaken()
	f.wires[0].cut()
	a.ask(control.Request{Do: "type", Text: wholeMessage})
	b.expect("takeover", func(h control.Happening) bool { return h.Offer.Ticket == ticket })
	b.ask(control.Request{Do: "takeover"})
	b.until("it is in hand", func(st control.Status) bool { return st.Front.Text == halfMessage })
	a.ask(control.Request{Do: "send"})
	eventually(t, "it is kept", func() bool { return a.has(wholeMessage) })
	f.wires[0].mend()
	b.until("it is told", func(st control.Status) bool {
		return st.Front.Return == "sent" && slices.Contains(st.Notices, "takeover.sent")
	})
	b.ask(control.Request{Do: "send"})
	b.until("it is asked about first", func(st control.Status) bool { return slices.Contains(st.Notices, "message.sent-there") })
	f.once(wholeMessage)
}

// once sees that every desk has one message, this one.
func (f *floor) once(text string) {
	f.t.Helper()
	f.everybodyHas(text)
	f.same()
	for _, s := range f.desks {
		if n := s.one(`SELECT count(*) FROM message`); n != "1" {
			f.t.Errorf("%s has %s messages", s.name, n)
		}
	}
}

// TestE2ETakeoverByKeys: the partner sees the offer, takes it with Ctrl R, calls the
// caller back with F12 and goes on where the other stopped.
func TestE2ETakeoverByKeys(t *testing.T) {
	on := startScreen(t)
	f := newFloor(t, on)
	b := f.desks[1]
	on.focus("Permanence")
	f.halfTaken()
	f.desks[0].kill()
	b.expect("takeover", func(control.Happening) bool { return true })
	on.calmPicture("1-offered")
	on.press("ctrl+r")
	b.until("it is in hand", func(st control.Status) bool { return st.Front.Text == halfMessage && st.Front.DraftSaved })
	on.calmPicture("2-taken-over")
	on.press("F12")
	b.expect("call.answered", func(h control.Happening) bool { return h.Call.Caller.Number == "+33639981122" })
	on.press("F6")
	on.write(" décembre")
	b.until("the message goes on", func(st control.Status) bool { return st.Front.Text == halfMessage+" décembre" && st.Front.Call != "" })
	on.picture("3-called-back")
	on.press("F8", "ctrl+Return")
	f.desks[2].until("nothing is lost", func(control.Status) bool { return f.desks[2].has(halfMessage + " décembre") })
}

// seen waits until the office shows so many drafts with a text.
func (f *floor) seen(text string, want int) {
	f.t.Helper()
	eventually(f.t, "the office shows "+text, func() bool {
		n := 0
		for _, d := range f.draftsSeen() {
			if d.Message.Text == text {
				n++
			}
		}
		return n == want
	})
}

func (f *floor) held() (n int) {
	for _, d := range f.draftsSeen() {
		if d.Held {
			n++
		}
	}
	return n
}

func (f *floor) talking() (n int) {
	for _, d := range f.draftsSeen() {
		if d.Talking {
			n++
		}
	}
	return n
}

// draftsSeen are the drafts as the office has them.
func (f *floor) draftsSeen() (list []wire.Draft) {
	f.t.Helper()
	err := f.office.look(func(db *sql.DB) error {
		bodies, err := rows(db, `SELECT body FROM draft`)
		for _, body := range bodies {
			var d wire.Draft
			err = errors.Join(err, json.Unmarshal([]byte(body), &d))
			list = append(list, d)
		}
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return list
}

// tether is the wire of one desk to its office. When it is cut nothing passes and nobody
// is told; when it is mended, what waits goes on.
type tether struct {
	ln    net.Listener
	to    string
	mu    sync.Mutex
	whole chan struct{} // closed while something may pass
	over  context.CancelFunc
	ctx   context.Context
	wg    sync.WaitGroup
}

// tie joins a free port of this machine with an address.
func tie(t *testing.T, to string) *tether {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &tether{ln: ln, to: to, whole: make(chan struct{})}
	close(w.whole)
	w.ctx, w.over = context.WithCancel(context.Background())
	w.wg.Go(w.accept)
	t.Cleanup(func() { w.over(); _ = ln.Close(); w.wg.Wait() })
	return w
}

func (w *tether) addr() string { return w.ln.Addr().String() }

func (w *tether) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.whole = make(chan struct{})
}

func (w *tether) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.whole)
}

// passes waits until something may pass, and reports whether that came.
func (w *tether) passes() bool {
	w.mu.Lock()
	whole := w.whole
	w.mu.Unlock()
	select {
	case <-whole:
		return w.ctx.Err() == nil
	case <-w.ctx.Done():
		return false
	}
}

func (w *tether) accept() {
	for {
		conn, err := w.ln.Accept()
		if err != nil {
			return
		}
		w.wg.Go(func() { w.join(conn) })
	}
}

// join carries one connection until either side ends it.
func (w *tether) join(desk net.Conn) {
	defer desk.Close()
	if !w.passes() {
		return
	}
	office, err := net.Dial("tcp", w.to)
	if err != nil {
		return
	}
	ended := context.AfterFunc(w.ctx, func() { _ = desk.Close(); _ = office.Close() })
	defer ended()
	var both sync.WaitGroup
	both.Go(func() { w.carry(office, desk) })
	both.Go(func() { w.carry(desk, office) })
	both.Wait()
}

func (w *tether) carry(to, from net.Conn) {
	defer to.Close() // what ended here has ended there
	piece := make([]byte, 16<<10)
	for {
		n, err := from.Read(piece)
		if !w.passes() {
			return
		}
		if _, failed := to.Write(piece[:n]); err != nil || failed != nil {
			return
		}
	}
}
