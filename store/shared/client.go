package shared

import (
	"encoding/json"
	"maps"
	"slices"

	"permanence/clients"
	"permanence/phone"
	"permanence/store/shared/planted"
)

func (a *applier) createClient(c clients.CreateClient) error {
	r, err := a.fresh(Client, c.Client.ID, c.Client.ID)
	if err != nil {
		return err
	}
	body, err := a.said("client")
	if err != nil {
		return err
	}
	return a.putClient(r, body)
}

// patchClient gives fields new values, whatever was there. When another desk changed
// the same field and the author had not seen it, the author's text stands and both
// texts are kept for a person to judge.
func (a *applier) patchClient(c clients.PatchClient) error {
	r, err := a.open(Client, c.Client)
	if err != nil {
		return err
	}
	for key, v := range c.Fields {
		if key == "id" || key == "version" || !isField(key) || !json.Valid(v) {
			return Refuse(CodeBadChange, "field %q of a client cannot be set so", key)
		}
	}
	disputes, err := a.disputes(r, c)
	if err != nil {
		return err
	}
	if err := a.putClient(r, c.Fields); err != nil {
		return err
	}
	for _, d := range disputes {
		if err := a.dispute(d); err != nil {
			return err
		}
	}
	return nil
}

// disputes lists the fields that another desk changed to something else since the
// author saw them. What she changed from is no dispute, under whatever number it stands:
// after a backup was put back it may have come again.
func (a *applier) disputes(r record, c clients.PatchClient) ([]clients.Conflict, error) {
	var list []clients.Conflict
	if planted.Is(planted.SawIgnored) {
		return nil, nil
	}
	saw := c.Saw
	if !a.ahead && saw >= a.seq {
		saw = 0 // nobody has given that number yet: it is of data that are gone
	}
	for _, field := range slices.Sorted(maps.Keys(c.Fields)) {
		value := fields(c.Fields).get(field)
		theirs, found, err := a.rows.Changed(a.ctx, Client, c.Client, field, saw, a.m.Desk)
		if err != nil {
			return nil, err
		}
		if !found || canonical(theirs.After) == value || r.body.get(field) == value {
			continue
		}
		seen, err := a.seen(r, c, field)
		if err != nil {
			return nil, err
		}
		if seen {
			continue
		}
		list = append(list, clients.Conflict{
			ID: a.derive("field", string(c.Client), field), Kind: clients.ConflictField, Client: c.Client, Field: field,
			Earlier: clients.Version{By: theirs.Actor, Desk: theirs.Desk, At: theirs.At, Value: canonical(theirs.After)},
			Later:   clients.Version{By: a.m.Actor, Desk: a.m.Desk, At: a.m.At, Value: value},
		})
	}
	return list, nil
}

// seen reports whether the author changed what stands there. A text that is itself
// disputed hides the other one, which she need not have seen.
func (a *applier) seen(r record, c clients.PatchClient, field string) (bool, error) {
	now := r.body.get(field)
	if was, said := c.Was[field]; !said || canonical(was) != now {
		return false, nil
	}
	open, err := a.rows.OpenConflicts(a.ctx, c.Client)
	return !slices.ContainsFunc(open, func(o clients.Conflict) bool {
		return o.Kind == clients.ConflictField && o.Field == field && o.Later.Value == now
	}), err
}

func (a *applier) dispute(c clients.Conflict) error {
	a.outcome = Disputed
	return a.putConflict(c)
}

// putClient patches the client's card. It looks whether the card can be read and its
// numbers are free before it writes anything.
func (a *applier) putClient(r record, patch fields) error {
	patch, err := withNumbers(patch)
	if err != nil {
		return err
	}
	after, _ := r.body.with(patch)
	c, err := decodeClient(after)
	if err != nil {
		return err
	}
	if err := a.mustBeFree(c); err != nil {
		return err
	}
	return a.writeAudited(r, patch)
}

// mustBeFree refuses numbers that reach another client.
func (a *applier) mustBeFree(c clients.Client) error {
	if c.Archived {
		return nil
	}
	for _, did := range c.DIDs {
		owner, found, err := a.rows.Owner(a.ctx, did)
		if err != nil {
			return err
		}
		if found && owner.ID != c.ID {
			return &clients.DIDTakenError{DID: did, By: owner.Name}
		}
	}
	return nil
}

// withNumbers returns the patch with its DIDs in E.164, each once: the number of a
// ringing call is compared with them letter by letter.
func withNumbers(patch fields) (fields, error) {
	raw, ok := patch["dids"]
	if !ok {
		return patch, nil
	}
	var typed, dids []string
	if err := json.Unmarshal(raw, &typed); err != nil {
		return nil, Refuse(CodeBadChange, "the numbers of a client are a list of texts")
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
func decodeClient(body fields) (clients.Client, error) {
	var c clients.Client
	text, err := body.bytes()
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	if err != nil {
		return c, Refuse(CodeBadChange, "not a client: %v", err)
	}
	return c, nil
}

// saveOperator adds an operator or replaces the card; fields of the card that this
// program does not know stay.
func (a *applier) saveOperator(c clients.SaveOperator) error {
	id := c.Operator.ID
	r, err := a.fresh(Operator, id, "")
	if code, refused := Refusal(err); refused && code == CodeExists {
		r, err = a.open(Operator, id)
	}
	if err != nil {
		return err
	}
	patch, err := a.said("operator")
	if err != nil {
		return err
	}
	for _, field := range []string{"email", "role", "clients", "left"} {
		if _, said := patch[field]; !said {
			patch[field] = json.RawMessage(null)
		}
	}
	return a.writeAudited(r, patch)
}
