package clients

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// once refuses a JSON text in which an object has a name twice (RFC 8259 §4 leaves open
// what that means): of two readers one might take the first and the other the last, and
// what was allowed would not be what is done. It is to be given valid JSON.
func once(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return onceIn(d)
}

// onceIn reads one value.
func onceIn(d *json.Decoder) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	var names map[string]bool
	switch t {
	case json.Delim('{'):
		names = map[string]bool{}
	case json.Delim('['):
	default:
		return nil
	}
	for d.More() {
		if names != nil {
			if err := newName(d, names); err != nil {
				return err
			}
		}
		if err := onceIn(d); err != nil {
			return err
		}
	}
	_, err = d.Token() // the end
	return err
}

func newName(d *json.Decoder, names map[string]bool) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	name, _ := t.(string)
	// encoding/json takes names for one that differ in their case, as Unicode folds it.
	folded := strings.ToLower(strings.ToUpper(name))
	if names[folded] {
		return fmt.Errorf("the name %q stands twice", name)
	}
	names[folded] = true
	return nil
}
