package office_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/office"
)

// TestFind: what is to be erased is found as people say it, also when it was only held.
func TestFind(t *testing.T) {
	onBoth(t, func(b *bench) {
		claire := b.desk("one", "claire")
		stolen := claire
		stolen.Revoked = true
		m := note("m1", "durand", "pour Zoé")
		m.Message.Name, m.Message.Number = "Mme Lefèvre", "06 12 34 56 78"
		b.push(claire, m)
		b.push(claire, appointment("a1", noon.AddDate(0, 0, 3)))
		b.bring(stolen, b.mutation("claire", note("m2", "petit", "rien")))
		for _, c := range []struct {
			name string
			of   office.Wanted
			want []string
		}{
			{"a name without its accents", office.Wanted{Text: "lefevre"}, []string{"appointment a1", "held message m2", "message m1"}},
			{"a number in another form", office.Wanted{Text: "+33612345678"}, []string{"message m1"}},
			{"a word", office.Wanted{Text: "ZOE"}, []string{"message m1"}},
			{"a day", office.Wanted{Day: noon.AddDate(0, 0, 3).Truncate(24 * time.Hour)}, []string{"appointment a1"}},
			{"a client", office.Wanted{Text: "durand"}, []string{"client durand 1"}},
			{"nobody", office.Wanted{Text: "Zébulonnette"}, nil},
			{"nothing", office.Wanted{Text: "  "}, nil},
		} {
			found, err := b.office.Find(b.Context(), c.of)
			b.ok(err)
			if got := told(found); !reflect.DeepEqual(got, c.want) {
				b.Errorf("%s: %q; want %q", c.name, got, c.want)
			}
		}
		b.own(clients.Erase{Kind: "message", ID: "m2"})
		b.whoLooked()
	})
}

// told is what was found, in words.
func told(list []office.Erasable) (words []string) {
	for _, e := range list {
		w := fmt.Sprintf("%s %s", e.Kind, e.ID)
		if e.Unmade {
			w = "held " + w
		}
		if e.Messages > 0 {
			w += fmt.Sprint(" ", e.Messages)
		}
		words = append(words, w)
	}
	slices.Sort(words)
	return words
}

// whoLooked expects the access record to tell of the searches, and not for whom they were.
func (b *bench) whoLooked() {
	b.Helper()
	list, err := b.office.Accesses(b.Context(), office.AccessFilter{To: noon.AddDate(1, 0, 0), Limit: 100})
	b.ok(err)
	list = slices.DeleteFunc(list, func(a office.Access) bool { return a.What != office.ReadFound })
	text, err := json.Marshal(list)
	b.ok(err)
	if len(list) != 5 || strings.Contains(strings.ToLower(string(text)), "lefevre") {
		b.Errorf("the record tells %s", text)
	}
}
