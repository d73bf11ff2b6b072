package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// takeMessage stores a message and queues its deliveries. The draft it was typed
// in goes in the same transaction, so that after a crash it is never both.
func (a *applier) takeMessage(c clients.TakeMessage) error {
	m := c.Message
	if err := a.mustBeNew("message", m.ID); err != nil {
		return err
	}
	body, err := fieldsOf(m)
	if err != nil {
		return err
	}
	text, err := body.text()
	if err != nil {
		return err
	}
	number := phone.ParseNumber(m.Number)
	err = a.exec(`INSERT INTO message (id, seq, client, call, number, at, body) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		m.ID, a.seq, m.Client, m.Call, number, micros(m.TakenAt), text)
	if err != nil {
		return err
	}
	if err := a.exec(`DELETE FROM draft WHERE message = ?`, m.ID); err != nil {
		return err
	}
	if err := a.listSpoken(m); err != nil {
		return err
	}
	if err := a.queue(m, c.Recipients); err != nil {
		return err
	}
	return a.findMessage(m, number)
}

// listSpoken lists what the caller left, if that could not be done when it was
// left: the disk was full, perhaps. Else the file would be deleted as nobody's.
func (a *applier) listSpoken(m clients.Message) error {
	if m.TakenAt.IsZero() || !isSoundID(m.Sound) || a.store.hasSound(m.Sound) != nil {
		return nil
	}
	s := clients.Sound{
		ID: m.Sound, Kind: clients.SoundMessage, Client: m.Client, Call: phone.CallID(m.Call), Title: m.Number,
		Length: m.SoundLength, Made: m.TakenAt, DeleteOn: m.TakenAt.AddDate(0, 0, clients.MaxRecordingDays),
	}
	return putSound(a.ctx, a.tx, s, `ON CONFLICT (id) DO UPDATE SET body = excluded.body, made = excluded.made,
		delete_on = excluded.delete_on WHERE `+unended)
}

// queue puts one delivery per recipient into the outbox, due at once.
func (a *applier) queue(m clients.Message, to []clients.Recipient) error {
	host, err := a.mailHost()
	if err != nil {
		return err
	}
	for i, r := range to {
		d := clients.Delivery{
			ID: a.derived(i), Message: m.ID, Client: m.Client, Recipient: r,
			State: clients.Waiting, NextTry: a.m.At,
		}
		d.MessageID = fmt.Sprintf("%s@%s", d.ID, host)
		if err := a.insertDelivery(d); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) insertDelivery(d clients.Delivery) error {
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return a.exec(`INSERT INTO delivery (id, message, state, next_try, body) VALUES (?, ?, ?, ?, ?)`,
		d.ID, d.Message, d.State, micros(d.NextTry), string(body))
}

// derived makes the UUID of the i-th thing this mutation creates. It follows
// from the mutation's own, so that applying it elsewhere makes the same.
func (a *applier) derived(i int) clients.ID {
	return clients.ID(uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s/%d", a.m.ID, i)).String())
}

// mailHost is the right side of the Message-IDs (RFC 5322 §3.6.4): the domain
// that the mails come from, or one that cannot exist (RFC 2606) before that is set.
func (a *applier) mailHost() (string, error) {
	s, err := loadSettings(a.ctx, a.tx)
	_, host, _ := strings.Cut(s.Mail.From, "@")
	host = strings.Trim(host, "<> ")
	if host == "" {
		host = "permanence.invalid"
	}
	return host, err
}

// findMessage makes the message and its caller findable.
func (a *applier) findMessage(m clients.Message, number phone.Number) error {
	x := indexer{ctx: a.ctx, tx: a.tx}
	words := []string{m.Name, m.Text, m.Number}
	for _, v := range m.Fields {
		words = append(words, v)
	}
	err := x.put(found{
		kind: desk.HitMessage, ref: string(m.ID), client: m.Client, number: number, at: micros(m.TakenAt),
		title: m.Name, detail: beginning(m.Text), words: indexWords(words...),
	})
	if err != nil || number == "" {
		return err
	}
	return x.caller(number, m.Name, m.Client, micros(m.TakenAt))
}
