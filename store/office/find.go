package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"permanence/clients"
	"permanence/phone"
	"permanence/store/shared"
)

// ReadFound is a search for what is to be erased, as the access record says it.
const ReadFound = "found"

// MostFound bounds what a search for something to erase gives.
const MostFound = 200

// Wanted is what somebody looks for who is to erase it: a part of a name, a number in any
// form or a word that was written; or a day, unless it is zero.
type Wanted struct {
	Text string    `json:"text,omitempty"`
	Day  time.Time `json:"day,omitzero"` // its midnight, where the bureau is
}

// Erasable is a row that can be erased, with what a person knows it by.
type Erasable struct {
	Erasure
	Client   clients.ID `json:"client,omitempty"`
	Name     string     `json:"name"`
	At       time.Time  `json:"at,omitzero"`
	Messages int        `json:"messages,omitempty"` // that go with a client
	Unmade   bool       `json:"unmade,omitempty"`   // only refused or held
}

// Find lists what fits, at most MostFound and one more, and writes down that somebody
// saw it: not for whom she looked, since that would be a trace of who is to be erased.
func (o *Office) Find(ctx context.Context, w Wanted) (list []Erasable, err error) {
	s := search{Wanted: w, words: plain(w.Text), number: phone.ParseNumber(w.Text)}
	if s.words == "" && s.number == "" && w.Day.IsZero() {
		return nil, nil
	}
	err = o.db.write(ctx, func(tx *sql.Tx) error {
		if list, err = s.run(ctx, o.rows(tx)); err != nil || len(list) == 0 {
			return err
		}
		return o.reached(ctx, tx, viewer{}, ReadFound, foundOf(list))
	})
	return list, err
}

func foundOf(list []Erasable) pageRead {
	rows := make([]shared.Row, len(list))
	for i, e := range list {
		rows[i] = shared.Row{Kind: e.Kind, ID: e.ID, Client: e.Client}
	}
	p, _ := summary(rows)
	return p
}

// search is a Wanted in the form in which it is compared.
type search struct {
	Wanted
	words  string
	number phone.Number
}

// run reads the rows one by one: there may be more than fit into memory.
func (s search) run(ctx context.Context, r *rows) (list []Erasable, err error) {
	found, err := r.tx.QueryContext(ctx, `SELECT `+columns+` FROM shared_row WHERE bureau = $1 AND NOT gone
		AND kind IN ('client', 'message', 'appointment', 'conflict') ORDER BY kind, seq, id`, r.bureau)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	of := map[clients.ID]int{}
	for found.Next() {
		row, err := scanRow(found)
		if err != nil {
			return nil, err
		}
		if row.Kind == shared.Message {
			of[row.Client]++
		}
		if e, fits := s.look(row); fits && len(list) <= MostFound {
			list = append(list, e)
		}
	}
	for i, e := range list {
		if e.Kind == shared.Client {
			list[i].Messages = of[e.ID]
		}
	}
	return list, found.Err()
}

// look reads a row, or what a refused or held change would have made. A body that does
// not read is of a newer program.
func (s search) look(row shared.Row) (Erasable, bool) {
	e := Erasable{Erasure: Erasure{Kind: row.Kind, ID: row.ID}, Client: row.Client}
	switch row.Kind {
	case shared.Client:
		return look(s.client, e, row.Body)
	case shared.Message:
		return look(s.message, e, row.Body)
	case shared.Appointment:
		return look(s.appointment, e, row.Body)
	}
	return look(s.unmade, e, row.Body)
}

func look[T any](fits func(*Erasable, T) bool, e Erasable, body []byte) (Erasable, bool) {
	var v T
	if json.Unmarshal(body, &v) != nil {
		return e, false
	}
	ok := fits(&e, v)
	return e, ok
}

func (s search) client(e *Erasable, c clients.Client) bool {
	e.Name = c.Name
	return s.fits(time.Time{}, c.DIDs, c.Name)
}

func (s search) message(e *Erasable, m clients.Message) bool {
	e.Name, e.At = m.Name, m.TakenAt
	texts := []string{m.Name, m.Text}
	for _, v := range m.Fields {
		texts = append(texts, v)
	}
	return s.fits(m.TakenAt, []string{m.Number}, texts...)
}

func (s search) appointment(e *Erasable, a clients.Appointment) bool {
	e.Name, e.At = a.Name, a.Start
	return s.fits(a.Start, []string{a.Number}, a.Name, a.Note)
}

func (s search) unmade(e *Erasable, c clients.Conflict) bool {
	change, err := clients.DecodeChange(c.Later.Name, []byte(c.Later.Value))
	if err != nil || c.Kind != clients.ConflictRefused {
		return false
	}
	e.Unmade = true
	switch change := change.(type) {
	case clients.TakeMessage:
		e.Erasure = Erasure{Kind: shared.Message, ID: change.Message.ID}
		return s.message(e, change.Message)
	case clients.BookAppointment:
		e.Erasure = Erasure{Kind: shared.Appointment, ID: change.Appointment.ID}
		return s.appointment(e, change.Appointment)
	}
	return false
}

// fits reports whether a row of a moment, with these numbers and texts, is meant.
func (s search) fits(at time.Time, numbers []string, texts ...string) bool {
	if !s.Day.IsZero() {
		return !at.Before(s.Day) && at.Before(s.Day.AddDate(0, 0, 1))
	}
	for _, n := range numbers {
		if s.number != "" && phone.ParseNumber(n) == s.number {
			return true
		}
	}
	for _, t := range texts {
		if s.words != "" && strings.Contains(plain(t), s.words) {
			return true
		}
	}
	return false
}

// plain is a text without capitals and accents.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToLower(strings.TrimSpace(s))))
}
