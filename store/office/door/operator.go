package door

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/shared"
	"permanence/store/wire"
)

// Why an operator cannot be added or changed.
var (
	ErrNameTaken  = errors.New("door: another operator has this name")
	ErrNoOperator = errors.New("door: no such operator")
)

// credential is what an operator logs in with.
type credential struct {
	operator clients.ID
	hash     string // PHC
}

// AddOperator takes an operator on: her card, which all desks see, and her password.
func (d *Door) AddOperator(ctx context.Context, card clients.Operator, password string) (clients.ID, error) {
	name := folded(card.Name)
	if name == "" {
		return "", ErrNoOperator
	}
	if err := strong(password, name); err != nil {
		return "", err
	}
	hash, err := hashPassword(rand.Reader, password)
	if err != nil {
		return "", err
	}
	card.ID = d.Office.NewID()
	if err := d.addCredential(ctx, name, credential{card.ID, hash}); err != nil {
		return "", err
	}
	result, err := d.Office.Apply(ctx, clients.Mutation{
		ID: d.Office.NewID(), At: d.Now(), Actor: card.ID, Change: clients.SaveOperator{Operator: card},
	})
	if err == nil && result.Outcome != shared.OK {
		err = errors.New("door: the operator was " + string(result.Outcome) + ": " + result.Detail)
	}
	return card.ID, err
}

// addCredential takes a name, unless an operator who is there has it. One whose card
// never came to be has left it free.
func (d *Door) addCredential(ctx context.Context, name string, c credential) error {
	had, found, err := d.credential(ctx, name)
	if err != nil {
		return err
	}
	if found {
		card, there, err := d.Office.Operator(ctx, had.operator)
		if err != nil {
			return err
		}
		if there && !card.Left {
			return ErrNameTaken
		}
	}
	return d.Database.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO credential (bureau, name, operator, hash) VALUES ($1, $2, $3, $4)
			ON CONFLICT (bureau, name) DO UPDATE SET operator = excluded.operator, hash = excluded.hash`,
			d.bureau(), name, c.operator, c.hash)
		return err
	})
}

// SetPassword gives an operator another password, and ends her sessions.
func (d *Door) SetPassword(ctx context.Context, name, password string) error {
	had, found, err := d.credential(ctx, folded(name))
	if err != nil {
		return err
	}
	if !found {
		return ErrNoOperator
	}
	card, _, err := d.Office.Operator(ctx, had.operator)
	if err != nil {
		return err
	}
	card.ID = had.operator
	return d.renew(ctx, card, password, "")
}

// Dismiss marks an operator as one who has left: her sessions and her rights end, and
// what she wrote keeps her name.
func (d *Door) Dismiss(ctx context.Context, name string) error {
	had, found, err := d.credential(ctx, folded(name))
	if err != nil {
		return err
	}
	card, there, err := d.Office.Operator(ctx, had.operator)
	if err != nil {
		return err
	}
	if !found || !there {
		return ErrNoOperator
	}
	card.Left = true
	result, err := d.Office.Apply(ctx, clients.Mutation{
		ID: d.Office.NewID(), At: d.Now(), Actor: card.ID, Change: clients.SaveOperator{Operator: card},
	})
	if err == nil && result.Outcome != shared.OK {
		err = errors.New("door: the operator was " + string(result.Outcome) + ": " + result.Detail)
	}
	return err
}

// Operators lists those who can log in, by name.
func (d *Door) Operators(ctx context.Context) ([]clients.Operator, error) {
	var ids []clients.ID
	err := d.Database.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT operator FROM credential WHERE bureau = $1`, d.bureau())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id clients.ID
			if err := rows.Scan(&id); err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, err
	}
	var list []clients.Operator
	for _, id := range ids {
		card, found, err := d.Office.Operator(ctx, id)
		if err != nil {
			return nil, err
		}
		if found {
			list = append(list, card)
		}
	}
	slices.SortFunc(list, func(a, b clients.Operator) int { return strings.Compare(folded(a.Name), folded(b.Name)) })
	return list, nil
}

