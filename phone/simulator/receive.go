package simulator

import (
	"context"
	"fmt"
	"time"

	"github.com/emiago/diago"
	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// Incoming is a call that arrives at the simulator.
type Incoming struct {
	Called phone.Number // from the request URI; "" when that is no number
	User   string       // the user part of the request URI
	From   string       // the user part of From
}

// Reception is what to do with an incoming call.
type Reception struct {
	Refuse  int           // SIP status to refuse with, at once; 0 takes the call
	RingFor time.Duration // before answering
	Part
}

// receive is run by the library for each call, on a goroutine of its own; the
// call is over when it returns.
func (s *Simulator) receive(dialog *diago.DialogServerSession) {
	ctx, done, err := s.begin(context.Background())
	if err != nil {
		return
	}
	defer done()
	in := incoming(dialog.InviteRequest)
	out, err := s.take(ctx, dialog, s.reception(in))
	if err != nil {
		s.config.Log.Error("simulator: received call", "from", in.From, "error", err)
	}
	if s.config.Report != nil {
		s.config.Report(in, out)
	}
}

func incoming(invite *sip.Request) Incoming {
	in := Incoming{User: invite.Recipient.User, Called: phone.ParseNumber(invite.Recipient.User)}
	if from := invite.From(); from != nil {
		in.From = from.Address.User
	}
	return in
}

func (s *Simulator) reception(in Incoming) Reception {
	if s.config.Receive == nil {
		return Reception{Refuse: sip.StatusTemporarilyUnavailable}
	}
	return s.config.Receive(in)
}

// take rings, answers and talks, or refuses.
func (s *Simulator) take(ctx context.Context, dialog *diago.DialogServerSession, r Reception) (o Outcome, err error) {
	defer recovered(&err)
	o.Ending, o.Status = Declined, r.Refuse
	if r.Refuse != 0 {
		return o, dialog.Respond(r.Refuse, "Refused", nil)
	}
	c := &conversation{dialog: dialog, part: &r.Part, began: time.Now(), out: &o, flows: make(chan bool, 1), refer: s.referred(r.Part)}
	defer c.over()
	if err := dialog.Ringing(); err != nil {
		return o, fmt.Errorf("simulator: ringing: %w", err)
	}
	o.Rang = true
	r.tell(Event{Kind: Ringing, Status: sip.StatusRinging})
	if o.Ending = c.letRing(ctx, r.RingFor); o.Ending != "" {
		return o, nil // diago refuses what its handler leaves unanswered: 480
	}
	err = dialog.AnswerOptions(diago.AnswerOptions{OnMediaUpdate: c.mediaChanged, OnRefer: c.refer})
	o.Waited = time.Since(c.began)
	if err != nil {
		o.Ending = Failed
		return o, fmt.Errorf("simulator: answering: %w", err)
	}
	o.Status = sip.StatusOK
	return o, c.talk(ctx)
}

// letRing waits until it is time to answer. An ending means that it never will be.
func (c *conversation) letRing(ctx context.Context, d time.Duration) Ending {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ""
	case <-c.dialog.Context().Done():
		return Missed
	case <-ctx.Done():
		return Declined
	}
}
