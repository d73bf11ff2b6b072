package editor

import (
	"encoding/json"
	"fmt"

	"permanence/clients"
)

// withFields gives a copy of c in which the named JSON fields have other values.
// null takes a field back to nothing.
func withFields(c clients.Client, fields map[string]json.RawMessage) (clients.Client, error) {
	all := map[string]json.RawMessage{}
	body, err := json.Marshal(c)
	if err == nil {
		err = json.Unmarshal(body, &all)
	}
	if err != nil {
		return clients.Client{}, fmt.Errorf("editor: %w", err)
	}
	for name, v := range fields {
		all[name] = v
	}
	return decodeClient(all)
}

func decodeClient(fields map[string]json.RawMessage) (clients.Client, error) {
	var c clients.Client
	body, err := json.Marshal(fields)
	if err == nil {
		err = json.Unmarshal(body, &c)
	}
	if err != nil {
		return clients.Client{}, fmt.Errorf("editor: %w", err)
	}
	return c, nil
}

// copyOf gives a card that shares no list with c: the directory's are not ours
// to write in.
func copyOf(c clients.Client) clients.Client {
	fresh, err := withFields(c, nil)
	if err != nil {
		return c // a card is plain data and always copies
	}
	return fresh
}

// same reports whether two cards say the same, whatever their ID and version.
func same(a, b clients.Client) bool { return len(clients.Diff(a, b)) == 0 }
