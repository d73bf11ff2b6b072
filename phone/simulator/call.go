package simulator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emiago/diago"
	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// farewell is how long the other side has to answer our BYE.
const farewell = 3 * time.Second

// Call makes a call and returns when it is over. Ending the context hangs up.
// That nobody answered or the call was refused is an outcome; an error says that
// it could not be made at all, or that the other side broke the protocol.
func (s *Simulator) Call(ctx context.Context, p Plan) (o Outcome, err error) {
	ctx, done, err := s.begin(ctx)
	if err != nil {
		return Outcome{Ending: Failed}, err
	}
	defer done()
	defer recovered(&err)
	o.Ending = Failed // unless something better is known

	dialog, err := s.newDialog(p)
	if err != nil {
		return o, err
	}
	c := &conversation{dialog: dialog, part: &p.Part, began: time.Now(), out: &o, flows: make(chan bool, 1), refer: s.referred(p.Part)}
	defer c.over()
	o.Ending, err = c.ring(ctx, dialog, p.GiveUpAfter, p.headers(s.socket.host(), dialog.InviteRequest.Recipient))
	if err != nil || o.Ending != "" {
		return o, err
	}
	return o, c.talk(ctx)
}

func (s *Simulator) newDialog(p Plan) (*diago.DialogClientSession, error) {
	to, err := p.recipient()
	if err != nil {
		return nil, err
	}
	dialog, err := s.agent.NewDialog(to, diago.NewDialogOptions{Transport: "udp"})
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	return dialog, nil
}

// ring sends the INVITE and waits for the answer. An ending means there was none.
func (c *conversation) ring(ctx context.Context, dialog *diago.DialogClientSession, patience time.Duration, headers []sip.Header) (Ending, error) {
	if patience > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	err := c.invite(ctx, dialog, headers)
	c.out.Waited = time.Since(c.began)

	var refusal *sipgo.ErrDialogResponse
	switch {
	case err == nil:
		return "", nil
	case ctx.Err() != nil:
		return GaveUp, endUnwanted(dialog)
	case errors.As(err, &refusal):
		return Refused, nil
	}
	return Failed, errors.Join(fmt.Errorf("simulator: calling: %w", err), endUnwanted(dialog))
}

// invite sends the INVITE, and the ACK for its answer.
func (c *conversation) invite(ctx context.Context, dialog *diago.DialogClientSession, headers []sip.Header) (err error) {
	defer recovered(&err)
	inviting, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	defer context.AfterFunc(ctx, func() { cancel(c.whyGiveUp()) })()
	slow := time.AfterFunc(time.Hour, func() { cancel(nil) })
	slow.Stop()
	defer slow.Stop()

	err = dialog.Invite(inviting, diago.InviteClientOptions{
		Headers:       headers,
		OnMediaUpdate: c.mediaChanged,
		OnRefer:       c.refer,
		OnResponse: func(res *sip.Response) error {
			c.progress(res)
			if res.IsSuccess() { // what is done about a bad answer must not take long
				slow.Reset(farewell)
			}
			return nil
		},
	})
	if err != nil {
		return err
	}
	return dialog.Ack(inviting)
}

// whyGiveUp chooses how to stop waiting: with a CANCEL, or, when the other side
// has not said anything that could be cancelled (RFC 3261 §9.1), by going away.
func (c *conversation) whyGiveUp() error {
	if c.lastStatus.Load() == 0 {
		return sipgo.WaitAnswerForceCancelErr
	}
	return context.Canceled
}

// endUnwanted ends a call that was answered and that we cannot or will not have:
// the 200 crossed our CANCEL, or its description is of no use. diago leaves the
// other side alone with it; RFC 3261 §13.2.2.4 wants an ACK and a BYE.
func endUnwanted(dialog *diago.DialogClientSession) (err error) {
	defer recovered(&err)
	answer := dialog.InviteResponse
	if answer == nil || !answer.IsSuccess() || dialog.LoadState() == sip.DialogStateEnded {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	if err := dialog.DialogClientSession.Ack(ctx); err != nil {
		return fmt.Errorf("simulator: acknowledging an unwanted answer: %w", err)
	}
	return bye(dialog)
}

// progress notes each response to our INVITE.
func (c *conversation) progress(res *sip.Response) {
	c.lastStatus.Store(int32(res.StatusCode))
	c.out.Status = res.StatusCode
	ringing := res.StatusCode == sip.StatusRinging || res.StatusCode == sip.StatusSessionInProgress
	if ringing && !c.out.Rang {
		c.out.Rang = true
		c.part.tell(Event{Kind: Ringing, Status: res.StatusCode})
	}
}

func bye(dialog diago.DialogSession) error {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	if err := dialog.Hangup(ctx); err != nil {
		return fmt.Errorf("simulator: hanging up: %w", err)
	}
	return nil
}