// credential finds what is logged in with under a name: the one that was taken with the
// credential, or else the one that stands on the operator's card now. Who corrects her
// name goes by both. All are looked through, so that the time does not tell which exist.
func (d *Door) credential(ctx context.Context, name string) (c credential, found bool, err error) {
	rank := 0
	err = d.credentials(ctx, func(taken string, card clients.Operator, has credential) {
		switch {
		case taken == name:
			c, rank = has, 2
		case rank < 1 && !card.Left && folded(card.Name) == name:
			c, rank = has, 1
		}
	})
	return c, rank > 0, err
}

// credentialOf finds an operator's own; the zero value lets nobody in.
func (d *Door) credentialOf(ctx context.Context, operator clients.ID) (c credential, err error) {
	err = d.credentials(ctx, func(_ string, _ clients.Operator, has credential) {
		if has.operator == operator {
			c = has
		}
	})
	return c, err
}

// credentials shows each of the bureau, with its operator's card.
func (d *Door) credentials(ctx context.Context, each func(taken string, card clients.Operator, c credential)) error {
	return d.Database.Read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT credential.name, operator, hash, coalesce(body, '{}') FROM credential
			LEFT JOIN shared_row r ON r.bureau = credential.bureau AND kind = 'operator' AND r.id = operator AND NOT gone
			WHERE credential.bureau = $1`, d.bureau())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var taken, body string
			var c credential
			var card clients.Operator
			if err := rows.Scan(&taken, &c.operator, &c.hash, &body); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(body), &card); err != nil {
				return err
			}
			each(taken, card, c)
		}
		return rows.Err()
	})
}

// folded is a name as it is compared: capitals, spaces and how an accent was typed do
// not matter.
func folded(name string) string {
	return norm.NFC.String(strings.ToLower(strings.Join(strings.Fields(strings.ToValidUTF8(name, "")), " ")))
}

// login opens a session. It answers an unknown name, a wrong password and an operator
// who has left alike, and as late.
func (d *Door) login(w http.ResponseWriter, r *http.Request) (any, error) {
	id, err := d.Identify(r)
	if err != nil {
		return nil, err
	}
	if id.Revoked {
		return nil, refuse(http.StatusForbidden, "revoked", "this machine is no desk any more")
	}
	var q wire.LoginRequest
	if err := receive(w, r, &q); err != nil {
		return nil, err
	}
	name, desk, from := "name "+folded(q.Name), "desk "+string(id.Desk), "login from "+source(r.RemoteAddr).String()
	if wait := d.guesses.charge(tried{name, freePerName}, tried{desk, freePerDesk}, tried{from, freeFromOne}); wait > 0 {
		return nil, slowDown(wait)
	}
	card, err := d.check(r.Context(), q)
	if err != nil {
		return nil, err
	}
	d.guesses.clear(name)
	d.guesses.refund(desk, from)
	return d.enter(r.Context(), id, card)
}

// check looks at a name and a password.
func (d *Door) check(ctx context.Context, q wire.LoginRequest) (clients.Operator, error) {
	var card clients.Operator
	c, found, err := d.credential(ctx, folded(q.Name))
	if err != nil {
		return card, err
	}
	if !found {
		c.hash = nobodys()
	}
	if right, err := d.compare(ctx, c.hash, q.Password); err != nil {
		return card, err
	} else if right && found {
		card, found, err = d.Office.Operator(ctx, c.operator)
		if err != nil {
			return card, err
		}
		if found && !card.Left {
			return card, nil
		}
	}
	return card, refuse(http.StatusForbidden, "forbidden", "wrong name or password")
}

// compare waits for its turn: each comparison takes much memory.
func (d *Door) compare(ctx context.Context, hash, password string) (bool, error) {
	select {
	case d.hashing <- struct{}{}:
		defer func() { <-d.hashing }()
		return fits(hash, password), nil
	case <-ctx.Done():
		return false, slowDown(hashWait)
	}
}

func (d *Door) enter(ctx context.Context, id office.Identity, card clients.Operator) (any, error) {
	var token string
	err := d.Database.Write(ctx, func(tx *sql.Tx) (err error) {
		token, err = d.openSession(ctx, tx, id.Desk, card.ID)
		return err
	})
	return wire.LoginAnswer{Operator: card, Session: token}, err
}
