package store

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// fields is the body of a row: its JSON object, opened one level deep, so that a
// change touches the fields that it names and keeps all others, known or not.
type fields map[string]json.RawMessage

// null is what the audit says for a field that is not there.
const null = "null"

func parseFields(body []byte) (fields, error) {
	var f fields
	err := json.Unmarshal(body, &f)
	return f, err
}

// fieldsOf opens a domain value. The row's own columns say its version.
func fieldsOf(v any) (fields, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	f, err := parseFields(b)
	delete(f, "version")
	return f, err
}

// text is the body as it is stored.
func (f fields) text() (string, error) {
	b, err := json.Marshal(f)
	return string(b), err
}

// get is the canonical text of a field: "null" when it is missing.
func (f fields) get(key string) string {
	v, ok := f[key]
	if !ok {
		return null
	}
	return canonical(v)
}

// with returns a copy in which the fields of patch have their new values; a
// field patched to null is gone. The keys whose value changed are listed in order.
func (f fields) with(patch fields) (after fields, changed []string) {
	after = maps.Clone(f)
	if after == nil {
		after = fields{}
	}
	for _, key := range slices.Sorted(maps.Keys(patch)) {
		if f.get(key) == patch.get(key) {
			continue
		}
		changed = append(changed, key)
		if patch.get(key) == null {
			delete(after, key)
		} else {
			after[key] = patch[key]
		}
	}
	return after, changed
}

// canonical writes a JSON value in one way only, so that equal values have equal
// texts. Numbers keep all their digits.
func canonical(v json.RawMessage) string {
	d := json.NewDecoder(bytes.NewReader(v))
	d.UseNumber()
	var x any
	if d.Decode(&x) != nil {
		return string(v)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(x) != nil {
		return string(v)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// micros is how a time stands in a column: microseconds since 1970, 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// timeOf reads what micros wrote.
func timeOf(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us)
}
