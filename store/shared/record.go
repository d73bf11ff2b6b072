package shared

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/google/uuid"

	"permanence/clients"
)

// record is a row opened for a change.
type record struct {
	Row
	body fields // nil: the row is not there yet
}

// open reads a row that must be there.
func (a *applier) open(kind Kind, id clients.ID) (record, error) {
	r, err := a.rows.Row(a.ctx, kind, id)
	if errors.Is(err, ErrNoRow) || err == nil && r.Gone {
		return record{}, notFound(kind, id)
	}
	if err != nil {
		return record{}, err
	}
	body, err := parseFields(r.Body)
	return record{Row: r, body: body}, err
}

// fresh begins a row that must not be there. What was erased is not made again.
func (a *applier) fresh(kind Kind, id, client clients.ID) (record, error) {
	if id == "" {
		return record{}, Refuse(CodeBadChange, "a row of kind %s needs an ID", kind)
	}
	_, err := a.rows.Row(a.ctx, kind, id)
	if err == nil {
		return record{}, Refuse(CodeExists, "%s %q exists", kind, id)
	}
	if !errors.Is(err, ErrNoRow) {
		return record{}, err
	}
	return record{Row: Row{Kind: kind, ID: id, Client: client}}, nil
}

// opened reads the domain's value of a row.
func opened[T any](a *applier, kind Kind, id clients.ID) (record, T, error) {
	var v T
	r, err := a.open(kind, id)
	if err == nil {
		err = json.Unmarshal(r.Body, &v)
	}
	return r, v, err
}

// said opens what the mutation says of a row under this name, all of it: what a newer
// program's desk says and this program does not know is kept as well. The row's own
// columns say its version.
func (a *applier) said(name string) (fields, error) {
	args, err := parseFields(a.m.Args)
	if err != nil {
		return nil, Refuse(CodeBadChange, "%s: %v", a.m.Name, err)
	}
	said, err := parseFields(args[name])
	if err != nil {
		return nil, Refuse(CodeBadChange, "%s of %s: %v", name, a.m.Name, err)
	}
	delete(said, "version")
	for key := range said {
		if !isField(key) {
			return nil, Refuse(CodeBadChange, "%s of %s has a field %q", name, a.m.Name, key)
		}
	}
	body, _ := fields(nil).with(said)
	return body, nil
}

// isField reports whether a field's name is one that no other can be taken for:
// encoding/json reads "ID" as "id".
func isField(key string) bool {
	return key != "" && strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// write patches a row, and tells which fields changed. A row on which nothing changed
// keeps its number.
func (a *applier) write(r record, patch fields) (changed []string, err error) {
	after, changed := r.body.with(patch)
	if len(changed) == 0 && r.body != nil {
		return nil, nil
	}
	return changed, a.put(r, after)
}

// writeAudited is write, and each change gets a row that says who made it.
func (a *applier) writeAudited(r record, patch fields) error {
	changed, err := a.write(r, patch)
	for _, field := range changed {
		if err == nil {
			err = a.audit(r, field, patch.get(field))
		}
	}
	return err
}

// put writes a row under the number of this mutation, or ahead of the office under the
// one it has.
func (a *applier) put(r record, body fields) (err error) {
	row := r.Row
	if !a.ahead {
		row.Seq = a.seq
	}
	if row.Body, err = body.bytes(); err != nil {
		return err
	}
	return a.rows.Put(a.ctx, row)
}

// putValue writes a row whole.
func (a *applier) putValue(r record, v any) error {
	body, err := fieldsOf(v)
	if err != nil {
		return err
	}
	return a.put(r, body)
}

// audit writes down one changed field of a row.
func (a *applier) audit(r record, field, after string) error {
	row := Row{Kind: Change, ID: a.derive("change", string(r.Kind), string(r.ID), field), Client: r.Client}
	return a.putValue(record{Row: row}, FieldChange{
		Kind: r.Kind, Row: r.ID, Field: field,
		Before: json.RawMessage(r.body.get(field)), After: json.RawMessage(after),
		Actor: a.m.Actor, Desk: a.m.Desk, At: a.m.At, Mutation: a.m.ID,
	})
}

// derive makes the UUID of something that this mutation makes. It follows from the
// mutation's own, so that carrying it out elsewhere makes the same.
func (a *applier) derive(parts ...string) clients.ID {
	name := string(a.m.ID) + "/" + strings.Join(parts, "/")
	return clients.ID(uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)).String())
}
