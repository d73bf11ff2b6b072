package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"permanence/clients"
	"permanence/phone"
)

func (a *applier) createClient(c clients.CreateClient) error {
	if err := a.mustBeNew("client", c.Client.ID); err != nil {
		return err
	}
	body, err := fieldsOf(c.Client)
	if err != nil {
		return err
	}
	return a.putClient(c.Client.ID, nil, body)
}

// patchClient gives fields new values, whatever was there: when somebody else
// changed the same field since the author saw it, the other's text stays in the
// history beside the author's.
func (a *applier) patchClient(c clients.PatchClient) error {
	before, err := a.body("client", c.Client)
	if err != nil {
		return err
	}
	for key, v := range c.Fields {
		if key == "id" || key == "version" || !json.Valid(v) {
			return refuse(codeBadChange, "field %q of a client cannot be set to %q", key, v)
		}
	}
	return a.putClient(c.Client, before, c.Fields)
}

// putClient patches the client's row, or makes it when before is nil.
func (a *applier) putClient(id clients.ID, before, patch fields) error {
	patch, err := withNumbers(patch)
	if err != nil {
		return err
	}
	after, changed := before.with(patch)
	if len(changed) == 0 {
		return nil
	}
	c, err := decodeClient(after, a.seq)
	if err != nil {
		return err
	}
	if err := a.writeClient(&c, after, before == nil); err != nil {
		return err
	}
	if err := a.giveNumbers(&c); err != nil {
		return err
	}
	return a.audit("client", id, before, after, changed)
}

func (a *applier) writeClient(c *clients.Client, body fields, isNew bool) error {
	text, err := body.text()
	if err != nil {
		return err
	}
	query := `UPDATE client SET seq = ?, archived = ?, sort = ?, words = ?, body = ? WHERE id = ?`
	if isNew {
		query = `INSERT INTO client (seq, archived, sort, words, body, id) VALUES (?, ?, ?, ?, ?, ?)`
	}
	return a.exec(query, a.seq, c.Archived, fold(c.Name), clientWords(c), text, c.ID)
}

// giveNumbers makes the client's DIDs reach it and no longer those it gave up.
func (a *applier) giveNumbers(c *clients.Client) error {
	if err := a.exec(`DELETE FROM did WHERE client = ?`, c.ID); err != nil {
		return err
	}
	if c.Archived {
		return nil
	}
	for _, did := range c.DIDs {
		if err := a.mustBeFree(did); err != nil {
			return err
		}
		if err := a.exec(`INSERT INTO did (number, client) VALUES (?, ?)`, did, c.ID); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) mustBeFree(did string) error {
	var body []byte
	err := a.row(`SELECT body FROM client JOIN did ON did.client = client.id WHERE number = ?`, did).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	var owner clients.Client
	if err := json.Unmarshal(body, &owner); err != nil {
		return err
	}
	return &clients.DIDTakenError{DID: did, By: owner.Name}
}

// withNumbers returns the patch with its DIDs in E.164, each once: the number of
// a ringing call is compared with them letter by letter.
func withNumbers(patch fields) (fields, error) {
	raw, ok := patch["dids"]
	if !ok {
		return patch, nil
	}
	var typed, dids []string
	if err := json.Unmarshal(raw, &typed); err != nil {
		return nil, refuse(codeBadChange, "the numbers of a client cannot be %s", raw)
	}
	for _, did := range typed {
		if n := phone.ParseNumber(did); n != "" {
			did = string(n)
		}
		if !slices.Contains(dids, did) {
			dids = append(dids, did)
		}
	}
	after := maps.Clone(patch)
	v, err := json.Marshal(dids)
	after["dids"] = v
	return after, err
}

// decodeClient reads a client's body; one that does not read is never stored.
func decodeClient(body fields, seq int64) (clients.Client, error) {
	var c clients.Client
	text, err := body.text()
	if err == nil {
		err = json.Unmarshal([]byte(text), &c)
	}
	if err != nil {
		return c, refuse(codeBadChange, "not a client: %v", err)
	}
	c.Version = seq
	return c, nil
}

// saveOperator adds an operator or replaces the card; fields of the card that
// this program does not know stay.
func (a *applier) saveOperator(c clients.SaveOperator) error {
	id := c.Operator.ID
	if id == "" {
		return refuse(codeBadChange, "an operator needs an ID")
	}
	before, err := a.body("operator", id)
	if err != nil && !hasCode(err, codeNotFound) {
		return err
	}
	patch, err := fieldsOf(c.Operator)
	if err != nil {
		return err
	}
	if c.Operator.Email == "" {
		patch["email"] = json.RawMessage(null)
	}
	after, changed := before.with(patch)
	if err := a.writeOperator(c.Operator, after, before == nil); err != nil {
		return err
	}
	return a.audit("operator", id, before, after, changed)
}

func (a *applier) writeOperator(o clients.Operator, body fields, isNew bool) error {
	text, err := body.text()
	if err != nil {
		return err
	}
	query := `UPDATE operator SET seq = ?, name = ?, body = ? WHERE id = ?`
	if isNew {
		query = `INSERT INTO operator (seq, name, body, id) VALUES (?, ?, ?, ?)`
	}
	return a.exec(query, a.seq, o.Name, text, o.ID)
}
