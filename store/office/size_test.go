package office_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/shared"
	"permanence/store/wire"
)

// No row may be larger than an answer can be: every desk would ask for it again and
// again, and get nothing more. A "<" is one byte in what a desk brings, and six in a row.
func TestNoRowIsTooLargeToBeRead(t *testing.T) {
	onBoth(t, func(b *bench) {
		claire, sam := b.desk("one", "claire"), b.desk("two", "sam")
		big := strings.Repeat("<", 1<<19)
		var last shared.Result
		bring := func(args string) {
			t.Helper()
			m := shared.Mutation{ID: b.newID(), At: noon, Actor: "claire", Name: "client.patch.v1", Args: []byte(args)}
			list, err := json.Marshal(wire.PushRequest{Mutations: []shared.Mutation{m}})
			b.ok(err)
			list = []byte(strings.ReplaceAll(string(list), `\u003c`, "<")) // as another program might write it
			said := claire.Do(b.Context(), "POST", "/v1/push", list)
			for said.Code == http.StatusServiceUnavailable { // a busy machine took too long: a desk asks again
				said = claire.Do(b.Context(), "POST", "/v1/push", list)
			}
			var answer wire.PushAnswer
			b.ok(json.Unmarshal(said.Body.Bytes(), &answer))
			if len(answer.Results) != 1 {
				b.Fatal("what follows is held up")
			}
			last = answer.Results[0]
		}
		for i := range 2 {
			bring(fmt.Sprintf(`{"client":"durand","saw":99,"fields":{"instructions":"%d%s"}}`, i, big))
		}
		if last.Outcome != shared.Refused || last.Code != office.CodeTooLarge {
			b.Errorf("a text of three megabytes in place of another: %s %s", last.Outcome, last.Code)
		}
		for i := range 2 {
			bring(fmt.Sprintf(`{"client":"petit","saw":99,"fields":{"more%d":"%s"}}`, i, big))
		}
		if last.Code != office.CodeTooLarge {
			b.Errorf("a card that grows: %s %s", last.Outcome, last.Code)
		}
		b.push(claire, clients.SettleConflict{Conflict: "none", Choice: clients.KeepBoth})
		var c copyOf
		for more := true; more; {
			page, err := sam.Pull(b.Context(), wire.PullRequest{Cursor: c.cursor})
			b.ok(err)
			text, err := json.Marshal(page)
			b.ok(err)
			if len(text) > wire.MaxBody {
				b.Errorf("a page of %d bytes", len(text))
			}
			c.cursor, more = page.Cursor, page.More
		}
		b.ok(b.office.Verify(b.Context()))
	})
}
