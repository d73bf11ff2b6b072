package shared

import (
	"errors"
	"strconv"

	"permanence/clients"
)

// takeMessage stores a message and one delivery per recipient, due at once: without a
// time of its next try, for the desk's clock may be days ahead of the one that sends.
func (a *applier) takeMessage(c clients.TakeMessage) error {
	m := c.Message
	r, err := a.fresh(Message, m.ID, m.Client)
	if err != nil {
		return err
	}
	if err := a.mustNotBeErased(m.Client); err != nil {
		return err
	}
	body, err := a.said("message")
	if err != nil {
		return err
	}
	if err := a.put(r, body); err != nil {
		return err
	}
	host, err := a.rows.MailHost(a.ctx)
	for i, to := range c.Recipients {
		if err == nil {
			err = a.queue(m, a.derive(strconv.Itoa(i)), to, host)
		}
	}
	return err
}

// mustNotBeErased refuses what would bring words of an erased client back. One that is
// only unknown here may still come.
func (a *applier) mustNotBeErased(client clients.ID) error {
	r, err := a.rows.Row(a.ctx, Client, client)
	if errors.Is(err, ErrNoRow) {
		return nil
	}
	if err == nil && r.Gone {
		return notFound(Client, client)
	}
	return err
}

// queue makes a delivery, unless it was reported before its message came: a desk that
// joins an office tells first what it has sent, so that nothing is sent again.
func (a *applier) queue(m clients.Message, id clients.ID, to clients.Recipient, host string) error {
	r, err := a.fresh(Delivery, id, m.Client)
	if code, refused := Refusal(err); refused && code == CodeExists {
		return nil
	}
	if err != nil {
		return err
	}
	return a.putValue(r, clients.Delivery{
		ID: id, Message: m.ID, Client: m.Client, Recipient: to,
		State: clients.Waiting, MessageID: string(id) + "@" + host,
	})
}

// reportDelivery takes in how far a delivery has come. One that was sent stays so: a
// late report cannot send it again.
func (a *applier) reportDelivery(c clients.ReportDelivery) error {
	d := c.Delivery
	r, was, err := opened[clients.Delivery](a, Delivery, d.ID)
	if code, refused := Refusal(err); refused && code == CodeNotFound {
		return a.reportAhead(d)
	}
	if err != nil || was.State == clients.Sent {
		return err
	}
	was.State, was.Attempts, was.NextTry, was.Error, was.SentAt = d.State, d.Attempts, d.NextTry, d.Error, d.SentAt
	patch, err := fieldsOf(was)
	if err != nil {
		return err
	}
	for field, none := range map[string]bool{"next_try": d.NextTry.IsZero(), "error": d.Error == "", "sent_at": d.SentAt.IsZero()} {
		if none {
			patch[field] = []byte(null)
		}
	}
	_, err = a.write(r, patch)
	return err
}

// reportAhead keeps the report of a delivery whose message is on its way. One of a
// message that was erased is not brought back.
func (a *applier) reportAhead(d clients.Delivery) error {
	switch d.State {
	case clients.Sent, clients.Failed:
	case clients.Waiting:
		return nil // so it will be made with its message; without one an empty mail would leave
	default:
		return Refuse(CodeBadChange, "delivery %q is %q", d.ID, d.State)
	}
	message, err := a.rows.Row(a.ctx, Message, d.Message)
	if err == nil && message.Gone {
		return nil
	}
	if err != nil && !errors.Is(err, ErrNoRow) {
		return err
	}
	r, err := a.fresh(Delivery, d.ID, d.Client)
	if code, refused := Refusal(err); refused && code == CodeExists {
		return nil // erased
	}
	if err != nil {
		return err
	}
	return a.putValue(r, d)
}
