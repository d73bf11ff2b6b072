package editor

import (
	"strconv"
	"strings"

	"permanence/clients"
)

// folded writes the French letters without their signs, for keys that programs
// and files can carry.
var folded = strings.NewReplacer(
	"à", "a", "â", "a", "ä", "a", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i",
	"ô", "o", "ö", "o", "ù", "u", "û", "u", "ü", "u", "ç", "c", "œ", "oe", "æ", "ae",
)

// giveKeys names the new call types and message fields after their labels, each
// unlike the others: messages refer to a key for ever, whatever becomes of the
// label, so one that was given is never changed.
func giveKeys(c *clients.Client) {
	types := make([]*string, len(c.CallTypes))
	for i := range c.CallTypes {
		types[i] = &c.CallTypes[i].Key
	}
	nameAll(types, func(i int) string { return c.CallTypes[i].Label })
	fields := make([]*string, len(c.Fields))
	for i := range c.Fields {
		fields[i] = &c.Fields[i].Key
	}
	nameAll(fields, func(i int) string { return c.Fields[i].Label })
}

func nameAll(keys []*string, label func(int) string) {
	taken := map[string]bool{}
	for _, k := range keys {
		taken[*k] = true
	}
	for i, k := range keys {
		if *k == "" {
			*k = keyFor(label(i), taken)
			taken[*k] = true
		}
	}
}

// keyFor makes a key from a label; nothing readable makes none, which Validate tells.
func keyFor(label string, taken map[string]bool) string {
	base := slug(label)
	key := base
	for n := 2; base != "" && taken[key]; n++ {
		key = base + "-" + strconv.Itoa(n)
	}
	return key
}

func slug(label string) string {
	var b strings.Builder
	gap := false
	for _, r := range folded.Replace(strings.ToLower(label)) {
		if r < 'a' || r > 'z' {
			if r < '0' || r > '9' {
				gap = b.Len() > 0
				continue
			}
		}
		if gap {
			b.WriteByte('-')
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
