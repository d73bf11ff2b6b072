package clients

import (
	"bytes"
	"encoding/json"
)

// Diff lists the fields in which two versions of a client differ, by their JSON
// names, each with its value in after. A field that after leaves out is null.
// ID and Version are not the editor's and never appear.
func Diff(before, after Client) map[string]json.RawMessage {
	b, a := fieldsOf(before), fieldsOf(after)
	patch := map[string]json.RawMessage{}
	for name, v := range a {
		if !bytes.Equal(b[name], v) {
			patch[name] = v
		}
	}
	for name := range b {
		if _, kept := a[name]; !kept {
			patch[name] = json.RawMessage("null")
		}
	}
	delete(patch, "id")
	delete(patch, "version")
	return patch
}

func fieldsOf(c Client) map[string]json.RawMessage {
	var f map[string]json.RawMessage
	// A Client is plain data: it always marshals, and to an object.
	body, _ := json.Marshal(c)
	_ = json.Unmarshal(body, &f)
	return f
}

// Patch gives fields of a card new values, and says what their author saw there.
func Patch(seen Client, fields map[string]json.RawMessage) PatchClient {
	before, was := fieldsOf(seen), map[string]json.RawMessage{}
	for name := range fields {
		if was[name] = before[name]; was[name] == nil {
			was[name] = json.RawMessage("null")
		}
	}
	return PatchClient{Client: seen.ID, Saw: seen.Version, Was: was, Fields: fields}
}
