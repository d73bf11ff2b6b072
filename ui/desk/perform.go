package desk

import (
	"context"
	"errors"
	"sync"
	"time"

	"permanence/clients"
	"permanence/phone"
)

// performer carries effects out. Each port has one goroutine, so that its
// commands keep their order and a slow disk never delays the telephone.
type performer struct {
	ports Ports
	now   func() time.Time
	send  func(Event)

	ctx     context.Context
	phone   *mailbox[func()]
	writes  *mailbox[func()]
	reads   *mailbox[func()]
	office  *mailbox[func()]
	backlog journalBacklog
	search  searchSlot
	workers sync.WaitGroup // the goroutines of the mailboxes
	tries   sync.WaitGroup // test buttons under way
	trying  context.Context
	giveUp  context.CancelFunc // of the tries
}

func newPerformer(ports Ports, now func() time.Time, send func(Event)) *performer {
	return &performer{
		ports: ports, now: now, send: send,
		phone: newMailbox[func()](), writes: newMailbox[func()](), reads: newMailbox[func()](), office: newMailbox[func()](),
	}
}

func (p *performer) start(ctx context.Context) {
	p.ctx = ctx
	p.trying, p.giveUp = context.WithCancel(ctx)
	for _, m := range []*mailbox[func()]{p.phone, p.writes, p.reads, p.office} {
		p.workers.Go(func() { m.serve(func(f func()) { f() }) })
	}
}

// stop gives up the tests under way and waits for all else; the journal has its
// last chance.
func (p *performer) stop() {
	p.giveUp()
	p.tries.Wait()
	p.writes.put(p.flushJournal)
	for _, m := range []*mailbox[func()]{p.phone, p.writes, p.reads, p.office} {
		m.close()
	}
	p.workers.Wait()
}

func (p *performer) perform(e Effect) { e.perform(p) }

// coder is an error that names the operator's sentence.
type coder interface{ Code() string }

// problem turns an error into its code and its technical words.
func problem(err error, otherwise string) Problem {
	var c coder
	if errors.As(err, &c) {
		return Problem{Code: c.Code(), Detail: err.Error()}
	}
	return Problem{Code: otherwise, Detail: err.Error()}
}

func (p *performer) command(call phone.CallID, name string, f func() error) {
	p.phone.put(func() {
		if err := f(); err != nil {
			pr := problem(err, commandCode(err))
			p.send(CommandRefused{Call: call, Command: name, Code: pr.Code, Detail: pr.Detail})
		}
	})
}

// commandCode finds the sentence for the telephone's own errors.
func commandCode(err error) string {
	switch {
	case errors.Is(err, phone.ErrUnknownCall), errors.Is(err, phone.ErrWrongState):
		return "phone.too-late"
	case errors.Is(err, phone.ErrLineNotUp), errors.Is(err, phone.ErrUnknownLine):
		return "dial.no-line"
	case errors.Is(err, phone.ErrBadNumber):
		return "dial.bad-number"
	}
	return "phone.command-failed"
}

func (e SetLines) perform(p *performer) {
	p.command("", "lines", func() error { return p.ports.Phone.SetLines(e.Lines) })
}

func (e Dial) perform(p *performer) {
	p.command(e.Call, "dial", func() error { return p.ports.Phone.Dial(e.Call, e.Line, e.To) })
}

func (e Answer) perform(p *performer) {
	p.command(e.Call, "answer", func() error { return p.ports.Phone.Answer(e.Call, e.How) })
}

func (e Reject) perform(p *performer) {
	p.command(e.Call, "reject", func() error { return p.ports.Phone.Reject(e.Call) })
}

func (e Redirect) perform(p *performer) {
	p.command(e.Call, "redirect", func() error { return p.ports.Phone.Redirect(e.Call, e.Target) })
}

func (e BlindTransfer) perform(p *performer) {
	p.command(e.Call, "transfer", func() error { return p.ports.Phone.Transfer(e.Call, e.Target) })
}

func (e Connect) perform(p *performer) {
	p.command(e.Call, "connect", func() error { return p.ports.Phone.Connect(e.Call, e.With) })
}

func (e Confer) perform(p *performer) {
	p.command("", "conference", func() error { return p.ports.Phone.Confer(e.Calls, e.Here) })
}

func (e Hangup) perform(p *performer) {
	p.command(e.Call, "hangup", func() error { return p.ports.Phone.Hangup(e.Call) })
}

func (e Hold) perform(p *performer) {
	p.command(e.Call, "hold", func() error { return p.ports.Phone.Hold(e.Call) })
}

func (e Resume) perform(p *performer) {
	p.command(e.Call, "resume", func() error { return p.ports.Phone.Resume(e.Call) })
}

func (e SendDTMF) perform(p *performer) {
	p.command(e.Call, "dtmf", func() error { return p.ports.Phone.SendDTMF(e.Call, e.Digits) })
}

// The sound's methods return at once, but they belong in order behind the
// telephone's commands: the ring stops after the answer has left.
func (e PlaySignal) perform(p *performer) {
	p.phone.put(func() { p.ports.Sound.Play(e.Signal) })
}

func (e PreferDevices) perform(p *performer) {
	p.phone.put(func() { p.ports.Sound.Prefer(e.Role, e.Names) })
}

func (e SetMute) perform(p *performer) { p.phone.put(func() { p.ports.Sound.Mute(e.Muted) }) }

func (e LoopSound) perform(p *performer) { p.phone.put(func() { p.ports.Sound.Loop(e.For) }) }

func (WakeCourier) perform(p *performer) { p.writes.put(p.ports.Courier.Wake) }

func (e TryLine) perform(p *performer) {
	p.try(SecretOfLine(e.Line.ID), "line.works", func(ctx context.Context) error {
		return p.ports.Lines.TestLine(ctx, e.Line, e.Password)
	})
}

func (e TryMail) perform(p *performer) {
	p.try(SecretOfMail, "mail.works", func(ctx context.Context) error {
		return p.ports.Courier.Try(ctx, e.Mail, e.Password, e.To)
	})
}

// tryFor bounds a test button: nobody waits longer for an answer.
const tryFor = 20 * time.Second

func (p *performer) try(name, works string, f func(context.Context) error) {
	p.tries.Go(func() {
		ctx, cancel := context.WithTimeout(p.trying, tryFor)
		defer cancel()
		if err := f(ctx); err != nil {
			pr := problem(err, "check.failed")
			p.send(Checked{Name: name, Code: pr.Code, Detail: pr.Detail})
			return
		}
		p.send(Checked{Name: name, OK: true, Code: works})
	})
}

// overlapOf finds the appointments that stood in the way.
func overlapOf(err error) []clients.Appointment {
	var o *clients.OverlapError
	if errors.As(err, &o) {
		return o.With
	}
	return nil
}
